// What the phone shows in each state of the conference: functions of the snapshot and of what the phone keeps.

import { outcomeSentence, resultBars } from "../bars.js";
import { h } from "../dom.js";
import { choiceName, countsSentence, kindName, measures, protocolName, roundName, VERDICTS } from "../figures.js";
import { inLanguage, listed, number, t } from "../words.js";
import { asksAgain, choiceButtons, paperLeft, paperList, paperRule, refusal, voteState } from "./ballots.js";
import { argumentsOn, lastTime, ownVote, plainWords } from "./beside.js";
import { openItems } from "./sender.js";
import { papers, votes } from "./store.js";

/** {main, zone, tell, answer}: the page's content, what stands at the thumb, what the live region says of it and of one's own answer. */
export function view(snapshot, seat, context) {
  if (context.line === "moved") return notice("moved", "moved_help");
  if (context.line === "refused") return notice("lost_seat", "lost_seat_help");
  if (seat && seat.left) return notice("left_seat", "left_seat_help");
  if (!snapshot) return { main: [h("p", { class: "quiet" }, t("connecting"))], zone: null, tell: "" };
  const draw = VIEWS[snapshot.state] || waiting;
  const shown = draw(snapshot, seat, context);
  const { evaluation } = context;
  return evaluation && evaluation.asks(snapshot) ? evaluation.evaluationView(snapshot, shown) : shown;
}

/** What stands at the thumb: a part of the page with a name of its own, for those who go from part to part. */
export function zone(content) {
  return h("section", { class: content ? "zone" : "zone zone-empty", "aria-label": t("title") }, content || []);
}

const VIEWS = {
  draft: waiting,
  lobby: waiting,
  discussion,
  voting: (snapshot, seat, context) => (snapshot.paper ? paper(snapshot, context) : oneItem(snapshot, context)),
  closed: (snapshot, seat, context) => (snapshot.round.pace === "paper" ? between(snapshot) : oneItem(snapshot, context)),
  review,
  sealed: review,
  finished,
};

function notice(title, help) {
  return {
    key: title,
    main: [
      h("h1", { class: "headline", tabindex: "-1" }, t(title)),
      h("p", { class: "lead" }, t(help)),
      title === "left_seat" ? null : h("p", null, h("a", { class: "button", href: "/" }, t("join_again"))),
    ],
    zone: null,
    tell: `${t(title)} ${t(help)}`,
  };
}

const tableTold = (snapshot, seat, { tables }) => (tables ? tables.tableTold(snapshot, seat) : "");

function waiting(snapshot, seat, context) {
  return {
    main: [
      h("p", { class: "kicker", lang: snapshot.language }, snapshot.title),
      h("h1", { class: "headline", tabindex: "-1" }, t("you_are_in")),
      h("p", { class: "lead" }, t(snapshot.state === "draft" ? "not_begun" : "wait")),
      context.tables && context.tables.ownTable(snapshot, seat),
      context.writing && context.writing.form(snapshot),
      anonymity(snapshot),
    ],
    zone: null,
    tell: `${tableTold(snapshot, seat, context)}${t("you_are_in")}`,
  };
}

function discussion(snapshot, seat, context) {
  const { round } = snapshot;
  if (!round) return waiting(snapshot, seat, context);
  return {
    main: [
      h("p", { class: "kicker" }, t("discussion")),
      h("h1", { class: "headline", tabindex: "-1" }, roundName(snapshot)),
      round.instruction ? h("p", { class: "lead", lang: snapshot.language }, round.instruction) : null,
      context.tables && context.tables.ownTable(snapshot, seat),
      context.writing && context.writing.form(snapshot),
      rule(round),
      h("p", { class: "quiet" }, `${t("discussion_wait")} ${t("wait")}`),
      anonymity(snapshot),
    ],
    zone: null,
    tell: [tableTold(snapshot, seat, context), h("span", { lang: snapshot.language }, `${round.title}. `), inLanguage(round.sentence)],
  };
}

function between(snapshot) {
  const { round } = snapshot;
  return {
    main: [
      h("p", { class: "kicker" }, roundName(snapshot)),
      h("h1", { class: "headline", tabindex: "-1" }, t("vote_closed")),
      round.pace === "paper" ? cameIn(snapshot) : null,
      h("p", { class: "lead" }, t("result_later")),
      rule(round),
    ],
    zone: null,
    tell: t("vote_closed"),
  };
}

// What of this phone's own counts, now that nothing can be handed in any more.
function cameIn(snapshot) {
  const { round, conference } = snapshot;
  if (round.ballot.whole_paper) {
    const own = papers.get(conference, round.id);
    if (!own || own.handed === null) return h("p", { class: "lead" }, t("no_paper"));
    return h("p", { class: "lead" }, own.state === "in" ? t("paper_counted") : refusal(own.state));
  }
  const mine = votes.ofRound(conference, round.id);
  const lost = mine.filter((own) => ["late", "unsure", "kept"].includes(own.state)).length;
  return [
    h("p", { class: "lead" }, t("answered_of", { n: mine.filter((own) => own.state === "in").length, total: round.items })),
    lost ? h("p", { class: "notice" }, t("answers_too_late", { n: lost })) : null,
  ];
}

// --- one item at a time

function oneItem(snapshot, context) {
  const { round, item } = snapshot;
  if (!item) {
    const told = snapshot.voided ? t("voided", { number: String(snapshot.voided) }) : t("next_item_soon");
    return {
      main: [
        h("p", { class: "kicker" }, roundName(snapshot)),
        h("h1", { class: "headline", tabindex: "-1" }, told),
        rule(round),
        anonymity(snapshot),
      ],
      zone: null,
      tell: told,
    };
  }
  const open = item.state === "open" && snapshot.state === "voting";
  const own = votes.get(snapshot.conference, round.id, item.number);
  return {
    key: `${round.id}:${item.number}`,
    main: [
      h("p", { class: "kicker" }, itemLine(snapshot)),
      h("h1", { class: "item-text", tabindex: "-1", lang: snapshot.language }, item.text),
      item.explanation ? h("p", { class: "explanation", lang: snapshot.language }, item.explanation) : null,
      plainWords(item, snapshot.language),
      item.perspective ? h("p", { class: "quiet" }, t("perspective", { name: item.perspective })) : null,
      lastTime(snapshot, item),
      argumentsOn(item, snapshot.language),
      rule(round),
      h("p", { class: `quiet small${open && context.newcomer ? " note-low" : ""}` }, t(`anonymity_${snapshot.anonymity}`)),
      open && context.newcomer ? h("p", { class: "quiet small" }, t(`anonymity_${snapshot.anonymity}_link`)) : null,
    ],
    scale: open && round.ballot.form === "scale",
    zone: open ? voteZone(snapshot, own, context) : resultZone(snapshot, own),
    tell: open ? [`${t("announce_open")} `, h("span", { lang: snapshot.language }, item.text)] : `${t("announce_closed")} ${told(snapshot, own)}`,
    answer: open ? heard(own, round.ballot, context) : "",
  };
}

function itemLine(snapshot) {
  const { round, item } = snapshot;
  return [
    h("span", { class: "kicker-part" }, roundName(snapshot)),
    h("span", { class: "kicker-part" }, t("number", { number: String(item.number) })),
    h("span", { class: "kicker-part" }, t("place_of", { n: item.place, total: round.items })),
  ];
}

function voteZone(snapshot, own, context) {
  const { round, item } = snapshot;
  return [
    h("p", { class: `vote-state state-${own ? own.state : "none"}`, "data-key": "state" }, voteState(own, round.ballot, context.line === "connected")),
    choiceButtons(round.ballot, item, own ? own.choice : null, !context.settling),
    // Until the first vote of this phone; later it stands below the item.
    context.newcomer ? h("p", { class: "zone-note", "data-key": "note" }, t(`anonymity_${snapshot.anonymity}`)) : null,
  ];
}

function resultZone(snapshot, own) {
  const { round, result } = snapshot;
  const lost = own && ["late", "unsure"].includes(own.state);
  return [
    h(
      "div",
      { class: "result", "data-key": "result" },
      h("p", { class: "result-title" }, t("vote_closed"), " ", outcomeSentence(result)),
      resultBars(result, round.ballot),
    ),
    h("p", { class: `my-vote${lost ? " is-lost" : ""}`, "data-key": "mine" }, lost ? refusal(own.state) : myVote(own, round.ballot.form)),
  ];
}

function myVote(own, form) {
  if (!own || own.state !== "in" || own.choice === null) return t("i_did_not_vote");
  return [t("my_vote", { choice: choiceName(own.choice, form) }), h("span", { class: "quiet" }, ` (${t("my_vote_here")})`)];
}

function told(snapshot, own) {
  const { result, round } = snapshot;
  const lost = own && ["late", "unsure"].includes(own.state) ? refusal(own.state) : "";
  return [outcomeSentence(result), result ? countsSentence(result.counts, round.ballot.form) : "", lost].filter(Boolean).join(" ");
}

// Where one's own vote stands, for those who do not see it; what is only on its way is not worth a word.
function heard(own, ballot, context) {
  const connected = context.line === "connected";
  return !own || (own.state === "kept" && connected) ? "" : voteState(own, ballot, connected);
}

// --- all items at once

function paper(snapshot, context) {
  return snapshot.round.ballot.whole_paper ? wholePaper(snapshot, context) : manyItems(snapshot, context);
}

function paperTop(snapshot, sentence) {
  const { round } = snapshot;
  return [
    h("p", { class: "kicker" }, t("items_count", { n: snapshot.paper.length })),
    h("h1", { class: "headline", tabindex: "-1" }, roundName(snapshot)),
    sentence && !saysItToo(round) ? h("p", { class: "lead" }, sentence) : null,
    round.instruction ? h("p", { lang: snapshot.language }, round.instruction) : null,
    h("details", { class: "more", "data-key": "rule" }, h("summary", null, t("rule_and_anonymity")), rule(round), h("p", { class: "quiet" }, `${t(`anonymity_${snapshot.anonymity}`)} ${t(`anonymity_${snapshot.anonymity}_link`)}`)),
  ];
}

// How many to pick stands at the thumb too; a scale's ends may be told in the round's own words.
function saysItToo({ instruction, ballot }) {
  return instruction && (ballot.form === "pick" || (ballot.form === "scale" && [ballot.low, ballot.high].every((end) => instruction.includes(String(end)))));
}

function wholePaper(snapshot, context) {
  const { round } = snapshot;
  const { ballot } = round;
  const own = papers.own(snapshot);
  const open = openItems(snapshot).length > 0;
  const changed = own.handed !== null && JSON.stringify(own.handed) !== JSON.stringify(own.votes);
  const again = asksAgain(snapshot);
  return {
    key: `${round.id}:paper`,
    main: [...paperTop(snapshot, paperRule(ballot)), paperList(ballot, snapshot.paper.map((item) => ({ ...item, language: snapshot.language })), own.votes, open, (item) => [plainWords(item, snapshot.language), lastTime(snapshot, item), argumentsOn(item, snapshot.language)])],
    zone: [
      h("p", { class: "paper-left", "data-key": "left" }, h("strong", null, paperLeft(ballot, own.votes))),
      h("p", { class: `vote-state state-${changed ? "draft" : own.state}`, "data-key": "state" }, paperState(own, changed, context, again)),
      h(
        "button",
        {
          type: "button",
          class: "hand-in",
          "data-key": "hand-in",
          "data-do": "hand-in",
          "aria-disabled": String(!open || (own.handed !== null && !changed && ["kept", "in"].includes(own.state))),
        },
        t(again ? "hand_in_empty" : own.handed === null ? "hand_in" : "hand_in_again"),
      ),
    ],
    tell: [`${t("announce_open")} `, h("span", { lang: snapshot.language }, `${round.title}. `), paperRule(ballot)],
    answer: paperHeard(own, changed, ballot, context, again),
  };
}

function paperHeard(own, changed, ballot, context, again) {
  if (again) return t("paper_empty");
  if (own.handed === null || changed) return own.state === "anew" ? t("vote_again") : Object.keys(own.votes).length || changed ? paperLeft(ballot, own.votes) : "";
  return own.state === "kept" && context.line === "connected" ? "" : paperState(own, changed, context, again);
}

function paperState(own, changed, context, again) {
  if (again) return t("paper_empty");
  if (own.state === "anew") return t("vote_again");
  if (own.handed === null) return t("paper_draft");
  if (changed) return t("paper_changed");
  if (own.state === "kept") return t(context.line === "connected" ? "paper_sending" : "kept");
  if (own.state === "in") return t("paper_in");
  return refusal(own.state);
}

function manyItems(snapshot, context) {
  const { round, conference } = snapshot;
  const rows = snapshot.paper.map((item) => {
    const own = votes.get(conference, round.id, item.number);
    const open = item.state === "open";
    return h(
      "li",
      { class: "card", "data-key": `item-${item.number}` },
      h("p", { class: "kicker" }, t("number", { number: String(item.number) }), item.kind ? ` · ${kindName(item.kind)}` : ""),
      h("h2", { class: "card-text", lang: snapshot.language }, item.text),
      item.explanation ? h("p", { class: "explanation", lang: snapshot.language }, item.explanation) : null,
      plainWords(item, snapshot.language),
      lastTime(snapshot, item),
      argumentsOn(item, snapshot.language),
      choiceButtons(round.ballot, item, own ? own.choice : null, open, t("number", { number: String(item.number) })),
      h("p", { class: `vote-state state-${own ? own.state : "none"}` }, own ? shortState(own, round.ballot, context) : ""),
    );
  });
  const done = snapshot.paper.filter((item) => {
    const own = votes.get(conference, round.id, item.number);
    return own && own.state === "in";
  }).length;
  const scale = round.ballot.form === "scale" ? t("scale_ends", { low: round.ballot.low, high: round.ballot.high }) : "";
  return {
    key: `${round.id}:paper`,
    main: [...paperTop(snapshot, scale), h("ul", { class: "cards" }, rows)],
    zone: [h("p", { class: "paper-left", "data-key": "left" }, h("strong", null, t("answered_of", { n: done, total: rows.length })))],
    tell: [`${t("announce_open")} `, h("span", { lang: snapshot.language }, `${round.title}.`)],
    answer: cardHeard(votes.get(conference, round.id, context.pressed), round.ballot, context),
  };
}

function cardHeard(own, ballot, context) {
  const said = heard(own, ballot, context);
  return said && `${t("number", { number: String(context.pressed) })}: ${shortState(own, ballot, context)}`;
}

function shortState(own, ballot, context) {
  if (own.state === "in" && own.choice !== null) return t("vote_in_short", { choice: choiceName(own.choice, ballot.form) });
  return voteState(own, ballot, context.line === "connected");
}

// --- after a round

function review(snapshot, seat, context) {
  const { round, review: found } = snapshot;
  const sealed = snapshot.state === "sealed";
  const head = [
    h("p", { class: "kicker" }, t(sealed ? "round_sealed" : "round_done")),
    h("h1", { class: "headline", tabindex: "-1" }, round ? roundName(snapshot) : h("span", { lang: snapshot.language }, snapshot.title)),
  ];
  if (!found) {
    return { main: [...head, round ? rule(round) : null], zone: null, tell: t("round_done") };
  }
  const tiles = VERDICTS.filter((verdict) => found.counts[verdict]);
  return {
    main: [
      ...head,
      context.tables && context.tables.ownTable(snapshot, seat),
      context.writing && context.writing.form(snapshot),
      h("ul", { class: "tiles" }, tiles.map((verdict) => tile(verdict, found.counts[verdict]))),
      rule(round),
      ties(found),
      found.groups.map((group) => rankedGroup(snapshot, group, found)),
    ],
    zone: null,
    tell: `${tableTold(snapshot, seat, context)}${t("round_done")}. ${tiles.map((verdict) => `${t(verdict)}: ${found.counts[verdict]}`).join(". ")}.`,
  };
}

function tile(verdict, n) {
  return h("li", { class: `tile verdict-${verdict}` }, h("span", { class: "tile-count" }, number(n)), h("span", { class: "tile-name" }, t(verdict)));
}

function ties(found) {
  const open = (found.ties || []).filter((tie) => !tie.settled);
  if (!open.length && !found.lot) return null;
  return h(
    "div",
    { class: "notice" },
    open.map((tie) =>
      h("p", null, t("tie_sentence", { n: tie.items.length, items: listed(tie.items), places: tie.places }), " ", t(`tie_${tie.policy}`)),
    ),
    found.lot ? h("p", null, t(found.lot.drawn ? "lot_drawn" : "lot_shown", { seed: String(found.lot.seed) })) : null,
  );
}

function rankedGroup(snapshot, group, found) {
  const items = group.items;
  const open = (found.ties || []).filter((tie) => !tie.settled).reduce((all, tie) => all.concat(tie.items), []);
  const undecided = items.some((item) => open.includes(item.number)); // the line falls among them, and stands nowhere yet
  const last = items.reduce((at, item, index) => (item.verdict === "advance" || open.includes(item.number) ? index : at), -1);
  const rows = items.map((item, index) => [
    rankedRow(snapshot, item),
    !undecided && index === last && last < items.length - 1 ? h("li", { class: "the-line" }, t("the_line")) : null,
  ]);
  const first = rows.slice(0, Math.max(last + 1, 5));
  const rest = rows.slice(first.length);
  return h(
    "section",
    { class: "ranked", "data-key": `group-${group.kind}` },
    group.kind ? h("h2", null, kindName(group.kind)) : null,
    h("ol", { class: "rank-list" }, first),
    rest.length
      ? h("details", { class: "more" }, h("summary", null, `${t("rest")} (${number(rest.length)})`), h("ol", { class: "rank-list" }, rest))
      : null,
  );
}

function rankedRow(snapshot, item) {
  const { round } = snapshot;
  const own = round ? ownVote(snapshot.conference, { round: round.id, form: round.ballot.form }, item.number) : null;
  const figures = measures(item.measures);
  return h(
    "li",
    { class: `rank-row verdict-${item.verdict || "unresolved"}`, "data-key": `item-${item.number}` },
    h("p", { class: "rank-head" }, h("span", { class: "verdict" }, t(item.verdict || "unresolved")), h("span", { class: "rank-number" }, t("number", { number: String(item.number) })), item.tied ? h("span", { class: "tied" }, t("tied")) : null),
    h("p", { class: "rank-text", lang: snapshot.language }, item.text),
    figures.length || own
      ? h(
          "p",
          { class: "rank-figures" },
          figures.length ? h("strong", null, figures.join(", ")) : null,
          item.base ? ` ${baseShort(item)}` : "",
          own ? h("span", { class: "mine" }, t("my_vote", { choice: own })) : null,
        )
      : null,
  );
}

function baseShort(item) {
  return item.counts && item.counts.yes !== undefined ? `(${t("of", { n: item.counts.yes, total: item.base })})` : "";
}

function finished(snapshot) {
  const { protocols } = snapshot;
  const names = snapshot.plan.protocols.filter((id) => protocols && protocols[id]).reverse();
  return {
    main: [
      h("p", { class: "kicker", lang: snapshot.language }, snapshot.title),
      h("h1", { class: "headline", tabindex: "-1" }, t("finished")),
      h("p", { class: "lead" }, t("thanks")),
      names.map((id, at) =>
        h(
          "details",
          { class: "more protocol", "data-key": `protocol-${id}`, open: at === 0 },
          h("summary", null, `${protocolName(id)} (${number(protocols[id].length)})`),
          h("ol", { class: "protocol-list" }, protocols[id].map((item) => protocolRow(snapshot, item))),
        ),
      ),
    ],
    zone: null,
    tell: t("finished"),
  };
}

function protocolRow(snapshot, item) {
  return h(
    "li",
    { "data-key": `item-${item.number}` },
    h("p", { class: "kicker" }, t("number", { number: String(item.number) }), item.kind ? ` · ${kindName(item.kind)}` : ""),
    h("p", { class: "rank-text", lang: snapshot.language }, item.text),
    h("p", { class: "rank-figures" }, h("strong", null, measures(item.measures).join(", "))),
  );
}

// --- shared

function rule(round) {
  return h("div", { class: "rule" }, h("p", { class: "rule-name" }, t("rule")), h("p", { class: "rule-sentence" }, inLanguage(round.sentence)));
}

function anonymity(snapshot) {
  return h(
    "div",
    { class: "rule anonymity" },
    h("p", { class: "rule-name" }, t("anonymous")),
    h("p", { class: "rule-sentence" }, t(`anonymity_${snapshot.anonymity}`)),
    h("p", { class: "quiet" }, t(`anonymity_${snapshot.anonymity}_link`)),
    h("p", { class: "quiet" }, t("unanimous")),
  );
}

let tries = 0;

/** A module that is not needed before the first vote; null without contact. What failed once must be asked for under another name: browsers
 * remember that it did. */
export function bring(name) {
  return import(tries ? `${name}?${tries}` : name).catch(() => {
    tries += 1;
    return null;
  });
}

let styled = null;

/** A module for what is asked beside the votes, with its style: before the first vote both are only weight. */
export async function fetchAsked(name) {
  if (!styled) {
    const style = h("link", { rel: "stylesheet", href: new URL("../../css/asked.css", import.meta.url) });
    styled = new Promise((then) => (style.onload = style.onerror = then));
    document.head.append(style);
  }
  return (await Promise.all([bring(name), styled]))[0];
}
