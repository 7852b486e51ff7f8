// The page that leads the room: the line to the conference, the keys, and what a press asks of the server.

import { announce, draw, h, onPress } from "../dom.js";
import { connect } from "../live.js";
import { has, t } from "../words.js";
import { askFirst } from "./dialogs.js";
import { showCard } from "./card.js";
import { paperName, paperPanel, readPaper } from "./paper.js";
import { chosenStack, seats } from "./seats.js";
import { ask, look, typeIn } from "./server.js";
import { stepName } from "./steps.js";
import { agenda, items, log, nowPanel, stepPanel } from "./views.js";

const REST = 700; // between two steps, so that a nervous thumb on the remote takes one
const FORWARD = new Set([" ", "PageDown", "ArrowRight"]);

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
const conference = meta("conference");
const token = meta("facilitator-token");
const main = document.getElementById("lead");
const around = document.getElementById("around");
const here = document.getElementById("seats");
const line = document.getElementById("line");

let snapshot = null;
let how = "connecting";
let busy = false;
let problem = "";
let trouble = "";
let tieProblem = "";
let seating = {}; // what came of the last thing done about seats: {typedProblem, typedDone, seatProblem, seatDone}
let chosen = null;
let lastStep = -REST; // by the page's own clock: the machine's may be put back
let told = "";

function render() {
  const text = { connected: "connected", connecting: "connecting", refused: "refused" }[how] || "no_contact";
  line.className = `line line-${how}`;
  line.textContent = t(text);
  if (!snapshot) return;
  if (document.body.dataset.state !== snapshot.state) window.scrollTo(0, 0);
  document.body.dataset.state = snapshot.state;
  const context = { busy, problem: [trouble, problem].filter(Boolean).join(" "), tieProblem, line: how };
  draw(main, stepPanel(snapshot, context), nowPanel(snapshot, context), paperPanel(snapshot, seating));
  draw(here, seats(snapshot, seating));
  draw(around, items(snapshot, chosen), agenda(snapshot), log(snapshot));
  const said = t("announce_state", { state: t(`state_${snapshot.state}`), step: stepName(snapshot.steps.next) });
  if (said !== told) {
    told = said;
    announce(said);
  }
}

function see(next) {
  if (!next || (snapshot && next.revision < snapshot.revision)) return;
  if (snapshot && next.state !== snapshot.state) seating = {};
  if (snapshot && next.revision > snapshot.revision) tieProblem = "";
  snapshot = next;
}

// --- steps

async function take(action, details = {}) {
  if (busy || !snapshot) return;
  busy = true;
  problem = "";
  const before = snapshot.revision;
  render();
  const answer = await ask(conference, token, action, details, before);
  if (answer.error === "stale") see(await look(conference, token));
  busy = false;
  lastStep = performance.now();
  if (answer.state) see(answer.state);
  if (!answer.ok) problem = explain(answer);
  render();
}

function explain(answer) {
  if (answer.error === "stale") return t("stale");
  if (answer.error === "unreachable") return t("failed");
  return answer.message || t("failed");
}

const QUESTIONS = {
  seal: () => ({ title: t("seal_title"), help: t("seal_help"), go: t("do_seal") }),
  finish: () => ({ title: t("finish_title"), help: t("finish_help"), go: t("do_finish") }),
  void: (item) => ({ title: t("void_title", { item: String(item) }), help: t("void_help"), go: t("do_void", { item: String(item) }), reason: true }),
  undo: () => ({
    title: t("undo_title"),
    help: [document.getElementById("undo-what").textContent, t("undo_help"), snapshot.steps.undo.action === "seal" ? t("undo_seal_help") : ""].join(" "),
    go: t("do_undo"),
    reason: true,
  }),
};

async function step(action, details = {}) {
  if (QUESTIONS[action]) {
    const reason = await askFirst(QUESTIONS[action](details.item));
    if (reason === null) return;
    await take(action, { ...details, reason });
  } else {
    await take(action, details);
  }
}

/** Take the next step, once: not while one is under way, nor right after one. */
function forward() {
  const next = snapshot && snapshot.steps.next;
  if (!next || busy || how === "refused" || performance.now() - lastStep < REST) return;
  lastStep = performance.now();
  if (next.action === "decide") {
    const panel = document.getElementById("tie");
    if (panel) {
      panel.scrollIntoView({ block: "start" });
      panel.querySelector("input").focus();
    }
    return;
  }
  step(next.action, next);
}

document.addEventListener("keydown", (event) => {
  if (!FORWARD.has(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const at = document.activeElement;
  const dialog = document.getElementById("dialog");
  if (dialog.open || (at && at.closest("input, textarea, select"))) return;
  // Space presses whatever has the focus; only where nothing else would take it is it the next step.
  if (event.key === " " && at && at !== document.body && at.id !== "next") return;
  event.preventDefault();
  if (!event.repeat) forward();
});

// The button's own click from Space would come on top of the key's.
document.addEventListener("keyup", (event) => {
  if (event.key === " " && document.activeElement && document.activeElement.id === "next") event.preventDefault();
});

const acts = {
  next: forward,
  undo: () => step("undo"),
  choose: (button) => {
    const number = Number(button.dataset.item);
    chosen = chosen === number ? null : number;
    render();
  },
};
for (const action of ["void", "reopen", "open"]) {
  acts[action] = (button) => step(action, { item: Number(button.dataset.item) });
}
for (const action of ["seal", "draw", "finish"]) acts[action] = () => step(action);

// --- seats

/** Do something about a seat, and say what came of it where it was asked for. -> whether it was done */
async function seat(action, details = {}) {
  if (busy || !snapshot) return false;
  const question = seatQuestion(action, details);
  if (question && (await askFirst(question)) === null) return false;
  busy = true;
  seating = {};
  render();
  const answer = await ask(conference, token, action, details, snapshot.revision);
  busy = false;
  see(answer.state || (answer.error === "stale" ? await look(conference, token) : null));
  seating = answer.ok ? { seatDone: t("seat_done") } : { seatProblem: refusal(answer, details.card ? "card" : action) };
  render();
  if (answer.card) showCard(answer.card);
  return answer.ok;
}

/** Why nothing was done about a seat, by what was asked or by the code of the refusal. */
function refusal(answer, name) {
  if (["stale", "unreachable", "storage"].includes(answer.error)) return explain(answer);
  return has(`refused_${name}`) ? t(`refused_${name}`) : t("refused_other");
}

function seatQuestion(action, { paper }) {
  if (action === "leave") return { title: t("leave_title"), help: t("leave_help"), go: t("do_leave") };
  if (action === "new-card" && !paper) return { title: t("do_new-card"), help: t("lost_help"), go: t("do_new-card") };
  return null;
}

async function handInPaper(form) {
  const paper = readPaper(form, snapshot);
  if (!paper || busy) {
    seating = { typedProblem: paper ? "" : t("typed_nothing") };
    render();
    return;
  }
  busy = true;
  seating = {};
  render();
  const answer = await typeIn(conference, token, paper);
  busy = false;
  see(answer.state);
  seating = answer.ok ? { typedDone: t("typed_in", { seat: paperName(paper.paper) }) } : { typedProblem: refusal(answer, answer.error) };
  if (answer.ok) {
    form.reset();
    document.activeElement.blur(); // the remote and the space bar lead on
  }
  render();
}

for (const action of ["on-paper", "off-paper", "withdraw", "readmit", "admit", "sign-out", "sign-in", "leave", "new-card"]) {
  acts[action] = (button) => seat(action, button.dataset.paper ? { paper: Number(button.dataset.paper) } : chosenStack(button, snapshot.seating));
}

here.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const card = new FormData(form).get("card").trim();
  if (card && (await seat(event.submitter.value, { card }))) form.reset();
});

main.addEventListener("submit", (event) => {
  if (event.target.dataset.form !== "paper") return;
  event.preventDefault();
  handInPaper(event.target);
});

for (const place of [main, around, here]) onPress(place, (what, button) => acts[what] && acts[what](button));

main.addEventListener("submit", (event) => {
  const form = event.target.closest('[data-form="decide"]');
  if (!form) return;
  event.preventDefault();
  const given = new FormData(form);
  const decided = given.getAll("items").map(Number);
  const reason = String(given.get("reason") || "").trim();
  tieProblem = !decided.length ? t("decide_none") : !reason ? t("reason_missing") : "";
  if (tieProblem) render();
  else take("decide", { items: decided, verdict: given.get("verdict"), reason });
});

connect(token, {
  line(now) {
    how = now;
    render();
  },
  state(next) {
    see(next);
    render();
  },
  trouble(message) {
    trouble = message ? `${t("votes_not_stored")} (${message})` : "";
    render();
  },
});
