// The page that leads the room: the line to the conference, the keys, and what a press asks of the server.

import { announce, draw, h, onPress } from "../dom.js";
import { connect } from "../live.js";
import { t } from "../words.js";
import { afterwards, asked } from "./afterwards.js";
import { askFirst } from "./dialogs.js";
import { ask, look } from "./server.js";
import { stepName } from "./steps.js";
import { agenda, items, log, nowPanel, seats, stepPanel } from "./views.js";

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
  draw(main, stepPanel(snapshot, context), nowPanel(snapshot, context));
  draw(here, seats(snapshot));
  draw(around, afterwards(snapshot), items(snapshot, chosen), agenda(snapshot), log(snapshot));
  const said = t("announce_state", { state: t(`state_${snapshot.state}`), step: stepName(snapshot.steps.next) });
  if (said !== told) {
    told = said;
    announce(said);
  }
}

function see(next) {
  if (!next || (snapshot && next.revision < snapshot.revision)) return;
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
  "close-evaluation": () => ({ title: t("close_evaluation_title"), help: t("close_evaluation_help"), go: t("close_evaluation") }),
  unpublish: () => ({ title: t("unpublish_title"), help: t("unpublish_help"), go: t("unpublish") }),
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
acts["show-evaluation"] = (button) => step("show-evaluation", { show: button.dataset.show === "true" });
for (const action of ["seal", "draw", "finish", "close-evaluation", "unpublish"]) acts[action] = () => step(action);

for (const place of [main, around]) onPress(place, (what, button) => acts[what] && acts[what](button));

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

around.addEventListener("submit", (event) => {
  const wanted = asked(event.target);
  event.preventDefault();
  if (wanted) take(...wanted);
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
