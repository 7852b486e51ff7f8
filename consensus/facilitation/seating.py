"""Who sits where: seats on paper, seats that nobody has joined, those who come late or leave, cards that are lost.

And whether the code on the screen gives a seat.

None of these is a step of the conference, so that undo takes back the step before it. Each is logged, and nothing of a
card or its secret with it.
"""

from __future__ import annotations

from collections.abc import Callable

from consensus import ballot_box, paper_seats
from consensus import seats as panel
from consensus.errors import Refusal
from consensus.facilitation.move import Move, votes_seen
from consensus.facilitation.tables import seat_late
from consensus.models import Seat, attendance


def on_paper(move: Move) -> bool:
    """Let somebody without a phone vote on paper: a free seat is theirs."""
    _check_unrepeated(move)
    number = paper_seats.reserve(move.session, move.conference.id, _stack(move))
    _find_table(move, paper_seats.find(move.session, move.conference.id, number))
    return _noted(move, "on-paper", paper=number)


def off_paper(move: Move) -> bool:
    """Take back that somebody votes on paper, as long as nothing was typed in for them."""
    _check_unrepeated(move)
    seat = paper_seats.find(move.session, move.conference.id, move.details.get("paper"))
    if ballot_box.took_part(move.session, move.keys, move.conference, seat.id):
        raise Refusal("not-now", "This seat has voted. Sign it out, or let it leave.")
    number = seat.paper
    paper_seats.give_up(move.session, seat)
    return _noted(move, "off-paper", paper=number)


def withdraw(move: Move) -> bool:
    """Take out the seats that nobody has joined: one fell ill, twenty-three it is.

    With `signed_out` those that are signed out instead: what is left of seats whose phones and cards are lost. Between
    votes only: shares of those entitled that were shown already would change.
    """
    _check_not_over(move)
    move.check_state("draft", "lobby", "discussion", "sealed")
    _, present = attendance(move.session, move.conference.id)
    if not present:
        raise Refusal("not-now", "Nobody is here yet, so no seat would be left.")
    if move.details.get("signed_out") is True:
        move.told = panel.withdraw_signed_out(move.session, move.conference.id)
        count = len(move.told)
    else:
        count = panel.withdraw_unused(move.session, move.conference.id)
    return _noted(move, "withdraw", count=count) if count else False


def readmit(move: Move) -> bool:
    """Let the seats that were taken out before anybody joined them in again, for who comes late."""
    _check_not_judged(move)
    count = panel.readmit_unused(move.session, move.conference.id)
    return _noted(move, "readmit", count=count) if count else False


def admit(move: Move) -> bool:
    """Open one more seat for a late arrival; the one who asked is shown its card.

    Not while votes are taken: what was opened again after its result was shown would tell the vote that is added.
    """
    _check_unrepeated(move)
    _check_between_votes(move)
    _open_seat(move)
    return _noted(move, "admit")


def sign_out(move: Move) -> bool:
    """Sign a seat out for a while: not present, but entitled."""
    return _signed(move, "sign-out", present=False, withdrawn=False)


def sign_in(move: Move) -> bool:
    """Sign a seat in again, one that has left too."""
    return _signed(move, "sign-in", present=True, withdrawn=False)


def leave(move: Move) -> bool:
    """Let a seat go for good: not entitled any more. The votes it has cast stay."""
    return _signed(move, "leave", present=False, withdrawn=True)


def new_card(move: Move) -> bool:
    """Give a seat a new card: one on paper, whose voter has a phone now, or the only one whose phone is off the line.

    The old card is worth nothing, and the phone that has the seat is let go. With `new_seat` nobody's card changes, and
    a new seat is opened.
    """
    _check_unrepeated(move)
    if move.details.get("new_seat") is True:
        return _beside_silent_seats(move)
    seat = _on_paper(move) or _silent_seat(move)
    typed_in = [] if seat.paper is None else _typed_in(move, seat)
    seat.paper = None
    move.secret = panel.replace_card(move.session, seat, move.keys)
    move.moved = (seat.id, seat.generation)
    return _noted(move, "new-card", **({"typed_in": typed_in} if typed_in else {}))


def _typed_in(move: Move, seat: Seat) -> list[str]:
    """The rounds not sealed yet that a seat on paper has voted in: the seal counts it among those that did."""
    return [
        run.round_id
        for run in move.standing.runs.values()
        if run.state != "sealed" and ballot_box.took_part_in(move.session, move.keys, move.conference, run, seat.id)
    ]


def join_code(move: Move) -> bool:
    """Let people in by the code on the screen, or no more: with cards dealt, the code is a second seat for who has one.

    Cards, and phones that have a seat, come in all the same.
    """
    _check_not_over(move)
    wanted = move.details.get("open")
    if not isinstance(wanted, bool):
        raise Refusal("not-now", "Say whether people may join by the code: open is true or false.")
    if move.conference.join_by_code == wanted:
        return False
    move.conference.join_by_code = wanted
    move.aside("join-code", open=wanted)
    return True


def _beside_silent_seats(move: Move) -> bool:
    """Open a new seat where several seats have no phone, so that nobody can tell which is that of who stands here.

    All of them are signed out and their phones let go: whoever comes back scans the card, which stays good; on the lost
    phone nobody votes any more. Not while votes are taken: the lost seat may have voted on what is open.
    """
    _check_between_votes(move)
    if move.state == "closed" and not votes_seen(move):
        # Votes that are opened again are then kept, and the lost seat may have given some.
        raise Refusal("not-now", "The votes of this round may be opened again. Open a new seat once it is sealed.")
    silent = _silent_seats(move)
    for seat in silent:
        seat.present = False
        seat.generation += 1
    _open_seat(move)
    return _noted(move, "new-card", signed_out=len(silent))


def _open_seat(move: Move) -> None:
    """Make one more seat, whose card is shown to the one who asked."""
    stack = _stack(move)
    stacks = [stack._replace(size=1)] if stack else []
    (move.secret,) = panel.create_seats(move.session, move.conference, 1, move.keys, stacks=stacks)


def _signed(move: Move, action: str, *, present: bool, withdrawn: bool) -> bool:
    _check_not_over(move)
    seat = _on_paper(move) or _with_card(move)
    if seat.generation == 0 and action != "leave":
        raise Refusal("not-now", "Nobody has joined with this card.")
    if (seat.present, seat.withdrawn) == (present, withdrawn):
        return False
    if seat.withdrawn != withdrawn:
        _check_not_judged(move)
        move.told = [seat.id]
    seat.present, seat.withdrawn = present, withdrawn
    if present:
        _find_table(move, seat)
    return _noted(move, action)


def _find_table(move: Move, seat: Seat) -> None:
    """Give who comes after the tables were drawn a place at one."""
    move.session.flush()
    seat_late(move.session, move.conference.id, seat.id)


def _stack(move: Move) -> panel.Stack | None:
    """The stack that is asked for by organisation and role, which must be one there is."""
    wanted = move.details.get("organisation"), move.details.get("role")
    if wanted == (None, None):
        return None
    for stack in panel.stacks(move.session, move.conference.id):
        if (stack.organisation, stack.role) == wanted:
            return stack
    raise Refusal("not-now", "There are no seats of this organisation and role.")


def _on_paper(move: Move) -> Seat | None:
    """The seat named by its number on paper, if one is."""
    number = move.details.get("paper")
    return None if number is None else paper_seats.find(move.session, move.conference.id, number)


def _with_card(move: Move) -> Seat:
    """The seat of a card that was handed back."""
    seat = panel.of_card(move.session, move.conference.id, str(move.details.get("card") or ""))
    if seat is None:
        raise Refusal("unknown-seat", "No seat has this code. Check it letter by letter.")
    if seat.by_code:
        raise Refusal("not-now", "Nobody has joined with this card: scan it with the phone first.")
    return seat


def _silent_seat(move: Move) -> Seat:
    """The only joined seat that has no phone on the line. Of several nobody knows which it is: cards are unnamed."""
    silent = _silent_seats(move)
    if len(silent) != 1:
        raise Refusal(
            "not-now",
            "%(seats)s seats have no phone on the line. It must be one: let the others open their page.",
            seats=len(silent),
        )
    return silent[0]


def _silent_seats(move: Move) -> list[Seat]:
    """The seats that count as present and have no phone on the line."""
    if move.connected is None:
        raise Refusal("not-now", "A server did not say which seats have a phone. Try again in a moment.")
    of_conference = panel.taken_seats(move.session, move.conference.id)
    return [seat for seat in of_conference if seat.id not in move.connected and seat.present and seat.paper is None]


def _check_not_over(move: Move) -> None:
    if move.state == "finished":
        raise Refusal("not-now", "The conference is finished.")


def _check_not_judged(move: Move) -> None:
    """Refuse to move the number entitled while the room looks at what it decides."""
    _check_not_over(move)
    if move.state == "review":
        raise Refusal("not-now", "The result is under review, and it may depend on the number of seats. Seal it first.")


def _check_between_votes(move: Move) -> None:
    _check_not_judged(move)
    if move.state == "voting":
        raise Refusal("not-now", "Close the vote first. Then a seat can be opened.")


def _check_unrepeated(move: Move) -> None:
    """Refuse what cannot be told from a repetition of itself."""
    _check_not_over(move)
    seen = move.details.get("revision")
    if seen is not None and seen != move.conference.revision:
        raise Refusal("stale", "The conference has moved on since this was decided. Look again.")


def _noted(move: Move, action: str, **details: object) -> bool:
    """Log it with the denominators that come of it."""
    move.session.flush()
    entitled, present = attendance(move.session, move.conference.id)
    move.aside(action, **details, entitled=entitled, present=present)
    return True


SEATING: dict[str, Callable[[Move], bool]] = {
    "on-paper": on_paper,
    "off-paper": off_paper,
    "withdraw": withdraw,
    "readmit": readmit,
    "admit": admit,
    "sign-out": sign_out,
    "sign-in": sign_in,
    "leave": leave,
    "new-card": new_card,
    "join-code": join_code,
}
