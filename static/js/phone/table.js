// My table between rounds: which one, where it stands, how many sit there and from where. Who they are is not known here.

import { h } from "../dom.js";
import { listed, t } from "../words.js";

/** This seat's table by the seating that is shown, or null: there is none, or the seat has no place yet. */
export function tableOf(snapshot, seat) {
  const { tables } = snapshot;
  if (!lacksTable(snapshot, seat) && tables) return tables.tables.find((one) => one.number === seat.table.number) || null;
  return null;
}

/** Whether tables are shown and what is known of this seat is older than they are. */
export function lacksTable(snapshot, seat) {
  const { tables } = snapshot;
  return Boolean(tables) && !(seat && seat.table && seat.table.session === tables.session);
}

export function ownTable(snapshot, seat) {
  if (!snapshot.tables) return null;
  const mine = tableOf(snapshot, seat);
  return h(
    "section",
    { class: "own-table", "data-key": "table", "aria-label": t("table") },
    h("p", { class: "rule-name" }, t("table")),
    mine
      ? [
          h("p", { class: "own-table-number" }, t("table_number", { number: String(mine.number) }), mine.name ? h("span", { lang: snapshot.language }, `, ${mine.name}`) : null),
          h("p", null, t("table_sit", { n: mine.sit })),
          mine.organisations.length ? h("p", { class: "quiet", lang: snapshot.language }, listed(mine.organisations.map(({ name, sit }) => `${name} (${sit})`))) : null,
        ]
      : h("p", null, t("table_none")),
  );
}

/** What those who listen are told of it. */
export function tableTold(snapshot, seat) {
  const mine = tableOf(snapshot, seat);
  return mine ? `${t("table")}: ${[String(mine.number), mine.name].filter(Boolean).join(", ")}. ` : "";
}
