"""Change a plan by one plain choice at a time.

What comes of a change is read as any plan is, so that none is kept that cannot work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rounds.errors import PlanError
from rounds.fields import Field, sentence_fields, with_number
from rounds.languages import N_, Sentence, say
from rounds.plan import Plan, Round
from rounds.reading import read_plan
from rounds.rule import Otherwise
from rounds.writing import Table, table_of, written

#: what one change asks for: `do`, a name of `EDITS`, and what that needs
Edit = Mapping[str, Any]

PLAN_TEXTS = ("title", "description", "base", "anonymity")
ROUND_TEXTS = (
    "title", "instruction", "ballot", "otherwise", "precedence", "ties", "quorum", "base", "feedback", "pace",
)  # fmt: skip

AGAIN = N_("{0}, once more")
NARROW = N_("Vote: the core")
CORE, PLACES = "core", 5


def edited(plan: Plan, edit: Edit, lang: str) -> Plan:
    """The plan after one change. lang: of the titles that new rounds get.

    Raises PlanError if the plan could not work then, or if the change is none that a plan can be given.
    """
    change = EDITS.get(str(edit.get("do")))
    if change is None:
        raise PlanError(Sentence("this is no change that a plan can be given"))
    table = table_of(plan)
    try:
        change(plan, table, edit, lang)
    except (KeyError, IndexError):
        raise PlanError(Sentence("the plan has no such round or number any more")) from None
    return read_plan(written(table))


def _set(plan: Plan, table: Table, edit: Edit, lang: str) -> None:
    """Set a text of the plan, or of a round; an empty one is left out, so that its default holds."""
    key, value = str(edit.get("key")), " ".join(str(edit.get("value", "")).split())
    round = edit.get("round")
    if key not in (ROUND_TEXTS if round else PLAN_TEXTS):
        raise PlanError(Sentence("this is no change that a plan can be given"))
    of = _round_table(plan, table, str(round)) if round else table
    if value:
        of[key] = value
    elif key == "title" and not round:
        raise PlanError(Sentence("the plan needs a title"))
    else:
        of.pop(key, None)


def _number(plan: Plan, table: Table, edit: Edit, lang: str) -> None:
    """Set a number in a round's sentence: `rule`, `kind`, `place` and `value`."""
    round, name, kind = plan.round(str(edit["round"])), str(edit["rule"]), edit.get("kind")
    rules = {"advance": round.advance, "cut": round.cut}[name]
    if rules is None:
        raise KeyError(name)
    parts = (part for part in sentence_fields(round, lang) if isinstance(part, Field))
    field = next((part for part in parts if (part.rule, part.kind, part.place) == (name, kind, edit["place"])), None)
    if field is None:
        raise KeyError(name)
    rule = with_number(rules.rules[kind], field.place, _digits(str(edit.get("value", "")), field.whole))
    of = _round_table(plan, table, round.id)
    if kind is None:
        of[name] = str(rule)
    else:
        of[name][kind] = str(rule)


def _digits(text: str, whole: bool) -> str:
    """A number as rules have it. A comma does for a point."""
    plain = "".join(text.split()).replace(",", ".")
    if whole and (not re.fullmatch("[0-9]{1,9}", plain) or not int(plain)):
        raise PlanError(Sentence("write a whole number from 1"))
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", plain):
        raise PlanError(Sentence("write a number"))
    return str(int(plain)) if whole else plain


def _again(plan: Plan, table: Table, edit: Edit, lang: str) -> None:
    """Add a round that votes once more on what a round leaves: then that one holds it instead."""
    round = plan.round(str(edit["round"]))
    if not may_come_again(round):
        raise PlanError(Sentence("nothing is left of this round to be voted on again"))
    id, of = _free_id(plan, round.id), _round_table(plan, table, round.id)
    for later in table["rounds"]:
        later["vote_on"] = _replaced(later["vote_on"], f"held in {round.id}", f"held in {id}")
    title = say(lang, AGAIN, round.title)
    table["rounds"].insert(
        plan.rounds.index(round) + 1, {**of, "id": id, "title": title, "vote_on": f"held in {round.id}"}
    )
    of.pop("otherwise", None)


def may_come_again(round: Round) -> bool:
    """Whether a round leaves something that could be voted on once more."""
    rules = [rule for rules in (round.advance, round.cut) if rules for rule in rules.rules.values()]
    return round.otherwise != "stay" and not any(isinstance(rule, Otherwise) for rule in rules)


def _narrow(plan: Plan, table: Table, edit: Edit, lang: str) -> None:
    """Add a last round that picks the best of the narrowest protocol for a still narrower one."""
    name, n = CORE, 2
    while name in (*plan.protocols, *plan.kinds):
        name, n = f"{CORE}-{n}", n + 1
    table["protocols"] = [*plan.protocols, name]
    table["rounds"].append(
        {
            "id": _free_id(plan, "C"),
            "title": say(lang, NARROW),
            "vote_on": plan.protocols[-1],
            "ballot": "yes-no",
            "advance": f"top {PLACES}",
            "to": name,
            "otherwise": "stay",
        }
    )


def _remove(plan: Plan, table: Table, edit: Edit, lang: str) -> None:
    """Take a round out: what it voted on again is dealt with in the round before it; a protocol of its own goes too."""
    round = plan.round(str(edit["round"]))
    if len(plan.rounds) == 1:
        raise PlanError(Sentence("a plan needs at least one round"))
    table["rounds"].remove(_round_table(plan, table, round.id))
    if len(round.vote_on) == 1 and round.vote_on[0].what == "held":
        before = round.vote_on[0].name
        for other in table["rounds"]:
            other["vote_on"] = _replaced(other["vote_on"], f"held in {round.id}", f"held in {before}")
        _round_table(plan, table, before, after=table["rounds"])["otherwise"] = round.otherwise
    named = {other.get("to") for other in table["rounds"]}
    named |= {name for other in table["rounds"] for name in _listed(other["vote_on"])}
    left = [name for name in plan.protocols if name in named or name != round.to]
    table["protocols"] = left or list(plan.protocols)


def _replaced(vote_on: str | list[str], old: str, new: str) -> str | list[str]:
    if isinstance(vote_on, str):
        return new if vote_on == old else vote_on
    return [new if name == old else name for name in vote_on]


def _listed(vote_on: str | list[str]) -> list[str]:
    return [vote_on] if isinstance(vote_on, str) else vote_on


def _round_table(plan: Plan, table: Table, id: str, after: list[Table] | None = None) -> Table:
    rounds: list[Table] = table["rounds"] if after is None else after
    for round in rounds:
        if round["id"] == id:
            return round
    raise KeyError(id)


def _free_id(plan: Plan, id: str) -> str:
    """The id with the next number that no round has: P1 gives P2."""
    taken = {round.id for round in plan.rounds}
    if id not in taken and id == "C":
        return id
    stem = id.rstrip("0123456789")[:28]
    n = int(id[len(stem) :] or 1) + 1 if len(id) - len(stem) < 4 else 2
    while f"{stem}{n}" in taken:
        n += 1
    return f"{stem}{n}"


EDITS: dict[str, Callable[[Plan, Table, Edit, str], None]] = {
    "set": _set,
    "number": _number,
    "again": _again,
    "narrow": _narrow,
    "remove": _remove,
}
