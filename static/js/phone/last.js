// The last vote on an item, when it is voted on again: the panel's, as far as its feedback told it, and mine from this phone.

import { h } from "../dom.js";
import { choiceName, measures } from "../figures.js";
import { t } from "../words.js";
import { papers, votes } from "./store.js";

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
