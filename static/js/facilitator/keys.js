// The keys of the page, and what a presenter remote sends. Letters can be switched off: for who dictates, and for who
// leans on the keyboard.

import { draw, h } from "../dom.js";
import { showModal } from "../modal.js";
import { t } from "../words.js";
import { giveBack } from "./focus.js";

const STORED = "consensus.letters-off";

// Key -> what it does. A remote's keys work always; the others are letters and signs.
const REMOTE = { " ": "next", PageDown: "next", ArrowRight: "next", PageUp: "undo", ArrowLeft: "undo", F5: "live", Escape: "pause" };
const LETTERS = { ".": "blank", b: "blank", f: "freeze", "+": "larger", "-": "smaller", p: "pace", t: "timer", u: "undo", "?": "keys" };

const SHOWN = [
  ["next", ["key_space", "Page Down", "→"]],
  ["undo", ["Page Up", "←", "U"]],
  ["blank", ["B", "."]],
  ["freeze", ["F"]],
  ["zoom", ["+", "\u2212"]],
  ["live", ["F5"]],
  ["timer", ["T"]],
  ["pace", ["P"]],
  ["pause", ["Esc"]],
  ["keys", ["?"]],
];

// what Space presses or scrolls; a heading that has the focus is only read
const PRESSED = "a, button, input, summary, [tabindex='0']";

const lettersOff = () => localStorage.getItem(STORED) === "yes";

/** Call `act(what)` for a key that means something here. What is not acted on (false) is left to the browser. */
export function onKey(act) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.repeat && document.activeElement && document.activeElement.id === "next") event.preventDefault(); // held
    const what = meaning(event);
    if (!what || document.getElementById("dialog").hasAttribute("open") || isTaken(event)) return;
    if (event.repeat && what !== "larger" && what !== "smaller") {
      event.preventDefault();
      return;
    }
    if (act(what) !== false) event.preventDefault();
  });
  // The button's own click from Space would come on top of the key's.
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && document.activeElement && document.activeElement.id === "next") event.preventDefault();
  });
}

function meaning(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (REMOTE[event.key]) return event.shiftKey ? null : REMOTE[event.key];
  return lettersOff() ? null : LETTERS[event.key.toLowerCase()] || null;
}

// A field takes its own keys. Space presses whatever has the focus; only where nothing else would take it is it the next step.
function isTaken(event) {
  const at = document.activeElement;
  if (!at || at === document.body) return false;
  if (at.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return event.key !== "F5" && event.key !== "Escape";
  if (at.closest("input") && /^(Arrow| )/.test(event.key)) return true;
  return event.key === " " && at.id !== "next" && at.matches(PRESSED);
}

/** Show what the keys do. */
export function showKeys() {
  const dialog = document.getElementById("dialog");
  const back = document.activeElement;
  draw(
    dialog,
    h(
      "form",
      { method: "dialog", class: "dialog-form", "data-key": `keys-${performance.now()}` },
      h("h2", { id: "dialog-title" }, t("keys_title")),
      h(
        "table",
        { class: "keys" },
        h("tbody", null, SHOWN.map(([what, keys]) => h("tr", null, h("th", { scope: "row" }, keys.map((key) => h("kbd", null, key.startsWith("key_") ? t("key_space") : key))), h("td", null, t(`key_does_${what}`))))),
      ),
      h("p", { class: "quiet small" }, t("keys_remote")),
      h("label", { class: "check" }, h("input", { type: "checkbox", id: "letters", checked: !lettersOff() }), h("span", null, t("keys_letters"))),
      h("div", { class: "dialog-buttons" }, h("button", { type: "submit", class: "button button-main" }, t("close"))),
    ),
  );
  dialog.querySelector("#letters").addEventListener("change", (event) => localStorage.setItem(STORED, event.target.checked ? "no" : "yes"));
  dialog.addEventListener("close", () => giveBack(back), { once: true });
  showModal(dialog);
  dialog.querySelector("button").focus();
}
