// What the room sees in each state: functions of the snapshot.

import { outcomeSentence, resultBars } from "../bars.js";
import { timerView } from "../clock.js";
import { h } from "../dom.js";
import { kindName, roundTitle } from "../figures.js";
import { inLanguage, number, spaced, t } from "../words.js";
import { argumentColumns } from "./arguments.js";
import { evaluation } from "./evaluation.js";
import { picturePages } from "./pictures.js";
import { protocolPages } from "./protocols.js";
import { review } from "./review.js";
import { tablesPage } from "./tables.js";
import { wifiWay } from "./wifi.js";

/** {body, tell, pages}: the content, what is said to those who listen, and how many pages it turns through. */
export function view(snapshot, page) {
  const show = VIEWS[snapshot.state] || lobby;
  const evaluated = evaluation(snapshot);
  if (evaluated) return evaluated;
  return snapshot.tables ? withTables(snapshot, page, show) : show(snapshot, page);
}

// People look for their tables, and for an hour for the time: nothing turns them away. Where tables are shown before the first round
// or in the talk before a vote, the way in and the rule
// follow by turns.
function withTables(snapshot, page, show) {
  if (snapshot.state === "sealed") return { body: tablesPage(snapshot), tell: t("tables_title") };
  const pages = 1 + (show(snapshot, 0).pages || 1);
  const at = page % pages;
  if (at > 0) return { ...show(snapshot, at - 1), pages, page: at };
  return { body: tablesPage(snapshot), pages, page: 0, tell: t("tables_title") };
}

const VIEWS = {
  draft: (snapshot) => title(snapshot.title, t("not_begun")),
  lobby,
  discussion,
  voting: (snapshot) => (snapshot.paper ? papers(snapshot) : item(snapshot)),
  closed: (snapshot) => (snapshot.item && !snapshot.paper ? result(snapshot) : nothingOpen(snapshot)),
  review,
  sealed: protocols,
  finished: protocols,
};

function nothingOpen({ round, voided }) {
  const under = voided ? t("voided", { number: String(voided) }) : t(round.pace === "paper" ? "vote_closed" : "next_item_soon");
  return { ...title(roundTitle(round), under), tell: under };
}

function title(text, under) {
  return { body: h("div", { class: "centre" }, h("h1", { class: "giant" }, text), under ? h("p", { class: "large" }, under) : null), tell: text };
}

function lobby(snapshot) {
  const code = snapshot.join.code && spaced(snapshot.join.code); // none where people come in with their cards alone
  const ways = snapshot.wifi ? twoWays(snapshot, code) : oneWay(snapshot, code);
  return {
    body: h(
      "div",
      { class: snapshot.wifi ? "lobby lobby-two" : code ? "lobby" : "lobby lobby-cards" },
      ways,
      h("div", { class: "here" }, h("p", null, t("are_here", { n: snapshot.present, total: snapshot.seats })), timerView(snapshot.timer, t("time_left"))),
      h("p", { class: "promise" }, t(`anonymity_${snapshot.anonymity}`)),
    ),
    plain: true,
    timer: true,
    tell: t("join_here"), // who comes in is seen; said, it would be a word a minute for an hour
  };
}

function joinSquare(join) {
  return h("img", { class: "square", src: `/qr.svg?code=${encodeURIComponent(join.code)}`, alt: t("scan") });
}

// First the network, then the vote.
function twoWays({ wifi, join }, code) {
  return [
    wifiWay(wifi),
    h(
      "section",
      { class: "way" },
      h("h2", { class: "large" }, "2. ", t("join_here")),
      code ? joinSquare(join) : [h("p", { class: "middle" }, t("scan_card")), h("p", { class: "middle quiet" }, t("or_type"))],
      h("p", { class: "middle" }, h("strong", null, join.url.replace(/\/$/, ""))),
      code ? h("p", { class: "middle" }, h("span", { class: "quiet" }, `${t("and_code")} `), h("strong", { class: "code" }, code)) : h("p", { class: "middle quiet" }, t("and_card")),
    ),
  ];
}

function oneWay({ join }, code) {
  return [
    code ? joinSquare(join) : null,
    h(
      "div",
      { class: "lobby-words" },
      h("h1", { class: "huge" }, t("join_here")),
      h("p", { class: "middle" }, t(code ? "scan" : "scan_card")),
      h("p", { class: "middle quiet" }, t("or_type")),
      h("p", { class: "address" }, join.url.replace(/\/$/, "")),
      h("p", { class: "middle quiet" }, t(code ? "and_code" : "and_card")),
      code ? h("p", { class: "code" }, code) : null,
    ),
  ];
}

function discussion(snapshot) {
  const { round } = snapshot;
  if (!round) return lobby(snapshot);
  return {
    body: h(
      "div",
      { class: "discussion" },
      h("p", { class: "kicker" }, [t("discussion"), t("items_count", { n: round.items })].map((part) => h("span", { class: "kicker-part" }, part))),
      h("h1", { class: "giant" }, roundTitle(round)),
      round.instruction ? h("p", { class: "middle" }, round.instruction) : null,
      h("div", { class: "rule-box" }, h("p", { class: "rule-name" }, t("rule")), h("p", { class: "rule-text", "data-fit": "2.5,4.5" }, inLanguage(round.sentence))),
      timerView(snapshot.timer, t("time_left")),
    ),
    timer: true,
    tell: `${round.title}. ${inLanguage(round.sentence)}`,
  };
}

function itemKicker(snapshot) {
  const { round, item: now } = snapshot;
  return h(
    "p",
    { class: "kicker" },
    h("span", { class: "kicker-part" }, roundTitle(round)),
    h("span", { class: "kicker-part" }, t("number", { number: String(now.number) })),
    h("span", { class: "kicker-part" }, t("place_of", { n: now.place, total: round.items })),
    now.kind && snapshot.plan.kinds.length > 1 ? h("span", { class: "kicker-part" }, kindName(now.kind)) : null,
  );
}

function item(snapshot) {
  const { item: now, round } = snapshot;
  if (!now) return title(roundTitle(round), inLanguage(round.sentence));
  const argued = argumentColumns(snapshot);
  return {
    body: h(
      "div",
      { class: argued ? "item item-argued" : "item" },
      itemKicker(snapshot),
      h(
        "div",
        { class: "item-box", "data-fit": argued ? "2,3.5" : "2,7.5", "data-key": `item-${now.number}` },
        h("h1", { class: "item-text" }, now.text),
        now.explanation ? h("p", { class: "item-more" }, now.explanation) : null,
      ),
      argued,
      turnout(snapshot, "have_voted"),
    ),
    tell: `${t("vote_open")}. ${now.text}`,
  };
}

function turnout(snapshot, words) {
  const count = snapshot.turnout;
  const known = count && count.voted !== null;
  return h(
    "div",
    { class: "turnout", "data-key": "turnout" },
    h("p", { class: "turnout-open" }, t("vote_open")),
    known ? h("p", { class: "turnout-count" }, t(words, { n: count.voted, total: count.of })) : h("p", { class: "turnout-count" }, t("voting_open")),
    known ? h("div", { class: "turnout-track" }, h("div", { class: "turnout-fill", style: { width: `${count.of ? (100 * count.voted) / count.of : 0}%` } })) : null,
  );
}

function papers(snapshot) {
  const { round } = snapshot;
  return {
    body: h(
      "div",
      { class: "discussion" },
      h("p", { class: "kicker" }, t("items_count", { n: snapshot.paper.length })),
      h("h1", { class: "huge" }, roundTitle(round)),
      round.instruction ? h("p", { class: "middle" }, round.instruction) : null,
      h("div", { class: "rule-box" }, h("p", { class: "rule-name" }, t("rule")), h("p", { class: "rule-text", "data-fit": "2.25,3.75" }, inLanguage(round.sentence))),
      turnout(snapshot, round.ballot.whole_paper ? "papers_in" : "have_voted"),
    ),
    tell: `${t("vote_open")}. ${round.title}`,
  };
}

function result(snapshot) {
  const { round, result: found, item: now } = snapshot;
  const bars = resultBars(found, round.ballot);
  return {
    body: h(
      "div",
      { class: bars.length ? `result result-${round.ballot.form}` : "result result-none" },
      itemKicker(snapshot),
      h("div", { class: "item-box", "data-fit": bars.length ? "2,4.5" : "2,7", "data-key": `item-${now.number}` }, h("h1", { class: "item-text" }, now.text)),
      bars.length ? h("div", { class: "figures" }, bars) : null,
      h("p", { class: `outcome${found && found.outcome ? ` verdict-${found.outcome}` : ""}` }, found && found.outcome ? outcomeSentence(found) : `${bars.length ? "" : `${t("vote_closed")} `}${outcomeSentence(found)}`),
    ),
    tell: [t("vote_closed"), outcomeSentence(found), ...Object.entries((found && found.counts) || {}).map(([choice, n]) => `${choice in { yes: 1, no: 1, abstain: 1 } ? t(choice) : choice} ${number(n)}`)].join(" "),
  };
}

function protocols(snapshot, page) {
  const pages = [...protocolPages(snapshot), ...picturePages(snapshot)];
  if (!pages.length) return title(t(snapshot.state === "finished" ? "finished" : "round_sealed"));
  const at = page % pages.length;
  return { body: pages[at], pages: pages.length, page: at, tell: t(snapshot.state === "finished" ? "finished" : "round_sealed") };
}
