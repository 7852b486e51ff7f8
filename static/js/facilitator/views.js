// The facilitator's page as a function of the snapshot: the step, what is going on now, and what lies around it.

import { outcomeSentence, resultBars } from "../bars.js";
import { h } from "../dom.js";
import { countsSentence, kindName, measures, protocolName, roundName, VERDICTS } from "../figures.js";
import { inLanguage, listed, number, perCent, t } from "../words.js";
import { lineOf, rankedByShare } from "../ranking.js";
import { roomLine } from "./room.js";
import { wayIn } from "./seats.js";
import { stepDetail, stepName, takenBack } from "./steps.js";

/** The big button, what it leads to or how many have voted, and the way back. */
export function stepPanel(snapshot, context) {
  const { next, undo } = snapshot.steps;
  const { busy, settling } = context;
  return h(
    "section",
    { class: "step-panel", "aria-labelledby": "step-title" },
    h("h2", { id: "step-title", class: "kicker" }, t("next_step")),
    h(
      "button",
      { type: "button", id: "next", class: "next-button", "data-do": "next", "aria-disabled": String(!next || busy || settling || context.line === "refused"), "aria-describedby": "next-detail" },
      busy ? t("working") : stepName(next),
    ),
    h("div", { id: "next-detail", class: "next-detail" }, snapshot.state === "voting" ? turnout(snapshot) : stepDetail(snapshot, next)),
    h("p", { class: "quiet small keys-line" }, next ? t("keys") : "", " ", h("button", { type: "button", class: "link-button", "data-do": "keys", "data-key": "keys" }, t("keys_show"))),
    roomLine(snapshot),
    h("p", { id: "message", class: `message${context.problem ? " problem" : ""}`, role: "alert" }, context.problem || ""),
    h(
      "div",
      { class: "side-steps" },
      undo
        ? h("button", { type: "button", class: "button button-quiet", "data-do": "undo", "data-key": "undo", "aria-describedby": "undo-what" }, t("undo"))
        : null,
      undo ? h("p", { id: "undo-what", class: "quiet small undo-what" }, t("will_undo", { what: takenBack(undo) })) : null,
    ),
    otherSteps(snapshot),
  );
}

// What is allowed now besides the big button; what concerns an item stands with the items.
function otherSteps(snapshot) {
  const { next, actions } = snapshot.steps;
  const { item } = snapshot;
  const found = [];
  if (actions.includes("void") && item && !snapshot.paper) found.push({ action: "void", item: item.number });
  if (actions.includes("reopen") && item && item.state === "closed" && !snapshot.paper && snapshot.state === "closed") found.push({ action: "reopen", item: item.number });
  for (const action of ["seal", "draw", "finish"]) {
    if (actions.includes(action) && (!next || next.action !== action)) found.push({ action });
  }
  if (!found.length) return null;
  // In a row of its own: beside the way back one more of them would push down all that stands below, at each item.
  const buttons = found.map((step) =>
    h("button", { type: "button", class: "button button-quiet", "data-key": `do-${step.action}`, "data-do": step.action, "data-item": step.item }, stepName(step)),
  );
  return h("div", { class: "side-steps", "data-key": "others" }, buttons);
}

/** What is going on now. */
export function nowPanel(snapshot, context) {
  const { round, item, state } = snapshot;
  const rule = round ? h("p", { class: "now-rule", "data-key": "rule" }, h("strong", null, t("rule"), ": "), inLanguage(round.sentence)) : null;
  const underWay = ["voting", "closed"].includes(state); // then the item and its result come first: they are to be in sight
  return h(
    "section",
    { class: "now", "aria-labelledby": "now-title" },
    h("h2", { id: "now-title", class: "kicker" }, t("now"), ": ", t(`state_${state}`), round ? [" · ", roundName(snapshot)] : ""),
    underWay ? null : rule,
    underWay && item && !snapshot.paper ? nowItem(snapshot) : null,
    snapshot.paper && state === "voting" ? h("p", { class: "now-text" }, t("items_count", { n: snapshot.paper.length })) : null,
    state === "closed" && snapshot.item && !snapshot.paper ? h("div", { class: "now-result" }, resultBars(snapshot.result, round.ballot), h("p", { class: "outcome" }, outcomeSentence(snapshot.result))) : null,
    underWay ? rule : null,
    snapshot.review && ["review", "sealed"].includes(state) ? reviewPart(snapshot, context) : null,
    ["sealed", "finished"].includes(state) && snapshot.protocols ? protocols(snapshot) : null,
    ["draft", "lobby"].includes(state) && snapshot.join ? h("p", { class: "now-text" }, wayIn(snapshot.join)) : null,
  );
}

/** The item that is open, or the result of the one that was closed last, to be heard, in parts; none where there is nothing. */
export function itemTold(snapshot) {
  const { state, item, result, round } = snapshot;
  if (!item || snapshot.paper || !["voting", "closed"].includes(state)) return [];
  if (state === "voting") return [` ${t("number", { number: String(item.number) })}: `, h("span", { lang: snapshot.language }, item.text)];
  if (!result) return [];
  return [outcomeSentence(result), countsSentence(result.counts, round.ballot.form)].filter(Boolean).map((told) => ` ${told}`);
}

function nowItem(snapshot) {
  const { round, item } = snapshot;
  return [
    h(
      "p",
      { class: "now-where" },
      [t("number", { number: String(item.number) }), t("place_of", { n: item.place, total: round.items }), item.kind ? kindName(item.kind) : null, item.perspective ? t("perspective", { name: item.perspective }) : null]
        .filter(Boolean)
        .join(" · "),
    ),
    h("p", { class: "now-text", lang: snapshot.language }, item.text),
    item.explanation ? h("p", { class: "quiet", lang: snapshot.language }, item.explanation) : null,
  ];
}

function turnout(snapshot) {
  const count = snapshot.turnout;
  if (!count) return null;
  const known = count.voted !== null;
  return h(
    "div",
    { class: "turnout" },
    h("p", { class: known ? "turnout-count" : "quiet turnout-hidden" }, known ? t("have_voted", { n: count.voted, total: count.of }) : [h("strong", null, t("turnout"), ". "), t("turnout_hidden")]),
    known ? h("div", { class: "turnout-track" }, h("div", { class: "turnout-fill", style: { width: `${count.of ? (100 * count.voted) / count.of : 0}%` } })) : null,
  );
}

function reviewPart(snapshot, context) {
  const { review } = snapshot;
  const tiles = ["unresolved", ...VERDICTS].filter((verdict, at, all) => review.counts[verdict] && all.indexOf(verdict) === at);
  return [
    h("ul", { class: "tiles" }, tiles.map((verdict) => h("li", { class: `tile verdict-${verdict}` }, h("span", { class: "tile-count" }, number(review.counts[verdict])), h("span", { class: "tile-name" }, t(verdict))))),
    rankedByShare(review) ? h("p", { class: "quiet" }, t("ranked_by_share")) : null,
    (review.ties || []).filter((tie) => !tie.settled).map((tie) => tiePanel(snapshot, tie, context)),
    review.lot && review.lot.drawn ? h("p", { class: "seed", "data-key": "drawn" }, t("lot_drawn", { seed: String(review.lot.seed) })) : null,
    review.groups.map((group) => rankedTable(snapshot, group)),
  ];
}

function tiePanel(snapshot, tie, context) {
  const { review } = snapshot;
  const asked = tie.policy === "ask";
  const heading = asked ? "tie_title" : tie.policy === "lot" ? "tie_lot_title" : "tie_run_off_title";
  return h(
    "section",
    { class: "tie", id: "tie", "data-key": `tie-${tie.items.join("-")}` },
    h("h3", null, t(heading)),
    h("p", null, t("tie_sentence", { n: tie.items.length, items: listed(tie.items), places: tie.places }), " ", asked ? "" : t(`tie_${tie.policy}`)),
    review.lot ? h("p", { class: "seed" }, t("lot_shown", { seed: String(review.lot.seed) })) : null,
    asked ? tieForm(snapshot, tie, context) : null,
  );
}

function tieForm(snapshot, tie, context) {
  const items = snapshot.review.groups.flatMap((group) => group.items).filter((item) => tie.items.includes(item.number));
  return h(
    "form",
    { class: "tie-form", "data-form": "decide", novalidate: true },
    h("p", { class: "quiet" }, t("tie_help"), " ", t("places", { n: tie.places })),
    h(
      "fieldset",
      null,
      h("legend", null, t("chosen_items")),
      items.map((item) =>
        h(
          "label",
          { class: "check", "data-key": `tied-${item.number}` },
          h("input", { type: "checkbox", name: "items", value: item.number, "data-theirs": true }),
          h("span", null, h("strong", null, String(item.number)), " ", h("span", { lang: snapshot.language }, item.text), " ", h("span", { class: "quiet" }, measures(item.measures).join(", "))),
        ),
      ),
    ),
    h(
      "fieldset",
      { class: "verdicts" },
      h("legend", null, t("verdict")),
      (tie.verdicts || ["advance", "hold", "cut"]).map((verdict, at) =>
        h("label", { class: "check", "data-key": verdict }, h("input", { type: "radio", name: "verdict", value: verdict, checked: at === 0, "data-theirs": true }), h("span", null, t(verdict))),
      ),
    ),
    h("div", { class: "field" }, h("label", { for: "tie-reason" }, t("reason")), h("textarea", { id: "tie-reason", name: "reason", rows: 2, maxlength: 500 })),
    h("p", { class: "problem", role: "alert" }, context.tieProblem || ""),
    h("button", { type: "submit", class: "button button-main" }, t("decide")),
  );
}

function rankedTable(snapshot, group) {
  const line = lineOf(snapshot.review, group);
  const full = group.items.some((item) => item.measures);
  return h(
    "div",
    { class: "table-box table-whole", tabindex: "0", role: "region", "aria-label": group.kind ? kindName(group.kind) : t("ranked"), "data-key": `ranked-${group.kind}` },
    h(
      "table",
      null,
      group.kind ? h("caption", null, kindName(group.kind)) : null,
      h("thead", null, h("tr", null, [t("rank"), t("item"), full ? t("figures") : null, t("verdict")].filter(Boolean).map((name) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        null,
        group.items.map((item, at) => [
          line.tie && at === line.first ? lineRow("line-open", t("line_among", { n: line.tie.places, total: line.tie.items.length }), full) : null,
          h(
            "tr",
            { class: `verdict-${item.verdict || "unresolved"}${line.tie && at >= line.first && at <= line.after ? " is-among" : ""}`, "data-key": `row-${item.number}` },
            h("td", { class: "figure" }, item.rank === null || item.rank === undefined ? "–" : String(item.rank), item.tied ? h("span", { class: "tied" }, ` ${t("tied")}`) : null),
            h("td", null, h("strong", null, String(item.number)), " ", h("span", { lang: snapshot.language }, item.text)),
            full ? h("td", { class: "figure" }, measures(item.measures).join(", "), item.counts && item.counts.yes !== undefined ? h("span", { class: "quiet" }, ` ${t("of", { n: item.counts.yes, total: item.base })}`) : null) : null,
            h("td", null, h("span", { class: "verdict" }, t(item.verdict || "unresolved")), h("span", { class: "why" }, inLanguage(item.reason))),
          ),
          !line.tie && at === line.after && at < group.items.length - 1 ? lineRow("line-settled", t("the_line"), full) : null,
        ]),
      ),
    ),
  );
}

function lineRow(key, text, full) {
  return h("tr", { class: `the-line ${key}`, "data-key": key }, h("td", { colspan: full ? 4 : 3 }, text));
}

function protocols(snapshot) {
  const filled = [...snapshot.plan.protocols].reverse().filter((id) => (snapshot.protocols[id] || []).length);
  return filled.map((id, at) => {
    const items = snapshot.protocols[id];
    return h(
      "details",
      { class: "protocol", "data-key": `protocol-${snapshot.state}-${id}`, open: snapshot.state === "finished" && at === 0 },
      h("summary", null, `${protocolName(id)} (${number(items.length)})`),
      h("ol", null, items.map((item) => h("li", { "data-key": `item-${item.number}` }, h("strong", null, String(item.number)), " ", h("span", { lang: snapshot.language }, item.text), " ", h("span", { class: "quiet" }, [...measures(item.measures), t("admitted_in", { round: item.round })].join(" · "))))),
    );
  });
}

/** The rounds, and where the conference is among them. */
export function agenda(snapshot) {
  return h(
    "section",
    { class: "panel", "aria-labelledby": "agenda-title", "data-key": "agenda" },
    h("h2", { id: "agenda-title" }, t("agenda")),
    h(
      "ol",
      { class: "agenda" },
      snapshot.plan.rounds.map((round) => {
        const now = snapshot.round && snapshot.round.id.split("/")[0] === round.id && round.state !== "sealed";
        const state = round.state === "sealed" ? "round_sealed_short" : now ? "round_now" : "round_waiting";
        return h(
          "li",
          { class: `agenda-${state}`, "aria-current": now ? "step" : null, "data-key": round.id },
          h("p", { class: "agenda-head" }, h("strong", null, round.id), " ", h("span", { lang: snapshot.language }, round.title), h("span", { class: "badge" }, t(state))),
          h("p", { class: "quiet small" }, inLanguage(round.sentence)),
        );
      }),
    ),
  );
}

/** The round's items by number; a pressed one shows what can be done with it. */
export function items(snapshot, chosen) {
  const all = snapshot.items || [];
  if (!all.length || !snapshot.round) return null;
  const one = all.find((item) => item.number === chosen);
  const closed = all.filter((item) => item.state === "closed").length;
  return h(
    "section",
    { class: "panel", "aria-labelledby": "items-title", "data-key": "items" },
    h("h2", { id: "items-title" }, t("items")),
    h("p", { class: "quiet small" }, t("closed_of", { n: closed, total: all.length })),
    h(
      "ul",
      { class: "chips" },
      all.map((item) =>
        h(
          "li",
          { "data-key": item.number },
          h("button", { type: "button", class: `chip chip-${item.state}`, "data-do": "choose", "data-item": item.number, "aria-pressed": String(item.number === chosen), "aria-label": `${t("choose_item", { number: String(item.number) })}, ${t(`item_${item.state}`)}` }, String(item.number)),
        ),
      ),
    ),
    one ? chosenItem(snapshot, one) : null,
  );
}

function chosenItem(snapshot, item) {
  const { actions } = snapshot.steps;
  const able = [];
  if (item.state === "waiting" && actions.includes("open")) able.push(["open", "open_this"]);
  if (item.state === "closed" && actions.includes("reopen")) able.push(["reopen", "reopen_this"]);
  if (item.state !== "waiting" && actions.includes("void")) able.push(["void", "void_this"]);
  return h(
    "div",
    { class: "chosen", "data-key": `chosen-${item.number}` },
    h("p", null, h("strong", null, t("choose_item", { number: String(item.number) })), `: ${t(`item_${item.state}`)}`),
    item.text ? h("p", { lang: snapshot.language }, item.text) : null,
    h("div", { class: "side-steps" }, able.map(([action, words]) => h("button", { type: "button", class: "button button-quiet", "data-do": action, "data-item": item.number, "data-key": action }, t(words, { number: String(item.number) })))),
  );
}

/** What has happened, the latest first. */
export function log(snapshot) {
  const entries = snapshot.log || [];
  return h(
    "section",
    { class: "panel", "aria-labelledby": "log-title", "data-key": "log" },
    h("h2", { id: "log-title" }, t("log")),
    entries.length
      ? h(
          "div",
          { class: "log", tabindex: "0", role: "group", "aria-labelledby": "log-title" },
          h("ol", null, entries.map((entry) => h("li", null, h("time", { datetime: entry.at }, clock(entry.at)), " ", logged(entry, snapshot.language)))),
        )
      : h("p", { class: "quiet" }, t("log_empty")),
  );
}

function clock(at) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** An entry in words. A reason is in the conference's language: it goes into the protocol. */
function logged(entry, language) {
  const details = entry.details || {};
  if (entry.action === "pace") return t(details.on ? "do_pace_on" : "do_pace_off");
  if (entry.action === "what-if") {
    const said = t("do_what-if", { at: listed(details.at) });
    return `${details.unit === "percent" ? perCent(said) : said} (${details.round})`;
  }
  const [round, runOff] = String(details.round || "").split("/");
  const where = round && ["review", "draw", "seal", "seed"].includes(entry.action) ? ` (${runOff ? `${round}, ${t("run_off").toLowerCase()}` : round})` : "";
  const step = stepName({ ...details, action: entry.action });
  const typed = details.typed ? `, ${t("typed_sealed", { n: details.typed })}` : "";
  const here = details.entitled === undefined ? "" : `. ${t("here", { n: details.present, total: details.entitled })}`;
  const alone = entry.actor === "program" && ["open", "close"].includes(entry.action) ? ` (${t("by_program")})` : "";
  return [`${step}${where}${typed}${here}`, details.reason ? [": ", h("span", { lang: language }, details.reason)] : "", alone];
}
