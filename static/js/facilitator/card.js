// A single new card, shown once to hand over: to be scanned by the phone that takes the seat.

import { draw, h } from "../dom.js";
import { showModal } from "../modal.js";
import { t } from "../words.js";
import { giveBack } from "./focus.js";

/** Show a card, {code, address, square}, until it is put away. Nothing of it stays on the page. */
export function showCard(card) {
  const dialog = document.getElementById("dialog");
  const back = document.activeElement;
  draw(
    dialog,
    h(
      "div",
      { class: "dialog-form new-card", "data-key": "card" },
      h("h2", { id: "dialog-title" }, t("card_title")),
      h("p", null, t("card_help")),
      h("img", { class: "new-card-square", src: card.square, alt: t("card_square") }),
      h("p", null, t("card_typed", { address: card.address })),
      h("p", { class: "new-card-code" }, card.code),
      h("div", { class: "dialog-buttons" }, h("button", { type: "button", class: "button button-main", "data-answer": "yes" }, t("card_away"))),
    ),
  );
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    giveBack(back);
  }, { once: true });
  showModal(dialog);
  const away = dialog.querySelector("button");
  away.addEventListener("click", () => dialog.close(), { once: true });
  away.focus();
}
