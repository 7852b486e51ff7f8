// The sheets to print for the talks: the items of each round that comes up.

import { h } from "../dom.js";
import { t } from "../words.js";

export function handouts(snapshot) {
  if (!snapshot.handouts.length) return null;
  return h(
    "section",
    { class: "panel", "aria-labelledby": "handouts-title", "data-key": "handouts" },
    h("h2", { id: "handouts-title" }, t("handouts_title")),
    h("p", { class: "quiet small" }, t("handouts_help")),
    h("ul", { class: "downloads" }, snapshot.handouts.map((round) => h("li", { "data-key": round }, h("a", { href: `/facilitate/${encodeURIComponent(snapshot.conference)}/handout.pdf?round=${encodeURIComponent(round)}`, download: true }, t("handout", { round }))))),
  );
}
