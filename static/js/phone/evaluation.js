// What the panel thinks of the conference: a few questions, sent as one sheet and kept here until the server has it.

import { h } from "../dom.js";
import { inLanguage, t } from "../words.js";
import { place, seatOf, sheets } from "./store.js";

const ANSWERS = ["satisfied", "neither", "dissatisfied"];
const PATIENCE = 6000;
const LONGEST = 2000;
let sent = null; // the sheet that this page has on its way
const QUIET = new Set(["lobby", "sealed", "finished"]); // while a round is under way, voting comes first

/** Whether the questions are what the phone is to show now. */
export function asks(snapshot) {
  return Boolean(snapshot.evaluation) && QUIET.has(snapshot.state);
}

/** The sheet of this seat: {answers, comment, state}, state one of draft, kept, in, or a refusal's code. */
function own(snapshot) {
  const kept = sheets.get(snapshot.conference);
  const mine = place.get();
  const blank = { seat: mine ? seatOf(mine.token) : "", answers: questions(snapshot).map(() => null), comment: "", state: "draft" };
  const same = kept && kept.seat === blank.seat && kept.answers.length === blank.answers.length; // a tablet goes from hand to hand
  return same ? kept : blank;
}

/** draft, kept, unsent, in, or the code of a refusal. */
export const sheetState = (snapshot) => own(snapshot).state;

function questions(snapshot) {
  const known = snapshot.evaluation.questions;
  const codes = Object.keys(known);
  return known[codes[0]].map((text, at) => inLanguage(Object.fromEntries(codes.map((code) => [code, known[code][at]]))));
}

/** {main, zone, tell} with the questions, or null once they are answered: then the phone shows what it did. */
export function evaluationView(snapshot, rest) {
  const sheet = own(snapshot);
  if (sheet.state === "in") {
    const done = h(
      "div",
      { class: "notice", "data-key": "sheet-in" },
      h("p", null, t("sheet_in")),
      h("p", null, h("button", { type: "button", class: "button", "data-do": "change-sheet" }, t("change_sheet"))),
    );
    return { ...rest, main: [done, rest.main], tell: t("sheet_in") };
  }
  return {
    key: "evaluation",
    main: [
      h("p", { class: "kicker", lang: snapshot.language }, snapshot.title),
      h("h1", { class: "headline", tabindex: "-1" }, t("evaluation")),
      h("p", { class: "quiet small" }, t("evaluation_anonymous")),
      questions(snapshot).map((text, at) => question(text, at, sheet.answers[at])),
      h(
        "div",
        { class: "field", "data-key": "comment" },
        h("label", { for: "comment", class: "card-text" }, t("comment")),
        h("textarea", { id: "comment", class: "comment", rows: 4, maxlength: LONGEST, "aria-describedby": "comment-help" }, sheet.comment),
        h("p", { id: "comment-help", class: "quiet small" }, t("comment_help")),
      ),
    ],
    zone: [
      h("p", { class: `vote-state state-${sheet.state}`, "data-key": "state", role: "status" }, stateOf(sheet)),
      h("button", { type: "button", class: "hand-in", "data-key": "hand-in", "data-do": "hand-in-sheet", "aria-disabled": String(!answered(sheet) || sheet.state === "kept") }, t("hand_in_sheet")),
    ],
    tell: t("evaluation"),
  };
}

function question(text, at, given) {
  return h(
    "fieldset",
    { class: "question", "data-key": `question-${at}` },
    h("legend", { class: "card-text" }, text),
    h(
      "div",
      { class: "answers" },
      ANSWERS.map((answer) =>
        h(
          "label",
          { class: "answer", "data-key": answer },
          h("input", { type: "radio", name: `question-${at}`, value: answer, checked: given === answer, "data-theirs": true }),
          h("span", null, t(answer)),
        ),
      ),
    ),
  );
}

const answered = (sheet) => sheet.comment.trim() !== "" || sheet.answers.some((answer) => answer !== null);

function stateOf(sheet) {
  if (sheet.state === "kept") return t("sheet_sending");
  if (sheet.state === "closed") return t("sheet_closed");
  if (sheet.state !== "draft") return t("sheet_failed");
  const left = sheet.answers.filter((answer) => answer === null).length;
  return left ? t("questions_left", { n: left }) : t("sheet_ready");
}

function keep(snapshot, sheet) {
  sheets.set(snapshot.conference, sheet);
}

/** Take in what was chosen or written: true if it was on the sheet. */
export function fillIn(snapshot, field) {
  const sheet = own(snapshot);
  const found = /^question-(\d+)$/.exec(field.name);
  if (found) keep(snapshot, { ...sheet, answers: sheet.answers.map((old, at) => (at === Number(found[1]) ? field.value : old)), state: "draft" });
  else if (field.id === "comment") keep(snapshot, { ...sheet, comment: field.value, state: "draft" });
  else return false;
  return true;
}

export function changeSheet(snapshot) {
  keep(snapshot, { ...own(snapshot), state: "draft" });
}

/** Send the sheet, and say what came of it; without contact it is kept and sent when the line stands again. */
export async function handIn(snapshot, socket, changed) {
  const sheet = { ...own(snapshot), state: "kept" };
  sent = sheet;
  keep(snapshot, sheet);
  changed();
  let answer = null; // nothing is left with the socket to be sent later: it could come after a newer sheet
  try {
    if (socket.connected) answer = await socket.timeout(PATIENCE).emitWithAck("evaluation", { answers: sheet.answers, comment: sheet.comment });
  } catch {
    answer = null;
  }
  if (sent !== sheet) return; // a newer one is on its way
  sent = null;
  const now = own(snapshot);
  // Where somebody has gone on writing meanwhile it is a draft: that is handed in by a press, never by itself.
  if (now.state === "kept") keep(snapshot, { ...now, state: answer ? (answer.ok ? "in" : answer.error) : "unsent" });
  changed();
}

/** After a lost contact: send what did not get through, also what a page had on its way when it went away. */
export function sendAgain(snapshot, socket, changed) {
  if (snapshot && asks(snapshot) && !sent && ["unsent", "kept"].includes(own(snapshot).state)) handIn(snapshot, socket, changed);
}
