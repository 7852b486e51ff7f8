// Arguments from the phones: whether they are collected, which are shown with their items, and when the room sees them.

import { h } from "../dom.js";
import { number, t } from "../words.js";

/** The panel about arguments, or null where there is nothing to do about them. */
export function argumentsPanel(snapshot) {
  const collecting = Boolean(snapshot.arguments && snapshot.arguments.open);
  const able = snapshot.steps.actions.includes("arguments");
  const { queue } = snapshot;
  const onScreen = screenSwitch(snapshot);
  if (!able && !queue.length && !onScreen) return null;
  const waiting = queue.filter((one) => one.state === "waiting");
  const seen = queue.filter((one) => one.state !== "waiting");
  return h(
    "section",
    { class: "panel", "aria-labelledby": "arguments-title", "data-key": "arguments" },
    h("h2", { id: "arguments-title" }, t("arguments_title")),
    onScreen,
    able ? h("p", { class: "quiet small" }, t(collecting ? "arguments_open" : "arguments_help")) : null,
    able
      ? h("button", { type: "button", class: "button", "data-do": "arguments", "data-open": String(!collecting), "data-key": "collect" }, t(collecting ? "arguments_stop" : "arguments_start"))
      : null,
    waiting.length ? h("p", { "data-key": "waiting" }, h("strong", null, t("arguments_waiting", { n: waiting.length }))) : null,
    waiting.length ? h("ul", { class: "argument-list", "data-key": "waiting-list" }, waiting.map((one) => row(one, snapshot))) : null,
    seen.length
      ? h("details", { class: "more", "data-key": "seen" }, h("summary", null, `${t("arguments_seen")} (${number(seen.length)})`), h("ul", { class: "argument-list" }, seen.map((one) => row(one, snapshot))))
      : null,
  );
}

function row(one, snapshot) {
  const { language } = snapshot;
  const known = [...((snapshot.arguments && snapshot.arguments.items) || []), ...(snapshot.items || [])];
  const item = known.find((other) => other.number === one.item && other.text);
  const about = [t("choose_item", { number: String(one.item) }), t(one.side === "for" ? "argument_for" : "argument_against")].join(" · ");
  const press = (verdict, words) =>
    h("button", { type: "button", class: "button button-quiet", "data-do": "moderate", "data-argument": one.argument, "data-verdict": verdict, "data-key": verdict, "aria-describedby": `argument-${one.argument}` }, t(words));
  return h(
    "li",
    { "data-key": one.argument },
    h("p", { class: "quiet small" }, about, item ? [": ", h("span", { lang: language }, item.text)] : "", one.state === "hidden" ? ` · ${t("argument_hidden")}` : ""),
    h("p", { id: `argument-${one.argument}`, lang: language }, one.text),
    h("div", { class: "side-steps" }, one.state !== "shown" ? press("show", "argument_show") : null, one.state !== "hidden" ? press("hide", "argument_hide") : null),
  );
}

// Only what stands with the item that is voted on can be put beside it on the screen.
function screenSwitch(snapshot) {
  const { item, state } = snapshot;
  if (state !== "voting" || !item || !item.arguments) return null;
  const on = snapshot.arguments.on_screen === item.number;
  return h("button", { type: "button", class: "button", "data-do": "show-arguments", "data-item": on ? null : item.number, "data-key": "screen" }, t(on ? "arguments_off_screen" : "arguments_on_screen"));
}
