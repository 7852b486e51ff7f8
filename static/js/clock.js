// Time left until a moment of the server's clock, whatever this device's own clock says: the server is asked what time it
// is, and from then on a clock counts that nobody can set.

import { h } from "./dom.js";
import { t } from "./words.js";

const TICK = 200;
const LINGERS = 30; // seconds after its end in which a timer is still shown
const SAID = [600, 300, 60, 10]; // seconds left that are worth a word to those who listen

let ahead = null; // of performance.now(), in milliseconds
let asked = null;
let ticking = null;
let before = null; // what was left when it was last looked at: {ends, seconds}
let wasPaused = null;
let voice = null; // its own, so that nothing else that the page says is said again

/** Of this line the time is not known any more: a device that slept may have stopped its clocks. */
export function forgetTheTime() {
  asked = null;
}

/** Ask the server what time it is, once for each line. Its answer is taken to be from the middle of the way. */
export function askTheTime(socket) {
  if (asked !== null) return;
  const sent = performance.now();
  asked = sent;
  socket.timeout(8000).emit("clock", null, (error, answer) => {
    if (asked !== sent) return;
    if (error || !answer || typeof answer.now !== "number") {
      asked = null;
      return;
    }
    ahead = answer.now * 1000 - (sent + performance.now()) / 2;
    tick();
  });
}

/** Seconds until a moment of the server's clock; null while that is not known. */
export function secondsUntil(moment) {
  return ahead === null ? null : moment - (performance.now() + ahead) / 1000;
}

/** "4:05", "1:02:00"; never below zero. */
export function clockText(seconds) {
  const all = Math.max(0, Math.ceil(seconds - 0.05));
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A span that counts down to `ends`, or stands at `left`. It is for the eyes; what is worth hearing is announced. */
export function countdown(kind, { ends = null, left = null }) {
  keepTicking();
  const seconds = ends === null ? left : secondsUntil(ends);
  const text = seconds === null ? "–:––" : clockText(seconds);
  return h("span", { class: `countdown${over(ends, seconds) ? " is-over" : ""}`, "data-kind": kind, "data-ends": ends, "aria-hidden": kind === "timer" ? null : "true" }, text);
}

const over = (ends, seconds) => ends !== null && seconds !== null && seconds <= 0;

/**
 * The timer as the room sees it, or null without one: the time left, `word` while it runs, and what it is when it does not.
 * Long over it is gone, where it does not `stay`.
 */
export function timerView(timer, word = "", stay = false) {
  if (!timer || (!stay && isGone(timer.ends === null ? 0 : secondsUntil(timer.ends)))) return null;
  const paused = timer.ends === null;
  if (paused && wasPaused === false) announce(t("timer_paused"));
  wasPaused = paused;
  return h(
    "div",
    { class: `timer${paused ? " is-paused" : ""}`, role: "timer", "aria-live": "off", "aria-label": t("timer"), "data-key": "timer", "data-stays": stay },
    countdown("timer", timer),
    h("span", { class: "timer-word", "data-word": word }, paused ? t("timer_paused") : over(timer.ends, secondsUntil(timer.ends)) ? t("timer_over") : word),
  );
}

const isGone = (seconds) => seconds !== null && seconds < -LINGERS;

function keepTicking() {
  if (voice === null) {
    voice = h("p", { class: "unseen", role: "status", "aria-live": "polite" });
    document.body.append(voice);
  }
  if (ticking === null) ticking = setInterval(tick, TICK);
}

function tick() {
  const shown = document.querySelectorAll(".countdown[data-ends]");
  if (!shown.length && ticking !== null && !document.querySelector(".countdown")) {
    clearInterval(ticking);
    ticking = null;
  }
  for (const place of shown) {
    const ends = Number(place.dataset.ends);
    const seconds = secondsUntil(ends);
    if (seconds === null) continue;
    const text = clockText(seconds);
    if (place.textContent !== text) place.textContent = text;
    if (place.dataset.kind === "timer") timerTicks(place, ends, seconds);
  }
}

function timerTicks(place, ends, seconds) {
  place.classList.toggle("is-over", seconds <= 0);
  const word = place.parentNode.querySelector("[data-word]");
  const text = seconds <= 0 ? t("timer_over") : word ? word.dataset.word : "";
  if (word && word.textContent !== text) word.textContent = text;
  say(ends, seconds);
  if (isGone(seconds) && !("stays" in place.parentNode.dataset)) place.parentNode.remove();
}

// Said when a timer is set, at a few moments that matter, and when it is over; never second by second.
function say(ends, seconds) {
  const known = before && before.ends === ends ? before.seconds : null;
  before = { ends, seconds };
  if (known === null) {
    if (seconds > 1) announce(t("timer_left", { time: spoken(seconds) }));
    return;
  }
  if (known > 0 && seconds <= 0) announce(t("timer_over"));
  const mark = SAID.find((at) => known > at && seconds <= at);
  if (mark) announce(t("timer_left", { time: spoken(mark) }));
}

function announce(text) {
  if (voice.textContent !== text) voice.textContent = text;
}

/** A time to be heard: "5 minutes", "1 minute 30 seconds". */
export function spoken(seconds) {
  const all = Math.max(0, Math.round(seconds));
  const [minutes, rest] = [Math.floor(all / 60), all % 60];
  return [minutes ? t("minutes", { n: minutes }) : "", rest || !minutes ? t("seconds", { n: rest }) : ""].filter(Boolean).join(" ");
}
