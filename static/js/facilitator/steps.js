// What each step is called, before it is taken and when it is taken back.

import { h } from "../dom.js";
import { inLanguage, listed, t } from "../words.js";

/** The text on a button that takes the step. */
export function stepName(step) {
  if (!step) return t("nothing_next");
  const item = step.item === undefined || step.item === null ? null : String(step.item);
  if (step.action === "start") {
    const [round, runOff] = String(step.round).split("/");
    return t(runOff ? "do_start_run_off" : "do_start", { round });
  }
  if (step.action === "open") return item ? t("do_open", { item }) : t("do_open_all");
  if (step.action === "next") return item ? t("do_next", { item }) : t("do_next_review");
  if (step.action === "arguments" && step.open === false) return t("do_arguments_end");
  if (step.action === "join-code" && step.open) return t("do_join-code_open");
  return t(`do_${step.action}`, { item: item || "", seed: String(step.seed || "") });
}

/** What undo takes back, in words. */
export function takenBack(step) {
  const item = step.item === undefined || step.item === null ? null : String(step.item);
  const round = step.round || "";
  if (step.action === "open") return t(item ? "did_open" : "did_open_all", { item });
  if (step.action === "close") return t(item ? "did_close_item" : "did_close", { item });
  if (step.action === "next") return t(item ? "did_next_item" : "did_next", { item });
  if (step.action === "start" && round.includes("/")) return t("did_start_run_off", { round: round.split("/")[0] });
  return t(`did_${step.action}`, { item: item || "", round });
}

/** One line about what the step leads to. */
export function stepDetail(snapshot, step) {
  if (!step) return snapshot.state === "finished" ? t("finished_next") : "";
  if (step.action === "start" && snapshot.review && String(step.round).includes("/")) {
    const open = snapshot.review.ties.filter((tie) => !tie.settled);
    return open.map((tie) => t("tie_sentence", { n: tie.items.length, items: listed(tie.items), places: tie.places })).join(" ");
  }
  if (step.action === "start") {
    const round = snapshot.plan.rounds.find((one) => one.id === String(step.round).split("/")[0]);
    return round ? [h("span", { lang: snapshot.language }, `${round.title}. `), inLanguage(round.sentence)] : "";
  }
  if (["open", "next"].includes(step.action) && step.item) {
    const known = (snapshot.items || []).find((one) => one.number === step.item);
    return known && known.text ? h("span", { lang: snapshot.language }, known.text) : "";
  }
  if (step.action === "seal" && snapshot.review) {
    const { counts } = snapshot.review;
    return ["advance", "hold", "stay", "cut"].filter((verdict) => counts[verdict]).map((verdict) => `${t(verdict)}: ${counts[verdict]}`).join(" · ");
  }
  return "";
}
