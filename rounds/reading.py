"""Read a plan from TOML and refuse what cannot work, naming file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from rounds.ballot import Ballot, parse_ballot
from rounds.checks import check_flow, warnings_of
from rounds.errors import PlanError, RuleError
from rounds.languages import Sentence
from rounds.measure import BASES
from rounds.plan import (
    ANONYMITY,
    FEEDBACK,
    OTHERWISE,
    PACE,
    PRECEDENCE,
    TIES,
    Plan,
    Quorum,
    Round,
    RuleSet,
    Source,
)
from rounds.remarks import Remark
from rounds.rule import Otherwise, Rule, parse_rule

PLAN_KEYS = ("title", "description", "kinds", "protocols", "base", "anonymity", "min_group", "rounds")
ROUND_KEYS = (
    "id",
    "title",
    "instruction",
    "vote_on",
    "ballot",
    "advance",
    "cut",
    "to",
    "otherwise",
    "precedence",
    "ties",
    "quorum",
    "base",
    "feedback",
    "pace",
)
MAX_BYTES = 1_000_000
MAX_ROUNDS = 100
MAX_TEXT = 5000
RESERVED = ("all", "otherwise")


def read_plan(text: str | bytes, name: str = "plan") -> Plan:
    """Read and check a plan. Raises PlanError; what merely looks wrong stands in `Plan.warnings`."""
    decoded = _decode(text, name)
    return _PlanReader(_parse(decoded, name), decoded, name).plan()


def _decode(text: str | bytes, name: str) -> str:
    if len(text) > MAX_BYTES:
        raise PlanError(
            Sentence("the file is larger than {most} bytes; a plan is a page of text", most=MAX_BYTES), name=name
        )
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise PlanError(Sentence("the file is not UTF-8; save it as UTF-8 text"), line=line, name=name) from None


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        problem = re.sub(r"\s*\(at .*\)$", "", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise PlanError(Sentence("this is not TOML: {problem}", problem=problem), line=line, name=name) from None
    except ValueError:  # Python's own limit on the digits of a number
        digits = re.search(r"\d{1000}", text)
        first = text.count("\n", 0, digits.start()) + 1 if digits else None
        raise PlanError(Sentence("this is not a plan: a number has too many digits"), line=first, name=name) from None
    except RecursionError:
        raise PlanError(Sentence("this is not a plan: it is nested too deeply"), name=name) from None


class _Table:
    """One TOML table with its place in the file, so that every complaint can name line and key."""

    def __init__(self, values: Mapping[str, Any], label: str, first: int, lines: Sequence[str], name: str):
        self.values, self.label, self.first, self.lines, self.name = values, label, first, lines, name

    def error(self, key: str | None, problem: str, /, **values: object) -> PlanError:
        """problem: a sentence of the code, marked for translators; values: what fills it."""
        named = Sentence("key {key}", key=key) if key else ""
        place = Sentence("{part}, {key}", part=self.label, key=named) if self.label and named else self.label or named
        return PlanError(Sentence(problem, **values), place=place, line=self._line(key), name=self.name)

    def _line(self, key: str | None) -> int | None:
        pattern = re.compile(rf'\s*"?{re.escape(key)}"?\s*[.=]') if key else None
        for offset, line in enumerate(self.lines):
            if pattern is None or pattern.match(line):
                return self.first + offset
        return self.first if self.label else None

    def only(self, keys: Sequence[str]) -> None:
        for key in self.values:
            if key not in keys:
                close = get_close_matches(key, keys, 1)
                if close:
                    raise self.error(
                        key, '"{wrong}" is not a key here; did you mean "{close}"?', wrong=key, close=close[0]
                    )
                raise self.error(
                    key, '"{wrong}" is not a key here; there are {known}', wrong=key, known=", ".join(keys)
                )

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if value is None:
            raise self.error(None, 'the key "{missing}" is missing', missing=key)
        if not isinstance(value, str):
            raise self.error(key, 'must be text in quotation marks, such as {such} = "…"', such=key)
        if len(value) > MAX_TEXT:
            raise self.error(key, "the text is longer than {most} characters", most=MAX_TEXT)
        return value.strip()

    def filled(self, key: str) -> str:
        value = self.text(key)
        if not value:
            raise self.error(key, "must not be empty")
        return value

    def one_of(self, key: str, allowed: Sequence[str], default: str) -> str:
        value = " ".join(self.text(key, default).split())
        if value not in allowed:
            choices = ", ".join(f'"{choice}"' for choice in allowed)
            raise self.error(key, '"{value}" is not one of {choices}', value=value, choices=choices)
        return value

    def names(self, key: str, *, required: bool) -> tuple[str, ...]:
        value = self.values.get(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            at = key if key in self.values else None
            raise self.error(at, '{wrong} must be a list such as ["extended"]', wrong=key)
        names = tuple(" ".join(v.split()) for v in value)
        if required and not names:
            raise self.error(key, "must name at least one")
        for each in names:
            if names.count(each) > 1:
                raise self.error(key, '"{name}" is named twice', name=each)
            if each in RESERVED or each.startswith(("held in ", "cut in ")):
                raise self.error(key, '"{name}" means something else in a plan; choose another name', name=each)
        return names


class _PlanReader:
    def __init__(self, values: dict[str, Any], text: str, name: str) -> None:
        self.name, self.source_text, self.values = name, text, values
        self.lines = text.splitlines()
        self.warnings: list[Remark] = []
        self.heads = [i for i, line in enumerate(self.lines) if re.match(r"\s*\[\[\s*rounds\s*\]\]", line)]
        self.top = _Table(values, "", 1, self.lines[: self.heads[0] if self.heads else None], name)

    def plan(self) -> Plan:
        top = self.top
        top.only(PLAN_KEYS)
        title = top.filled("title")
        self.kinds = top.names("kinds", required=False)
        self.protocols = top.names("protocols", required=True)
        for each in self.protocols:
            if each in self.kinds:
                raise top.error("protocols", '"{name}" is a kind too; give the two different names', name=each)
        self.base = top.one_of("base", BASES, "cast")
        self.anonymity = top.one_of("anonymity", ANONYMITY, "paper")
        rounds, tables = self._rounds()
        plan = Plan(
            title, top.text("description", ""), self.kinds, self.protocols, self.base, self.anonymity,
            self._min_group(), rounds, self.source_text,
        )  # fmt: skip
        for round, table in zip(rounds, tables, strict=True):
            if problem := check_flow(plan, round):
                key, lost = problem
                raise table.error(key, lost.template, **lost.values)
        return Plan(
            plan.title, plan.description, plan.kinds, plan.protocols, plan.base, plan.anonymity,
            plan.min_group, plan.rounds, plan.text, (*self.warnings, *warnings_of(plan)),
        )  # fmt: skip

    def _min_group(self) -> int:
        value = self.values.get("min_group", 5)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1000:
            raise self.top.error("min_group", "must be a whole number from 1 to 1000, such as min_group = 5")
        return value

    def _rounds(self) -> tuple[tuple[Round, ...], list[_Table]]:
        values = self.values.get("rounds")
        if not isinstance(values, list) or not values or not all(isinstance(v, dict) for v in values):
            raise self.top.error(None, "the plan has no rounds; begin each with a line [[rounds]]")
        if len(values) > MAX_ROUNDS:
            raise self.top.error("rounds", "the plan has more than {most} rounds", most=MAX_ROUNDS)
        tables = [self._table(index, value) for index, value in enumerate(values)]
        self.ids: list[str] = []
        all_ids = [table.values.get("id") for table in tables]
        rounds = [_RoundReader(self, table, all_ids).round() for table in tables]
        return tuple(rounds), tables

    def _table(self, index: int, value: dict[str, Any]) -> _Table:
        named = isinstance(value.get("id"), str)
        label = Sentence("round {id}", id=value["id"]) if named else Sentence("round number {n}", n=index + 1)
        if index >= len(self.heads):
            return _Table(value, label, 1, [], self.name)
        first = self.heads[index]
        last = self.heads[index + 1] if index + 1 < len(self.heads) else None
        return _Table(value, label, first + 1, self.lines[first:last], self.name)


class _RoundReader:
    def __init__(self, plan: _PlanReader, table: _Table, all_ids: Sequence[Any]) -> None:
        self.plan, self.table, self.all_ids = plan, table, all_ids

    def round(self) -> Round:
        table = self.table
        table.only(ROUND_KEYS)
        id = self._id()
        ballot = self._ballot()
        sources = self._sources()
        advance, cut = self._rules("advance", ballot), self._rules("cut", ballot)
        self.plan.ids.append(id)
        return Round(
            id=id,
            title=table.text("title", "") or id,
            instruction=table.text("instruction", ""),
            vote_on=sources,
            ballot=ballot,
            advance=advance,
            cut=cut,
            to=self._to(advance),
            otherwise=self._otherwise(sources),
            precedence=table.one_of("precedence", PRECEDENCE, "cut"),
            ties=table.one_of("ties", TIES, "ask"),
            quorum=self._quorum(),
            base=table.one_of("base", BASES, self.plan.base),
            feedback=table.one_of("feedback", FEEDBACK, "full"),
            pace=self._pace(ballot),
        )

    def _id(self) -> str:
        id = self.table.filled("id")
        if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", id):
            raise self.table.error("id", '"{id}" must be 1 to 32 letters, digits or "-"', id=id)
        if id in self.plan.ids:
            raise self.table.error("id", 'another round is called "{id}" already', id=id)
        return id

    def _ballot(self) -> Ballot:
        try:
            ballot = parse_ballot(self.table.text("ballot"))
        except RuleError as error:
            raise self.table.error("ballot", "{problem}", problem=error.problem) from None
        if ballot.whole_paper and self.plan.anonymity == "vote":
            raise self.table.error(
                "ballot",
                '"{ballot}" joins votes on a paper, which anonymity "vote" forbids',
                ballot=ballot.text,
            )
        return ballot

    def _sources(self) -> tuple[Source, ...]:
        value = self.table.values.get("vote_on")
        parts: list[Any] = value if isinstance(value, list) else [value]
        if not parts or not all(isinstance(part, str) for part in parts):
            key = "vote_on" if "vote_on" in self.table.values else None
            raise self.table.error(key, 'vote_on must say what is voted on, such as vote_on = "all"')
        return tuple(dict.fromkeys(self._source(" ".join(part.split())) for part in parts))

    def _source(self, text: str) -> Source:
        if text == "all":
            return Source("all")
        if text in self.plan.kinds:
            return Source("kind", text)
        if text in self.plan.protocols:
            return Source("protocol", text)
        if match := re.fullmatch(r"(held|cut) in (\S+)", text):
            return Source("held" if match[1] == "held" else "cut", self._earlier(match[2]))
        known = ["all", *self.plan.kinds, *self.plan.protocols]
        raise self.table.error(
            "vote_on",
            '"{text}" is no kind, protocol or round; there are {known}, "held in ID", "cut in ID"',
            text=text,
            known=", ".join(known),
        )

    def _earlier(self, id: str) -> str:
        if id in self.plan.ids:
            return id
        if id in self.all_ids:
            raise self.table.error("vote_on", "it reads round {id}, which does not come before it", id=id)
        raise self.table.error("vote_on", 'there is no round "{id}"', id=id)

    def _rules(self, key: str, ballot: Ballot) -> RuleSet | None:
        value = self.table.values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return RuleSet({None: self._rule(key, value, ballot)})
        if not isinstance(value, dict) or not value or not all(isinstance(v, str) for v in value.values()):
            raise self.table.error(key, 'must be a rule such as {such} = "top 14", or one rule per kind', such=key)
        for kind in value:
            if kind not in self.plan.kinds:
                raise self.table.error(key, '"{kind}" is not a kind of the plan', kind=kind)
        return RuleSet({kind: self._rule(key, text, ballot) for kind, text in value.items()})

    def _rule(self, key: str, text: str, ballot: Ballot) -> Rule:
        try:
            rule = parse_rule(text, ballot)
        except RuleError as error:
            raise self.table.error(key, 'in "{rule}": {problem}', rule=text[:80], problem=error.problem) from None
        if isinstance(rule, Otherwise) and key == "cut" and self.table.values.get("advance") == "otherwise":
            raise self.table.error(key, 'advance and cut cannot both be "otherwise"')
        return rule

    def _to(self, advance: RuleSet | None) -> str | None:
        if "to" not in self.table.values:
            if advance:
                raise self.table.error("advance", 'the key "to" is missing: which protocol do the items join?')
            return None
        to = " ".join(self.table.text("to").split())
        if to not in self.plan.protocols:
            known = ", ".join(self.plan.protocols)
            raise self.table.error("to", '"{name}" is not a protocol; there are {known}', name=to, known=known)
        return to

    def _otherwise(self, sources: Sequence[Source]) -> str:
        otherwise = self.table.one_of("otherwise", OTHERWISE, "hold")
        if otherwise == "stay" and any(source.what != "protocol" for source in sources):
            raise self.table.error(
                "otherwise",
                '"stay" needs a round that votes on a protocol alone; write "hold" or "cut"',
            )
        return otherwise

    def _quorum(self) -> Quorum | None:
        if "quorum" not in self.table.values:
            return None
        text = " ".join(self.table.text("quorum").split())
        match = re.fullmatch(
            r"(?:([0-9]{1,6}) votes?|(?:([0-9]{1,4})/([0-9]{1,4})|([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%)"
            r" of (present|entitled))",
            text,
        )
        if match is None or (match[3] and not int(match[3])):
            raise self.table.error(
                "quorum", '"{text}" must be such as "2/3 of entitled", "50% of present" or "12 votes"', text=text
            )
        if match[1]:
            return Quorum(text, Fraction(int(match[1])), "votes")
        part = Fraction(int(match[2]), int(match[3])) if match[2] else Fraction(match[4]) / 100
        if part > 1:
            raise self.table.error("quorum", '"{text}" is more than all', text=text)
        return Quorum(text, part, "present" if match[5] == "present" else "entitled")

    def _pace(self, ballot: Ballot) -> str:
        pace = self.table.one_of("pace", PACE, "plenary")
        if not ballot.whole_paper:
            return pace
        if "pace" in self.table.values and pace == "plenary":
            id = self.plan.ids[-1]
            whole = Sentence('a ballot "{ballot}" is filled in as a whole, so its pace is "paper"', ballot=ballot.text)
            self.plan.warnings.append(Remark("round {id}: {remark}", id, id=id, remark=whole))
        return "paper"
