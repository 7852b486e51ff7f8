"""Every text that the pages' scripts show, by name, in one place for the translators.

A page carries its words as a JSON block, so that scripts hold no sentences of their own. A text with a number in it
is a table from plural category (CLDR: "one", "other", …) to the text. `{name}` marks what the script fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import force_locale, get_locale, gettext, ngettext

from consensus.i18n import LANGUAGES

Words = dict[str, str | dict[str, str]]

_ = gettext


def in_every_language(words: Callable[[], Words]) -> Mapping[str, Words]:
    """Language code -> the words in it, for a page that changes language without asking the server."""
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = words()
    return found


def _forms(singular: str, plural: str) -> dict[str, str]:
    """Plural category -> text. The number itself stays as `{n}`."""
    locale = get_locale()
    rule = locale.plural_form if locale is not None else (lambda n: "one" if n == 1 else "other")
    return {rule(n): ngettext(singular, plural, n) for n in reversed(range(101))}


def everywhere() -> Words:
    """What phone, screen and facilitator have in common: choices, verdicts, measures, connection."""
    return {
        "connecting": _("Connecting …"),
        "connected": _("Connected"),
        "reconnecting": _("No contact. Trying again …"),
        "yes": _("Yes"),
        "no": _("No"),
        "abstain": _("Abstain"),
        "cannot_judge": _("Cannot judge"),
        "advance": _("In"),
        "hold": _("Kept for the next vote"),
        "cut": _("Out"),
        "stay": _("Stays as it is"),
        "unresolved": _("Not decided yet"),
        "item_went_in": _("The item goes in."),
        "item_held": _("The item is kept for the next vote."),
        "item_cut": _("The item is out."),
        "item_stays": _("The item stays where it is."),
        "of": _("{n} of {total}"),
        "number": _("No. {number}"),
        "place_of": _("{n} of {total}"),
        "base_cast": _forms("Of {n} vote cast", "Of {n} votes cast"),
        "base_ballots": _forms(
            "Of {n} ballot handed in, abstentions included", "Of {n} ballots handed in, abstentions included"
        ),
        "base_present": _forms("Of {n} present", "Of all {n} present"),
        "base_entitled": _forms("Of {n} entitled to vote", "Of all {n} entitled to vote"),
        "base_papers": _forms("{n} paper handed in", "{n} papers handed in"),
        "measure_yes": _("yes"),
        "measure_no": _("no"),
        "measure_abstain": _("abstained"),
        "measure_votes": _("votes"),
        "measure_median": _("median"),
        "measure_mean": _("mean"),
        "measure_iqr": _("interquartile range"),
        "measure_sd": _("standard deviation"),
        "measure_cv": _("coefficient of variation"),
        "measure_disagreement": _("disagreement"),
        "measure_picks": _("of the papers"),
        "measure_points": _("points"),
        "measure_borda": _("ranking points"),
        "measure_share": _("rated {low}–{high}"),
        "true": _("yes, there is"),
        "false": _("none"),
        "tied": _("Tied"),
        "rest": _("The rest"),
        "the_line": _("The line"),
        "line_at": _("The line: {share}"),
        "items_count": _forms("{n} item", "{n} items"),
        "run_off": _("Run-off"),
        "rule": _("The rule"),
        "extended": _("Extended protocol"),
        "core": _("Core protocol"),
        "protocol_named": _("Protocol “{name}”"),
        "process": _("Process"),
        "effect": _("Effect"),
        "perspective": _("Perspective: {name}"),
        "admitted_in": _("Chosen in {round}"),
        "vote_closed": _("The vote is closed."),
        "next_item_soon": _("The next item opens soon."),
        "result_later": _("The result is shown when the whole round is done."),
        "outcome_later": _("What it means is shown when the whole round is done."),
        "round_done": _("The round is done"),
        "round_sealed": _("The round is sealed"),
        "finished": _("The conference is finished"),
        "tie_sentence": _forms(
            "{n} item shares the last place: {items}. Places left: {places}.",
            "{n} items share the last places: {items}. Places left: {places}.",
        ),
        "tie_ask": _("The facilitator decides, with a reason that is kept in the protocol."),
        "tie_run-off": _("A run-off between them decides."),
        "tie_lot": _("A lot decides."),
        "tie_advance all": _("All of them go in."),
        "tie_hold all": _("All of them follow the rule for the rest."),
        "lot_shown": _("A lot will be drawn. Its seed, shown beforehand: {seed}"),
        "lot_drawn": _("The lot was drawn with the seed {seed}."),
    }


def phone() -> Words:
    """What the panel's phones say."""
    return (
        everywhere()
        | {
            "title": _("Your vote"),
            "hello": _("Welcome"),
            "type_code": _("Type the code from the big screen or from your card."),
            "code": _("Code"),
            "join": _("Join"),
            "back": _("Back to the vote"),
            "joining": _("Joining …"),
            "join_failed": _(
                "No contact with the conference. Check that the phone is on the right Wi-Fi. Trying again …"
            ),
            "refused_code": _(
                "No seat has that code, or all seats are taken. Check the code, or ask the facilitator for help."
            ),
            "you_are_in": _("You are in."),
            "wait": _("Keep this page open. It changes by itself when the vote opens."),
            "not_begun": _("The conference has not begun yet."),
            "anonymous": _("Anonymous"),
            "anonymity_vote": _("Nobody can see how you voted, or that two votes are yours."),
            "anonymity_vote_link": _(
                "So that you can change your vote, a locked link to it is kept until the vote on the item closes. "
                "Then it is destroyed."
            ),
            "anonymity_paper": _("Your votes in a round lie on one unnamed paper; rounds cannot be joined."),
            "anonymity_paper_link": _(
                "So that you can change your vote, a locked link to your paper is kept until the round is sealed. "
                "Then it is destroyed."
            ),
            "anonymity_panel": _(
                "Your votes carry a number that nobody can tie to you, so that change between rounds can be seen."
            ),
            "anonymity_panel_link": _("The link to that number is destroyed when the conference is finished."),
            "unanimous": _("Where everybody votes alike, the result tells everyone's vote. Nothing can hide that."),
            "discussion": _("Time to discuss"),
            "discussion_wait": _("The vote has not opened yet."),
            "choose": _("Choose your answer."),
            "sending": _("Sending your vote …"),
            "kept": _("No contact. Your vote is kept here and sent as soon as possible."),
            "vote_in": _("Your vote is in: {choice}. You can change it until the vote closes."),
            "vote_in_unknown": _("Your vote is in. You can change it until the vote closes."),
            "vote_in_short": _("Your vote is in: {choice}"),
            "vote_again": _("This vote is taken anew. Choose your answer again."),
            "too_late_unsure": _(
                "The contact broke while your vote was on its way and the vote is closed now. "
                "It cannot be told whether your vote came in."
            ),
            "too_late": _("The vote closed before your vote got through. It is not counted."),
            "refused_closed": _("The vote is closed. Your latest choice is not counted."),
            "refused_not-on-ballot": _("This item is not being voted on now."),
            "refused_bad-choice": _("That answer is not possible here. Choose again."),
            "refused_too-many": _("That is more than the ballot allows. Take something away and hand it in again."),
            "refused_not-allowed": _("This phone may not vote here. Ask the facilitator for help."),
            "refused_not-now": _("Voting is not possible just now."),
            "refused_storage": _("The vote could not be stored. It is sent again in a moment."),
            "refused_other": _("The vote was not accepted. Choose again, or ask the facilitator for help."),
            "my_vote": _("My vote: {choice}"),
            "my_vote_here": _("kept on this phone only"),
            "i_did_not_vote": _("No vote from this phone"),
            "scale_ends": _("{low} is the lowest, {high} the highest."),
            "scale": _("Your rating"),
            "answers": _("Your answer"),
            "pick_rule": _forms("Pick at most {n} item.", "Pick at most {n} items."),
            "pick_left": _forms("{n} left to pick", "{n} left to pick"),
            "pick_full": _("All picked. Take one away to pick another."),
            "points_rule": _forms("Share out {n} point.", "Share out {n} points."),
            "points_cap": _("At most {n} on one item."),
            "points_left": _forms("{n} point left", "{n} points left"),
            "rank_rule": _forms("Press the best item.", "Press the {n} best items, the very best first."),
            "rank_left": _forms("{n} place left", "{n} places left"),
            "rank_place": _("place {n}"),
            "rank_full": _("All places are filled. Press an item to take it away."),
            "more": _("One point more: item {number}"),
            "less": _("One point less: item {number}"),
            "hand_in": _("Hand in"),
            "hand_in_again": _("Hand in the change"),
            "paper_draft": _("Not handed in yet."),
            "paper_in": _("Your paper is in. You can change it until the vote closes."),
            "paper_changed": _("You have changed something since you handed in."),
            "paper_sending": _("Handing in …"),
            "answered_of": _("{n} of {total} answered"),
            "answers_too_late": _forms(
                "{n} answer may not have got through before the vote closed.",
                "{n} answers may not have got through before the vote closed.",
            ),
            "paper_counted": _("Your paper is in."),
            "no_paper": _("No paper was handed in from this phone."),
            "moved_short": _("Not in use here"),
            "lost_short": _("No seat"),
            "moved": _("Your seat is now on another phone, or in another window."),
            "moved_help": _(
                "You vote there now, and confirmed votes count. To vote from here again, scan the card once more."
            ),
            "lost_seat": _("This phone no longer has a seat."),
            "lost_seat_help": _("Scan your card again, or type the code."),
            "join_again": _("Type the code"),
            "table": _("Your table: {table}"),
            "thanks": _("Thank you for taking part."),
            "announce_open": _("The vote is open."),
            "announce_closed": _("The vote is closed."),
        }
        | _shared_device()
    )


def _shared_device() -> Words:
    """What a phone or tablet says that several people vote on."""
    return {
        "shared_hint": _("Do several people vote on this device?"),
        "shared_link": _("Make it a shared device"),
        "shared_title": _("Shared device"),
        "shared_take": _("Share this device?"),
        "shared_take_help": _(
            "This device has a seat now. If several people are to vote on it, it forgets the seat; the card leads back "
            "to it."
        ),
        "shared_yes": _("Share it, and forget the seat"),
        "shared_ask": _("Next one, please"),
        "shared_code": _("Scan your card with this device’s camera, or type the code that stands on it."),
        "shared_begin": _("Go to the vote"),
        "shared_promise": _("As soon as your vote is in, this device forgets you: nothing of it stays here."),
        "shared_stop": _("Stop sharing this device"),
        "shared_done": _("Done – forget me"),
        "shared_forgetting": _("Forgetting …"),
        "shared_in": _("The vote is in. Hand over to the next one."),
        "shared_left": _("The seat is forgotten here. Hand over to the next one."),
        "shared_idle": _("Nothing was pressed for a minute, so the seat is forgotten here."),
        "shared_moved": _("The seat is on another phone now, and forgotten here."),
        "shared_refused": _("No seat has that code. Check it letter by letter, or ask the facilitator for help."),
        "shared_card_only": _("Here the code on your own card is needed, not the one on the big screen."),
    }


def screen() -> Words:
    """What the big screen says."""
    return everywhere() | {
        "title": _("The big screen"),
        "no_token": _("Open this page with the link on the facilitator’s page."),
        "refused": _("This link does not belong to the conference. Open the screen from the facilitator’s page."),
        "not_begun": _("The conference has not begun yet."),
        "join_here": _("Join with your phone"),
        "scan": _("Scan the square or your own card"),
        "or_type": _("or go to"),
        "and_code": _("and type"),
        "are_here": _("{n} of {total} are here"),
        "discussion": _("Discussion"),
        "vote_open": _("Vote now"),
        "have_voted": _("{n} of {total} have voted"),
        "voting_open": _("The vote is open"),
        "papers_in": _("{n} of {total} have handed in"),
        "page_of": _("Page {n} of {total}"),
        "pause": _("Pause"),
        "go_on": _("Continue"),
        "also_in_extended": _("More in the extended protocol"),
        "anonymity_vote": _("Nobody can see how anyone voted, or which votes belong together."),
        "anonymity_paper": _("The votes of one person in one round lie on one unnamed paper; rounds cannot be joined."),
        "anonymity_panel": _(
            "Votes carry a number that nobody can tie to a person, so that change between rounds can be seen."
        ),
    }


def facilitator() -> Words:
    """What the page that leads the room says."""
    return (
        everywhere()
        | {
            "no_contact": _("No contact with the server. What you see may be old. Trying again …"),
            "state_draft": _("Draft"),
            "state_lobby": _("Doors open"),
            "state_discussion": _("Discussion"),
            "state_voting": _("Voting"),
            "state_closed": _("Closed"),
            "state_review": _("Review"),
            "state_sealed": _("Sealed"),
            "state_finished": _("Finished"),
            "round_waiting": _("to come"),
            "round_now": _("now"),
            "round_sealed_short": _("sealed"),
            "item_waiting": _("waiting"),
            "item_open": _("open"),
            "item_closed": _("closed"),
            "next_step": _("Next step"),
            "keys": _("Space, Page Down or the presenter remote"),
            "nothing_next": _("Nothing more to do here"),
            "working": _("Working …"),
            "do_lobby": _("Open the doors"),
            "do_start": _("Start round {round}"),
            "do_start_run_off": _("Start the run-off of {round}"),
            "do_open": _("Open item {item}"),
            "do_open_all": _("Open the vote on all items"),
            "do_close": _("Close the vote"),
            "do_next": _("Next: item {item}"),
            "do_next_review": _("Show the result of the round"),
            "do_reopen": _("Open item {item} again"),
            "do_void": _("Void the vote on item {item}"),
            "do_decide": _("Decide the tie"),
            "do_draw": _("Draw the lot"),
            "do_seed": _("Seed for a lot: {seed}"),
            "do_seal": _("Seal the round"),
            "do_undo": _("Undo"),
            "do_finish": _("Finish the conference"),
            "do_review": _("Show the result of the round"),
            "do_create": _("Make the conference"),
            "do_items": _("Load the items"),
            "did_lobby": _("opening the doors"),
            "did_start": _("starting round {round}"),
            "did_open": _("opening item {item}"),
            "did_open_all": _("opening the vote"),
            "did_close": _("closing the vote"),
            "did_close_item": _("closing the vote on item {item}"),
            "did_next": _("going on"),
            "did_next_item": _("going on to item {item}"),
            "did_reopen": _("opening item {item} again"),
            "did_void": _("voiding item {item}"),
            "did_decide": _("the decision on the tie"),
            "did_draw": _("the lot"),
            "did_seal": _("sealing the round"),
            "did_review": _("showing the result of the round"),
            "did_undo": _("an undo"),
            "did_restore": _("going back to a backup in round {round}"),
            "did_finish": _("finishing the conference"),
            "will_undo": _("Takes back: {what}."),
            "undo_title": _("Undo the last step"),
            "undo_help": _("The step and your reason are kept in the log."),
            "undo_seal_help": _(
                "The votes of a sealed round are unlinked. If an item is opened again, everyone votes anew."
            ),
            "void_title": _("Void the vote on item {item}"),
            "void_help": _("All votes on the item are thrown away and it waits to be voted on anew. The log says why."),
            "finish_title": _("Finish the conference?"),
            "finish_help": _("No more rounds can be started afterwards."),
            "seal_title": _("Seal the round?"),
            "seal_help": _(
                "The verdicts are taken into the conference and the votes are separated from the seats for good. "
                "Has the room seen the result?"
            ),
            "reason": _("Reason"),
            "reason_hint": _("For example: opened by mistake"),
            "reason_missing": _("Write a reason. It is kept in the log."),
            "cancel": _("Cancel"),
            "stale": _("The conference had already moved on, so nothing was done. The page now shows where it is."),
            "failed": _("The server did not answer. Nothing may have happened. Look at the page and try again."),
            "votes_not_stored": _("Votes cannot be stored now. The phones keep theirs and send them again."),
            "turnout": _("Turnout"),
            "turnout_hidden": _("Hidden: with fewer than ten present the count would give votes away."),
            "have_voted": _("{n} of {total} have voted"),
            "now": _("Now"),
            "here": _("{n} of {total} are here"),
            "agenda": _("Agenda"),
            "items": _("The round’s items"),
            "closed_of": _("{n} of {total} closed"),
            "open_this": _("Open item {number}"),
            "reopen_this": _("Open item {number} again"),
            "void_this": _("Void the vote on item {number}"),
            "choose_item": _("Item {number}"),
            "tie_title": _("A tie to decide"),
            "tie_help": _("Choose the items that the decision concerns, then what becomes of them."),
            "tie_run_off_title": _("A tie: run-off"),
            "tie_lot_title": _("A tie: lot"),
            "places": _forms("{n} place left", "{n} places left"),
            "chosen_items": _("Items"),
            "verdict": _("Decision"),
            "decide": _("Store the decision"),
            "decide_none": _("Choose at least one item."),
            "seed": _("Seed"),
            "log": _("Log"),
            "log_empty": _("Nothing has happened yet."),
            "undo": _("Undo …"),
            "ranked": _("The result so far"),
            "rank": _("Place"),
            "item": _("Item"),
            "figures": _("Figures"),
            "join_address": _("The panel goes to {url} and types {code}"),
            "refused": _("This page no longer has the right to lead the conference. Sign in again."),
            "announce_state": _("{state}. Next step: {step}."),
        }
        | _seating()
    )


def _seating() -> Words:
    """What the page that leads the room says of seats, and of votes on paper."""
    return {
        "paper_seat": _("Paper {number}"),
        "typed_title": _("Votes on paper"),
        "typed_help": _(
            "You read the paper, so you know this vote. Nobody else can tell it afterwards: it lies among the others "
            "without a mark. Typing in again for the same seat replaces its vote as long as the vote is open."
        ),
        "typed_few": _(
            "Fewer than five vote by phone: from the result and the papers you will know how they voted too. "
            "A shared tablet would keep that secret."
        ),
        "typed_seat": _("Whose paper"),
        "typed_voted": _("{seat} – has voted"),
        "typed_choice": _("What the paper says on item {number}"),
        "type_in": _("Type in the vote"),
        "typed_in": _("The vote of {seat} is in."),
        "typed_nothing": _("Choose what the paper says."),
        "typed_count": _forms("{n} vote has come on paper.", "{n} votes have come on paper."),
        "typed_sealed": _forms("{n} seat voted on paper", "{n} seats voted on paper"),
        "denominators": _(
            "Shares “of those present” are counted of {present}, shares “of those entitled” of {entitled}."
        ),
        "seat_done": _("Done. The numbers above hold from now on."),
        "signed_out": _("signed out"),
        "seats_unused": _("Seats without anybody, late arrivals"),
        "unused_help": _forms("{n} seat has not been joined by anybody.", "{n} seats have not been joined by anybody."),
        "withdraw_help": _(
            "They are not entitled any more, and their cards do not work: one fell ill, so 23 it is. It can be taken "
            "back."
        ),
        "withdraw_later": _("This can be done between votes, once somebody is here."),
        "withdrawn_help": _forms("{n} such seat has been taken out.", "{n} such seats have been taken out."),
        "admit_help": _(
            "Somebody more than there are cards? A new seat gets a card of its own, and one more is entitled."
        ),
        "which_stack": _("Organisation and role"),
        "seats_on_paper": _("Without a phone"),
        "on_paper_help": _(
            "Somebody votes on paper: a free seat becomes theirs and counts as present. While a vote is open you type "
            "in what the paper says."
        ),
        "no_free_seat": _("No seat is free. Open one for a late arrival first."),
        "has_phone": _("Has a phone now: show a card"),
        "shared_tablet": _("Or several share a tablet. Open this address on it:"),
        "seats_leaving": _("Somebody leaves or comes back"),
        "leaving_help": _("Ask for the card and type its code. Whose card it is need not be noted."),
        "card_code": _("Code of the card"),
        "leave_title": _("Does somebody leave for good?"),
        "leave_help": _(
            "Out for a while: not present, still entitled. Leaves for good: not entitled any more. Votes that were "
            "cast stay."
        ),
        "seats_lost": _("A card is lost"),
        "lost_help": _(
            "Ask everybody to open the page on their phone. When one seat alone has no phone, it gets a new card: the "
            "old card and the old phone stop working, confirmed votes are kept."
        ),
        "card_title": _("A new card"),
        "card_help": _("Let the phone that takes the seat scan it now. It is shown this once."),
        "card_square": _("Square to scan with the phone"),
        "card_typed": _("Or go to {address} and type:"),
        "card_away": _("Scanned: put it away"),
        "refused_card": _("No seat has that code, or nobody has joined with that card. Check it letter by letter."),
        "refused_off-paper": _("A vote was typed in for this seat. Sign it out, or let it leave."),
        "refused_new-card": _(
            "It must be one seat alone that has no phone now, and it is none or several. Let everybody open the page "
            "on their phone and try again; or open a new seat between votes."
        ),
        "refused_closed": _("The vote is closed. Nothing was stored."),
        "refused_bad-choice": _("That answer is not possible here. Choose again."),
        "refused_too-many": _("The paper has more on it than the ballot allows. Nothing was stored."),
        "refused_other": _("That cannot be done now."),
        "do_on-paper": _("Somebody votes on paper"),
        "do_off-paper": _("Take back: votes by phone"),
        "do_withdraw": _("Take out the seats without anybody"),
        "do_readmit": _("Let them in again"),
        "do_admit": _("Open one more seat"),
        "do_sign-out": _("Out for a while"),
        "do_sign-in": _("Back again"),
        "do_leave": _("Leaves for good"),
        "do_new-card": _("Make a new card"),
        "do_wifi": _("Keep the Wi-Fi"),
    }
