// Who is here, who votes on paper, who comes late or leaves: what the facilitator does about seats.

import { h } from "../dom.js";
import { spaced, t } from "../words.js";
import { paperName } from "./paper.js";

/** `context`: {busy, seatProblem, seatDone} */
export function seats(snapshot, context) {
  const { seating } = snapshot;
  const over = snapshot.state === "finished";
  return h(
    "div",
    { class: "seats" },
    h("p", { class: "here" }, t("here", { n: snapshot.present, total: snapshot.seats })),
    // before the first round it stands large in the middle of the page
    snapshot.join && !over && !["draft", "lobby"].includes(snapshot.state) ? h("p", { class: "quiet small" }, wayIn(snapshot.join)) : null,
    h("p", { class: "quiet small" }, t("denominators", { present: snapshot.present, entitled: snapshot.seats })),
    h("p", { class: "problem", role: "alert" }, context.seatProblem || ""),
    h("p", { class: "typed-done", role: "status" }, context.seatDone || ""),
    over ? null : [attendance(snapshot, seating), withoutPhone(seating, snapshot.join), leaving(), lost(snapshot), byCode(snapshot.join)],
  );
}

/** The way in, as the facilitator reads it out: without a code the cards alone. */
export function wayIn({ url, code }) {
  return code ? t("join_address", { url, code: spaced(code) }) : t("join_cards", { url });
}

function fold(name, ...inside) {
  return h("details", { class: "fold", "data-key": name }, h("summary", null, t(name)), h("div", { class: "fold-inside" }, inside));
}

function press(action, text, off, more = {}) {
  return h("button", { type: "button", class: "button button-quiet", "data-do": action, "data-key": `${action}-${more["data-paper"] || ""}`, "aria-disabled": String(Boolean(off)), ...more }, text);
}

// Where cards come in stacks: which of them the seat is to be of.
function stackChoice(seating, id) {
  if (!seating.stacks.length) return null;
  const name = (stack) => [stack.organisation, stack.role].filter(Boolean).join(", ");
  return h("div", { class: "field" }, h("label", { for: id }, t("which_stack")), h("select", { id, "data-stack": true }, seating.stacks.map((stack, at) => h("option", { value: at }, name(stack)))));
}

/** The stack that is chosen beside a button, as an action takes it. */
export function chosenStack(button, seating) {
  const choice = button.closest(".fold-inside").querySelector("[data-stack]");
  return choice ? seating.stacks[Number(choice.value)] : {};
}

function attendance(snapshot, seating) {
  const between = ["draft", "lobby", "discussion", "sealed"].includes(snapshot.state) && snapshot.present > 0;
  return fold(
    "seats_unused",
    h("p", null, t("unused_help", { n: seating.unused })),
    press("withdraw", t("do_withdraw"), !between || !seating.unused, { "aria-describedby": "withdraw-help" }),
    h("p", { id: "withdraw-help", class: "quiet small" }, t(between || !seating.unused ? "withdraw_help" : "withdraw_later")),
    seating.withdrawn ? [h("p", { "data-key": "withdrawn" }, t("withdrawn_help", { n: seating.withdrawn })), press("readmit", t("do_readmit"))] : null,
    seating.signed_out
      ? [
          h("p", { "data-key": "signed-out" }, t("signed_out_help", { n: seating.signed_out })),
          press("withdraw-out", t("do_withdraw-out"), !between, { "aria-describedby": "withdraw-out-help" }),
          h("p", { id: "withdraw-out-help", class: "quiet small", "data-key": "out-help" }, t("withdraw-out_help")),
        ]
      : null,
    h("p", null, t("admit_help")),
    stackChoice(seating, "admit-stack"),
    press("admit", t("do_admit"), snapshot.state === "voting"),
  );
}

function withoutPhone(seating, join) {
  return fold(
    "seats_on_paper",
    h("p", null, t("on_paper_help")),
    stackChoice(seating, "paper-stack"),
    press("on-paper", t("do_on-paper"), !seating.unused),
    seating.unused ? null : h("p", { class: "quiet small" }, t("no_free_seat")),
    h(
      "ul",
      { class: "paper-seats" },
      seating.on_paper.map((seat) => {
        const of = { "data-paper": seat.paper };
        return h(
          "li",
          { "data-key": seat.paper },
          h("p", null, h("strong", null, paperName(seat.paper)), seat.present ? "" : ` (${t("signed_out")})`),
          h(
            "div",
            { class: "side-steps", role: "group", "aria-label": paperName(seat.paper) },
            seat.present ? press("sign-out", t("do_sign-out"), false, of) : press("sign-in", t("do_sign-in"), false, of),
            press("leave", t("do_leave"), false, of),
            press("new-card", t("has_phone"), false, of),
            press("off-paper", t("do_off-paper"), false, of),
          ),
        );
      }),
    ),
    h("p", null, t("shared_tablet"), " ", h("a", { href: "/shared", target: "shared" }, `${join.url.replace(/\/$/, "")}/shared`)),
  );
}

function leaving() {
  return fold(
    "seats_leaving",
    h("p", null, t("leaving_help")),
    h(
      "form",
      { class: "seat-form", "data-form": "card", novalidate: true },
      h("div", { class: "field" }, h("label", { for: "seat-card" }, t("card_code")), h("input", { id: "seat-card", name: "card", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" })),
      h("div", { class: "side-steps" }, ["sign-out", "sign-in", "leave"].map((action) => h("button", { type: "submit", class: "button button-quiet", name: "action", value: action }, t(`do_${action}`)))),
      h("p", { class: "quiet small" }, t("leave_help")),
    ),
  );
}

// Where nobody can tell whose card it is, the way round that question.
function lost(snapshot) {
  const over = ["voting", "review"].includes(snapshot.state);
  return fold(
    "seats_lost",
    h("p", null, t("lost_other")),
    h("p", null, t("lost_help")),
    press("new-card", t("do_new-card")),
    h("p", null, t("lost_several")),
    stackChoice(snapshot.seating, "lost-stack"),
    press("new-seat", t("do_new-seat"), over),
  );
}

// The code on the screen gives a seat to whoever types it, also to who has one.
function byCode({ code }) {
  const open = code !== null;
  return fold(
    "seats_code",
    h("p", null, t(open ? "code_open_help" : "code_closed_help")),
    press("join-code", t(open ? "do_join-code" : "do_join-code_open"), false, { "data-open": String(!open) }),
  );
}
