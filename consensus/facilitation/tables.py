"""Tables for the talks between rounds: drawn by the facilitator, then shown; who comes late gets a free place.

rounds.tables does the drawing. A seating holds until the next round is sealed, or the next one is shown.
"""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.move import Move
from consensus.facilitation.standing import Standing
from consensus.intake.cells import clean
from consensus.models import Conference, LogEntry, Run, Seat, Seating, TableSeat
from rounds import tables as draws
from rounds.tables import MOST_PEOPLE, Panellist

Json = dict[str, Any]
#: when people are between rounds
STATES = ("lobby", "discussion", "sealed")
LONGEST_NAME = 60


def draw_tables(move: Move) -> bool:
    """Draw the tables of the next session, for all who are present. Until it is shown, a draw replaces the one before.

    A repeated request tells itself by its revision: it was decided on before the draw that it has made.
    """
    drawn = _newest(move.session, move.conference)
    waiting = drawn if drawn is not None and not drawn.shown else None
    seen = move.details.get("revision")
    if waiting is not None and type(seen) is int and seen < waiting.revision:
        return False
    move.check_fresh()
    move.check_state(*STATES)
    panel = _panel(move.session, move.conference, present=True)
    tables, names = _asked(move, len(panel))
    if waiting is not None:
        move.session.delete(waiting)
        move.session.flush()
    session = (drawn.session if drawn is not None else 0) + (waiting is None)
    _draw(move, session, panel, tables, names)
    return True


def show_tables(move: Move) -> bool:
    """Tell the panel where to sit."""
    drawn = _newest(move.session, move.conference)
    if drawn is not None and drawn.shown:
        return False
    move.check_fresh()
    move.check_state(*STATES)
    if drawn is None or not _seated(move.session, drawn):
        raise Refusal("not-now", "Draw the tables first.")
    drawn.shown, drawn.rounds = True, _sealed_rounds(move.session, move.conference)
    move.aside("show-tables", session=drawn.session, tables=drawn.tables)
    return True


def forget_tables(session: Session, conference: Conference) -> None:
    """Nobody's table is known any more: the conference is finished."""
    session.execute(delete(TableSeat).where(TableSeat.conference_id == conference.id))


def lacks_table(session: Session, conference_id: str, seat_id: str) -> bool:
    """Whether a seat has come after the draw and sits nowhere yet."""
    conference = session.get_one(Conference, conference_id)
    return any(seat_id not in there for _, there in _to_sit_by(session, conference))


def seat_late(session: Session, conference_id: str, seat_id: str) -> None:
    """Give a seat that has come after the draw the best free place."""
    conference = session.get_one(Conference, conference_id, with_for_update=True)
    for seating, there in _to_sit_by(session, conference):
        if seat_id not in there:
            number = _free_table(session, conference, seating, seat_id)
            row = TableSeat(conference_id=conference.id, session=seating.session, seat_id=seat_id, number=number)
            session.add(row)
            conference.revision += 1
    session.flush()


def _to_sit_by(session: Session, conference: Conference) -> list[tuple[Seating, dict[str, int]]]:
    """The seating that is shown, and the one that will be, with the table of each seat."""
    if conference.state == "finished":
        return []
    query = select(Seating).where(Seating.conference_id == conference.id)
    newest = session.scalars(query.order_by(Seating.session.desc()).limit(2)).all()
    if not newest:
        return []
    rounds, places = _sealed_rounds(session, conference), _places(session, conference)
    wanted = newest[:1] if newest[0].shown else newest
    there = [(seating, places[seating.session]) for seating in wanted if seating.session in places]
    return [(seating, seats) for seating, seats in there if seating.rounds == rounds]


def shown_seating(session: Session, conference: Conference) -> Seating | None:
    """The seating that the panel sits by now."""
    if conference.state not in STATES:
        return None
    query = select(Seating).where(Seating.conference_id == conference.id, Seating.shown)
    found = session.scalar(query.order_by(Seating.session.desc()).limit(1))
    if found is None or found.rounds != _sealed_rounds(session, conference) or not _seated(session, found):
        return None
    return found


def leave_the_screen(session: Session, conference: Conference) -> bool:
    """Whether a round has started since the tables were shown: people sit there, and look for the rule."""
    if conference.state != "discussion":
        return False
    query = select(LogEntry.action).where(
        LogEntry.conference_id == conference.id, LogEntry.action.in_(("start", "show-tables"))
    )
    return session.scalar(query.order_by(LogEntry.id.desc()).limit(1)) == "start"


def drawn_seating(session: Session, conference: Conference) -> Seating | None:
    """The seating that has been drawn and is not shown yet."""
    found = _newest(session, conference) if conference.state in STATES else None
    return found if found is not None and not found.shown and _seated(session, found) else None


def own_tables(session: Session, conference: Conference) -> dict[str, Json]:
    """Seat -> its table by the seating that is shown, {"session", "number"}."""
    seating = shown_seating(session, conference)
    if seating is None:
        return {}
    places = _places(session, conference).get(seating.session, {})
    return {seat: {"session": seating.session, "number": number} for seat, number in places.items()}


def overview(session: Session, seating: Seating | None) -> Json | None:
    """Each table with its name, how many sit there and from which organisations: never which seats."""
    if seating is None:
        return None
    query = select(TableSeat.number, Seat.organisation, Seat.group).join(Seat, Seat.id == TableSeat.seat_id)
    of_seating = (TableSeat.conference_id == seating.conference_id, TableSeat.session == seating.session)
    rows = session.execute(query.where(*of_seating, ~Seat.withdrawn)).all()
    sizes = Counter(number for number, _, _ in rows)
    from_where = Counter((number, organisation or group) for number, organisation, group in rows)
    names = seating.names.split("\n")
    return {
        "session": seating.session,
        "tables": [
            {
                "number": number,
                "name": names[number - 1] if number <= len(names) else "",
                "sit": sizes[number],
                "organisations": [
                    {"name": name, "sit": n}
                    for (table, name), n in sorted(from_where.items(), key=lambda row: (row[0][0], row[0][1] or ""))
                    if table == number and name
                ],
            }
            for number in range(1, seating.tables + 1)
        ],
    }


def table_actions(standing: Standing) -> list[str]:
    """What can be done about tables now."""
    conference = standing.conference
    someone = select(Seat.id).where(Seat.conference_id == conference.id, Seat.present, ~Seat.withdrawn).limit(1)
    if conference.state not in STATES or standing.session.scalar(someone) is None:
        return []
    return ["tables", *(["show-tables"] if drawn_seating(standing.session, conference) is not None else [])]


def _asked(move: Move, people: int) -> tuple[int, str]:
    """How many tables, and their names, a line for each."""
    tables, names = move.details.get("tables"), move.details.get("names", [])
    if type(tables) is not int or not 1 <= tables <= min(people, MOST_PEOPLE) or people > MOST_PEOPLE:
        raise Refusal(
            "not-now", "Tables are drawn for 1 to %(most)s seats, and one table needs one at least.", most=MOST_PEOPLE
        )
    if not isinstance(names, list) or any(not isinstance(name, str) for name in names):
        raise Refusal("not-now", "The names of the tables must be a list of texts.")
    return tables, "\n".join(clean(name)[0][:LONGEST_NAME] for name in names[:tables])


def _draw(move: Move, session: int, panel: dict[str, Panellist], tables: int, names: str) -> None:
    conference, seats = move.conference, list(panel)
    before = _before(_places(move.session, conference), seats, session)
    people = list(panel.values())
    # Kept nowhere: with the seed whoever has a copy of the seats could draw the same tables again.
    at = draws.draw(people, tables, before, seed=secrets.token_hex(16))
    reached, least = draws.count(people, at, before), draws.bound(people, tables, before)
    balance = {name: [getattr(reached, name), getattr(least, name)] for name in reached._fields}
    move.aside("tables", session=session, tables=tables, balance=balance)
    seating = Seating(conference_id=conference.id, session=session, tables=tables, names=names)
    seating.balance, seating.revision = balance, conference.revision
    seating.rounds = _sealed_rounds(move.session, conference)
    move.session.add(seating)
    move.session.flush()
    move.session.add_all(
        TableSeat(conference_id=conference.id, session=session, seat_id=seat, number=table + 1)
        for seat, table in zip(seats, at, strict=True)
    )
    move.session.flush()


def _free_table(session: Session, conference: Conference, seating: Seating, late: str) -> int:
    panel, places = _panel(session, conference), _places(session, conference)
    seats, there = list(panel), places.get(seating.session, {})
    seated = [there[seat] - 1 if seat in there else None for seat in seats]
    before = _before(places, seats, seating.session)
    return 1 + draws.free_place(list(panel.values()), seating.tables, seated, before, seats.index(late))


def _panel(session: Session, conference: Conference, *, present: bool = False) -> dict[str, Panellist]:
    """Seat -> what it is mixed by, in the order of the random ids: of all seats, or of those present."""
    query = select(Seat.id, Seat.organisation, Seat.group, Seat.role).where(
        Seat.conference_id == conference.id, ~Seat.withdrawn
    )
    rows = session.execute((query.where(Seat.present) if present else query).order_by(Seat.id))
    return {id: Panellist(organisation or group, role) for id, organisation, group, role in rows}


def _places(session: Session, conference: Conference) -> dict[int, dict[str, int]]:
    """Session -> seat -> table."""
    columns = (TableSeat.session, TableSeat.seat_id, TableSeat.number)
    found: dict[int, dict[str, int]] = {}
    for number, seat, table in session.execute(select(*columns).where(TableSeat.conference_id == conference.id)):
        found.setdefault(number, {})[seat] = table
    return found


def _before(places: dict[int, dict[str, int]], seats: list[str], session: int) -> list[draws.Session]:
    """The earlier sessions, as rounds.tables wants them."""
    return [[there.get(seat) for seat in seats] for number, there in sorted(places.items()) if number < session]


def _newest(session: Session, conference: Conference) -> Seating | None:
    query = select(Seating).where(Seating.conference_id == conference.id)
    return session.scalar(query.order_by(Seating.session.desc()).limit(1))


def _seated(session: Session, seating: Seating) -> bool:
    """Whether anybody sits there: nobody does once the conference has been finished, also if that was taken back."""
    places = exists().where(TableSeat.conference_id == seating.conference_id, TableSeat.session == seating.session)
    return bool(session.scalar(select(places)))


def _sealed_rounds(session: Session, conference: Conference) -> int:
    query = select(Run.id).where(Run.conference_id == conference.id, Run.state == "sealed")
    return len(session.scalars(query).all())
