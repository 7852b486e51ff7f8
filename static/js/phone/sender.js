// Votes leave the phone one at a time, and each is kept here until the server says that it is stored.

import { papers, votes } from "./store.js";

const PATIENCE = 6000;
const REST = 1500;
const PASSING = new Set(["storage", "stale"]); // refusals that may be gone in a moment

export class Sender {
  /** `changed()` is called whenever the state of a vote has changed. */
  constructor(changed) {
    this.changed = changed;
    this.socket = null;
    this.snapshot = null;
    this.busy = null;
  }

  /** Keep a vote on one item and send it as soon as possible. */
  cast(item, choice) {
    const { conference, round } = this.snapshot;
    const { take } = openItems(this.snapshot).find((one) => one.number === item) || {};
    votes.set(conference, round.id, item, { choice, state: "kept", tried: false, take });
    this.changed();
    this.send();
  }

  /** Keep a whole paper as the one handed in, and send it as soon as possible. */
  handIn(chosen) {
    const { conference, round } = this.snapshot;
    papers.set(conference, round.id, { votes: chosen, handed: chosen, state: "kept", tried: false, take: paperTake(this.snapshot) });
    this.changed();
    this.send();
  }

  /** Take in a snapshot: what is kept for items that are no longer open can't get through any more. */
  see(snapshot) {
    const before = this.waiting(false); // a paper's items leave the snapshot when it closes
    this.snapshot = snapshot;
    this.forgetThrownAway();
    const open = new Set(this.waiting(true).map((one) => one.key));
    for (const waiting of [...before, ...this.waiting(false)]) {
      if (!open.has(waiting.key) && this.busy !== waiting.key) waiting.settle(waiting.tried ? "unsure" : "late");
    }
    this.send();
  }

  /** A vote of an earlier take was thrown away with everyone's: it neither counts nor is it sent into the new one. */
  forgetThrownAway() {
    const { conference, round } = this.snapshot;
    if (!round) return;
    if (round.ballot.whole_paper) {
      const paper = papers.get(conference, round.id);
      const take = paperTake(this.snapshot);
      if (paper && paper.handed && take !== undefined && paper.take !== take) {
        papers.set(conference, round.id, { votes: paper.votes, handed: null, state: "anew" });
      }
      return;
    }
    for (const { number, take } of candidates(this.snapshot)) {
      const own = votes.get(conference, round.id, number);
      if (own && own.take !== take) votes.set(conference, round.id, number, { choice: null, state: "anew", take });
    }
  }

  /** Take in what the server knows of this seat: which open items it has voted on. */
  seeSeat(seat) {
    const snapshot = this.snapshot;
    if (!snapshot || !snapshot.round || seat.round !== snapshot.round.id) return;
    const { conference, round } = snapshot;
    const voted = new Set(seat.voted);
    if (round.ballot.whole_paper) {
      const paper = papers.get(conference, round.id);
      const empty = paper && paper.handed && Object.keys(paper.handed).length === 0;
      if (paper && paper.state === "in" && voted.size === 0 && !empty && snapshot.state === "voting") {
        papers.set(conference, round.id, { votes: paper.votes, handed: null, state: "anew" });
      }
    } else {
      for (const { number, take } of openItems(snapshot)) {
        const own = votes.get(conference, round.id, number);
        if (own && own.state === "in" && !voted.has(number)) {
          votes.set(conference, round.id, number, { choice: null, state: "anew", take });
        } else if (voted.has(number) && (!own || own.state === "anew")) {
          votes.set(conference, round.id, number, { choice: null, state: "in", take });
        }
      }
    }
    this.changed();
  }

  /** Send what is kept, oldest first, one message at a time. */
  async send() {
    if (this.busy !== null || !this.socket || !this.socket.connected || !this.snapshot) return;
    const next = this.waiting(true)[0];
    if (!next) return;
    this.busy = next.key;
    next.settle("kept", true);
    let answer = null;
    try {
      answer = await this.socket.timeout(PATIENCE).emitWithAck("vote", next.message);
    } catch {
      answer = null;
    }
    this.busy = null;
    if (answer === null) {
      // No answer is no contact: take the line anew, the vote follows when it stands.
      if (this.socket.connected) this.socket.io.engine.close();
      return;
    }
    if (answer.ok) next.settle("in");
    else if (PASSING.has(answer.error)) await new Promise((resume) => setTimeout(resume, REST));
    else next.settle(answer.error === "closed" ? "late" : answer.error);
    this.see(this.snapshot);
  }

  /** What is kept unsent in the round under way, with the message for it. */
  waiting(open) {
    const { conference, round } = this.snapshot || {};
    if (!round) return [];
    const voting = openItems(this.snapshot).map((item) => item.number);
    const found = round.ballot.whole_paper
      ? [this.waitingPaper(conference, round, voting)]
      : candidates(this.snapshot).map((item) => this.waitingVote(conference, round, item.number, voting));
    return found.filter((one) => one !== null && (one.open || !open));
  }

  waitingVote(conference, round, number, voting) {
    const own = votes.get(conference, round.id, number);
    if (!own || own.state !== "kept") return null;
    return {
      key: `${round.id}:${number}`,
      open: voting.includes(number),
      tried: own.tried,
      message: { round: round.id, votes: [{ item: number, choice: own.choice, take: own.take }] },
      settle: (state, tried = false) => {
        const now = votes.get(conference, round.id, number);
        if (now && now.choice === own.choice && now.take === own.take) {
          votes.set(conference, round.id, number, { ...own, state, tried });
        }
        this.changed();
      },
    };
  }

  waitingPaper(conference, round, voting) {
    const paper = papers.get(conference, round.id);
    if (!paper || paper.state !== "kept") return null;
    const handed = JSON.stringify(paper.handed);
    const takes = new Map((this.snapshot.paper || []).map((item) => [item.number, item.take]));
    const chosen = Object.entries(paper.handed).map(([item, choice]) => ({ item: Number(item), choice, take: takes.get(Number(item)) }));
    return {
      key: `${round.id}:paper`,
      open: voting.length > 0,
      tried: paper.tried,
      message: { round: round.id, votes: chosen },
      settle: (state, tried = false) => {
        const now = papers.get(conference, round.id);
        if (now && JSON.stringify(now.handed) === handed) {
          papers.set(conference, round.id, { ...now, state, tried });
        }
        this.changed();
      },
    };
  }
}

/** The items that a vote can be given on now. */
export function openItems(snapshot) {
  if (!snapshot || snapshot.state !== "voting") return [];
  return candidates(snapshot).filter((item) => item.state === "open");
}

/** How many times the votes of the open papers were thrown away, all items taken together. */
function paperTake(snapshot) {
  return snapshot.paper ? snapshot.paper.reduce((sum, item) => sum + item.take, 0) : undefined;
}

function candidates(snapshot) {
  if (snapshot.paper) return snapshot.paper;
  return snapshot.item ? [snapshot.item] : [];
}
