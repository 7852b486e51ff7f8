"""The conference's states: draft, lobby, discussion, voting, closed, review, sealed, finished.

`act` is the one way in which a facilitator changes a conference. Every action is a named, logged transition that is
harmless to repeat; nothing is kept outside the database. The caller owns the transaction, commits it, then
publishes, then calls `ballot_box.unlink` if `act` says that links are to be destroyed.
"""

from consensus.facilitation.actions import ACTIONS, Outcome, act, conferences
from consensus.facilitation.creation import create, stacks_of
from consensus.facilitation.item_list import EDITS, change_list
from consensus.facilitation.preparing import change_plan, check_unbegun
from consensus.facilitation.seating import SEATING
from consensus.facilitation.standing import Standing, plan_of
from consensus.facilitation.steps import Steps, steps
from consensus.facilitation.tables import lacks_table, seat_late

__all__ = [
    "ACTIONS",
    "EDITS",
    "SEATING",
    "Outcome",
    "Standing",
    "Steps",
    "act",
    "change_list",
    "change_plan",
    "check_unbegun",
    "conferences",
    "create",
    "lacks_table",
    "plan_of",
    "seat_late",
    "stacks_of",
    "steps",
]
