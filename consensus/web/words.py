"""Every text that the pages' scripts show, by name, in one place for the translators.

A page carries its words as a JSON block, so that scripts hold no sentences of their own. A text with a number in it
is a table from plural category (CLDR: "one", "other", …) to the text. `{name}` marks what the script fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import force_locale, get_locale, gettext, ngettext

from consensus.languages import LANGUAGES
from consensus.web.plan_words import protocol_names

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
        "line_among": _forms(
            "The line falls here: {n} place left for {total} that are equal",
            "The line falls here: {n} places left for {total} that are equal",
        ),
        "items_count": _forms("{n} item", "{n} items"),
        "run_off": _("Run-off"),
        "rule": _("The rule"),
        **protocol_names(),
        "protocol_named": _("Protocol “{name}”"),
        "process": _("Process"),
        "effect": _("Effect"),
        "perspective": _("Perspective: {name}"),
        "admitted_in": _("Chosen in {round}"),
        "vote_closed": _("The vote is closed."),
        "voided": _("The votes on item {number} do not count. It is voted on again."),
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
        "ranked_by_share": _("Not everybody voted on every item, so the list is ranked by the share of yes."),
        "lot_shown": _("A lot will be drawn. Its seed, shown beforehand: {seed}"),
        "lot_drawn": _("The lot was drawn with the seed {seed}."),
        **timing(),
    }


def timing() -> Words:
    """What every page says of the timer, and of what comes by itself."""
    return {
        "timer": _("Timer"),
        "timer_paused": _("Paused"),
        "timer_over": _("Time is up"),
        "timer_left": _("{time} left"),
        "minutes": _forms("{n} minute", "{n} minutes"),
        "seconds": _forms("{n} second", "{n} seconds"),
        "closes_in": _("Closes in"),
        "opens_in": _("Next in"),
    }


def joining() -> Words:
    """What a phone says until it is in: a page of its own, so that it is short."""
    return _on_the_way() | {
        "title": _("Your vote"),
        "hello": _("Welcome"),
        "type_code": _("Type the code from the big screen or from your card."),
        "code": _("Code"),
        "join": _("Join"),
        "shared_hint": _("Do several people vote on this device?"),
        "shared_link": _("Make it a shared device"),
        "desk": _("To your conferences"),
        "refused_code": _(
            "No seat has that code, or all seats are taken. Check the code, or ask the facilitator for help."
        ),
        "code_closed": _("The code on the screen lets nobody in now. Scan your own card, or type its code."),
    }


def _on_the_way() -> Words:
    return {
        "back": _("Back to the vote"),
        "joining": _("Joining …"),
        "join_failed": _("No contact with the conference. Check that the phone is on the right Wi-Fi. Trying again …"),
    }


def phone() -> Words:
    """What the panel's phones say once they are in."""
    return everywhere() | _voting()


def sharing() -> Words:
    """What a phone or tablet says that several people vote on."""
    return everywhere() | _voting() | _on_the_way() | _shared_device()


def _voting() -> Words:
    return {
        "title": _("Your vote"),
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
        "discussion": _("Before the vote"),
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
        "hand_in_empty": _("Hand in an empty paper"),
        "rule_and_anonymity": _("Rule and anonymity"),
        "paper_empty": _("Nothing is chosen."),
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
        "left_seat": _("You have left the conference."),
        "left_seat_help": _("The votes you have given count. To come in again, show your card to the facilitator."),
        "lost_seat": _("This phone no longer has a seat."),
        "lost_seat_help": _("Scan your card again, or type the code."),
        "join_again": _("Type the code"),
        "last_time": _("Last time:"),
        "last_panel_yes": _("the panel {n} of {total} yes"),
        "last_panel": _("the panel {figures}"),
        "last_you": _("you: {choice}"),
        "last_picked": _("picked"),
        "argument_write": _("Write an argument"),
        "argument_anonymous": _(
            "Nobody can see who wrote it. It is handed on together with others, and the facilitator looks at it before "
            "it is shown with the item. Do not name yourself or anyone else."
        ),
        "argument_item": _("Item"),
        "argument_side": _("Your argument is"),
        "argument_for": _("For"),
        "argument_against": _("Against"),
        "argument_text": _("Argument"),
        "argument_left": _forms("{n} character left", "{n} characters left"),
        "argument_send": _("Hand in the argument"),
        "argument_sending": _("Handing in …"),
        "argument_in": _("Your argument is in. You can write another."),
        "argument_incomplete": _("Choose for or against, and write your argument."),
        "argument_too_many": _("You have written as many arguments as one phone may."),
        "argument_over": _("Arguments are not collected any more."),
        "argument_failed": _("Your argument did not get through. Try again."),
        "table": _("Your table"),
        "table_number": _("Table {number}"),
        "table_sit": _forms("{n} person sits here.", "{n} people sit here."),
        "table_none": _("You have no place at a table yet. Ask the facilitator."),
        "thanks": _("Thank you for taking part."),
        "evaluation": _("How satisfied are you with …"),
        "evaluation_anonymous": _(
            "Nobody can see what you answered. Each answer stands alone, and the result is shown only if enough people "
            "answer."
        ),
        "satisfied": _("Satisfied"),
        "neither": _("Neither"),
        "dissatisfied": _("Dissatisfied"),
        "comment": _("In your own words, if you like"),
        "comment_help": _("Write nothing that tells who you are."),
        "questions_left": _forms("{n} question left", "{n} questions left"),
        "sheet_ready": _("All questions are answered. Hand in when you are ready."),
        "hand_in_sheet": _("Hand in the answers"),
        "sheet_sending": _("Handing in the answers …"),
        "sheet_in": _("Your answers are in. Thank you. You can change them until the evaluation closes."),
        "change_sheet": _("Change my answers"),
        "sheet_closed": _("The evaluation is closed. These answers did not get through."),
        "sheet_failed": _("The answers did not get through. They are kept here. Press again."),
        "plain_words": _("In plain words"),
        "announce_open": _("The vote is open."),
        "announce_closed": _("The vote is closed."),
    }


def _shared_device() -> Words:
    """What a phone or tablet says that several people vote on."""
    return {
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
        "shared_answered": _("The answers are in. Hand over to the next one."),
        "shared_left": _("The seat is forgotten here. Hand over to the next one."),
        "shared_idle": _("Nothing was pressed for a minute, so the seat is forgotten here."),
        "shared_moved": _("The seat is on another phone now, and forgotten here."),
        "shared_refused": _("No seat has that code. Check it letter by letter, or ask the facilitator for help."),
        "shared_card_only": _("Here the code on your own card is needed, not the one on the big screen."),
    }


def trial() -> Words:
    """What a phone says that tries whether it reaches the server."""
    return {
        "title": _("A trial of the network"),
        "trying": _("Trying …"),
        "reached": _("All is well: this phone reaches the conference."),
        "reached_by_polling": _(
            "This phone reaches the conference, but the network blocks what keeps a line open (WebSocket). "
            "It works, a little slower."
        ),
        "not_reached": _("The page was reached, but no line to the conference. Ask whoever runs the network."),
        "try_again": _("Try again"),
    }


def screen() -> Words:
    """What the big screen says."""
    return everywhere() | {
        "title": _("The big screen"),
        "blank": _("The screen is paused."),
        "frozen": _("Held picture"),
        "time_left": _("Time left"),
        "wifi_join": _("Join the Wi-Fi"),
        "wifi_square": _("Square that joins the Wi-Fi"),
        "wifi_name": _("Network:"),
        "wifi_password": _("Password:"),
        "wifi_free": _("No password"),
        "no_token": _("Open this page with the link on the facilitator’s page."),
        "refused": _("This link does not belong to the conference. Open the screen from the facilitator’s page."),
        "not_begun": _("The conference has not begun yet."),
        "join_here": _("Join with your phone"),
        "scan": _("Scan the square or your own card"),
        "scan_card": _("Scan the square on your own card"),
        "or_type": _("or go to"),
        "and_code": _("and type"),
        "and_card": _("and type the code on your card"),
        "join_card": _("scan your card or type its code"),
        "are_here": _("{n} of {total} are here"),
        "discussion": _("Before the vote"),
        "argument_for": _("For"),
        "argument_against": _("Against"),
        "tables_title": _("Find your table"),
        "tables_help": _("Your phone shows which one is yours."),
        "table_number": _("Table {number}"),
        "table_sit": _forms("{n} person sits here.", "{n} people sit here."),
        "vote_open": _("Vote now"),
        "have_voted": _("{n} of {total} have voted"),
        "voting_open": _("The vote is open"),
        "papers_in": _("{n} of {total} have handed in"),
        "page_of": _("Page {n} of {total}"),
        "pause": _("Pause"),
        "go_on": _("Continue"),
        "also_in_extended": _("More in the extended protocol"),
        "funnel": _("From candidates to protocols"),
        "funnel_alt": _("Bars show how many items came up in each round, and how many went in, were kept or went out."),
        "picture_alt": _("Bars show the items of the round as ranked. The same figures were shown in the review."),
        "evaluation": _("How satisfied are you with …"),
        "sheets": _forms("{n} sheet handed in", "{n} sheets handed in"),
        "have_answered": _("{n} of {total} have answered"),
        "evaluation_open": _("Answer the questions on your phone"),
        "evaluation_hidden": _(
            "Fewer than {least} handed in. The answers are not shown, so that nobody can be singled out."
        ),
        "question_hidden": _("Fewer than {least} answered. Not shown."),
        "satisfied": _("Satisfied"),
        "neither": _("Neither"),
        "dissatisfied": _("Dissatisfied"),
        "anonymity_vote": _("Nobody can see how anyone voted, or which votes belong together."),
        "anonymity_paper": _("The votes of one person in one round lie on one unnamed paper; rounds cannot be joined."),
        "anonymity_panel": _(
            "Votes carry a number that nobody can tie to a person, so that change between rounds can be seen."
        ),
    }


def preparing() -> Words:
    """What the pages that a conference is prepared on say by script."""
    return everywhere() | {
        "failed": _("The server did not answer. Nothing may have happened. Look at the page and try again."),
        "plan_changed": _("The plan is changed."),
        "plan_back": _("The last change is taken back."),
        "things_to_look_at": _forms("{n} thing to look at.", "{n} things to look at."),
        "keep": _("Save"),
        "merge": _("Merge"),
        "remove": _("Remove"),
        "add_item": _("Add an item"),
        "change_item": _("Change item {item}"),
        "remove_item": _("Remove item {item}?"),
        "remove_help": _(
            "Its wording is kept in the log, and its number is not used again. "
            "Arguments that were written on it go with it."
        ),
        "merge_items": _("Merge items {items}"),
        "merge_help": _("They become one item with a new number, which keeps theirs as its origin."),
        "merge_kinds": _("They are of different kinds, {kinds}: choose which one the new item is of."),
        "choose_kind": _("Choose a kind"),
        "item_added": _("The item is added, last in the list."),
        "item_changed": _("Item {item} is changed."),
        "item_removed": _("Item {item} is removed."),
        "item_moved": _("Item {item} is now at place {place}."),
        "items_merged": _("The items are merged."),
    }


def facilitator() -> Words:
    """What the page that leads the room says."""
    return everywhere() | _leading() | _seating()


def _leading() -> Words:
    return {
        "no_contact": _("No contact with the server. What you see may be old. Trying again …"),
        "state_draft": _("Draft"),
        "state_lobby": _("Doors open"),
        "state_discussion": _("Before the vote"),
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
        "finished_next": _("Further on this page: documents, evaluation, publishing."),
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
        "do_plan": _("Change the plan"),
        "do_add": _("Add item {item}"),
        "do_change": _("Change item {item}"),
        "do_remove": _("Remove item {item}"),
        "do_move": _("Move item {item}"),
        "do_merge": _("Merge items into item {item}"),
        "did_lobby": _("opening the doors"),
        "did_start": _("starting round {round}"),
        "did_start_run_off": _("starting the run-off of {round}"),
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
        "reopen_title": _("Open item {item} again"),
        "reopen_help": _(
            "If somebody can have seen how the votes fell, they are thrown away and everyone votes anew. "
            "The log says why."
        ),
        "draw_title": _("Draw the lot?"),
        "draw_help": _("A lot cannot be undone. Has the room read the seed?"),
        "decide_over_title": _("More than there are places"),
        "decide_over_help": _forms(
            "You let {n} item in, and there is room for {places}. Save it all the same?",
            "You let {n} items in, and there is room for {places}. Save it all the same?",
        ),
        "finish_title": _("Finish the conference?"),
        "finish_help": _(
            "No more rounds can be started afterwards. The key to the cards, the places at tables and arguments that "
            "were not shown are deleted, and an undo does not bring them back."
        ),
        "finish_panel_help": _("Nor could votes of a later round be joined to those until now."),
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
        "do_arguments": _("Collect arguments"),
        "do_arguments_end": _("End collecting arguments"),
        "do_moderate": _("Look at an argument"),
        "do_show-arguments": _("Arguments on the screen"),
        "arguments_title": _("Arguments from the phones"),
        "arguments_help": _(
            "The panel can write arguments for and against the items that come up, anonymously. You choose which are "
            "shown with their item at the next vote."
        ),
        "arguments_open": _(
            "Arguments are being collected. They reach you once three phones have written, so that nobody can tell "
            "whose they are."
        ),
        "arguments_start": _("Collect arguments on the phones"),
        "arguments_stop": _("Stop collecting"),
        "arguments_waiting": _forms("{n} argument to look at", "{n} arguments to look at"),
        "arguments_seen": _("Looked at"),
        "arguments_on_screen": _("Show the arguments on the screen"),
        "arguments_off_screen": _("Take the arguments off the screen"),
        "argument_for": _("For"),
        "argument_against": _("Against"),
        "argument_show": _("Show"),
        "argument_hide": _("Hide"),
        "argument_hidden": _("hidden"),
        "handouts_title": _("Handout to print"),
        "handout": _("The items of round {round} (PDF)"),
        "handouts_help": _(
            "The items that come up, what became of them so far as the panel may know it, and room for notes."
        ),
        "do_tables": _("Draw the tables"),
        "do_show-tables": _("Show the tables"),
        "tables_title": _("Tables for the discussion"),
        "tables_help": _(
            "Draws all who are present to tables that mix organisations and roles and where few have met before."
        ),
        "tables_drawn": _("Drawn, and not shown to anyone yet:"),
        "tables_shown": _("The panel sits by this:"),
        "tables_told": _("Tell those without a phone where they sit:"),
        "tables_count": _("Number of tables"),
        "tables_names": _("Names or places, a line for each table"),
        "tables_names_hint": _("May be left empty. For example: by the window"),
        "tables_problem": _forms(
            "The number of tables must be between 1 and {n}, for so many are present.",
            "The number of tables must be between 1 and {n}, for so many are present.",
        ),
        "tables_again": _("Draw again"),
        "tables_next": _("Draw for the next discussion"),
        "table_number": _("Table {number}"),
        "table_sit": _forms("{n} person sits here.", "{n} people sit here."),
        "balance_organisation": _forms(
            "{n} pair from the same organisation at one table; it cannot be fewer than {least}",
            "{n} pairs from the same organisation at one table; it cannot be fewer than {least}",
        ),
        "balance_role": _forms(
            "{n} pair with the same role; it cannot be fewer than {least}",
            "{n} pairs with the same role; it cannot be fewer than {least}",
        ),
        "balance_again": _forms(
            "{n} pair that sat together before; it cannot be fewer than {least}",
            "{n} pairs that sat together before; it cannot be fewer than {least}",
        ),
        "seed": _("Seed"),
        "do_publish": _("Publish the result"),
        "do_unpublish": _("Take the address out of use"),
        "do_open-evaluation": _("Open the evaluation"),
        "do_close-evaluation": _("Close the evaluation"),
        "do_show-evaluation": _("The evaluation on the screen"),
        "evaluation": _("Evaluation"),
        "evaluation_ask": _("Ask what the panel thinks"),
        "evaluation_questions": _("How satisfied are you with … (one thing on each line)"),
        "evaluation_help": _(
            "Answered satisfied, neither or dissatisfied on the phones, as anonymously as a vote, with room for free "
            "text."
        ),
        "open_evaluation": _("Open the evaluation"),
        "evaluation_open": _("The evaluation is open."),
        "have_answered": _("{n} of {total} have answered"),
        "close_evaluation": _("Close the evaluation"),
        "close_evaluation_title": _("Close the evaluation?"),
        "close_evaluation_help": _("The answers are separated from the seats for good. It cannot be opened again."),
        "evaluation_hidden": _(
            "Fewer than {least} handed in. The answers are not shown, so that nobody can be singled out."
        ),
        "question_hidden": _("Fewer than {least} answered. Not shown."),
        "sheets": _forms("{n} sheet handed in", "{n} sheets handed in"),
        "satisfied": _("Satisfied"),
        "neither": _("Neither"),
        "dissatisfied": _("Dissatisfied"),
        "comments": _("In their own words"),
        "show_evaluation": _("Show on the screen"),
        "hide_evaluation": _("Take off the screen"),
        "published": _("For everyone to read"),
        "publish": _("Publish the result"),
        "publish_again": _("Store the choice"),
        "publish_files": _("With the report (PDF) and the archive to download"),
        "published_help": _("Anyone who has this address can read the result. Nothing can be changed there."),
        "published_waits": _("This address shows the result once the conference is finished again."),
        "unpublish": _("Take the address out of use"),
        "unpublish_title": _("Take the address out of use?"),
        "unpublish_help": _("Whoever has it sees nothing any more. If you publish again, the address is another."),
        "log": _("Log"),
        "log_empty": _("Nothing has happened yet."),
        "undo": _("Undo …"),
        "ranked": _("The result so far"),
        "rank": _("Place"),
        "item": _("Item"),
        "figures": _("Figures"),
        "join_address": _("The panel goes to {url} and types {code}"),
        "join_cards": _("The panel scans its cards, or goes to {url} and types what stands on them"),
        "refused": _("This page no longer has the right to lead the conference. Sign in again."),
        "announce_state": _("{state}. Next step: {step}."),
        **room(),
        **undoing(),
    }


def room() -> Words:
    """What the facilitator sets for the room: screens, timer, automatic pace, keys, what if."""
    return {
        "screens": _("The screens"),
        "blank": _("Blank"),
        "freeze": _("Freeze"),
        "zoom": _("Size on the screens"),
        "zoom_in": _("Larger"),
        "zoom_out": _("Smaller"),
        "screens_blank": _("The screens are blank. B shows them again."),
        "screens_frozen": _("The screens are frozen and do not follow. F lets them go on."),
        "timer_pause": _("Pause"),
        "timer_go_on": _("Continue"),
        "timer_add": _("One minute more"),
        "timer_stop": _("Remove"),
        "timer_start": _("Start"),
        "timer_quick": _("Start a timer"),
        "timer_length": _("Length"),
        "timer_unit": _("Unit"),
        "unit_minutes": _("minutes"),
        "unit_seconds": _("seconds"),
        "pace": _("Automatic pace"),
        "pace_on": _("on"),
        "pace_off": _("off"),
        "pace_help": _(
            "Steps that are taken by themselves. P pauses at any time; after an undo, a void or a reopening the "
            "program waits for you. An empty field: not by itself."
        ),
        "pace_open": _("Seconds from a result to the next item"),
        "pace_close": _("Seconds that an item is open"),
        "pace_all": _("Close when all who are present have voted"),
        "pace_grace": _("Three seconds after the last vote, for second thoughts."),
        "pace_few": _("Only with ten or more present: otherwise it would tell who has voted."),
        "pace_start": _("Start the pace"),
        "pace_change": _("Change"),
        "pace_pause": _("Pause the pace"),
        "do_pace_on": _("Automatic pace started"),
        "do_pace_off": _("Automatic pace paused"),
        "do_what-if": _("Looked at what if: {at}"),
        "by_program": _("by itself"),
        "keys_show": _("All keys"),
        "keys_title": _("Keys and presenter remote"),
        "keys_remote": _(
            "A remote’s buttons send Page Down, Page Up, full stop, F5 and Esc. To reload the page: Ctrl and R."
        ),
        "keys_letters": _("Letters and signs are keys too"),
        "key_space": _("Space"),
        "key_does_next": _("Takes the next step"),
        "key_does_undo": _("Asks to undo the last step"),
        "key_does_blank": _("Blanks the screens, and shows them again"),
        "key_does_freeze": _("Freezes the screens, and lets them go on"),
        "key_does_zoom": _("Larger and smaller on the screens"),
        "key_does_live": _("Shows on the screens what is going on now"),
        "key_does_timer": _("Starts a timer, pauses it, continues it"),
        "key_does_pace": _("Starts the automatic pace, and pauses it"),
        "key_does_pause": _("Pauses the automatic pace; closes a dialog"),
        "key_does_keys": _("Shows these keys"),
        "close": _("Close"),
        "what_if": _("What if?"),
        "what_if_badge": _("exploration"),
        "what_if_help": _(
            "An exploration: it decides nothing, and is shown on this page only. Each look is written in the log, "
            "so that the protocol tells that other numbers were looked at before the seal."
        ),
        "what_if_rule": _("Rule"),
        "what_if_number": _("Threshold or number"),
        "what_if_plan": _("the plan: {at}"),
        "what_if_own": _("the plan"),
        "what_if_look": _("Look, and log it"),
    }


def undoing() -> Words:
    """What is so again once a step has been taken back."""
    return {
        "did_lobby_undone": _("The doors are closed again. Who is in stays in."),
        "did_start_undone": _("Then the round has not begun, and nothing of it is left."),
        "did_open_undone": _(
            "Votes that have come in are thrown away, and the vote waits to be opened. "
            "Arguments are not collected again by themselves."
        ),
        "did_close_undone": _("The vote is open again. Where its result can have been seen, all vote anew."),
        "did_review_undone": _("The result is no longer shown. Every item stays closed."),
        "did_reopen_undone": _("The item closes again, with the votes that it has now."),
        "did_decide_undone": _("The tie stands as it did before the decision."),
        "did_seal_undone": _("The round is under review again."),
        "did_finish_undone": _(
            "The conference goes on. What was deleted stays so: no card that was dealt can be printed again or "
            "replaced, nobody has a place at a table, and arguments that were not shown are gone."
        ),
        "did_finish_panel_undone": _(
            "Votes carry new numbers from now on: change from the rounds before to those after cannot be seen."
        ),
    }


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
            "For whoever fell ill or does not come. These seats are not entitled any more, and their cards do not "
            "work. It can be taken back."
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
        "seats_lost": _("A phone or a card is lost"),
        "lost_other": _(
            "The card is there: scan it with another phone, or with a shared tablet. The phone is there: the card is "
            "not needed any more. Nobody has joined with the card yet: open one more seat, and take out the one that "
            "stays without anybody."
        ),
        "lost_help": _(
            "Both are gone: ask everybody to open the page on their phone. When one seat alone has no phone, it gets a "
            "new card: the old card and the old phone stop working, confirmed votes are kept."
        ),
        "lost_several": _(
            "Several have no phone, and cards are unnamed: then nobody can tell which seat it is. Between votes a new "
            "seat can be opened instead. Those without a phone are signed out, and come in again with their cards. "
            "When everybody is back, take out the seats that are still signed out."
        ),
        "seats_code": _("The code on the screen"),
        "code_open_help": _(
            "Once cards are dealt out, stop it: somebody with a second phone could take a second seat with the code on "
            "the screen. Cards and shared tablets go on working."
        ),
        "code_closed_help": _(
            "The code lets nobody in. Let people join by it where somebody without a card is to take a seat."
        ),
        "join-code_done": _("Done. Screens and phones follow it from now on."),
        "do_join-code": _("Stop joining by the code"),
        "do_join-code_open": _("Let people join by the code again"),
        "do_new-seat": _("Open a new seat instead"),
        "new-seat_title": _("Sign out whoever has no phone now, and open a new seat?"),
        "signed_out_help": _forms("{n} seat is signed out.", "{n} seats are signed out."),
        "do_withdraw-out": _("Take out who is signed out"),
        "withdraw-out_title": _("Take out everybody who is signed out?"),
        "withdraw-out_help": _(
            "They are not entitled any more, also those who are out for a while. Whoever comes back is signed in with "
            "the card's code, under “Somebody leaves or comes back”."
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
            "on their phone and try again; or open a new seat instead, between votes."
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
