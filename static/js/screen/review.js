// The round's result: how many go where, the ranked list around the line, and every item's number.

import { h } from "../dom.js";
import { kindName, measureName, measureValue, roundTitle, VERDICTS } from "../figures.js";
import { lineOf, rankedByShare } from "../ranking.js";
import { inLanguage, listed, number, t } from "../words.js";

const ROWS = 14;
const BELOW = 4;
const SHORT = 8; // so few rows have room for the whole text
const ORDER = ["unresolved", ...VERDICTS.filter((verdict) => verdict !== "unresolved")]; // what is open comes first

export function review(snapshot) {
  const { round, review: found } = snapshot;
  const verdicts = ORDER.filter((verdict) => found.counts[verdict]);
  const groups = found.groups.filter((group) => group.items.length); // a run-off may be of one kind alone
  const several = groups.length > 1;
  const rows = Math.max(6, Math.round((100 * ROWS) / snapshot.display.zoom));
  return {
    body: h(
      "div",
      { class: "review" },
      h(
        "div",
        { class: "review-head" },
        h("div", null, h("p", { class: "kicker" }, t("round_done")), h("h1", { class: "large" }, roundTitle(round))),
        h("ul", { class: "tiles" }, verdicts.map((verdict) => tile(verdict, found.counts[verdict]))),
      ),
      h("p", { class: "review-rule" }, inLanguage(round.sentence), rankedByShare(found) ? ` ${t("ranked_by_share")}` : ""),
      h(
        "div",
        { class: several ? "review-body review-several" : "review-body" },
        groups.map((group) => ranked(found, group, several ? rows - 1 : rows)),
        several ? null : aside(found, verdicts),
      ),
      several ? ties(found) : null,
    ),
    tell: `${t("round_done")}. ${verdicts.map((verdict) => `${t(verdict)}: ${number(found.counts[verdict])}`).join(". ")}.`,
  };
}

function tile(verdict, n) {
  return h("li", { class: `tile verdict-${verdict}` }, h("span", { class: "tile-count" }, number(n)), h("span", { class: "tile-name" }, t(verdict)));
}

// As many rows as can be read, with the line among them. The ones left out have their numbers beside.
function around(items, last, rows) {
  const from = Math.max(0, Math.min(last + 1 + BELOW - rows, items.length - rows));
  return { from, shown: items.slice(from, from + rows) };
}

function ranked(found, group, rows) {
  const { items } = group;
  const line = lineOf(found, group);
  const { from, shown } = around(items, line.after, rows);
  return h(
    "section",
    { class: "ranked" },
    group.kind ? h("h2", { class: "middle" }, kindName(group.kind)) : null,
    h("p", { class: "figure-names" }, figures(shown[0]).map(([name]) => measureName(name)).join(" · ")),
    h(
      "ol",
      { class: shown.length <= SHORT ? "rank-list rank-list-short" : "rank-list", "data-fit": shown.length <= SHORT ? "1.3,3" : "1.3,2.1", "data-fit-with": "ranked" },
      shown.map((item, at) => [
        line.tie && from + at === Math.max(from, line.first) ? h("li", { class: "the-line is-open" }, t("line_among", { n: line.tie.places, total: line.tie.items.length })) : null,
        row(item, line.tie && from + at >= line.first && from + at <= line.after),
        from + at === line.after && (line.tie || line.after < items.length - 1) ? h("li", { class: line.tie ? "the-line is-open is-end" : "the-line" }, line.tie ? "" : t("the_line")) : null,
      ]),
    ),
  );
}

// What the rule looks at: the shares it names, else what the items are ranked by.
function figures(item) {
  const all = Object.entries((item && item.measures) || {});
  const shares = all.filter(([name]) => name.startsWith("share("));
  return (shares.length ? shares : all).slice(0, shares.length ? 2 : 1);
}

function row(item, among) {
  return h(
    "li",
    { class: `rank-row verdict-${item.verdict || "unresolved"}${among ? " is-among" : ""}`, "data-key": `item-${item.number}` },
    h("span", { class: "rank-place" }, item.rank === null || item.rank === undefined ? "" : `${item.rank}.`),
    h("span", { class: "rank-text" }, h("strong", null, String(item.number)), ` ${item.text}`),
    h("span", { class: "rank-tied" }, item.tied ? t("tied") : ""),
    h("span", { class: "rank-count" }, item.counts && item.counts.yes !== undefined ? t("of", { n: item.counts.yes, total: item.base }) : ""),
    h("span", { class: "rank-figure" }, figures(item).map(([name, exact]) => measureValue(name, exact)).join(" · ")),
  );
}

function aside(found, verdicts) {
  const all = found.groups.flatMap((group) => group.items);
  return h(
    "aside",
    { class: "numbers" },
    ties(found),
    h(
      "div",
      { class: "numbers-box", "data-fit": "1.05,2.4" },
      verdicts.map((verdict) =>
        h(
          "div",
          { class: `numbers-of verdict-${verdict}`, "data-key": verdict },
          h("h2", null, t(verdict), ` (${number(found.counts[verdict])})`),
          h("p", null, all.filter((item) => (item.verdict || "unresolved") === verdict).map((item) => h("span", { class: "one" }, String(item.number)))),
        ),
      ),
    ),
  );
}

function ties(found) {
  const open = (found.ties || []).filter((tie) => !tie.settled);
  if (!open.length && !found.lot) return null;
  return h(
    "div",
    { class: open.length ? "tie" : "tie tie-settled" },
    open.map((tie) => h("p", null, t("tie_sentence", { n: tie.items.length, items: listed(tie.items), places: tie.places }), " ", t(`tie_${tie.policy}`))),
    found.lot ? h("p", { class: "lot" }, t(found.lot.drawn ? "lot_drawn" : "lot_shown", { seed: String(found.lot.seed) })) : null,
  );
}
