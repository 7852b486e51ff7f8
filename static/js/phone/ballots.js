// The ballot forms on the phone: what is shown to choose with, and how what was chosen is called.

import { h } from "../dom.js";
import { choiceName, kindName } from "../figures.js";
import { t } from "../words.js";
import { papers } from "./store.js";

const SIGNS = { yes: "✓", no: "✕", abstain: "–" };

/** The choices of one item as big buttons. `chosen` is pressed; nothing can be pressed unless `open`. `about` names the item among others. */
export function choiceButtons(ballot, item, chosen, open, about = "") {
  const scale = ballot.form === "scale";
  const buttons = ballot.choices.map((choice) => choiceButton(ballot, item, choice, choice === chosen, open));
  const ratings = buttons.filter((_, at) => ballot.choices[at] !== "abstain");
  const rest = buttons.filter((_, at) => ballot.choices[at] === "abstain");
  const named = { role: "group", "aria-label": [t(scale ? "scale" : "answers"), about].filter(Boolean).join(", ") };
  return scale
    ? h("div", { class: "scale", ...named }, h("div", { class: `ratings ratings-${perRow(ratings.length)}` }, ratings), rest)
    : h("div", { class: "choices", ...named }, buttons);
}

function choiceButton(ballot, item, choice, pressed, open) {
  return h(
    "button",
    {
      type: "button",
      class: `choice choice-${choice}`,
      "data-key": `choice-${choice}`,
      "data-do": "choose",
      "data-item": item.number,
      "data-choice": choice,
      "aria-pressed": pressed ? "true" : "false",
      disabled: !open,
    },
    SIGNS[choice] && h("span", { class: "choice-sign", "aria-hidden": "true" }, SIGNS[choice]),
    h("span", null, choiceName(choice, ballot.form)),
  );
}

function perRow(n) {
  if (n <= 5) return n;
  return n % 3 === 0 && n <= 9 ? 3 : n <= 8 ? 4 : 5;
}

/** Where a vote stands, in words. */
export function voteState(vote, ballot, connected) {
  if (!vote) return t("choose");
  if (vote.state === "kept") return t(connected ? "sending" : "kept");
  if (vote.state === "in") {
    return vote.choice === null ? t("vote_in_unknown") : t("vote_in", { choice: choiceName(vote.choice, ballot.form) });
  }
  if (vote.state === "anew") return t("vote_again");
  return refusal(vote.state);
}

export function refusal(code) {
  if (code === "late") return t("too_late");
  if (code === "unsure") return t("too_late_unsure");
  const text = t(`refused_${code}`);
  return text === `refused_${code}` ? t("refused_other") : text;
}

/** The rule of a whole-paper ballot in one sentence. */
export function paperRule(ballot) {
  if (ballot.form === "pick") return t("pick_rule", { n: ballot.limit });
  if (ballot.form === "rank") return t("rank_rule", { n: ballot.limit });
  return [t("points_rule", { n: ballot.limit }), ballot.cap ? t("points_cap", { n: ballot.cap }) : ""].join(" ");
}

/** What may still be given out, in words. */
export function paperLeft(ballot, chosen) {
  const left = remaining(ballot, chosen);
  if (left === 0 && ballot.form === "pick") return t("pick_full");
  if (left === 0 && ballot.form === "rank") return t("rank_full");
  return t(`${ballot.form}_left`, { n: left });
}

export function remaining(ballot, chosen) {
  const used =
    ballot.form === "points"
      ? Object.values(chosen).reduce((sum, points) => sum + Number(points), 0)
      : Object.keys(chosen).length;
  return ballot.limit - used;
}

/** The list of a whole-paper ballot. `below(item)` is what stands below an item. */
export function paperList(ballot, items, chosen, open, below) {
  const row = { pick: pickRow, points: pointsRow, rank: rankRow }[ballot.form];
  return h(
    "ul",
    { class: `paper paper-${ballot.form}` },
    items.map((item) => h("li", { "data-key": `item-${item.number}` }, row(ballot, item, chosen, open), below(item))),
  );
}

function words(item) {
  return h(
    "span",
    { class: "paper-words" },
    h("span", { class: "paper-number" }, t("number", { number: item.number }), item.kind ? ` · ${kindName(item.kind)}` : ""),
    h("span", { class: "paper-text", lang: item.language }, item.text),
  );
}

function pickRow(ballot, item, chosen, open) {
  const picked = item.number in chosen;
  return h(
    "button",
    {
      type: "button",
      class: "paper-row",
      role: "checkbox",
      "aria-checked": String(picked),
      "aria-disabled": String(!open || (!picked && remaining(ballot, chosen) <= 0)),
      "data-do": "pick",
      "data-item": item.number,
    },
    h("span", { class: "paper-box", "aria-hidden": "true" }, picked ? "✓" : ""),
    words(item),
  );
}

function rankRow(ballot, item, chosen, open) {
  const place = chosen[item.number];
  return h(
    "button",
    {
      type: "button",
      class: "paper-row",
      "aria-pressed": String(Boolean(place)),
      "aria-disabled": String(!open || (!place && remaining(ballot, chosen) <= 0)),
      "data-do": "rank",
      "data-item": item.number,
    },
    h("span", { class: "paper-box", "aria-hidden": "true" }, place ? String(place) : ""),
    words(item),
    place && h("span", { class: "unseen" }, t("rank_place", { n: Number(place) })),
  );
}

function pointsRow(ballot, item, chosen, open) {
  const points = Number(chosen[item.number] || 0);
  const most = Math.min(ballot.cap || ballot.limit, points + remaining(ballot, chosen));
  const step = (way, sign, off) =>
    h(
      "button",
      {
        type: "button",
        class: "step",
        "data-do": way,
        "data-item": item.number,
        "data-key": way,
        "aria-label": t(way, { number: String(item.number) }),
        "aria-disabled": String(!open || off),
      },
      sign,
    );
  return h(
    "div",
    { class: "paper-row" },
    words(item),
    h(
      "span",
      { class: "stepper" },
      step("less", "−", points <= 0),
      h("output", { class: "points" }, String(points)),
      step("more", "+", points >= most),
    ),
  );
}

const TWICE = 500; // two presses within this time are one thumb
let asked = {};

/** Hand the paper in; one with nothing on it only when that was asked for once more. */
export function handIn(snapshot, sender) {
  const { votes } = papers.own(snapshot);
  if (Object.keys(votes).length || (asksAgain(snapshot) && Date.now() > asked.at + TWICE)) {
    asked = {};
    sender.handIn(votes);
  } else if (!asksAgain(snapshot)) {
    asked = { round: snapshot.round.id, at: Date.now() };
    sender.changed();
  }
}

/** Whether an empty paper was pressed in, and is to be pressed in once more. */
export function asksAgain(snapshot) {
  return asked.round === snapshot.round.id;
}

/** Keep on this device what a press on an item of the paper makes of it. */
export function fill(snapshot, what, item) {
  asked = {};
  const paper = papers.own(snapshot);
  const votes = pressed(snapshot.round.ballot, paper.votes, what, item);
  papers.set(snapshot.conference, snapshot.round.id, { ...paper, votes, state: paper.handed ? paper.state : "draft" });
}

/** The paper after a press on one of its items. */
function pressed(ballot, chosen, what, item) {
  const next = { ...chosen };
  if (what === "pick") {
    if (item in next) delete next[item];
    else next[item] = "1";
  } else if (what === "rank") {
    if (item in next) {
      const gone = Number(next[item]);
      delete next[item];
      for (const other of Object.keys(next)) {
        if (Number(next[other]) > gone) next[other] = String(Number(next[other]) - 1);
      }
    } else next[item] = String(Object.keys(next).length + 1);
  } else {
    const points = Number(next[item] || 0) + (what === "more" ? 1 : -1);
    if (points > 0) next[item] = String(points);
    else delete next[item];
  }
  return remaining(ballot, next) >= 0 ? next : chosen;
}
