"""What can be done now: the next step, what undo would take back, every action allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consensus.facilitation.arguments import argument_actions
from consensus.facilitation.standing import Standing
from consensus.facilitation.tables import table_actions
from rounds.plan import RUN_OFF

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Steps:
    """next: what the one big button does; undo: the step that undo takes back; actions: names allowed now."""

    next: Step | None
    undo: Step | None
    actions: tuple[str, ...]


def steps(standing: Standing) -> Steps:
    """Work out what a facilitator can do with a conference as it stands."""
    state = standing.conference.state
    found = _NEXT[state](standing)
    last = standing.conference.last_step
    undo = None
    if last is not None and "from" in last:
        undo = {key: last[key] for key in ("action", "round", "item") if last.get(key) is not None}
    names = [found["action"]] if found else []
    names += [*_also(standing), *table_actions(standing), *argument_actions(standing)]
    return Steps(found, undo, tuple(dict.fromkeys([*names, *(["undo"] if undo else [])])))


def _in_draft(standing: Standing) -> Step | None:
    return {"action": "lobby"} if standing.items else None


def _between(standing: Standing) -> Step | None:
    startable = standing.startable()
    if startable:
        return {"action": "start", "round": startable[0]}
    return {"action": "finish"} if standing.runs else None


def _in_discussion(standing: Standing) -> Step | None:
    left = standing.waiting
    if not left:
        return {"action": "next"}
    assert standing.round is not None
    return {"action": "open"} if standing.round.pace == "paper" else {"action": "open", "item": left[0]}


def _in_voting(standing: Standing) -> Step | None:
    number = standing.conference.open_item
    return {"action": "close"} if number is None else {"action": "close", "item": number}


def _in_closed(standing: Standing) -> Step | None:
    left = standing.waiting
    if not left:
        return {"action": "next"}
    assert standing.round is not None
    return {"action": "open"} if standing.round.pace == "paper" else {"action": "next", "item": left[0]}


def _in_review(standing: Standing) -> Step | None:
    run = standing.run
    assert run is not None
    open_ties = standing.result(run).unresolved
    if not open_ties:
        return {"action": "seal"}
    if any(tie.lot for tie in open_ties):
        return {"action": "draw"}
    if open_ties[0].policy == "run-off":
        return {"action": "start", "round": run.round_id + RUN_OFF}
    return {"action": "decide"}


def _at_the_end(standing: Standing) -> Step | None:
    return None


_NEXT: dict[str, Callable[[Standing], Step | None]] = {
    "draft": _in_draft,
    "lobby": _between,
    "discussion": _in_discussion,
    "voting": _in_voting,
    "closed": _in_closed,
    "review": _in_review,
    "sealed": _between,
    "finished": _at_the_end,
}

#: what is allowed in a state beside its next step
_ALLOWED: dict[str, tuple[str, ...]] = {
    "draft": (),
    "lobby": ("finish",),
    "discussion": ("open",),
    "voting": ("void",),
    "closed": ("open", "reopen", "void"),
    "review": ("reopen", "void"),
    "sealed": ("start", "finish"),
    "finished": (),
}


def _also(standing: Standing) -> list[str]:
    """What is allowed beside the next step, without what cannot be done now."""
    names = set(_ALLOWED[standing.conference.state])
    if not standing.waiting:
        names.discard("open")
    if standing.run is not None and standing.run.seed_drawn:
        names -= {"reopen", "void"}
    if standing.conference.state == "sealed" and not standing.startable():
        names.discard("start")
    return [name for name in _ALLOWED[standing.conference.state] if name in names]
