"""The rules of a Delphi or consensus conference: plans, ballots, rules, verdicts, protocols.

Pure: standard library only, no clock, no network, exact arithmetic. Start with `read_plan` and `Conference`.
"""

from rounds.ballot import Ballot, parse_ballot
from rounds.conference import Conference, run_off_pool, run_off_result, run_off_round
from rounds.errors import BallotError, PlanError, RuleError
from rounds.plan import Plan, Round
from rounds.reading import read_plan, ready_plan, ready_plans
from rounds.tally import GroupCounts, Tally, count
from rounds.verdict import Decision, Item, ItemResult, RoundResult, Tie, draw, judge

__all__ = [
    "Ballot",
    "BallotError",
    "Conference",
    "Decision",
    "GroupCounts",
    "Item",
    "ItemResult",
    "Plan",
    "PlanError",
    "Round",
    "RoundResult",
    "RuleError",
    "Tally",
    "Tie",
    "count",
    "draw",
    "judge",
    "parse_ballot",
    "read_plan",
    "ready_plan",
    "ready_plans",
    "run_off_pool",
    "run_off_result",
    "run_off_round",
]
