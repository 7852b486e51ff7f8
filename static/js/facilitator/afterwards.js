// After the votes: the panel's evaluation, and the address at which anyone may read the result.

import { h } from "../dom.js";
import { inLanguage, number, percent, t } from "../words.js";

const ANSWERS = ["satisfied", "neither", "dissatisfied"];
const QUIET = new Set(["lobby", "sealed", "finished"]);
const standard = JSON.parse((document.getElementById("questions") || { textContent: "[]" }).textContent);

/** The panels beside the step, as far as their time has come. */
export function afterwards(snapshot) {
  const held = snapshot.evaluation;
  return [
    QUIET.has(snapshot.state) || held ? evaluation(snapshot, held) : null,
    snapshot.state === "finished" || snapshot.published ? publication(snapshot) : null,
  ];
}

function evaluation(snapshot, held) {
  const over = held && held.state === "closed" && held.result.sheets !== 0;
  return h(
    "section",
    { class: "panel", "aria-labelledby": "evaluation-title", "data-key": "evaluation" },
    h("h2", { id: "evaluation-title" }, t("evaluation")),
    held && held.state === "open" ? underWay(held) : over ? outcome(held) : prepared(),
  );
}

function prepared() {
  return h(
    "details",
    { class: "more", "data-key": "evaluation-prepared" },
    h("summary", null, t("evaluation_ask")),
    h(
      "form",
      { class: "tie-form", "data-form": "open-evaluation", novalidate: true },
      h("div", { class: "field" }, h("label", { for: "evaluation-questions" }, t("evaluation_questions")), h("textarea", { id: "evaluation-questions", name: "questions", rows: 9, "aria-describedby": "evaluation-help" }, standard.join("\n"))),
      h("p", { id: "evaluation-help", class: "quiet small" }, t("evaluation_help")),
      h("button", { type: "submit", class: "button" }, t("open_evaluation")),
    ),
  );
}

function underWay(held) {
  return [
    h("p", { class: "here" }, held.handed_in === null ? t("evaluation_open") : t("have_answered", { n: held.handed_in, total: held.of })),
    held.handed_in === null ? h("p", { class: "quiet small" }, t("turnout_hidden")) : null,
    h("p", null, h("button", { type: "button", class: "button", "data-do": "close-evaluation" }, t("close_evaluation"))),
  ];
}

function outcome(held) {
  const { result } = held;
  if (result.sheets === null) return h("p", null, t("evaluation_hidden", { least: result.least }));
  return [
    h("p", { class: "quiet small" }, t("sheets", { n: result.sheets })),
    h("dl", { class: "evaluated" }, result.counts.map((counts, at) => [h("dt", null, text(held, at)), h("dd", null, told(counts, result.least))])),
    result.comments.length
      ? h("details", { class: "more", "data-key": "comments" }, h("summary", null, `${t("comments")} (${number(result.comments.length)})`), h("ul", { class: "comments" }, result.comments.map((comment) => h("li", null, comment))))
      : null,
    h("p", null, h("button", { type: "button", class: "button button-quiet", "data-do": "show-evaluation", "data-show": String(!held.shown) }, t(held.shown ? "hide_evaluation" : "show_evaluation"))),
  ];
}

function text(held, at) {
  return inLanguage(Object.fromEntries(Object.entries(held.questions).map(([code, texts]) => [code, texts[at]])));
}

function told(counts, least) {
  if (!counts) return t("question_hidden", { least });
  const all = ANSWERS.reduce((sum, answer) => sum + counts[answer], 0);
  return ANSWERS.map((answer) => `${t(answer)} ${number(counts[answer])} (${percent(counts[answer] / all)})`).join(", ");
}

function publication(snapshot) {
  const { published } = snapshot;
  return h(
    "section",
    { class: "panel", "aria-labelledby": "published-title", "data-key": "published" },
    h("h2", { id: "published-title" }, t("published")),
    published ? address(snapshot, published) : null,
    h(
      "form",
      { class: "tie-form", "data-form": "publish", novalidate: true, "data-key": `publish-${Boolean(published)}` },
      h("label", { class: "check" }, h("input", { type: "checkbox", name: "files", checked: Boolean(published && published.files), "data-theirs": true }), h("span", null, t("publish_files"))),
      h(
        "p",
        { class: "side-steps" },
        h("button", { type: "submit", class: "button" }, t(published ? "publish_again" : "publish")),
        published ? h("button", { type: "button", class: "button button-quiet", "data-do": "unpublish" }, t("unpublish")) : null,
      ),
    ),
  );
}

function address(snapshot, published) {
  const whole = snapshot.join.url.replace(/\/$/, "") + published.path;
  return [
    h("p", null, t(snapshot.state === "finished" ? "published_help" : "published_waits")),
    h("p", { class: "address" }, h("a", { href: published.path, target: "_blank", rel: "noopener" }, whole)),
  ];
}

/** What a form of these panels asks for: [action, details], or null for another form. */
export function asked(form) {
  const given = new FormData(form);
  if (form.dataset.form === "publish") return ["publish", { files: given.has("files") }];
  if (form.dataset.form !== "open-evaluation") return null;
  const questions = String(given.get("questions")).split("\n").filter((line) => line.trim());
  return ["open-evaluation", questions.length ? { questions } : {}];
}
