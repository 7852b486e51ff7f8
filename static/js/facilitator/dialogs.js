// Steps that need a second thought or a reason ask for it here.

import { draw, h } from "../dom.js";
import { showModal } from "../modal.js";
import { t } from "../words.js";
import { giveBack } from "./focus.js";

const HOLD = 500; // a key pressed twice must not confirm; a pointer aims

/**
 * Ask in a dialog. -> the reason (empty where none is asked for), or null when cancelled.
 * `question`: {title, help, go, reason: true where one is needed}
 */
export function askFirst(question) {
  const dialog = document.getElementById("dialog");
  const back = document.activeElement;
  const opened = performance.now();
  let aimed = false;
  draw(
    dialog,
    h(
      "form",
      { method: "dialog", class: "dialog-form", novalidate: true, "data-key": `${question.title}${opened}` },
      h("h2", { id: "dialog-title" }, question.title),
      question.help ? h("p", null, question.help) : null,
      question.reason
        ? h(
            "div",
            { class: "field" },
            h("label", { for: "reason" }, t("reason")),
            h("textarea", { id: "reason", rows: 3, maxlength: 500, required: true, "aria-describedby": "reason-help reason-problem" }),
            h("p", { id: "reason-help", class: "quiet small" }, t("reason_hint")),
            h("p", { id: "reason-problem", class: "problem", role: "alert" }),
          )
        : null,
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "button button-quiet", "data-answer": "no" }, t("cancel")),
        h("button", { type: "submit", class: "button button-main", "data-answer": "yes" }, question.go),
      ),
    ),
  );
  showModal(dialog);
  (dialog.querySelector("textarea") || dialog.querySelector('[data-answer="yes"]')).focus();
  return new Promise((resolve) => {
    const finish = (answer) => {
      dialog.removeEventListener("submit", submit);
      dialog.removeEventListener("click", click);
      dialog.removeEventListener("pointerdown", aim);
      dialog.removeEventListener("cancel", cancel);
      if (dialog.hasAttribute("open")) dialog.close();
      dialog.replaceChildren();
      giveBack(back);
      resolve(answer);
    };
    const submit = (event) => {
      event.preventDefault();
      if (!aimed && performance.now() - opened < HOLD) return;
      const field = dialog.querySelector("textarea");
      const reason = field ? field.value.trim() : "";
      if (field && !reason) {
        dialog.querySelector("#reason-problem").textContent = t("reason_missing");
        field.setAttribute("aria-invalid", "true");
        field.focus();
        return;
      }
      finish(reason);
    };
    const aim = () => {
      aimed = true;
    };
    const click = (event) => event.target.closest('[data-answer="no"]') && finish(null);
    const cancel = (event) => {
      event.preventDefault();
      finish(null);
    };
    dialog.addEventListener("submit", submit);
    dialog.addEventListener("click", click);
    dialog.addEventListener("pointerdown", aim);
    dialog.addEventListener("cancel", cancel);
  });
}
