// The protocols, in pages that can be read: the narrowest first, then what is left of each wider one.

import { h } from "../dom.js";
import { kindName, measureValue, protocolName } from "../figures.js";
import { number, t } from "../words.js";

const ROWS = 16;

export function protocolPages(snapshot) {
  const rows = Math.max(4, Math.round((100 * ROWS) / snapshot.display.zoom));
  const known = snapshot.protocols || {};
  const shown = new Set();
  const pages = [];
  for (const id of [...snapshot.plan.protocols].reverse()) {
    const all = known[id] || [];
    const items = all.filter((item) => !shown.has(item.number));
    items.forEach((item) => shown.add(item.number));
    if (!items.length) continue;
    const rest = items.length < all.length;
    const count = Math.ceil(items.length / rows);
    const size = Math.ceil(items.length / count);
    for (let at = 0; at < count; at += 1) {
      pages.push(onePage(snapshot, id, items.slice(at * size, (at + 1) * size), { rest, total: items.length, at }));
    }
  }
  return pages;
}

function onePage(snapshot, id, items, where) {
  const heading = where.rest ? (id === "extended" ? t("also_in_extended") : `${protocolName(id)}: ${t("rest").toLowerCase()}`) : protocolName(id);
  const kinds = snapshot.plan.kinds.length > 1;
  return h(
    "div",
    { class: "protocol", "data-key": `page-${id}-${where.at}` },
    h("p", { class: "kicker" }, t(snapshot.state === "finished" ? "finished" : "round_sealed")),
    h("h1", { class: "huge" }, heading, " ", h("span", { class: "quiet" }, number(where.total))),
    h(
      "ol",
      { class: items.length > 7 ? "protocol-list protocol-two" : "protocol-list", "data-fit": "1.4,3.25" },
      items.map((item, index) => [
        kinds && (index === 0 || items[index - 1].kind !== item.kind) ? h("li", { class: "kind-heading" }, kindName(item.kind)) : null,
        h(
          "li",
          null,
          h("span", { class: "protocol-number" }, String(item.number)),
          h("span", { class: "protocol-text" }, item.text),
          h("span", { class: "protocol-figure" }, firstMeasure(item.measures)),
        ),
      ]),
    ),
  );
}

function firstMeasure(table) {
  const [first] = Object.entries(table || {});
  return first ? measureValue(first[0], first[1]) : "";
}
