"""What if: the round under review, judged at other numbers than the plan's. It decides nothing.

Every look is logged with what was looked at, so that the protocol tells that it was done, and when: a rule stands
before the votes are known, and whoever turns a threshold afterwards knows them.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.creation import log
from consensus.facilitation.move import Details
from consensus.facilitation.stage import hold
from consensus.facilitation.standing import Standing
from consensus.keys import KeyStore
from consensus.languages import LANGUAGES
from consensus.models import Run
from rounds import Item, Knob, Round, RoundResult, knob_sentence, knobs
from rounds import explore as judge_again
from rounds.measure import exact

Json = dict[str, Any]
#: numbers that are looked at together
MOST = 9
#: no exponent: eight characters could ask for a number of a million digits
_NUMBER = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,6}|/[1-9]\d{0,5})?", re.ASCII)


def look(session: Session, keys: KeyStore, conference_id: str, wanted: Details) -> list[Json]:
    """What would become of the items at other numbers; logged.

    wanted: `knob`, the id of one, and `at`, the numbers. Raises Refusal("not-now").
    """
    conference, _ = hold(session, conference_id)
    standing = Standing(session, keys, conference)
    run, round = _under_review(standing)
    knob = next((one for one in knobs(round, len(standing.pool)) if one.id == wanted.get("knob")), None)
    if knob is None:
        raise Refusal("not-now", "The rules of this round have no such number.")
    numbers = _numbers(wanted.get("at"), knob)
    items = [Item(number, standing.items[number].kind) for number in standing.pool]
    tallies, least = standing.tallies(run), conference.min_group
    found = [_found(n, judge_again(round, items, tallies, knob, n, min_group=least)) for n in numbers]
    looked: Json = {"rule": knob.which, "number": exact(knob.at), "at": [exact(n) for n in numbers], "unit": knob.unit}
    if knob.section:
        looked["kind"] = knob.section
    conference.revision += 1
    log(session, conference, "what-if", round=run.round_id, **looked)
    return found


def knobs_json(standing: Standing) -> list[Json] | None:
    """What can be turned in the round under review; None where nothing is under review."""
    try:
        _, round = _under_review(standing)
    except Refusal:
        return None
    return [
        {
            "id": knob.id,
            "which": knob.which,
            "kind": knob.section,
            "sentence": {lang: knob_sentence(round, knob, lang) for lang in LANGUAGES},
            "unit": knob.unit,
            "at": exact(knob.at),
            "low": knob.low,
            "high": knob.high,
        }
        for knob in knobs(round, len(standing.pool))
    ]


def _under_review(standing: Standing) -> tuple[Run, Round]:
    run, round = standing.run, standing.round
    if standing.conference.state != "review" or run is None or round is None or round.is_run_off:
        raise Refusal("not-now", "Only a round under review can be looked at otherwise.")
    return run, round


def _numbers(given: object, knob: Knob) -> list[Fraction]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise Refusal("not-now", "Look at 1 to %(most)s numbers.", most=MOST)
    found = []
    for text in given:
        if not _NUMBER.fullmatch(str(text)):
            raise Refusal("not-now", "This is not a number.")
        number = Fraction(str(text))
        if not knob.allows(number):
            raise Refusal("not-now", "The number is to be from %(low)s to %(high)s.", low=knob.low, high=knob.high)
        found.append(number)
    return sorted(set(found))


def _found(number: Fraction, result: RoundResult) -> Json:
    tied = [item for tie in result.unresolved for item in tie.open]
    return {"at": exact(number), "counts": result.counts, "tied": tied, "advance": list(result.having("advance"))}
