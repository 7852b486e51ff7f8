// Tables between rounds: how many, what they are called, the draw, and when the panel sees it.

import { h } from "../dom.js";
import { number, t } from "../words.js";
import { paperName } from "./paper.js";

const USUAL = 5; // people at a table
const BALANCE = [
  ["organisation", "balance_organisation"],
  ["role", "balance_role"],
  ["again", "balance_again"],
];

/** The panel about tables, where people are between rounds. */
export function tables(snapshot, problem) {
  if (!snapshot.steps.actions.includes("tables")) return null;
  const { drawn, tables: shown } = snapshot;
  return h(
    "section",
    { class: "panel tables-panel", "aria-labelledby": "tables-title", "data-key": "tables" },
    h("h2", { id: "tables-title" }, t("tables_title")),
    drawn ? drawnPart(drawn, snapshot.language) : shown ? [h("p", { class: "small" }, t("tables_shown")), overview(shown, snapshot.language), withoutPhone(snapshot.seating)] : h("p", { class: "quiet small" }, t("tables_help")),
    form(snapshot, problem),
  );
}

function drawnPart(drawn, language) {
  return [
    h("p", { class: "small" }, t("tables_drawn")),
    overview(drawn, language),
    h("ul", { class: "small quiet" }, BALANCE.filter(([name]) => drawn.balance[name].some(Boolean)).map(([name, words]) => h("li", null, t(words, { n: drawn.balance[name][0], least: number(drawn.balance[name][1]) })))),
    h("button", { type: "button", class: "button button-main", "data-do": "show-tables", "data-key": "show" }, t("do_show-tables")),
  ];
}

function overview({ tables }, language) {
  return h(
    "ol",
    { class: "table-list" },
    tables.map((table) =>
      h(
        "li",
        { "data-key": `table-${table.number}` },
        h("strong", null, t("table_number", { number: String(table.number) }), table.name ? [", ", h("span", { lang: language }, table.name)] : ""),
        h("span", { class: "quiet small" }, ` ${t("table_sit", { n: table.sit })} `, h("span", { lang: language }, table.organisations.map(({ name, sit }) => `${name} ${sit}`).join(", "))),
      ),
    ),
  );
}

// No phone tells them.
function withoutPhone({ on_paper: seats }) {
  const placed = seats.filter((seat) => seat.table);
  if (!placed.length) return null;
  return [
    h("p", { class: "small", "data-key": "told" }, t("tables_told")),
    h("ul", { class: "small", "data-key": "told-list" }, placed.map((seat) => h("li", { "data-key": seat.paper }, `${paperName(seat.paper)}: ${t("table_number", { number: String(seat.table) })}`))),
  ];
}

function form(snapshot, problem) {
  const { drawn, tables: shown } = snapshot;
  const usual = (drawn || shown || { tables: { length: Math.max(1, Math.round(snapshot.present / USUAL)) } }).tables.length;
  return h(
    "form",
    { class: "form-small", "data-form": "tables", "data-key": "form", novalidate: true },
    h("div", { class: "field" }, h("label", { for: "tables-count" }, t("tables_count")), h("input", { id: "tables-count", name: "tables", type: "number", inputmode: "numeric", min: 1, max: snapshot.present, value: usual, "aria-describedby": "tables-problem" })),
    h(
      "div",
      { class: "field" },
      h("label", { for: "tables-names" }, t("tables_names")),
      h("textarea", { id: "tables-names", name: "names", rows: 3, "aria-describedby": "tables-hint" }, namesOf(drawn || shown)),
      h("p", { id: "tables-hint", class: "quiet small" }, t("tables_names_hint")),
    ),
    h("p", { id: "tables-problem", class: "problem", role: "alert" }, problem || ""),
    h("button", { type: "submit", class: drawn ? "button button-quiet" : "button" }, t(drawn ? "tables_again" : shown ? "tables_next" : "do_tables")),
  );
}

function namesOf(seating) {
  return seating ? seating.tables.map(({ name }) => name).join("\n").trimEnd() : "";
}

/** What the form asks for, or null where the number is none. */
export function tablesAsked(form, present) {
  const given = new FormData(form);
  const count = Number(given.get("tables"));
  if (!Number.isInteger(count) || count < 1 || count > present) return null;
  return { tables: count, names: String(given.get("names") || "").split("\n") };
}
