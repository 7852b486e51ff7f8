// What the phone keeps for itself: its place in the conference, and what it voted. None of it is on the server.

const memory = new Map(); // for browsers that keep nothing
let memoryOnly = false;

/** From now on keep everything in the page's memory only: the device is shared. */
export function keepNothing() {
  memoryOnly = true;
}

function read(key) {
  if (memoryOnly) return remembered(key);
  try {
    const text = localStorage.getItem(key);
    return text === null ? remembered(key) : JSON.parse(text);
  } catch {
    return remembered(key);
  }
}

const remembered = (key) => (memory.has(key) ? memory.get(key) : null);

function write(key, value) {
  memory.set(key, value);
  if (memoryOnly) return;
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the memory of the page has it until it is closed.
  }
}

function keys() {
  if (memoryOnly) return [...memory.keys()];
  try {
    return [...new Set([...Object.keys(localStorage), ...memory.keys()])];
  } catch {
    return [...memory.keys()];
  }
}

/** The phone's place: {token, conference}, or null. */
export const place = {
  get: () => read("consensus.place"),
  set: (value) => {
    const before = read("consensus.place");
    if (before && seatOf(before.token) !== seatOf(value.token)) forgetVotes(value.conference);
    write("consensus.place", value);
  },
  clear: () => write("consensus.place", null),
};

/** Whether this device is shared: a card that is scanned with it leads to the page for that. */
export const shared = {
  get: () => read("consensus.shared"),
  set: () => write("consensus.shared", true),
  clear: () => {
    memoryOnly = false;
    write("consensus.shared", null);
  },
};

/** Forget the seat and every vote that this device keeps. */
export function forgetDevice() {
  for (const key of keys()) {
    if (/^consensus\.(?:place$|vote:|paper:|sheet:)/.test(key)) write(key, null);
  }
}

const voteKey = (conference, round, item) => `consensus.vote:${conference}:${round}:${item}`;
const paperKey = (conference, round) => `consensus.paper:${conference}:${round}`;

// A token says whose seat it is, signed but not hidden. One that cannot be read is another's.
export function seatOf(token) {
  try {
    return JSON.parse(atob(token.split(".")[0].replace(/-/g, "+").replace(/_/g, "/")))[2];
  } catch {
    return token;
  }
}

// A tablet goes from hand to hand: what one seat voted is not shown to the next, nor sent for it.
function forgetVotes(conference) {
  for (const key of keys()) {
    const voted = ["vote", "paper"].some((kind) => key.startsWith(`consensus.${kind}:${conference}:`));
    if (voted || key === `consensus.sheet:${conference}`) write(key, null);
  }
}

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
  /** The paper of the round under way, a blank one where nothing stands on it yet. */
  own: (snapshot) => papers.get(snapshot.conference, snapshot.round.id) || { votes: {}, handed: null, state: "draft" },
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
