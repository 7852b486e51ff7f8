// An item in plain words, for those who ask for it.

import { h } from "../dom.js";
import { t } from "../words.js";

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
