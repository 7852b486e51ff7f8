// The plan editor. The server knows the plan language: each change goes there and comes back as the page's new inside.
// Nothing is kept until the form at the bottom is sent.

import { announce, draw, onPress } from "../dom.js";
import { t } from "../words.js";

const PAUSE = 350; // after the last key in a field, before the change is asked for

const content = document.getElementById("content");
const place = document.getElementById("plan");
const kept = document.getElementById("plan-text");
const toml = document.getElementById("toml");
const tomlProblem = document.getElementById("toml-problem");
const undo = document.getElementById("plan-undo");

let text = kept.value;
const before = [];
const timers = new Map();
let queue = Promise.resolve();

function sizes() {
  const fields = [...place.querySelectorAll("[data-size]")];
  return Object.fromEntries(fields.map((field) => [field.dataset.size, Number.parseInt(field.value, 10) || 0]));
}

/** Ask for a change of the plan as it stands when the changes before this one are done. */
function ask(change, done = () => {}, trouble = () => {}) {
  queue = queue.then(async () => {
    const answer = await send({ text, sizes: sizes(), ...change });
    if (!answer.ok) {
      trouble(answer.problem || t("failed"));
      return;
    }
    const same = answer.text === text;
    if (!same && !change.back) before.push(text);
    show(answer);
    done();
    if (same) return;
    const things = answer.warnings.length ? t("things_to_look_at", { n: answer.warnings.length }) : "";
    announce(`${t(change.back ? "plan_back" : "plan_changed")} ${things} ${answer.warnings.join(" ")}`);
  });
}

async function send(body) {
  const { language, conference, change } = content.dataset;
  try {
    const response = await fetch(change, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...body, language, conference }),
    });
    return await response.json();
  } catch {
    return { ok: false };
  }
}

function show(answer) {
  text = answer.text;
  kept.value = text;
  toml.value = text;
  tomlProblem.textContent = "";
  undo.setAttribute("aria-disabled", String(!before.length));
  const fresh = new DOMParser().parseFromString(answer.page, "text/html");
  draw(place, [...fresh.body.childNodes]);
  place.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  place.querySelectorAll("input, select").forEach(settle);
  follow();
}

// What a field shows is its own once somebody has written in it: bring it to what the plan says, but never under the fingers.
function settle(field) {
  if (field.tagName === "SELECT") {
    const chosen = field.querySelector("option[selected]");
    if (chosen) field.value = chosen.value;
  } else if (field !== document.activeElement) {
    field.value = field.defaultValue;
  }
}

// The funnel is longer than its place beside the rounds: it shows the round that is being changed.
function follow() {
  const round = document.activeElement.closest(".round");
  const funnel = place.querySelector(".funnel");
  const stage = round && funnel.querySelector(`[data-key="${round.dataset.key.replace("r-", "stage-")}"]`);
  if (!stage || funnel.scrollHeight <= funnel.clientHeight) return;
  const [within, around] = [stage.getBoundingClientRect(), funnel.getBoundingClientRect()];
  if (within.top < around.top) funnel.scrollTop += within.top - around.top;
  else if (within.bottom > around.bottom) funnel.scrollTop += within.bottom - around.bottom;
}
place.addEventListener("focusin", follow);

function problemOf(edit) {
  return place.querySelector(`[data-problem="${edit.round || ""}"]`);
}

function change(field) {
  clearTimeout(timers.get(field));
  if (field.dataset.size !== undefined) {
    ask({});
    return;
  }
  const edit = { ...JSON.parse(field.dataset.edit), value: `${field.dataset.before || ""}${field.value}` };
  ask({ edit }, undefined, (problem) => {
    field.setAttribute("aria-invalid", "true");
    const said = problemOf(edit);
    if (said) said.textContent = problem;
  });
}

place.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("input[data-edit], input[data-size]")) return;
  clearTimeout(timers.get(field));
  // A field that is empty on the way to another number is no mistake yet.
  if (field.matches(".number") && !field.value.trim()) return;
  timers.set(field, setTimeout(() => change(field), PAUSE));
});

place.addEventListener("change", (event) => {
  if (event.target.matches("[data-edit], [data-size]")) change(event.target);
});

// A field with what the plan would not take goes back to what the plan says when it is left empty.
place.addEventListener("focusout", (event) => {
  if (event.target.matches(".number") && !event.target.value.trim()) event.target.value = event.target.defaultValue;
});

onPress(place, (what, button) => {
  if (what !== "edit") return;
  const edit = JSON.parse(button.dataset.edit);
  ask(
    { edit },
    () => {
      const rounds = [...place.querySelectorAll(".round")];
      const heading = button.isConnected ? button : rounds[rounds.length - 1].querySelector("input");
      heading.focus();
    },
    (problem) => {
      const said = problemOf(edit);
      if (said) said.textContent = problem;
    },
  );
});

undo.addEventListener("click", () => {
  if (before.length) ask({ text: before.pop(), back: true });
});

// Changes that are not kept are not lost by a slip; sending a form is no slip.
let leaving = false;
document.addEventListener("submit", (event) => {
  leaving = true;
  if (event.target.id !== "keep") setTimeout(() => (leaving = false), 1000);
});
const leave = document.querySelector("#keep a");
if (leave) leave.addEventListener("click", () => (leaving = true));
const filled = document.getElementById("keep").dataset.filled !== undefined; // the form for a new conference waits behind this page
window.addEventListener("beforeunload", (event) => {
  if ((before.length || filled) && !leaving) event.preventDefault();
});

document.getElementById("ready").addEventListener("submit", (event) => {
  event.preventDefault();
  ask({ ready: document.getElementById("ready-plan").value });
});

function useText(wanted) {
  ask({ text: wanted }, undefined, (problem) => {
    tomlProblem.textContent = problem;
  });
}

document.getElementById("toml-use").addEventListener("click", () => useText(toml.value));

document.getElementById("toml-file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) useText(await file.text());
  event.target.value = "";
});
