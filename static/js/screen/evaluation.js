// The evaluation on the screen: while it is open how many have answered, afterwards what came out, if it is to be shown.

import { h } from "../dom.js";
import { inLanguage, number, t } from "../words.js";

const ANSWERS = ["satisfied", "neither", "dissatisfied"];
const QUIET = new Set(["lobby", "sealed", "finished"]);

/** The view of an evaluation that is open or to be shown, else null. */
export function evaluation(snapshot) {
  const held = snapshot.evaluation;
  if (!held || !QUIET.has(snapshot.state)) return null;
  if (held.state === "open") return underWay(held);
  return held.shown && held.result ? outcome(snapshot, held) : null;
}

function underWay(held) {
  const known = held.handed_in !== null;
  return {
    body: h(
      "div",
      { class: "centre" },
      h("h1", { class: "giant" }, t("evaluation_open")),
      known ? h("p", { class: "large" }, t("have_answered", { n: held.handed_in, total: held.of })) : null,
    ),
    tell: t("evaluation_open"),
  };
}

function outcome(snapshot, held) {
  const { result } = held;
  const hidden = result.sheets === null;
  return {
    body: h(
      "div",
      { class: "evaluated" },
      h("p", { class: "kicker" }, hidden ? snapshot.title : t("sheets", { n: result.sheets })),
      h("h1", { class: "huge" }, t("evaluation")),
      hidden
        ? h("p", { class: "large" }, t("evaluation_hidden", { least: result.least }))
        : h("dl", { class: "evaluated-list", "data-fit": "1.4,2.6" }, result.counts.map((counts, at) => row(held, counts, at, result.least))),
    ),
    tell: t("evaluation"),
  };
}

function row(held, counts, at, least) {
  const codes = Object.keys(held.questions);
  const text = inLanguage(Object.fromEntries(codes.map((code) => [code, held.questions[code][at]])));
  if (!counts) return [h("dt", null, text), h("dd", null, t("question_hidden", { least }))];
  return [
    h("dt", null, text),
    h(
      "dd",
      null,
      h("span", { class: "stack", "aria-hidden": "true" }, ANSWERS.map((answer) => h("span", { class: `part part-${answer}`, style: { "flex-grow": counts[answer], display: counts[answer] ? "block" : "none" } }))),
      h("span", { class: "stack-words" }, ANSWERS.map((answer) => `${t(answer)} ${number(counts[answer])}`).join(" · ")),
    ),
  ];
}
