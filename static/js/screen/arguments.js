// The arguments on the item that is voted on, beside it, when the facilitator asks for them.

import { h } from "../dom.js";
import { t } from "../words.js";

/** Two columns, or null where nothing is to be shown. */
export function argumentColumns(snapshot) {
  const { item, arguments: asked } = snapshot;
  if (!asked || !item || !item.arguments || asked.on_screen !== item.number) return null;
  return h("div", { class: "argued", "data-fit": "1.2,2.5", "data-key": "argued" }, column(item.arguments.for, "argument_for", "for"), column(item.arguments.against, "argument_against", "against"));
}

function column(texts, name, side) {
  return h("section", { class: `argued-${side}` }, h("h2", null, t(name)), h("ul", null, texts.map((text) => h("li", null, text))));
}
