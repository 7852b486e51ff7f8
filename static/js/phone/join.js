// Joining: with the code that was typed, or at once with the secret behind a card's square.

import { draw, h, onPress } from "../dom.js";
import { chooseLanguage, currentLanguage, languages, t } from "../words.js";
import { place, shared } from "./store.js";

const RETRY = 2000;

const root = document.getElementById("phone");
const onCard = /^\/j\/([^/]+)$/.exec(location.pathname);
let typed = new URLSearchParams(location.search).get("code") || "";
let joining = Boolean(onCard);
let problem = "";

function render() {
  document.title = t("title");
  draw(
    root,
    h(
      "header",
      { class: "phone-bar" },
      h("p", { class: "line" }, ""),
      h("div", { class: "languages" }, languages().filter(([code]) => code !== currentLanguage()).map(([code, name]) => h("button", { type: "button", class: "language", lang: code, "data-do": "language", "data-language": code }, name))),
    ),
    h("main", { id: "main", class: "phone-main" }, joining && onCard ? onTheWay() : form()),
  );
}

function onTheWay() {
  return [h("h1", { class: "headline" }, t("joining")), h("p", { class: "lead", role: "status" }, problem)];
}

function form() {
  return [
    h("h1", { class: "headline" }, t("hello")),
    h(
      "form",
      { class: "join-form", "data-key": "form", novalidate: true },
      h("label", { class: "lead", for: "code" }, t("type_code")),
      h("input", {
        id: "code",
        name: "code",
        class: "code-field",
        type: "text",
        inputmode: "text",
        autocomplete: "off",
        autocapitalize: "characters",
        autocorrect: "off",
        spellcheck: "false",
        enterkeyhint: "go",
        required: true,
        value: typed,
        "aria-describedby": "problem",
        "aria-invalid": String(Boolean(problem) && !joining),
      }),
      h("p", { id: "problem", class: "problem", role: "alert" }, problem),
      h("button", { class: "button button-wide", type: "submit", "aria-disabled": String(joining) }, t(joining ? "joining" : "join")),
    ),
    place.get() ? h("p", null, h("a", { class: "button", href: "/vote" }, t("back"))) : null,
    h("p", { class: "quiet" }, t("shared_hint"), " ", h("a", { class: "shared-link", href: "/shared" }, t("shared_link"))),
    root.dataset.desk ? h("p", null, h("a", { class: "shared-link", href: root.dataset.desk }, t("desk"))) : null,
  ];
}

/** Six digits are the conference's code; anything else is what stands on a card. A phone that has a seat already gets that by the code. */
function asked(text) {
  const plain = text.replace(/[\s.-]+/g, "");
  return /^\d{6}$/.test(plain) ? { code: plain, token: (place.get() || {}).token } : { seat: plain };
}

async function join(body) {
  joining = true;
  problem = "";
  render();
  let answer;
  let status = 0;
  try {
    const response = await fetch("/api/join", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      referrerPolicy: "no-referrer",
    });
    status = response.status;
    answer = await response.json();
  } catch {
    answer = null;
  }
  if (answer && answer.token) {
    place.set({ token: answer.token, conference: answer.conference });
    location.replace("/vote");
    return;
  }
  if (answer === null || status >= 500) {
    problem = t("join_failed");
    render();
    setTimeout(() => join(body), RETRY);
    return;
  }
  refuse(answer);
}

function refuse(answer) {
  joining = false;
  problem = t(answer.error === "not-now" ? "code_closed" : "refused_code");
  // A secret that was refused must not stay in the address either.
  if (onCard) history.replaceState(null, "", "/");
  render();
  const field = document.getElementById("code");
  if (field) field.focus();
}

onPress(root, (what, button) => {
  if (what === "language") {
    chooseLanguage(button.dataset.language, render);
  }
});
root.addEventListener("submit", (event) => {
  event.preventDefault();
  typed = document.getElementById("code").value;
  if (!joining && typed.trim()) join(asked(typed));
});

// Whoever holds a shared device takes no seat with it that would stay.
if (shared.get()) location.replace(`/shared#${onCard ? onCard[1] : encodeURIComponent(typed)}`);
else begin();

function begin() {
  render();
  if (onCard) join({ seat: decodeURIComponent(onCard[1]) });
  else if (typed) {
    history.replaceState(null, "", "/");
    join(asked(typed));
  } else document.getElementById("code").focus();
}
