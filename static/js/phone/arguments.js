// Arguments for and against an item, read with it when it is voted on. Written they are in writing.js.

import { h } from "../dom.js";
import { t } from "../words.js";

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
