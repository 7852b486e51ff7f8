"""Write a plan as TOML: what is read from it again is the same plan. Comments of the file it came from are not kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from rounds.plan import Plan, Round, RuleSet

#: key -> value as TOML has it; what a key's default says is left out
Table = dict[str, Any]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_plan(plan: Plan) -> str:
    """The plan in the plan language."""
    return written(table_of(plan))


def table_of(plan: Plan) -> Table:
    """The keys of the plan, with a table for each round under `rounds`; those with their default value left out."""
    return {
        "title": plan.title,
        **_unless("description", plan.description, ""),
        **_unless("kinds", list(plan.kinds), []),
        "protocols": list(plan.protocols),
        "base": plan.base,
        "anonymity": plan.anonymity,
        **_unless("min_group", plan.min_group, 5),
        "rounds": [_round_table(round, plan.base) for round in plan.rounds],
    }


def _round_table(round: Round, base: str) -> Table:
    sources = [str(source) for source in round.vote_on]
    return {
        "id": round.id,
        **_unless("title", round.title, round.id),
        **_unless("instruction", round.instruction, ""),
        "vote_on": sources[0] if len(sources) == 1 else sources,
        "ballot": round.ballot.text,
        **_rules("advance", round.advance),
        **_unless("to", round.to, None),
        **_rules("cut", round.cut),
        **_unless("otherwise", round.otherwise, "hold"),
        **_unless("precedence", round.precedence, "cut"),
        **_unless("ties", round.ties, "ask"),
        **({"quorum": round.quorum.text} if round.quorum else {}),
        **_unless("base", round.base, base),
        **_unless("feedback", round.feedback, "full"),
        **_unless("pace", round.pace, "plenary"),
    }


def _unless(key: str, value: object, default: object) -> Table:
    return {} if value == default else {key: value}


def _rules(key: str, rules: RuleSet | None) -> Table:
    if rules is None:
        return {}
    if not rules.per_kind:
        return {key: str(rules.rules[None])}
    return {key: {kind: str(rule) for kind, rule in rules.rules.items()}}


def written(table: Mapping[str, Any]) -> str:
    """A plan's keys as TOML, its rounds after them."""
    head = {key: value for key, value in table.items() if key != "rounds"}
    parts = [_lines(head), *(f"[[rounds]]\n{_lines(round)}" for round in table["rounds"])]
    return "\n".join(parts)


def _lines(table: Mapping[str, Any]) -> str:
    width = max(map(len, table))
    return "".join(f"{key:<{width}} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
    return str(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    """A basic string. JSON's escapes are among TOML's; only DEL, which JSON lets stand, has to be escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
