// A device that several people vote on, one after the other: each brings their card, votes, and is forgotten.
//
// Nothing is kept on the device, only in this page's memory; and once a vote has been acknowledged the page is loaded anew,
// so that the memory goes too: the seat's token, what was voted, what stood on the page.

import { draw, h, holdFocus, onPress, speaker } from "../dom.js";
import { connect } from "../live.js";
import { chooseLanguage, currentLanguage, languages, t } from "../words.js";
import { fill, handIn } from "./ballots.js";
import { openItems, Sender } from "./sender.js";
import { forgetDevice, keepNothing, papers, place, shared, votes } from "./store.js";
import { fetchAsked, view, zone } from "./views.js";

const IDLE = 60000; // whoever walks away is forgotten
const SETTLE = 350;
const RETRY = 1500;

const TOLD = { in: "shared_in", answered: "shared_answered", left: "shared_left", idle: "shared_idle", moved: "shared_moved", refused: "shared_refused" };

const root = document.getElementById("phone");
const say = speaker();
const told = TOLD[history.state && history.state.told] || "";
let step = place.get() ? "taken" : "asking"; // asking, joining, voting, leaving
let problem = "";
let snapshot = null;
let seat = null;
let line = "connecting";
let settling = false;
let cast = false;
let pressed = null; // the item that was answered last, where there are many
let sender = null;
let evaluation = null; // its module, fetched once the panel is asked
let socket = null;
let idle = null;

function render() {
  document.title = t("shared_title");
  const shown = { taken, asking, joining, voting, leaving }[step]();
  const regain = holdFocus();
  root.className = shown.zone ? "phone has-zone" : "phone";
  draw(
    root,
    h("header", { class: "phone-bar" }, h("p", { class: "line" }, t("shared_title")), step === "voting" ? done() : languageButtons()),
    h("main", { id: "main", class: shown.scale ? "phone-main has-scale" : "phone-main", "data-key": step, tabindex: shown.zone ? "0" : null }, shown.main),
    zone(shown.zone),
  );
  regain(() => root.querySelector("h1"));
  say(shown);
}

function languageButtons() {
  return h("div", { class: "languages" }, languages().filter(([code]) => code !== currentLanguage()).map(([code, name]) => h("button", { type: "button", class: "language", lang: code, "data-do": "language", "data-language": code }, name)));
}

function done() {
  return h("button", { type: "button", class: "language", "data-do": "done", "data-key": "done", "aria-disabled": String(unsent()) }, t("shared_done"));
}

// This device has a seat of its own, which is lost with sharing it.
function taken() {
  return {
    main: [
      h("h1", { class: "headline" }, t("shared_take")),
      h("p", { class: "lead" }, t("shared_take_help")),
      h("button", { type: "button", class: "button button-wide", "data-do": "share" }, t("shared_yes")),
      h("p", null, h("a", { class: "button", href: "/vote" }, t("back"))),
    ],
    tell: "",
  };
}

function asking() {
  return {
    main: [
      told ? h("p", { class: "notice", role: "status" }, t(told)) : null,
      h("h1", { class: "headline" }, t("shared_ask")),
      h(
        "form",
        { class: "join-form", "data-key": "form", novalidate: true, autocomplete: "off" },
        h("label", { class: "lead", for: "code" }, t("shared_code")),
        h("input", { id: "code", class: "code-field", type: "text", autocomplete: "off", autocapitalize: "characters", autocorrect: "off", spellcheck: "false", enterkeyhint: "go", required: true, "aria-describedby": "problem", "aria-invalid": String(Boolean(problem)) }),
        h("p", { id: "problem", class: "problem", role: "alert" }, problem),
        h("button", { class: "button button-wide", type: "submit" }, t("shared_begin")),
      ),
      h("p", { class: "quiet" }, t("shared_promise")),
      h("p", null, h("button", { type: "button", class: "button", "data-do": "unshare" }, t("shared_stop"))),
    ],
    tell: told ? t(told) : "",
  };
}

function joining() {
  return { main: [h("h1", { class: "headline" }, t("joining")), h("p", { class: "lead", role: "status" }, problem)], tell: t("joining") };
}

function leaving() {
  return { main: [h("h1", { class: "headline" }, t("shared_forgetting"))], tell: "" };
}

function voting() {
  return view(snapshot, seat, { line, settling, pressed, newcomer: true, evaluation });
}

// --- joining

function ask(text) {
  const plain = text.replace(/[\s.-]+/g, "");
  if (/^\d{6}$/.test(plain)) refuse(t("shared_card_only"));
  else if (plain) join(plain);
}

async function join(secret) {
  step = "joining";
  problem = "";
  render();
  let answer = null;
  try {
    const response = await fetch("/api/join", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ seat: secret }), referrerPolicy: "no-referrer" });
    answer = response.status >= 500 ? null : await response.json();
  } catch {
    answer = null;
  }
  if (answer && answer.token) follow(answer.token);
  else if (answer === null) {
    problem = t("join_failed");
    render();
    setTimeout(() => join(secret), RETRY);
  } else refuse(t("shared_refused"));
}

function refuse(text) {
  step = "asking";
  problem = text;
  render();
  document.getElementById("code").focus();
}

function follow(token) {
  step = "voting";
  sender = new Sender(afterVote);
  touch();
  socket = connect(token, {
    line(how) {
      line = how;
      if (how === "refused") forget("refused");
      else render();
      if (how === "connected" && evaluation) evaluation.sendAgain(snapshot, socket, afterSheet);
    },
    state(next) {
      const fresh = snapshot && openKey(next) && openKey(next) !== openKey(snapshot);
      if (fresh) settle();
      snapshot = next;
      sender.see(next);
      fetchEvaluation();
      render();
    },
    seat(next) {
      seat = next;
      if (next.moved) forget("moved");
      else sender.seeSeat(next);
      if (step === "voting") render();
    },
  });
  sender.socket = socket;
  render();
}

async function fetchEvaluation() {
  if (evaluation || !snapshot.evaluation) return;
  const found = await fetchAsked("./evaluation.js");
  if (!found) return;
  evaluation = found;
  if (step === "voting") render();
}

const openKey = (of) => (of.item && of.state === "voting" ? `${of.round.id}:${of.item.number}` : null);

function settle() {
  settling = true;
  setTimeout(() => {
    settling = false;
    render();
  }, SETTLE);
}

// --- voting, and forgetting

/** Where the votes of whoever is here stand: everything that is open is acknowledged, or something is still on its way. */
function standing() {
  const { conference, round } = snapshot;
  if (round.ballot.whole_paper) return [(papers.get(conference, round.id) || {}).state];
  return openItems(snapshot).map((item) => (votes.get(conference, round.id, item.number) || {}).state);
}

function unsent() {
  if (sheetState() === "kept" || sheetState() === "unsent") return true;
  return Boolean(snapshot && snapshot.round && openItems(snapshot).length && standing().includes("kept"));
}

/** How far the answers of whoever is here have come, where they are asked for. */
function sheetState() {
  return snapshot && evaluation && evaluation.asks(snapshot) ? evaluation.sheetState(snapshot) : null;
}

function afterSheet() {
  if (step !== "voting") return;
  if (sheetState() === "in") forget("answered");
  else render();
}

function afterVote() {
  if (step !== "voting") return;
  if (cast && openItems(snapshot).length && standing().every((state) => state === "in")) forget("in");
  else render();
}

/** Forget the seat completely: let the line go, empty the page, and load it anew. */
async function forget(why) {
  if (step === "leaving") return;
  step = "leaving";
  socket.disconnect();
  snapshot = seat = sender = null;
  render();
  history.replaceState({ told: why }, "", "/shared");
  for (;;) {
    try {
      const there = await fetch("/shared", { cache: "no-store" });
      if (there.ok) break;
    } catch {
      // no contact: the page stays empty until there is
    }
    await new Promise((resume) => setTimeout(resume, RETRY));
  }
  location.reload();
}

function touch() {
  clearTimeout(idle);
  idle = setTimeout(() => (unsent() ? touch() : forget("idle")), IDLE);
}

const acts = {
  language: (button) => {
    chooseLanguage(button.dataset.language, render);
  },
  share: () => {
    forgetDevice();
    begin();
  },
  unshare: () => {
    shared.clear();
    location.replace("/");
  },
  done: () => forget("left"),
  choose: (button) => {
    cast = true;
    pressed = Number(button.dataset.item);
    sender.cast(pressed, button.dataset.choice);
  },
  "hand-in": () => {
    cast = true;
    handIn(snapshot, sender);
  },
  "hand-in-sheet": () => evaluation.handIn(snapshot, socket, afterSheet),
};
for (const what of ["pick", "rank", "more", "less"]) {
  acts[what] = (button) => {
    fill(snapshot, what, button.dataset.item);
    render();
  };
}

function begin() {
  shared.set();
  keepNothing();
  step = "asking";
  const scanned = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", "/shared");
  render();
  if (scanned) ask(scanned);
  else document.getElementById("code").focus();
}

onPress(root, (what, button) => acts[what] && acts[what](button));
root.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(document.getElementById("code").value);
});
root.addEventListener("input", (event) => sheetState() !== null && evaluation.fillIn(snapshot, event.target) && render());
for (const sign of ["pointerdown", "keydown"]) root.addEventListener(sign, () => step === "voting" && touch());
if (step === "taken") render();
else begin();
