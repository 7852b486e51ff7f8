// The result of one item: a bar per choice, or a histogram of ratings. Used by the phones and the screen.

import { baseSentence, choiceName, measureName, measureValue } from "./figures.js";
import { h } from "./dom.js";
import { number, percent, t, valueOf } from "./words.js";

/** The bars of a result with full figures: [] when there are none to show. */
export function resultBars(result, ballot) {
  if (!result || !result.counts) return [];
  return ballot.form === "scale" ? histogram(result, ballot) : choiceBars(result, ballot);
}

function choiceBars(result, ballot) {
  const base = result.base;
  const rows = Object.entries(result.counts).map(([choice, count]) => {
    const outside = choice === "abstain" && result.base_name === "cast";
    const share = base ? count / base : 0;
    return h(
      "div",
      { class: `bar-row choice-${choice}`, role: "listitem", "data-key": choice },
      h("span", { class: "bar-name" }, choiceName(choice, ballot.form)),
      h("span", { class: "bar-count" }, number(count)),
      h("span", { class: "bar-share" }, outside || !base ? "" : percent(share)),
      outside
        ? h("span", { class: "bar-none" })
        : h("span", { class: "bar-track" }, h("span", { class: "bar-fill", style: { width: `${share * 100}%` } }), lines(result, choice)),
    );
  });
  return [
    h("div", { class: "bars", role: "list" }, rows),
    h("p", { class: "base" }, baseSentence(result.base_name, base)),
  ];
}

// Where the rule draws its line for this choice, marked on the bar.
function lines(result, choice) {
  const given = result.line ? [].concat(result.line) : [];
  return given
    .filter((line) => line.measure === choice)
    .map((line) => {
      const share = valueOf(line.at);
      return h(
        "span",
        { class: "bar-line", style: { left: `${share * 100}%` } },
        h("span", { class: "bar-line-name" }, t("line_at", { share: percent(share) })),
      );
    });
}

function histogram(result, ballot) {
  const ratings = [];
  for (let rating = ballot.low; rating <= ballot.high; rating += 1) ratings.push(rating);
  const highest = Math.max(1, ...ratings.map((rating) => result.counts[rating] || 0));
  const measures = result.measures || {};
  const columns = ratings.map((rating) => {
    const count = result.counts[rating] || 0;
    const median = measures.median !== undefined && valueOf(measures.median) === rating;
    return h(
      "div",
      { class: `column${median ? " is-median" : ""}`, role: "listitem", "aria-label": `${rating}: ${number(count)}`, "data-key": `rating-${rating}` },
      h("span", { class: "column-count" }, number(count)),
      h("span", { class: "column-track" }, h("span", { class: "column-fill", style: { height: `${(count / highest) * 100}%` } })),
      h("span", { class: "column-name" }, String(rating)),
    );
  });
  const abstained = result.counts.abstain;
  return [
    h("div", { class: "columns", role: "list" }, columns),
    h(
      "p",
      { class: "scale-measures" },
      Object.entries(measures).map(([name, exact]) =>
        h("span", { class: "scale-measure", "data-key": name }, `${measureName(name)} `, h("strong", null, measureValue(name, exact))),
      ),
    ),
    h(
      "p",
      { class: "base" },
      baseSentence(result.base_name, result.base),
      abstained ? `. ${t("cannot_judge")}: ${number(abstained)}` : "",
    ),
  ];
}

/** What the result means, in a sentence, as far as it is known. */
export function outcomeSentence(result) {
  if (!result) return t("result_later");
  const said = { advance: "item_went_in", hold: "item_held", cut: "item_cut", stay: "item_stays" }[result.outcome];
  return t(said || "outcome_later");
}
