// Choices, counts and measures in words. What the server calls them is in docs/interfaces.md.

import { h } from "./dom.js";
import { has, number, percent, t, valueOf } from "./words.js";

const SHARES = new Set(["yes", "no", "abstain", "picks"]);

/** What a choice is called on the ballot it stands on. */
export function choiceName(choice, form) {
  if (choice === "abstain") return t(form === "scale" ? "cannot_judge" : "abstain");
  return choice === "yes" || choice === "no" ? t(choice) : String(choice);
}

/** What a kind, or a protocol, is called. Plans name them freely; the usual ones have a translation. */
export function kindName(kind) {
  return kind && has(kind) ? t(kind) : (kind || "").replace(/^./, (c) => c.toUpperCase());
}

export function protocolName(id) {
  return has(id) ? t(id) : t("protocol_named", { name: id });
}

export function measureName(name) {
  const share = /^share\((-?\d+)\.\.(-?\d+)\)$/.exec(name);
  if (share) return t("measure_share", { low: share[1], high: share[2] }).replace("–", "\u2060–\u2060");
  return has(`measure_${name}`) ? t(`measure_${name}`) : name;
}

export function measureValue(name, exact) {
  if (exact === null || exact === undefined) return "–";
  if (typeof exact === "boolean") return t(String(exact));
  const value = valueOf(exact);
  if (Number.isNaN(value)) return "–"; // 0/0: nobody has voted
  if (SHARES.has(name) || name.startsWith("share(")) return percent(value);
  return number(value, 2);
}

/** "78 % yes", "median 7": every measure of an item, the first one first. */
export function measures(table) {
  return Object.entries(table || {}).map(([name, exact]) => {
    const value = measureValue(name, exact);
    return SHARES.has(name) || name.startsWith("share(")
      ? `${value}\u00a0${measureName(name)}`
      : `${measureName(name)} ${value}`;
  });
}

/** The title of the round under way, in the conference's language, and whether it is its run-off. */
export function roundName({ round, language }) {
  return [h("span", { lang: language }, round.title), round.run_off ? ` · ${t("run_off")}` : ""];
}

/** What a round is called where its run-off is told from it. */
export function roundTitle(round) {
  return round.run_off ? `${round.title} · ${t("run_off")}` : round.title;
}

/** Which denominator a share stands on, with its size. */
export function baseSentence(name, n) {
  return n === null || n === undefined ? "" : t(`base_${name || "cast"}`, { n });
}

/** "yes 20, no 3" */
export function countsSentence(counts, form) {
  return Object.entries(counts || {})
    .map(([choice, n]) => `${choiceName(choice, form)} ${number(n)}`)
    .join(", ");
}

export const VERDICTS = ["advance", "hold", "stay", "cut", "unresolved"];
