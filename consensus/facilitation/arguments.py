"""Arguments for and against the items that come up, written on phones: collected, looked at, shown; by nobody.

An argument is handed on to the facilitator only together with others: whoever watches the room while a single one
arrives would know its writer. Whoever may write how much is `consensus.allowance`'s to say.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.move import Move
from consensus.facilitation.standing import Standing
from consensus.intake.cells import clean
from consensus.models import Argument, Conference, Discussion, new_seat_id

Json = dict[str, Any]
#: when arguments can be written
WRITING = ("lobby", "discussion", "sealed")
SIDES = ("for", "against")
LONGEST = 280
#: so many arrive together, and so many seats must have written them
BATCH = 3


def collect(move: Move) -> bool:
    """Begin to collect arguments on the phones, or end it: then those that are left are handed on too."""
    begin = move.details.get("open")
    if not isinstance(begin, bool):
        raise Refusal("not-now", "Say whether arguments are to be collected: open is true or false.")
    found = discussion(move.session, move.conference)
    if (found is not None and found.collecting) == begin:
        return False
    move.check_fresh()
    if begin:
        move.check_state(*WRITING)
        if not coming_items(move.standing):
            raise Refusal("not-now", "No round comes up whose items could be talked about.")
    if found is None:
        found = Discussion(conference_id=move.conference.id, number=0)
        move.session.add(found)
    found.collecting, found.number = begin, found.number + begin
    if not begin:
        _end(move)
    move.aside("arguments", open=begin)
    return True


def end_with_state(move: Move) -> None:
    """End what a step has led away from, an undo too: collecting, where the conference talks no more; arguments on the
    screen, where their item is not voted on any more."""
    found = discussion(move.session, move.conference)
    if found is None:
        return
    if found.collecting and move.state not in WRITING:
        found.collecting = False
        _end(move)
    if move.state != "voting" or found.on_screen != move.conference.open_item:
        found.on_screen = None


def _end(move: Move) -> None:
    _hand_on(move.session, move.conference)
    _mix(move.session, move.conference)
    move.unlink = True  # the files of the database are written anew: no page tells in which order they came


def moderate(move: Move) -> bool:
    """Show an argument with its item, or hide it."""
    id, verdict = move.details.get("argument"), move.details.get("verdict")
    # A database does not take every text: what is no id is not looked up.
    known = isinstance(id, str) and id.isalnum() and len(id) < 40
    found = move.session.get(Argument, (move.conference.id, id)) if known else None
    state = {"show": "shown", "hide": "hidden"}.get(str(verdict))
    if found is not None and found.state == state:
        return False
    move.check_fresh()
    if state is None:
        raise Refusal("bad-choice", "An argument is shown or hidden: the verdict is show or hide.")
    if found is None or found.state == "new":
        raise Refusal("not-now", "There is no such argument (any more).")
    found.state = state
    move.session.flush()
    move.aside("moderate", item=found.number, verdict=verdict)
    return True


def show_arguments(move: Move) -> bool:
    """Put the arguments on the item that is voted on beside it on the screen, or take them away (item null)."""
    item, found = move.details.get("item"), discussion(move.session, move.conference)
    now = found.on_screen if found is not None else None
    if item == now and type(item) is type(now):
        return False
    move.check_fresh()
    if item is not None:
        move.check_state("voting")
        if type(item) is not int or item != move.conference.open_item:
            raise Refusal("not-on-ballot", "Only the arguments on the item that is voted on can be shown.")
    if found is None or (item is not None and item not in shown_arguments(move.session, move.conference)):
        raise Refusal("not-now", "There are no arguments to show.")
    found.on_screen = item
    move.aside("show-arguments", item=item)
    return True


def hand_in(
    session: Session, conference: Conference, item: object, side: object, text: object, *, writers: int
) -> bool:
    """Store an argument by nobody. Returns whether some were handed on to the facilitator, and the panel is to be told.

    writers: how many seats have written since the last time, with this one (`Allowance.writers`): what one seat alone
    has written is handed on only when the discussion ends. The conference must be locked. Raises Refusal: "bad-choice".
    """
    if not isinstance(text, str) or not (kept := clean(text[: 4 * LONGEST])[0]) or side not in SIDES:
        raise Refusal("bad-choice", "An argument has a text, and is for or against an item.")
    if len(kept) > LONGEST:
        raise Refusal("bad-choice", "An argument has at most %(most)s characters.", most=LONGEST)
    session.add(Argument(conference_id=conference.id, number=item, side=side, text=kept))
    session.flush()
    new = select(func.count()).select_from(Argument).where(Argument.conference_id == conference.id)
    if writers < BATCH or (session.scalar(new.where(Argument.state == "new")) or 0) < BATCH:
        return False
    _hand_on(session, conference)
    conference.revision += 1
    return True


def handed_on(session: Session, conference: Conference) -> int:
    """Count the arguments that the facilitator has been handed."""
    query = select(func.count()).select_from(Argument).where(Argument.conference_id == conference.id)
    return session.scalar(query.where(Argument.state != "new")) or 0


def check_writable(standing: Standing, item: object) -> int:
    """The number of the discussion, if arguments on an item are collected.

    Raises Refusal: "not-now", "not-on-ballot".
    """
    found = discussion(standing.session, standing.conference)
    if found is None or not found.collecting or standing.conference.state not in WRITING:
        raise Refusal("not-now", "Arguments are not collected now.")
    if type(item) is not int or item not in coming_items(standing):
        raise Refusal("not-on-ballot", "Item %(item)s does not come up in the next round.", item=str(item)[:20])
    return found.number


def discussion(session: Session, conference: Conference) -> Discussion | None:
    return session.get(Discussion, conference.id)


def coming_items(standing: Standing) -> list[int]:
    """The items of all rounds that come up, in item order."""
    coming = {number for pool in standing.coming().values() for number in pool}
    return [number for number in standing.items if number in coming]


def shown_arguments(session: Session, conference: Conference) -> dict[int, dict[str, list[str]]]:
    """Item -> {"for": […], "against": […]}, of those that are shown, in the order of their random ids."""
    query = select(Argument.number, Argument.side, Argument.text).where(
        Argument.conference_id == conference.id, Argument.state == "shown"
    )
    found: dict[int, dict[str, list[str]]] = {}
    for number, side, text in session.execute(query.order_by(Argument.id)):
        found.setdefault(number, {side: [] for side in SIDES})[side].append(text)
    return found


def queue(session: Session, conference: Conference) -> list[Json]:
    """What the facilitator has been handed: first what waits, then by item, in the order of random ids."""
    columns = (Argument.id, Argument.number, Argument.side, Argument.text, Argument.state)
    of_conference = (Argument.conference_id == conference.id, Argument.state != "new")
    rows = session.execute(select(*columns).where(*of_conference).order_by(Argument.number, Argument.id)).all()
    return [
        {"argument": id, "item": number, "side": side, "text": text, "state": state}
        for id, number, side, text, state in sorted(rows, key=lambda row: row.state != "waiting")
    ]


def forget_arguments(session: Session, conference: Conference) -> None:
    """The conference is finished: what nobody was shown goes."""
    session.execute(delete(Argument).where(Argument.conference_id == conference.id, Argument.state != "shown"))
    if (found := discussion(session, conference)) is not None:
        found.collecting = False


def argument_actions(standing: Standing) -> list[str]:
    """What can be done about arguments now."""
    session, conference = standing.session, standing.conference
    found, names = discussion(session, conference), []
    if (found is not None and found.collecting) or (conference.state in WRITING and coming_items(standing)):
        names.append("arguments")
    shown = shown_arguments(session, conference) if found is not None else {}
    if conference.state == "voting" and conference.open_item in shown:
        names.append("show-arguments")
    if found is not None and queue(session, conference):
        names.append("moderate")
    return names


def _hand_on(session: Session, conference: Conference) -> None:
    new = (Argument.conference_id == conference.id, Argument.state == "new")
    session.execute(update(Argument).where(*new).values(state="waiting"))


def _mix(session: Session, conference: Conference) -> None:
    """Write all arguments anew under fresh ids and in their order: where rows lie must not tell when they came."""
    table = Argument.__table__
    rows = [
        dict(row) for row in session.execute(select(table).where(table.c.conference_id == conference.id)).mappings()
    ]
    session.execute(delete(Argument).where(Argument.conference_id == conference.id))
    fresh = sorted(({**row, "id": new_seat_id()} for row in rows), key=lambda row: row["id"])
    if fresh:
        session.execute(insert(Argument), fresh)
