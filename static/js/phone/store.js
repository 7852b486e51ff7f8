// What the phone keeps for itself: its place in the conference, and what it voted. None of it is on the server.

const memory = new Map(); // for browsers that keep nothing

function read(key) {
  try {
    const text = localStorage.getItem(key);
    return text === null ? (memory.get(key) ?? null) : JSON.parse(text);
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key, value) {
  memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the memory of the page has it until it is closed.
  }
}

function keys() {
  try {
    return [...new Set([...Object.keys(localStorage), ...memory.keys()])];
  } catch {
    return [...memory.keys()];
  }
}

/** The phone's place: {token, conference}, or null. */
export const place = {
  get: () => read("consensus.place"),
  set: (value) => write("consensus.place", value),
  clear: () => write("consensus.place", null),
};

const voteKey = (conference, round, item) => `consensus.vote:${conference}:${round}:${item}`;
const paperKey = (conference, round) => `consensus.paper:${conference}:${round}`;

/** My vote on one item: {choice, state, take}, state one of kept, in, late, unsure, anew, or a refusal's code. */
export const votes = {
  get: (conference, round, item) => read(voteKey(conference, round, item)),
  set: (conference, round, item, vote) => write(voteKey(conference, round, item), vote),
  ofRound: (conference, round) => keys().filter((key) => key.startsWith(voteKey(conference, round, ""))).map(read),
};

/** My paper in a round: {votes: {item: choice}, handed: {…} | null, state, take}, state one of draft, kept, in, … */
export const papers = {
  get: (conference, round) => read(paperKey(conference, round)),
  set: (conference, round, paper) => write(paperKey(conference, round), paper),
};

/** My sheet in the evaluation: {seat, answers, comment, state}. */
export const sheets = {
  get: (conference) => read(`consensus.sheet:${conference}`),
  set: (conference, sheet) => write(`consensus.sheet:${conference}`, sheet),
};

/** Whether this phone has voted on anything but `round`'s `item`. */
export function hasVoted(conference, round, item) {
  try {
    const start = `consensus.vote:${conference}:`;
    return Object.keys(localStorage).some((key) => key.startsWith(start) && key !== voteKey(conference, round, item));
  } catch {
    return memory.size > 2;
  }
}

/** Forget the votes of other conferences than this one: a phone may be lent from table to table. */
export function forgetOthers(conference) {
  try {
    for (const key of Object.keys(localStorage)) {
      const found = /^consensus\.(?:vote|paper|sheet):([^:]+)/.exec(key);
      if (found && found[1] !== conference) localStorage.removeItem(key);
    }
  } catch {
    // nothing kept, nothing to forget
  }
}
