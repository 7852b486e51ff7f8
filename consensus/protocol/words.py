"""What the documents say. Rules and reasons come from `rounds.words`."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from consensus.languages import date_in
from rounds import Round, languages
from rounds.languages import N_, counted, per_cent, with_point
from rounds.measure import Number, Root
from rounds.plan import RUN_OFF
from rounds.words import PROTOCOLS, decimal

TEXTS = {
    "protocol_of": N_("Protocol: {0}"),
    "summary": N_("{0} in {1} of voting."),
    "sizes": N_("{0}: {1}"),
    "extended": N_("Extended protocol"),
    "core": N_("Core protocol"),
    "consensus": N_("Consensus list"),
    "appropriate": N_("Appropriate items"),
    "shortlist": N_("Shortlist"),
    "priorities": N_("Priorities"),
    "adopted": N_("Adopted items"),
    "by_decision": N_("{0}, by decision"),
    "by_lot": N_("{0}, by lot"),
    "protocol": N_("Protocol “{0}”"),
    "rest": N_("{0}: further items"),
    "empty": N_("No item is in this protocol."),
    "process": N_("Process indicators"),
    "effect": N_("Effect indicators"),
    "perspectives": N_("Perspectives"),
    "perspective": N_("Perspective"),
    "none": N_("(none)"),
    "total": N_("Total"),
    "final": N_("No."),
    "number": N_("Orig. no."),
    "kind": N_("Kind"),
    "item": N_("Item"),
    "text": N_("Text"),
    "explanation": N_("Explanation"),
    "figure": N_("Last vote"),
    "share": N_("Share"),
    "count": N_("Votes for"),
    "base": N_("Base"),
    "base_name": N_("Share of"),
    "round": N_("Round"),
    "admitted": N_("Admitted in"),
    "in_protocol": N_("Protocol"),
    "rank": N_("Place"),
    "verdict": N_("Verdict"),
    "reason": N_("Reason"),
    "advance": N_("in"),
    "hold": N_("held"),
    "cut": N_("out"),
    "stay": N_("stays"),
    "unresolved": N_("unresolved"),
    "rules": N_("How it was decided"),
    "rules_intro": N_("The rules were fixed before each vote. In words:"),
    "anonymity": N_("Anonymity"),
    "anonymity_vote": N_("Each vote stands alone: nothing joins two votes of one person."),
    "anonymity_paper": N_("The votes of one person in one round lie on one unnamed paper; rounds cannot be joined."),
    "anonymity_panel": N_("The votes of one person carry one pseudonym throughout, which nobody can tie to them."),
    "unanimous": N_("Where everyone voted alike, the result tells everyone's vote."),
    "ties": N_("Ties, lots and decisions"),
    "no_ties": N_("No tie lay across a line."),
    "tie": N_("{0}: items {1} were tied for {2}."),
    "tie_advance all": N_("All of them went in, so the protocol grew."),
    "tie_hold all": N_("None of them went in."),
    "tie_run-off": N_("A run-off between them decided."),
    "tie_lot": N_("A lot decided."),
    "tie_ask": N_("The room decided."),
    "tie_open": N_("This is not resolved."),
    "lot": N_(
        "{0}: the lot was drawn with the seed {1}. Each item's lot is the SHA-256 of “{1}:number”; the smallest is "
        "drawn first."
    ),
    "decision": N_("{0}: item {1} was decided: {2}. Reason: {3}"),
    "inquorate": N_("{0}: items {1} were inquorate and were held."),
    "deviations": N_("Deviations"),
    "no_deviations": N_("Nothing was voided, reopened or taken back."),
    "void": N_("Vote voided"),
    "reopen": N_("Item reopened"),
    "undo": N_("Step taken back"),
    "restore": N_("Backup gone back to"),
    "what-if": N_("Other numbers looked at before the seal"),
    "merged": N_("Merged from"),
    "merged_items": N_("Merged items"),
    "merged_intro": N_(
        "These items were made of others before the first vote. Numbers are those of the list; none is used for "
        "two items."
    ),
    "attendance": N_("Attendance"),
    "agreement": N_("Agreement"),
    "w": N_("{0}: Kendall's W {1}, corrected for ties, over the {2} of {3} papers that say something of every item."),
    "change": N_("{0}: {2} of {3} votes are other than the same person's in round {1}."),
    "needs_paper": N_(
        "How far panellists agree with each other (Kendall's W) cannot be known at this level of anonymity: "
        "nothing tells which votes are one person's. The level “paper” would give it."
    ),
    "needs_panel": N_(
        "How many changed their minds between rounds cannot be known at this level of anonymity: nothing joins a "
        "person's papers. The level “panel” would give it."
    ),
    "entitled": N_("Entitled"),
    "present": N_("Present"),
    "papers": N_("Papers"),
    "typed": N_("Of them on paper"),
    "typed_note": N_(
        "“On paper” are seats without a phone: the facilitator typed in what their papers said. Their votes are "
        "among the others and carry no mark."
    ),
    "history": N_("The life of each item"),
    "history_intro": N_("What became of each item in each round it was voted on in."),
    "votes": N_("votes"),
    "funnel": N_("From candidates to protocols"),
    "candidates": N_("Candidates"),
    "method": N_(
        "Shares are exact fractions; percentages are rounded for reading only. The plan's checksum (SHA-256) is {0}."
    ),
    "page": N_("Page"),
    "handout": N_("For discussion: {0}"),
    "handout_intro": N_("{0} come up for a vote in {1}."),
    "last_vote": N_("Last vote ({0}): {1}"),
    "arguments": N_("Arguments"),
    "arguments_intro": N_("Panellists wrote these anonymously; the facilitator chose which to show."),
    "argument": N_("Argument"),
    "side": N_("For or against"),
    "argument_for": N_("For"),
    "argument_against": N_("Against"),
    "own_notes": N_("Notes"),
    "of_yes": N_("{0} of {1} yes"),
    "of_no": N_("{0} of {1} no"),
    "of_picks": N_("picked on {0} of {1} papers"),
    "of_share": N_("{0} of {1} rated {2}"),
    "of_abstain": N_("{0} of {1} abstained"),
    "base_cast": N_("votes cast"),
    "base_ballots": N_("ballots"),
    "base_present": N_("those present"),
    "base_entitled": N_("all seats"),
    "base_papers": N_("papers"),
    "median": N_("median"),
    "mean": N_("mean"),
    "points": N_("points"),
    "borda": N_("Borda score"),
    "at": N_("When (UTC)"),
    "what": N_("What"),
    "why": N_("Why"),
    "yes": N_("Yes"),
    "no": N_("No"),
    "abstain": N_("Abstained"),
    "picked": N_("Picked"),
    "rating": N_("Rating {0}"),
    "place": N_("Place {0}"),
    "given": N_("{0} points"),
    "notes": N_("What else decides"),
    "run_off": N_("{0}, run-off"),
    "share_of": N_("Share {0}"),
    "ratings": N_("rating {0}"),
    "picks": N_("share of papers"),
    "iqr": N_("interquartile range"),
    "sd": N_("standard deviation"),
    "cv": N_("coefficient of variation"),
    "disagreement": N_("disagreement"),
    "no_disagreement": N_("no disagreement"),
    "tie_cut_advance all": N_("All of them are out."),
    "tie_cut_hold all": N_("None of them is out."),
    "in_round": N_("round {0}"),
    "on_item": N_("item {0}"),
    "instead_of": N_("{0} instead of {1}"),
    "step_lobby": N_("the doors were opened"),
    "step_start": N_("the round was started"),
    "step_open": N_("the vote was opened"),
    "step_close": N_("the vote was closed"),
    "step_review": N_("the review was begun"),
    "step_reopen": N_("the item was reopened"),
    "step_decide": N_("the decision was made"),
    "step_seal": N_("the round was sealed"),
    "step_finish": N_("the conference was finished"),
    "not_settled": N_("This protocol is not final: {0}"),
    "unresolved_round": N_("round {0} has a tie that is not settled."),
    "glyphs": N_(
        "Characters that the typefaces of this document lack are shown as □; the Word and Excel documents and the "
        "archive have them."
    ),
    "no_rest": N_("All items of this protocol stand above."),
    "became": N_("What became of it"),
    "evaluation": N_("Evaluation"),
    "evaluation_intro": N_(
        "{0} sheets were handed in. Each answer stands alone. A question that fewer than {1} answered is shown "
        "without figures."
    ),
    "evaluation_hidden": N_(
        "Fewer than {0} sheets were handed in. They are not shown, so that nobody can be singled out."
    ),
    "question": N_("Question"),
    "satisfied": N_("Satisfied"),
    "neither": N_("Neither"),
    "dissatisfied": N_("Dissatisfied"),
    "comments": N_("In their own words"),
    "comment": N_("In their own words"),
    "pictures": N_("The rounds as pictures"),
    "pictures_intro": N_(
        "The items of each round as ranked. The thick line lies below what went in; items that were tied across it "
        "are marked."
    ),
    "ranked_by": N_("Ranked by {0}."),
    "from_to": N_("from {0} to {1}"),
    "tied": N_("tied"),
    "tied_across": N_("tied across the line: {0}"),
}


def say(lang: str, key: str, *parts: object) -> str:
    """A text of TEXTS, filled in."""
    return languages.say(lang, TEXTS[key], *parts)


def count(lang: str, n: int, what: str) -> str:
    """A number of "items", "rounds" or "places": "1 item", "137 items"."""
    if what == "items":
        return counted(lang, "{0} item", "{0} items", n, n)
    if what == "rounds":
        return counted(lang, "{0} round", "{0} rounds", n, n)
    return counted(lang, "{0} place", "{0} places", n, n)


def day_in_words(lang: str, day: date) -> str:
    """A day as people write it: "10 April 2014", "10 april 2014"."""
    return date_in(lang, day)


def protocol_title(lang: str, id: str) -> str:
    return say(lang, id) if id in PROTOCOLS else say(lang, "protocol", id)


def kind_title(lang: str, kind: str | None) -> str:
    return say(lang, kind) if kind in ("process", "effect") else kind or ""


def round_title(lang: str, round: Round) -> str:
    """A round with its id, by which rules and history name it: "P1: Vote 1"; a run-off says that it is one."""
    id = round.id.removesuffix(RUN_OFF)
    title = id if round.title in (round.id, id) else f"{id}: {round.title}"
    return say(lang, "run_off", title) if round.is_run_off else title


def measure_title(lang: str, name: str) -> str:
    """A measure as the head of a column: "Share yes", "Share rating 7–9", "Median"."""
    base, _, ends = name.partition("(")
    if base in ("yes", "no", "abstain"):
        text = say(lang, "share_of", say(lang, base).lower())
    elif base == "share":
        low, _, high = ends.rstrip(")").partition("..")
        text = say(lang, "share_of", say(lang, "ratings", low if low == high else f"{low}–{high}"))
    else:
        text = say(lang, base)
    return text[:1].upper() + text[1:]


def percent(share: Fraction, lang: str) -> str:
    """A share as people read it, "57%" or "57 %", rounded half up.

    Where that would say all, none or half of what is not that, with a tenth: as the pages do (static/js/words.js).
    """
    for digits in range(9):  # of more voters than there are people none is misled
        parts = int(share * 100 * 10**digits + Fraction(1, 2))
        rounded = Fraction(parts, 100 * 10**digits)
        if rounded == share or rounded not in (0, Fraction(1, 2), 1):
            break
    return per_cent(with_point(f"{parts / 10**digits:.{digits}f}", lang), lang)


def figure(value: Number | Root, lang: str) -> str:
    """A number as people read it, with at most two decimals."""
    return decimal(float(value.value) if isinstance(value, Number) else float(value.square) ** 0.5, lang)
