// The phone's page: the line to the conference, what is shown, and what a press does.

import { countdown, timerView } from "../clock.js";
import { draw, h, holdFocus, onPress, speaker } from "../dom.js";
import { connect } from "../live.js";
import { chosenLanguage, chooseLanguage, currentLanguage, languages, t, useLanguage } from "../words.js";
import { fill, handIn } from "./ballots.js";
import { Sender } from "./sender.js";
import { forgetOthers, hasVoted, place } from "./store.js";
import { fetchAsked, bring, view, zone } from "./views.js";

const ASK_WITHIN = 1000;
const SETTLE = 350; // a thumb on its way down must not land on an item that has just appeared

const root = document.getElementById("phone");
const say = speaker();
let snapshot = null;
let seat = null;
let line = "connecting";
let settling = false;
let shownKey = null;
let pressed = null; // the item that was answered last, where there are many
let sender = null;
let writing = null; // what this phone writes: its module is fetched once arguments are collected
let evaluation = null; // its module, fetched once the panel is asked: until then it is weight on every phone
let tables = null; // its module, fetched once tables are shown
let shownTable = null; // the session of talks whose table is shown
let askedFor = null; // the session of talks whose table was asked for

function render() {
  if (!chosenLanguage() && snapshot) useLanguage(snapshot.language, render);
  document.title = t("title");
  const shown = view(snapshot, seat, { line, settling, pressed, newcomer: isNewcomer(), writing, evaluation, tables });
  const regain = holdFocus();
  root.className = shown.zone ? "phone has-zone" : "phone";
  draw(
    root,
    header(),
    h("main", { id: "main", class: shown.scale ? "phone-main has-scale" : "phone-main", tabindex: shown.zone ? "0" : null }, shown.main),
    zone(shown.zone),
  );
  turnPage(shown);
  lookAtTable();
  regain(() => root.querySelector(".zone:not(.zone-empty)") || root.querySelector("h1"));
  say(shown);
}

function isNewcomer() {
  if (!snapshot || !snapshot.item) return true;
  return !hasVoted(snapshot.conference, snapshot.round.id, snapshot.item.number);
}

// A new item starts at its beginning, and those who read by keyboard or ear are taken there.
function turnPage(shown) {
  const key = shown.key || (snapshot ? snapshot.state : line);
  if (key === shownKey) return;
  const first = shownKey === null;
  shownKey = key;
  window.scrollTo(0, 0);
  root.querySelector("main").scrollTop = 0;
  const inside = document.activeElement && root.contains(document.activeElement);
  const heading = root.querySelector("h1");
  if (!first && heading && (inside || document.activeElement === document.body)) heading.focus({ preventScroll: true });
}

const isWriting = () => document.activeElement.matches("textarea, input") && Boolean(document.activeElement.value);

// One's table stands at the top: it is found there even by those who had read on, though not by those who write just then.
function lookAtTable() {
  const session = tables && tables.tableOf(snapshot, seat) ? snapshot.tables.session : null;
  if (session === shownTable) return;
  shownTable = session;
  if (session === null || isWriting()) return;
  window.scrollTo(0, 0);
  root.querySelector("main").scrollTop = 0;
}

function header() {
  const known = ["connected", "moved", "refused"].includes(line) ? line : line === "connecting" ? "connecting" : "reconnecting";
  const text = known === "moved" ? t("moved_short") : known === "refused" ? t("lost_short") : t(known);
  return h(
    "header",
    { class: "phone-bar" },
    h("p", { class: `line line-${known}`, role: "status" }, h("span", { class: "line-dot", "aria-hidden": "true" }), text),
    known === "connected" ? times() : null,
    h(
      "div",
      { class: "languages" },
      languages()
        .filter(([code]) => code !== currentLanguage())
        .map(([code, name]) => h("button", { type: "button", class: "language", lang: code, "data-do": "language", "data-language": code }, name)),
    ),
  );
}

// One time at a time: what comes by itself, else the timer.
function times() {
  if (!snapshot) return null;
  const { automatic, timer } = snapshot;
  if (!automatic) return timerView(timer);
  const word = t(automatic.action === "close" ? "closes_in" : "opens_in");
  return h("p", { class: "timer", "data-key": "automatic" }, h("span", { class: "timer-word" }, word), countdown("automatic", { ends: automatic.at }));
}

async function fetchEvaluation(socket) {
  if (evaluation || !snapshot.evaluation) return;
  const found = await fetchAsked("./evaluation.js");
  if (evaluation || !found) return;
  evaluation = found;
  evaluation.sendAgain(snapshot, socket, render);
  render();
}

async function fetchWriting(token) {
  if (writing || !snapshot.arguments || !snapshot.arguments.items.length) return;
  const found = await fetchAsked("./writing.js");
  if (writing || !found) return;
  writing = new found.Writing(render);
  writing.listen(root, () => ({ conference: snapshot.conference, token }));
  render();
}

function settle() {
  settling = true;
  setTimeout(() => {
    settling = false;
    render();
  }, SETTLE);
}

/** Tables have been shown: ask which one is mine, spread over a moment, for the whole panel asks. */
async function askForTable(token) {
  if (!snapshot.tables) return;
  tables = tables || (await bring("./table.js")); // without contact: the next message tries again
  if (!tables) return;
  render();
  if (!tables.lacksTable(snapshot, seat) || askedFor === snapshot.tables.session) return;
  const session = snapshot.tables.session;
  askedFor = session;
  setTimeout(async () => {
    try {
      const headers = { Authorization: `Bearer ${token}` };
      const response = await fetch(`/api/c/${encodeURIComponent(snapshot.conference)}/seat`, { headers, referrerPolicy: "no-referrer" });
      if (!response.ok) throw new Error(response.statusText);
      seat = { ...seat, table: (await response.json()).table };
      render();
    } catch {
      askedFor = null; // the next message tries again
    }
  }, Math.random() * ASK_WITHIN);
}

function openKey(of) {
  return of && of.item && of.state === "voting" ? `${of.round.id}:${of.item.number}` : null;
}

const acts = {
  language: (button) => {
    chooseLanguage(button.dataset.language, render);
  },
  choose: (button) => {
    pressed = Number(button.dataset.item);
    sender.cast(pressed, button.dataset.choice);
  },
  "hand-in": () => handIn(snapshot, sender),
  "hand-in-sheet": () => evaluation.handIn(snapshot, sender.socket, render),
  "change-sheet": () => {
    evaluation.changeSheet(snapshot);
    render();
  },
};
for (const what of ["pick", "rank", "more", "less"]) {
  acts[what] = (button) => {
    fill(snapshot, what, button.dataset.item);
    render();
  };
}

function begin() {
  const mine = place.get();
  if (!mine) {
    location.replace("/");
    return;
  }
  sender = new Sender(render);
  onPress(root, (what, button) => acts[what] && acts[what](button));
  root.addEventListener("input", (event) => snapshot && evaluation && evaluation.asks(snapshot) && evaluation.fillIn(snapshot, event.target) && render());
  const socket = connect(mine.token, {
    line(how) {
      if (line === "moved") return;
      line = how;
      render();
      if (how === "connected" && evaluation) evaluation.sendAgain(snapshot, socket, render);
    },
    state(next) {
      const before = openKey(snapshot);
      if (openKey(next) && openKey(next) !== before && snapshot) settle();
      if (!snapshot) forgetOthers(next.conference);
      snapshot = next;
      sender.see(next);
      askForTable(mine.token);
      fetchEvaluation(socket);
      fetchWriting(mine.token);
      render();
    },
    seat(next) {
      seat = next;
      if (next.moved) {
        line = "moved";
        socket.disconnect();
      } else sender.seeSeat(next);
      render();
    },
  });
  sender.socket = socket;
  render();
}

begin();
