"""The rules of a Delphi or consensus conference: plans, ballots, rules, verdicts, protocols.

Pure: standard library only, no clock, no network, exact arithmetic. Start with `read_plan` and `Conference`.
"""

from rounds.agreement import Change, Rankings, changes, kendalls_w, net_change, rankings
from rounds.ballot import Ballot, parse_ballot
from rounds.conference import Conference, run_off_pool, run_off_result, run_off_round
from rounds.editing import edited
from rounds.errors import BallotError, LevelError, PlanError, RuleError
from rounds.exploring import Knob, explore, knob_sentence, knobs
from rounds.funnel import Funnel, funnel
from rounds.plan import Plan, Round
from rounds.reading import read_plan
from rounds.ready import ready_plan, ready_plans
from rounds.tally import GroupCounts, Tally, count
from rounds.verdict import Decision, Item, ItemResult, RoundResult, Tie, draw, judge
from rounds.writing import write_plan

__all__ = [
    "Ballot",
    "BallotError",
    "Change",
    "Conference",
    "Decision",
    "Funnel",
    "GroupCounts",
    "Item",
    "ItemResult",
    "Knob",
    "LevelError",
    "Plan",
    "PlanError",
    "Rankings",
    "Round",
    "RoundResult",
    "RuleError",
    "Tally",
    "Tie",
    "changes",
    "count",
    "draw",
    "edited",
    "explore",
    "funnel",
    "judge",
    "kendalls_w",
    "knob_sentence",
    "knobs",
    "net_change",
    "parse_ballot",
    "rankings",
    "read_plan",
    "ready_plan",
    "ready_plans",
    "run_off_pool",
    "run_off_result",
    "run_off_round",
    "write_plan",
]
