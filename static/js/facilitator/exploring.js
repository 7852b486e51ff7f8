// What if: how many would be in at another threshold. An exploration on this page alone; each look is logged.

import { h } from "../dom.js";
import { kindName } from "../figures.js";
import { inLanguage, listed, number, perCent, t, valueOf } from "../words.js";

const STEPS = { percent: 1, items: 1, rating: 0.5 };

/** `seen`: {knob, round, looks: {id: [found, …]}}, what this page has looked at. */
export function whatIf(snapshot, seen) {
  const all = snapshot.what_if;
  if (!all || !all.length) return null;
  const knob = all.find((one) => one.id === seen.knob) || all[0];
  const at = seen.at === null ? valueOf(knob.at) : seen.at;
  return h(
    "details",
    { class: "what-if", "data-key": "what-if" },
    h("summary", null, h("h2", null, t("what_if")), h("span", { class: "badge" }, t("what_if_badge"))),
    h("p", { class: "what-if-warning" }, t("what_if_help")),
    h(
      "form",
      { class: "what-if-form", "data-form": "what-if", novalidate: true },
      h(
        "div",
        { class: "field" },
        h("label", { for: "what-if-rule" }, t("what_if_rule")),
        h("select", { id: "what-if-rule", name: "knob" }, all.map((one) => h("option", { value: one.id, selected: one === knob }, ruleName(one)))),
      ),
      h(
        "div",
        { class: "field", "data-key": `slider-${knob.id}` },
        h("label", { for: "what-if-at" }, t("what_if_number"), ": ", h("output", { id: "what-if-now", for: "what-if-at" }, shown(at, knob))),
        h("input", { id: "what-if-at", name: "at", type: "range", min: knob.low, max: knob.high, step: STEPS[knob.unit], value: at, "data-unit": knob.unit }),
        h("p", { class: "quiet small what-if-ends" }, h("span", null, shown(knob.low, knob)), h("span", null, t("what_if_plan", { at: shown(valueOf(knob.at), knob) })), h("span", null, shown(knob.high, knob))),
      ),
      h("button", { type: "submit", class: "button" }, t("what_if_look")),
    ),
    h("p", { class: "problem", role: "alert" }, seen.problem || ""),
    looked(seen.looks[knob.id] || [], knob),
  );
}

function ruleName(knob) {
  return `${knob.kind ? `${kindName(knob.kind)}. ` : ""}${t(knob.which)}: ${inLanguage(knob.sentence)}`;
}

/** The number of a slider, with its sign. */
export function shown(value, knob) {
  return knob.unit === "percent" ? perCent(number(value, 1)) : number(value, 1);
}

function looked(looks, knob) {
  if (!looks.length) return null;
  const verdicts = ["advance", "hold", "stay", "cut", "unresolved"].filter((verdict) => looks.some((look) => look.counts[verdict]));
  return h(
    "div",
    { class: "table-box", tabindex: "0", role: "region", "aria-label": t("what_if"), "data-key": "looked" },
    h(
      "table",
      { class: "counted" },
      h("caption", null, ruleName(knob)),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, t("what_if_number")), verdicts.map((verdict) => h("th", { scope: "col", class: "figure" }, t(verdict))))),
      h(
        "tbody",
        null,
        looks.map((look) => {
          const own = look.at === knob.at;
          return h(
            "tr",
            { class: own ? "is-plan" : "", "data-key": look.at },
            h("th", { scope: "row" }, shown(valueOf(look.at), knob), own ? h("span", { class: "badge" }, t("what_if_own")) : null),
            verdicts.map((verdict) => h("td", { class: "figure" }, number(look.counts[verdict]), verdict === "unresolved" && look.tied.length ? h("span", { class: "why" }, listed(look.tied)) : null)),
          );
        }),
      ),
    ),
  );
}

/** The looks of one rule with new ones among them, by their number. */
export function merged(before, found) {
  const all = new Map([...before, ...found].map((look) => [look.at, look]));
  return [...all.values()].sort((a, b) => valueOf(a.at) - valueOf(b.at));
}
