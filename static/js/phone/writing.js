// Arguments for and against: written here without a name while people talk. Fetched once they are collected.

import { h } from "../dom.js";
import { t } from "../words.js";
import { SIDES } from "./beside.js";

const LONGEST = 280;
const REFUSALS = { "too-many": "argument_too_many", "not-now": "argument_over", "not-on-ballot": "argument_over" };

/** What is being written on this phone. */
export class Writing {
  /** `changed()` is called when there is something new to show. */
  constructor(changed) {
    this.changed = changed;
    this.item = null;
    this.told = "";
    this.left = LONGEST;
    this.busy = false;
  }

  listen(root, where) {
    const mine = (event) => event.target.closest('[data-form="argument"]');
    root.addEventListener("input", (event) => mine(event) && this.see(mine(event)));
    root.addEventListener("submit", (event) => {
      if (!mine(event)) return;
      event.preventDefault();
      this.send(mine(event), where());
    });
  }

  see(form) {
    const given = new FormData(form);
    this.item = Number(given.get("item"));
    this.left = LONGEST - String(given.get("text")).length;
    this.told = "";
    this.changed();
  }

  async send(form, { conference, token }) {
    const given = new FormData(form);
    const text = String(given.get("text")).trim();
    const [item, side] = [Number(given.get("item")), given.get("side")];
    if (this.busy) return;
    if (!item || !side || !text) return this.tell(t("argument_incomplete"));
    this.busy = true;
    this.tell(t("argument_sending"));
    const refused = await post(`/api/c/${encodeURIComponent(conference)}/argument`, token, { item, side, text });
    this.busy = false;
    if (refused === null) {
      form.elements.text.value = "";
      this.left = LONGEST;
    }
    this.tell(t(refused === null ? "argument_in" : REFUSALS[refused] || "argument_failed"));
  }

  /** The form, where arguments are collected now. */
  form(snapshot) {
    return argumentForm(snapshot, this);
  }

  tell(text) {
    this.told = text;
    this.changed();
  }
}

/** Post it; null once it is stored, else why not. */
async function post(address, token, body) {
  try {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), referrerPolicy: "no-referrer" });
    const answer = await response.json();
    return answer.ok ? null : answer.error;
  } catch {
    return "unreachable";
  }
}

function argumentForm(snapshot, writing) {
  const { arguments: asked, language } = snapshot;
  if (!asked || !asked.items.length) return null;
  const item = asked.items.find((one) => one.number === writing.item) || asked.items[0];
  return h(
    "details",
    { class: "more argue", "data-key": "argue" },
    h("summary", null, t("argument_write")),
    h(
      "form",
      { class: "argue-form", "data-form": "argument", novalidate: true },
      h("p", { class: "quiet" }, t("argument_anonymous")),
      h("label", { for: "argument-item" }, t("argument_item")),
      h("select", { id: "argument-item", name: "item", lang: language }, asked.items.map((one) => h("option", { value: one.number, "data-key": one.number }, `${one.number}. ${one.text}`))),
      h("p", { class: "argue-text", lang: language }, item.text),
      h(
        "fieldset",
        { class: "argue-sides" },
        h("legend", null, t("argument_side")),
        SIDES.map(([side, name]) => h("label", { class: "argue-side", "data-key": side }, h("input", { type: "radio", name: "side", value: side, "data-theirs": true }), h("span", null, t(name)))),
      ),
      h("label", { for: "argument-text" }, t("argument_text")),
      h("textarea", { id: "argument-text", name: "text", rows: 4, maxlength: LONGEST, "aria-describedby": "argument-left" }),
      h("p", { id: "argument-left", class: "quiet small" }, t("argument_left", { n: writing.left })),
      h("p", { class: "argue-told", role: "status" }, writing.told),
      h("button", { type: "submit", class: "button button-wide", "aria-disabled": String(writing.busy) }, t("argument_send")),
    ),
  );
}
