// Votes on paper: somebody has no phone, and what is on their paper is typed in here.

import { h } from "../dom.js";
import { choiceName } from "../figures.js";
import { t } from "../words.js";

export const paperName = (number) => t("paper_seat", { number: String(number) });

const FEW = 5; // of so few the result minus what was typed in would tell how they voted

/** The form for the seats on paper, while something is open. `context`: {typedProblem, typedDone} */
export function paperPanel(snapshot, context) {
  const seats = snapshot.seating.on_paper;
  const open = openItems(snapshot);
  if (!seats.length || !open.length) return null;
  const done = (seat) => open.some((item) => seat.voted.includes(item.number));
  const others = snapshot.present - seats.filter((seat) => seat.present).length;
  const next = seats.find((seat) => !done(seat)) || seats[0];
  return h(
    "section",
    { class: "panel typed", "aria-labelledby": "typed-title" },
    h("h2", { id: "typed-title" }, t("typed_title")),
    h("p", { class: "quiet" }, t("typed_help")),
    others > 0 && others < FEW ? h("p", { class: "notice", "data-key": "few" }, t("typed_few")) : null,
    h(
      "form",
      { class: "typed-form", "data-form": "paper", novalidate: true, "data-key": `${snapshot.round.id}:${open.map((item) => `${item.number}.${item.take}`).join()}` },
      h(
        "div",
        { class: "field" },
        h("label", { for: "typed-seat" }, t("typed_seat")),
        h("select", { id: "typed-seat", name: "paper" }, seats.map((seat) => h("option", { value: seat.paper, selected: seat === next, "data-key": seat.paper }, done(seat) ? t("typed_voted", { seat: paperName(seat.paper) }) : paperName(seat.paper)))),
      ),
      open.length === 1 && !snapshot.round.ballot.whole_paper ? choices(snapshot.round.ballot, open[0]) : list(snapshot, open),
      h("p", { class: "problem", role: "alert" }, context.typedProblem || ""),
      h("div", { class: "side-steps" }, h("button", { type: "submit", class: "button button-main" }, t("type_in")), h("p", { class: "typed-done", role: "status" }, context.typedDone || "")),
    ),
    h("p", { class: "quiet small" }, t("typed_count", { n: seats.filter(done).length })),
  );
}

function openItems(snapshot) {
  if (snapshot.state !== "voting") return [];
  return (snapshot.paper || [snapshot.item]).filter((item) => item && item.state === "open");
}

function choices(ballot, item) {
  return h(
    "fieldset",
    { class: "verdicts" },
    h("legend", null, t("typed_choice", { number: String(item.number) })),
    ballot.choices.map((choice) => h("label", { class: "check", "data-key": choice }, h("input", { type: "radio", name: `item-${item.number}`, value: choice, "data-theirs": true }), h("span", null, choiceName(choice, ballot.form)))),
  );
}

function list(snapshot, open) {
  const { ballot } = snapshot.round;
  return h(
    "ul",
    { class: "typed-list" },
    open.map((item) =>
      h("li", { "data-key": item.number }, h("label", { class: "typed-item" }, h("span", { lang: snapshot.language }, h("strong", null, String(item.number)), ` ${item.text}`), entry(ballot, `item-${item.number}`))),
    ),
  );
}

function entry(ballot, name) {
  if (ballot.form === "pick") return h("input", { type: "checkbox", name, value: "1", "data-theirs": true });
  if (ballot.whole_paper) return h("input", { type: "number", name, min: "0", max: ballot.cap || ballot.limit, inputmode: "numeric" });
  return h("select", { name }, h("option", { value: "" }, "–"), ballot.choices.map((choice) => h("option", { value: choice }, choiceName(choice, ballot.form))));
}

/** What was typed in, as the server takes it; null where nothing was chosen that must be. */
export function readPaper(form, snapshot) {
  const given = new FormData(form);
  const { ballot, id } = snapshot.round;
  const votes = openItems(snapshot)
    .map((item) => ({ item: item.number, choice: String(given.get(`item-${item.number}`) || "").trim(), take: item.take }))
    .filter((vote) => vote.choice && !(ballot.whole_paper && Number(vote.choice) === 0));
  if (!votes.length && !ballot.whole_paper) return null;
  return { paper: Number(given.get("paper")), round: id, votes };
}
