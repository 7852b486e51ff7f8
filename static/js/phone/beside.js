// What stands beside an item: plain words for those who ask for them, the last vote on it, the arguments. (These are written in writing.js.)

import { h } from "../dom.js";
import { choiceName, measures } from "../figures.js";
import { t } from "../words.js";
import { papers, votes } from "./store.js";

/** A fold with the item in plain words, null where it has none. Keyed by item: at the next one it is closed again. */
export function plainWords(item, language) {
  if (!item.plain) return null;
  return h(
    "details",
    { class: "plain-words", "data-key": `plain-${item.number}` },
    h("summary", null, t("plain_words")),
    h("p", { lang: language }, item.plain),
  );
}

/** One line, or null where there is nothing to remember. */
export function lastTime(snapshot, item) {
  const { last } = item;
  if (!last) return null;
  const parts = [panels(last), mine(snapshot.conference, last, item.number)].filter(Boolean);
  if (!parts.length) return null;
  return h("p", { class: "last-time", "data-key": "last" }, h("strong", null, t("last_time")), ` ${parts.join("; ")}`);
}

function panels(last) {
  if (last.counts && last.counts.yes !== undefined) return t("last_panel_yes", { n: last.counts.yes, total: last.base });
  if (last.measures && Object.keys(last.measures).length) return t("last_panel", { figures: measures(last.measures).join(", ") });
  return last.outcome ? t(last.outcome) : "";
}

function mine(conference, last, number) {
  const name = ownVote(conference, last, number);
  return name === null ? "" : `${t("last_you", { choice: name })} (${t("my_vote_here")})`;
}

/** How this phone voted on an item in a round, or null where it did not. */
export function ownVote(conference, { round, form }, number) {
  const paper = papers.get(conference, round);
  const own = votes.get(conference, round, number);
  const choice = paper && paper.state === "in" ? (paper.handed || {})[number] : own && own.state === "in" ? own.choice : null;
  if (choice === null || choice === undefined) return null;
  return form === "pick" ? t("last_picked") : choiceName(choice, form);
}

export const SIDES = [
  ["for", "argument_for"],
  ["against", "argument_against"],
];

/** The arguments that stand beside an item. */
export function argumentsOn(item, language) {
  if (!item.arguments) return null;
  const given = SIDES.filter(([side]) => item.arguments[side].length);
  return h(
    "div",
    { class: "arguments", "data-key": `arguments-${item.number}` },
    given.map(([side, name]) =>
      h("section", { class: `arguments-${side}`, "data-key": side }, h("h2", null, t(name)), h("ul", { lang: language }, item.arguments[side].map((text) => h("li", null, text)))),
    ),
  );
}
