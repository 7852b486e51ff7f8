// Who sits where, for the room: each table, where it stands, how many sit there and from which organisations.

import { h } from "../dom.js";
import { number, t } from "../words.js";

export function tablesPage(snapshot) {
  const { tables } = snapshot.tables;
  return h(
    "div",
    { class: "seating" },
    h("div", null, h("h1", { class: "huge" }, t("tables_title")), h("p", { class: "middle quiet" }, t("tables_help"))),
    h("ol", { class: `seating-tables seating-${columns(tables.length)}`, "data-fit": "1.1,3.5" }, tables.map((table) => one(table))),
  );
}

function columns(n) {
  if (n <= 4) return n <= 2 ? 2 : n;
  return n <= 6 ? 3 : n <= 12 ? 4 : 6;
}

function one(table) {
  return h(
    "li",
    { class: "seating-table", "data-key": `table-${table.number}` },
    h("p", { class: "seating-number" }, t("table_number", { number: String(table.number) })),
    h(
      "div",
      null,
      table.name ? h("p", { class: "seating-name" }, table.name) : null,
      table.organisations.length
        ? h("ul", null, table.organisations.map(({ name, sit }) => h("li", null, h("span", null, `${name} `), h("strong", null, number(sit)))))
        : h("p", null, t("table_sit", { n: table.sit })),
    ),
  );
}
