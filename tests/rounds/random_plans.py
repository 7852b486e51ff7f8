"""Random plans, of every ballot and rule, for tests that hold for any plan."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rounds import Plan, PlanError, read_plan
from rounds.plan import ANONYMITY, FEEDBACK, PACE, PRECEDENCE, TIES
from rounds.writing import written

Table = dict[str, Any]

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda text: text.strip())
NAMES = st.sampled_from(["process", "effect", "två ord", 'med "citat"', "a.b", "é", "x\\y", "1"])
BALLOTS = ["yes-no", "yes-no-abstain", "scale 1-9", "scale -3-3", "pick 4", "points 30 max 10", "rank 3"]
MEASURES = {
    "yes-no": ["yes", "no", "votes"],
    "yes-no-abstain": ["yes", "no", "abstain", "votes"],
    "scale": ["share(1..3)", "share(0..2)", "median", "mean", "iqr", "sd", "cv", "abstain"],
    "pick": ["picks", "votes"],
    "points": ["points", "votes"],
    "rank": ["borda", "votes"],
}
SCOPES = ["", " in every group", " in any group", " in 1 group", " in 2 groups"]


@st.composite
def rules(draw: st.DrawFn, ballot: str) -> str:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return f"top {draw(st.integers(1, 200))}"
    if kind == 1:
        by = draw(st.sampled_from(MEASURES[ballot.split(" ")[0]]))
        return f"top {draw(st.integers(1, 9))} by {by} and {draw(conditions(ballot, 2))}"
    return draw(conditions(ballot, 3))


@st.composite
def conditions(draw: st.DrawFn, ballot: str, depth: int) -> str:
    kind = draw(st.integers(0, 4)) if depth else 0
    if kind == 1:
        return f"not ({draw(conditions(ballot, depth - 1))})"
    if kind in (2, 3):
        parts = draw(st.lists(conditions(ballot, depth - 1), min_size=2, max_size=3))
        return (" and " if kind == 2 else " or ").join(f"({part})" for part in parts)
    measure = draw(st.sampled_from(MEASURES[ballot.split(" ")[0]]))
    number = draw(st.sampled_from(["0", "50", "66.7", "12", "100"]))
    sign = "%" if measure.split("(")[0] in ("yes", "no", "abstain", "share", "picks", "cv") else ""
    operator = draw(st.sampled_from([">=", ">", "<=", "<", "="]))
    return f"{measure} {operator} {number}{draw(st.sampled_from(['', sign]))}{draw(st.sampled_from(SCOPES))}"


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan that works."""
    kinds = draw(st.lists(NAMES, max_size=3, unique=True))
    protocols = draw(st.lists(st.sampled_from(["wide", "kärna", "in 1", "core"]), min_size=1, max_size=3, unique=True))
    table: Table = {"title": draw(TEXTS), "description": draw(TEXTS), "kinds": kinds, "protocols": protocols}
    table |= {"base": draw(st.sampled_from(["cast", "ballots", "present", "entitled"]))}
    table |= {"anonymity": draw(st.sampled_from(ANONYMITY)), "min_group": draw(st.integers(1, 9)), "rounds": []}
    for at in range(draw(st.integers(1, 4))):
        table["rounds"].append(draw(_rounds(at, kinds, protocols)))
    try:
        return read_plan(written(table))
    except PlanError:
        table["anonymity"] = "panel"
        for round in table["rounds"]:
            round.pop("advance", None)
            round |= {"otherwise": "cut", "ballot": "yes-no", "cut": "yes < 50%"}
        return read_plan(written(table))


@st.composite
def _rounds(draw: st.DrawFn, at: int, kinds: list[str], protocols: list[str]) -> Table:
    ballot = draw(st.sampled_from(BALLOTS))
    sources = ["all", *kinds, *protocols, *(f"{what} in R{n}" for n in range(at) for what in ("held", "cut"))]
    table: Table = {"id": f"R{at}", "title": draw(TEXTS), "instruction": draw(TEXTS), "ballot": ballot}
    table["vote_on"] = draw(st.lists(st.sampled_from(sources), min_size=1, max_size=3, unique=True))
    if kinds and draw(st.booleans()):
        table["advance"] = {kind: draw(rules(ballot)) for kind in kinds}
    else:
        table["advance"] = draw(rules(ballot))
    table |= {"to": draw(st.sampled_from(protocols)), "cut": draw(rules(ballot)), "otherwise": "cut"}
    table |= {"ties": draw(st.sampled_from(TIES)), "precedence": draw(st.sampled_from(PRECEDENCE))}
    table |= {"feedback": draw(st.sampled_from(FEEDBACK)), "pace": draw(st.sampled_from(PACE))}
    if draw(st.booleans()):
        table["quorum"] = draw(st.sampled_from(["12 votes", "2/3 of entitled", "50% of present", "1 vote"]))
    if draw(st.booleans()):
        table["base"] = draw(st.sampled_from(["cast", "ballots", "present", "entitled"]))
    return table
