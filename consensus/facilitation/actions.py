"""The transitions of a conference by name, and the one way to do one.

Each looks first whether it has been done already (then it is harmless), then whether it was decided on an older
state than the conference is in (then it is refused as `stale`), then whether it can be done now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from consensus import ballot_box
from consensus.errors import Refusal
from consensus.facilitation.afterwards import (
    close_evaluation,
    open_evaluation,
    publish,
    show_evaluation,
    unpublish,
)
from consensus.facilitation.arguments import collect, end_with_state, forget_arguments, moderate, show_arguments
from consensus.facilitation.move import Details, Move
from consensus.facilitation.ruling import decide, draw, seal
from consensus.facilitation.seating import SEATING
from consensus.facilitation.stage import end_timer
from consensus.facilitation.tables import draw_tables, forget_tables, show_tables
from consensus.facilitation.undoing import undo
from consensus.facilitation.voting import close, go_on, open_item, reopen, start, void
from consensus.keys import KeyStore
from consensus.models import Conference


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did: whether anything changed, and what is to be done after the commit (see `Move`)."""

    changed: bool
    unlink: bool = False
    secret: str | None = None
    moved: tuple[str, int] | None = None
    told: Collection[str] = ()


def act(
    session: Session,
    keys: KeyStore,
    conference_id: str,
    action: str,
    details: Details | None = None,
    *,
    actor: str = "facilitator",
    connected: Collection[str] | None = None,
) -> Outcome:
    """Do a named action, of `ACTIONS` or `SEATING`. details: its body; `revision` there is the one it was decided on.

    Raises Refusal: "not-now", "stale", "not-on-ballot", "bad-choice"; the transaction is then to be rolled back.
    """
    conference = session.get(Conference, conference_id, with_for_update=True, populate_existing=True)
    if conference is None:
        raise Refusal("not-allowed", "There is no such conference.")
    move = Move(session, keys, conference, dict(details or {}), actor)
    move.connected = connected
    done = (ACTIONS.get(action) or SEATING[action])(move)
    if done:
        end_with_state(move)
    return Outcome(done, move.unlink, move.secret, move.moved, move.told)


def open_doors(move: Move) -> bool:
    """Let the panel in."""
    if move.state != "draft":
        return False
    move.check_fresh()
    if not move.standing.items:
        raise Refusal("not-now", "Load the items first.")
    move.record("lobby", "lobby", undo={})
    return True


def finish(move: Move) -> bool:
    """End the conference: nothing is voted on any more, the last links go."""
    if move.state == "finished":
        return False
    move.check_fresh()
    move.check_state("lobby", "sealed")
    ballot_box.forget_pseudonyms(move.session, move.conference)
    forget_tables(move.session, move.conference)
    forget_arguments(move.session, move.conference)
    move.unlink = True
    move.record("finish", "finished", undo={})
    end_timer(move.session, move.conference)
    return True


ACTIONS: dict[str, Callable[[Move], bool]] = {
    "lobby": open_doors,
    "start": start,
    "open": open_item,
    "close": close,
    "next": go_on,
    "reopen": reopen,
    "void": void,
    "decide": decide,
    "draw": draw,
    "seal": seal,
    "undo": undo,
    "finish": finish,
    "tables": draw_tables,
    "show-tables": show_tables,
    "arguments": collect,
    "moderate": moderate,
    "show-arguments": show_arguments,
    "publish": publish,
    "unpublish": unpublish,
    "open-evaluation": open_evaluation,
    "close-evaluation": close_evaluation,
    "show-evaluation": show_evaluation,
}


def conferences(session: Session) -> list[Conference]:
    """Every conference, by title."""
    return list(session.scalars(select(Conference).order_by(Conference.title)))
