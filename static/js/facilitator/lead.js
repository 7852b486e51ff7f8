// The page that leads the room: the line to the conference, the keys, and what a press asks of the server.

import { announce, draw, h, holdFocus, onPress, wordsOf } from "../dom.js";
import { connect } from "../live.js";
import { has, number, t } from "../words.js";
import { afterwards, asked as askedAfterwards } from "./afterwards.js";
import { argumentsPanel } from "./arguments.js";
import { showCard } from "./card.js";
import { askFirst } from "./dialogs.js";
import { merged, shown, whatIf } from "./exploring.js";
import { nearby } from "./focus.js";
import { handouts } from "./handouts.js";
import { onKey, showKeys } from "./keys.js";
import { paperName, paperPanel, readPaper } from "./paper.js";
import { asked, pacePanel, stagePanel, zoomed } from "./room.js";
import { chosenStack, seats } from "./seats.js";
import { ask, look, typeIn } from "./server.js";
import { stepName } from "./steps.js";
import { tables, tablesAsked } from "./tables.js";
import { agenda, items, log, nowPanel, itemTold, stepPanel } from "./views.js";

const REST = 700; // between two steps, so that a nervous thumb on the remote takes one
const SETTLE = 500; // after a step that another page or the pace took: a thumb on its way down meant the one before

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
let tablesProblem = "";
let chosen = null;
let lastStep = -REST; // by the page's own clock: the machine's may be put back
let settling = null;
let told = "";
let seen = nothingSeen(null); // what was looked at of the round under review

function render() {
  const text = { connected: "connected", connecting: "connecting", refused: "refused" }[how] || "no_contact";
  line.className = `line line-${how}`;
  if (line.textContent !== t(text)) line.textContent = t(text); // put in anew it would be said anew
  if (!snapshot) return;
  if (document.body.dataset.state !== snapshot.state) window.scrollTo(0, 0);
  document.body.dataset.state = snapshot.state;
  const context = { busy, settling: settling !== null, problem: [trouble, problem].filter(Boolean).join(" "), tieProblem, line: how };
  const regain = holdFocus();
  draw(main, stepPanel(snapshot, context), nowPanel(snapshot, context), paperPanel(snapshot, seating), whatIf(snapshot, seen));
  draw(here, seats(snapshot, seating));
  const room = [stagePanel(snapshot), pacePanel(snapshot)];
  const work = [argumentsPanel(snapshot), handouts(snapshot), tables(snapshot, tablesProblem), afterwards(snapshot)];
  // once a round is sealed, what is done with it comes first: nobody looks for it below the timer
  const order = ["sealed", "finished"].includes(snapshot.state) ? [work, room] : [room, work];
  draw(around, order, items(snapshot, chosen), agenda(snapshot), log(snapshot));
  regain(nearby);
  const said = [t("announce_state", { state: t(`state_${snapshot.state}`), step: stepName(snapshot.steps.next) }), ...itemTold(snapshot)];
  if (wordsOf(said) !== told) {
    told = wordsOf(said);
    announce(said);
  }
}

function see(next) {
  if (!next || (snapshot && next.revision < snapshot.revision)) return;
  if (snapshot && next.state !== snapshot.state) seating = {};
  if (snapshot && next.revision > snapshot.revision) tieProblem = "";
  if (snapshot && !busy && stepName(next.steps.next) !== stepName(snapshot.steps.next)) settle();
  snapshot = next;
  if (seen.round !== roundOf(next)) seen = nothingSeen(roundOf(next));
}

/** The step under the button has changed without a press here: it takes the next press only once it can have been read. */
function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = null;
    render();
  }, SETTLE);
}

const roundOf = (of) => (of.what_if && of.round ? of.round.id : null);

function nothingSeen(round) {
  return { round, knob: null, at: null, looks: {}, problem: "" };
}

// --- steps

/** `decidedOn`: the revision that was seen when this was decided, where a question has been asked since. */
async function take(action, details = {}, decidedOn = snapshot && snapshot.revision) {
  if (busy || !snapshot) return;
  busy = true;
  problem = "";
  render();
  const answer = await ask(conference, token, action, details, decidedOn);
  see(answer.state || (answer.error === "stale" ? await look(conference, token) : null));
  busy = false;
  lastStep = performance.now();
  if (!answer.ok) problem = explain(answer);
  render();
}

/** Set something for the room. It is no step: it neither waits for one nor holds one up. */
async function set(what, details) {
  if (!snapshot) return;
  const answer = await ask(conference, token, what, details, snapshot.revision);
  if (answer.error === "stale") see(await look(conference, token)); // another page was faster, and shows as much
  else problem = answer.ok ? "" : explain(answer);
  if (answer.state) see(answer.state);
  render();
}

function explain(answer) {
  if (answer.error === "stale") return t("stale");
  if (answer.error === "unreachable") return t("failed");
  return answer.message || t("failed");
}

/** What is said at level `panel` alone, where votes of one person are joined through the conference. */
const ofPanel = (word) => (snapshot.anonymity === "panel" ? t(word) : "");

const QUESTIONS = {
  seal: () => ({ title: t("seal_title"), help: t("seal_help"), go: t("do_seal") }),
  draw: () => ({ title: t("draw_title"), help: [t("lot_shown", { seed: String(snapshot.review.lot.seed) }), t("draw_help")].join(" "), go: t("do_draw", { seed: String(snapshot.review.lot.seed) }) }),
  reopen: (item) => ({ title: t("reopen_title", { item: String(item) }), help: t("reopen_help"), go: t("do_reopen", { item: String(item) }), reason: true }),
  finish: () => ({ title: t("finish_title"), help: [t("finish_help"), ofPanel("finish_panel_help")].join(" "), go: t("do_finish") }),
  void: (item) => ({ title: t("void_title", { item: String(item) }), help: t("void_help"), go: t("do_void", { item: String(item) }), reason: true }),
  "close-evaluation": () => ({ title: t("close_evaluation_title"), help: t("close_evaluation_help"), go: t("close_evaluation") }),
  unpublish: () => ({ title: t("unpublish_title"), help: t("unpublish_help"), go: t("unpublish") }),
  undo: () => ({
    title: t("undo_title"),
    help: [
      document.getElementById("undo-what").textContent,
      t(`did_${snapshot.steps.undo.action}_undone`),
      snapshot.steps.undo.action === "seal" ? t("undo_seal_help") : "",
      snapshot.steps.undo.action === "finish" ? ofPanel("did_finish_panel_undone") : "",
      t("undo_help"),
    ].join(" "),
    go: t("do_undo"),
    reason: true,
  }),
};

async function step(action, details = {}) {
  if (QUESTIONS[action]) {
    const decidedOn = snapshot.revision; // what comes while the question stands must not be what the answer is taken for
    const reason = await askFirst(QUESTIONS[action](details.item));
    if (reason === null) return;
    await take(action, { ...details, reason }, decidedOn);
  } else {
    await take(action, details);
  }
}

/** Take the next step, once: not while one is under way, nor right after one. */
function forward() {
  const next = snapshot && snapshot.steps.next;
  if (!next || busy || settling !== null || how === "refused" || performance.now() - lastStep < REST) return;
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

const acts = {
  next: forward,
  undo: () => snapshot.steps.undo && !busy && step("undo"),
  keys: showKeys,
  blank: () => set("display", { blank: !snapshot.display.blank }),
  freeze: () => set("display", { frozen: !snapshot.display.frozen }),
  live: () => set("display", { blank: false, frozen: false }),
  larger: () => zoom(1),
  smaller: () => zoom(-1),
  "timer-start": (button) => set("timer", { do: "start", seconds: Number(button.dataset.seconds) }),
  "timer-toggle": () => set("timer", { do: snapshot.timer.ends === null ? "go-on" : "pause" }),
  "timer-add": () => set("timer", { do: "add", seconds: 60 }),
  "timer-stop": () => set("timer", { do: "stop" }),
  "pace-pause": () => set("pace", { on: false }),
  choose: (button) => {
    const number = Number(button.dataset.item);
    chosen = chosen === number ? null : number;
    render();
  },
};
acts.arguments = (button) => step("arguments", { open: button.dataset.open === "true" });
acts.moderate = (button) => step("moderate", { argument: button.dataset.argument, verdict: button.dataset.verdict });
acts["show-arguments"] = (button) => step("show-arguments", { item: button.dataset.item ? Number(button.dataset.item) : null });
for (const action of ["void", "reopen", "open"]) {
  acts[action] = (button) => step(action, { item: Number(button.dataset.item) });
}
acts["show-evaluation"] = (button) => step("show-evaluation", { show: button.dataset.show === "true" });
for (const action of ["seal", "draw", "finish", "show-tables", "close-evaluation", "unpublish"]) acts[action] = () => step(action);

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
  seating = answer.ok ? { seatDone: t(action === "join-code" ? "join-code_done" : "seat_done") } : { seatProblem: refusal(answer, details.card ? "card" : action) };
  render();
  if (!answer.ok) here.querySelector(".problem").scrollIntoView({ block: "nearest" });
  if (answer.card) showCard(answer.card);
  return answer.ok;
}

/** Why nothing was done about a seat, by what was asked or by the code of the refusal. */
function refusal(answer, name) {
  if (["stale", "unreachable", "storage"].includes(answer.error)) return explain(answer);
  return has(`refused_${name}`) ? t(`refused_${name}`) : answer.message || t("refused_other");
}

function seatQuestion(action, { paper, new_seat, signed_out }) {
  if (signed_out) return { title: t("withdraw-out_title"), help: t("withdraw-out_help"), go: t("do_withdraw-out") };
  if (new_seat) return { title: t("new-seat_title"), help: t("lost_several"), go: t("do_new-seat") };
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
    lastStep = performance.now(); // an Enter that is held, or pressed twice, typed in the paper and nothing more
    document.getElementById("next").focus({ preventScroll: true }); // the remote and the space bar lead on
  }
  render();
}

for (const action of ["on-paper", "off-paper", "withdraw", "readmit", "admit", "sign-out", "sign-in", "leave", "new-card"]) {
  acts[action] = (button) => seat(action, button.dataset.paper ? { paper: Number(button.dataset.paper) } : chosenStack(button, snapshot.seating));
}

let pressed = null; // the button that a form is sent with, which Safari tells of since 2022 only
here.addEventListener("click", (event) => {
  pressed = event.target.closest('button[name="action"]');
});
acts["withdraw-out"] = () => seat("withdraw", { signed_out: true });
acts["join-code"] = (button) => seat("join-code", { open: button.dataset.open === "true" });
acts["new-seat"] = (button) => seat("new-card", { new_seat: true, ...chosenStack(button, snapshot.seating) });

here.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const card = new FormData(form).get("card").trim();
  if (card && (await seat(pressed.value, { card }))) form.reset();
});

main.addEventListener("submit", (event) => {
  if (event.target.dataset.form !== "paper") return;
  event.preventDefault();
  handInPaper(event.target);
});

for (const place of [main, around, here]) onPress(place, (what, button) => acts[what] && acts[what](button));

function zoom(by) {
  const to = zoomed(snapshot.display.zoom, by);
  snapshot.display.zoom = to; // so that the next press of a key that is held goes on from here
  set("display", { zoom: to });
}

const byKey = {
  ...acts,
  timer: () => (snapshot.timer ? acts["timer-toggle"]() : document.getElementById("timer-length").focus()),
  pace: () => (snapshot.pace.on ? acts["pace-pause"]() : startPace()),
  pause: () => snapshot.pace.on && acts["pace-pause"](),
};

// As the panel says; where it says nothing yet, that is where one is taken.
function startPace() {
  const panel = document.querySelector(".pace");
  const wanted = asked(panel.querySelector("form"));
  if (wanted.open_after !== null || wanted.close_after !== null || wanted.close_when_all) set("pace", wanted);
  else {
    panel.open = true;
    panel.querySelector("input").focus();
  }
}

// A link that opens a page beside this one keeps the focus; then Space would scroll instead of leading on.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[target]");
  if (link && event.detail) link.blur();
});

onKey((what) => {
  if (!snapshot) return false;
  if (what === "live" && how !== "connected") return false; // then F5 is what it always was
  byKey[what]();
  return what !== "pause";
});

around.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-form]");
  if (!form) return;
  event.preventDefault();
  const after = askedAfterwards(form);
  if (after) take(...after);
  else if (form.dataset.form === "tables") drawTables(form);
  else {
    const wanted = asked(form);
    if (wanted) set(form.dataset.form, wanted);
  }
});

function drawTables(form) {
  const wanted = tablesAsked(form, snapshot.present);
  tablesProblem = wanted ? "" : t("tables_problem", { n: snapshot.present });
  if (wanted) take("tables", wanted);
  else render();
}

/** Look at the round under another number, with the plan's own beside it. */
async function explore(form) {
  const knob = snapshot.what_if.find((one) => one.id === form.elements.knob.value);
  const known = seen.looks[knob.id] || [];
  const at = [form.elements.at.value, ...(known.length ? [] : [knob.at])];
  const answer = await ask(conference, token, "what-if", { knob: knob.id, at }, snapshot.revision);
  if (answer.state) see(answer.state);
  seen.problem = answer.ok ? "" : explain(answer);
  if (answer.ok) seen.looks[knob.id] = merged(known, answer.found);
  render();
}

main.addEventListener("input", (event) => {
  const { target } = event;
  if (target.id === "what-if-at") {
    seen.at = Number(target.value);
    document.getElementById("what-if-now").textContent = shown(seen.at, { unit: target.dataset.unit });
  }
  if (target.id === "what-if-rule") {
    seen = { ...seen, knob: target.value, at: null };
    render();
  }
});

/** More in than the plan has places for may be what the room wants, or one tick too many. */
async function decide(decision) {
  const decidedOn = snapshot.revision;
  const tie = snapshot.review.ties.find((one) => !one.settled && one.items.includes(decision.items[0]));
  const over = decision.verdict === "advance" && tie && decision.items.length > tie.places;
  if (over && (await askFirst({ title: t("decide_over_title"), help: t("decide_over_help", { n: decision.items.length, places: number(tie.places) }), go: t("decide") })) === null) return;
  await take("decide", decision, decidedOn);
}

main.addEventListener("submit", (event) => {
  const asksWhatIf = event.target.closest('[data-form="what-if"]');
  if (asksWhatIf) {
    event.preventDefault();
    explore(asksWhatIf);
    return;
  }
  const form = event.target.closest('[data-form="decide"]');
  if (!form) return;
  event.preventDefault();
  const given = new FormData(form);
  const decided = given.getAll("items").map(Number);
  const reason = String(given.get("reason") || "").trim();
  tieProblem = !decided.length ? t("decide_none") : !reason ? t("reason_missing") : "";
  if (tieProblem) render();
  else decide({ items: decided, verdict: given.get("verdict"), reason });
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
    const why = /\(.*\)/.exec(message || ""); // what the disk or the database says, in its own words
    trouble = message ? `${t("votes_not_stored")} ${why ? why[0] : ""}`.trim() : "";
    render();
  },
});
