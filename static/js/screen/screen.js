// The big screen: the line to the conference, and what the room sees.

import { countdown, timerView } from "../clock.js";
import { announce, draw, h, onPress } from "../dom.js";
import { connect } from "../live.js";
import { spaced, t, useLanguage } from "../words.js";
import { fitAll } from "./fit.js";
import { fetchPictures } from "./pictures.js";
import { view } from "./views.js";
import { fetchSquare } from "./wifi.js";

const TURN = 15000;

const root = document.getElementById("screen");
const conference = document.querySelector('meta[name="conference"]').content;
let snapshot = null;
let line = "connecting";
let page = 0;
let paused = false;
let turning = null;

function token() {
  const key = `consensus.screen:${conference}`;
  const given = decodeURIComponent(location.hash.slice(1));
  if (given) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, "", location.pathname);
  }
  return given || sessionStorage.getItem(key);
}

function render() {
  if (snapshot) useLanguage(snapshot.language);
  document.title = snapshot ? snapshot.title : t("title");
  if (snapshot && snapshot.display.blank && line !== "refused") {
    blank();
    return;
  }
  const shown = snapshot && line !== "refused" ? view(snapshot, page) : message();
  draw(
    root,
    shown.plain ? null : h("header", { class: "screen-bar" }, h("p", null, snapshot ? snapshot.title : ""), times(shown), joinLine()),
    h("main", { class: shown.plain ? "screen-main plain" : "screen-main" }, shown.body),
    footer(shown),
  );
  fitAll(root, snapshot ? snapshot.display.zoom / 100 : 1);
  announce(shown.tell || "");
  turn(shown.pages || 1);
}

// Nothing but a calm surface; the mark tells that it is meant, and turns where the line is lost.
function blank() {
  clearTimeout(turning);
  draw(root, h("main", { class: `blank${line === "reconnecting" ? " is-lost" : ""}` }, h("h1", { class: "unseen" }, t("blank")), h("span", { class: "blank-mark" })));
  announce(t("blank"));
}

// The timer where the page has no place of its own for it, and what comes by itself.
function times(shown) {
  if (!snapshot) return null;
  const { automatic } = snapshot;
  return h(
    "div",
    { class: "times" },
    automatic ? h("p", { class: "automatic" }, t(automatic.action === "close" ? "closes_in" : "opens_in"), " ", countdown("automatic", { ends: automatic.at })) : null,
    shown.timer ? null : timerView(snapshot.timer, t("time_left")),
  );
}

function message() {
  const text = line === "refused" ? t("refused") : line === "none" ? t("no_token") : t("connecting");
  return { body: h("div", { class: "centre" }, h("h1", { class: "large" }, text)), tell: text };
}

// Latecomers find the way in whatever is going on.
function joinLine() {
  if (!snapshot || !snapshot.join || snapshot.state === "finished") return null;
  const { url, code } = snapshot.join;
  return h("p", { class: "join-line" }, url.replace(/^https?:\/\//, "").replace(/\/$/, ""), h("strong", null, code ? spaced(code) : t("join_card")));
}

function footer(shown) {
  const pages = shown.pages || 1;
  return h(
    "footer",
    { class: "screen-foot" },
    h("p", { class: "lost", role: "status" }, line === "reconnecting" && snapshot ? t("reconnecting") : ""),
    snapshot && snapshot.display.frozen ? h("p", { class: "frozen" }, t("frozen")) : null,
    pages > 1
      ? h(
          "p",
          { class: "paging" },
          t("page_of", { n: shown.page + 1, total: pages }),
          h("button", { type: "button", class: "paging-button", "data-do": "pause" }, t(paused ? "go_on" : "pause")),
        )
      : null,
  );
}

const session = (of) => (of.tables ? of.tables.session : null);

function turn(pages) {
  clearTimeout(turning);
  if (pages < 2 || paused) return;
  turning = setTimeout(() => {
    page = (page + 1) % pages;
    render();
  }, TURN);
}

function key(event) {
  const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const pages = (snapshot && view(snapshot, page).pages) || 1;
  if (pages < 2) return;
  event.preventDefault();
  page = (page + step + pages) % pages;
  render();
}

const mine = token();
if (!mine) {
  line = "none";
  render();
} else {
  connect(mine, {
    line(how) {
      line = how;
      render();
    },
    state(next) {
      if (!snapshot || next.state !== snapshot.state || session(next) !== session(snapshot)) page = 0;
      snapshot = next;
      if (["draft", "lobby"].includes(next.state)) fetchSquare(next, mine, render);
      fetchPictures(next, mine, render);
      render();
    },
  });
}
onPress(root, (what) => {
  if (what === "pause") {
    paused = !paused;
    render();
  }
});
document.addEventListener("keydown", key);
window.addEventListener("resize", render);
render();
