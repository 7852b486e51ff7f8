// What the facilitator sets for the room beside the steps: the screens, the timer, the automatic pace.

import { clockText, countdown, timerView } from "../clock.js";
import { h } from "../dom.js";
import { percent, t } from "../words.js";

const ZOOMS = [50, 60, 70, 80, 90, 100, 110, 125, 150, 175, 200];
const QUICK = [30, 60, 300, 600, 1200]; // seconds
const ENOUGH = 10; // present, from which on the turnout may be known

/** The zoom after one press of + or -. */
export function zoomed(zoom, by) {
  const others = by > 0 ? ZOOMS.filter((one) => one > zoom) : ZOOMS.filter((one) => one < zoom).reverse();
  return others.length ? others[0] : zoom;
}

/** What is out of the ordinary, beside the big button: nobody is to wonder why the screens do not follow. */
export function roomLine(snapshot) {
  const { display, automatic, timer } = snapshot;
  return h(
    "div",
    { class: "room-line", "data-key": "room-line" },
    automatic ? h("p", { class: "automatic", "data-key": "automatic" }, t(automatic.action === "close" ? "closes_in" : "opens_in"), " ", countdown("automatic", { ends: automatic.at })) : null,
    timer ? h("p", { class: "automatic", "data-key": "timer" }, t("timer"), " ", countdown("line", timer)) : null,
    h(
      "div",
      { class: "room-notices", role: "status", "data-key": "notices" },
      display.blank ? h("p", { class: "room-notice", "data-key": "blank" }, t("screens_blank")) : null,
      display.frozen ? h("p", { class: "room-notice", "data-key": "frozen" }, t("screens_frozen")) : null,
    ),
  );
}

/** The panel beside: screens and timer. */
export function stagePanel(snapshot) {
  const { display } = snapshot;
  return h(
    "section",
    { class: "panel stage", "aria-labelledby": "stage-title", "data-key": "stage" },
    h("h2", { id: "stage-title" }, t("screens")),
    h(
      "div",
      { class: "stage-buttons" },
      toggle("blank", display.blank, t("blank")),
      toggle("freeze", display.frozen, t("freeze")),
      h(
        "div",
        { class: "zoom", role: "group", "aria-label": t("zoom") },
        h("button", { type: "button", class: "button button-quiet zoom-button", "data-do": "smaller", "aria-label": t("zoom_out") }, "\u2212"),
        h("span", { class: "zoom-now", role: "status" }, percent(display.zoom / 100)),
        h("button", { type: "button", class: "button button-quiet zoom-button", "data-do": "larger", "aria-label": t("zoom_in") }, "+"),
      ),
    ),
    h("h3", null, t("timer")),
    snapshot.timer ? timerRuns(snapshot.timer) : timerForm(),
  );
}

function toggle(what, on, text) {
  return h("button", { type: "button", class: "button button-quiet toggle", "data-do": what, "data-key": what, "aria-pressed": String(on) }, text);
}

function timerRuns(timer) {
  return h(
    "div",
    { class: "timer-box", "data-key": "runs" },
    timerView(timer, "", true),
    h(
      "div",
      { class: "stage-buttons" },
      h("button", { type: "button", class: "button", "data-do": "timer-toggle", "data-key": "toggle" }, t(timer.ends === null ? "timer_go_on" : "timer_pause")),
      h("button", { type: "button", class: "button button-quiet", "data-do": "timer-add", "data-key": "add" }, t("timer_add")),
      h("button", { type: "button", class: "button button-quiet", "data-do": "timer-stop", "data-key": "stop" }, t("timer_stop")),
    ),
  );
}

function timerForm() {
  return h(
    "div",
    { class: "timer-box", "data-key": "none" },
    h(
      "div",
      { class: "stage-buttons quick", role: "group", "aria-label": t("timer_quick") },
      QUICK.map((seconds) => h("button", { type: "button", class: "button button-quiet", "data-do": "timer-start", "data-seconds": seconds, "data-key": seconds }, clockText(seconds))),
    ),
    h(
      "form",
      { class: "timer-form", "data-form": "timer", novalidate: true },
      h("label", { for: "timer-length", class: "unseen" }, t("timer_length")),
      h("input", { id: "timer-length", name: "length", type: "number", min: 1, max: 1440, value: 15, inputmode: "numeric" }),
      h("label", { for: "timer-unit", class: "unseen" }, t("timer_unit")),
      h("select", { id: "timer-unit", name: "unit" }, h("option", { value: 60 }, t("unit_minutes")), h("option", { value: 1 }, t("unit_seconds"))),
      h("button", { type: "submit", class: "button" }, t("timer_start")),
    ),
  );
}

/** The panel for what goes on by itself. */
export function pacePanel(snapshot) {
  const { pace, present, state } = snapshot;
  if (state === "finished") return null;
  const few = present < ENOUGH;
  return h(
    "details",
    { class: "panel pace", "data-key": "pace" },
    h("summary", null, h("h2", null, t("pace")), h("span", { class: "badge" }, t(pace.on ? "pace_on" : "pace_off"))),
    h("p", { class: "quiet small" }, t("pace_help")),
    h(
      "form",
      { class: "pace-form", "data-form": "pace", novalidate: true },
      secondsField("open_after", t("pace_open"), pace.open_after, 0),
      secondsField("close_after", t("pace_close"), pace.close_after, 1),
      h(
        "label",
        { class: "check", "data-key": `all-${pace.close_when_all}` }, // made anew when it changes: till then what is ticked is theirs
        h("input", { type: "checkbox", name: "close_when_all", checked: pace.close_when_all, disabled: few, "data-theirs": true, "aria-describedby": "pace-few" }),
        h("span", null, t("pace_all")),
      ),
      h("p", { id: "pace-few", class: "quiet small" }, few ? t("pace_few") : t("pace_grace")),
      h(
        "div",
        { class: "stage-buttons" },
        h("button", { type: "submit", class: "button", "data-key": "start" }, t(pace.on ? "pace_change" : "pace_start")),
        pace.on ? h("button", { type: "button", class: "button button-main", "data-do": "pace-pause", "data-key": "pause" }, t("pace_pause")) : null,
      ),
    ),
  );
}

function secondsField(name, text, value, least) {
  return h(
    "div",
    { class: "pace-field", "data-key": `${name}-${value}` },
    h("label", { for: `pace-${name}` }, text),
    h("input", { id: `pace-${name}`, name, type: "number", min: least, max: 3600, value: value === null ? "" : value, inputmode: "numeric" }),
  );
}

/** What a form of a panel asks for, as the server takes it; null where a number is missing. */
export function asked(form) {
  const given = new FormData(form);
  if (form.dataset.form === "timer") {
    const seconds = Math.round(Number(given.get("length")) * Number(given.get("unit")));
    return seconds >= 1 ? { do: "start", seconds } : null;
  }
  const wait = (name) => (String(given.get(name) || "").trim() === "" ? null : Math.round(Number(given.get(name))));
  return { on: true, open_after: wait("open_after"), close_after: wait("close_after"), close_when_all: given.has("close_when_all") };
}
