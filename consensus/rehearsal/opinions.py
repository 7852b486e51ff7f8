"""What simulated panellists think: each item has a weight of its own, each panellist a taste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any


def choice(seed: str, panellist: int, round_id: str, item: Mapping[str, Any], ballot: Mapping[str, Any]) -> str:
    """One panellist's choice on one item of a ballot that is filled in item by item."""
    dice = Random(f"{seed}/{panellist}/{round_id}/{item['number']}")
    liking = _liking(seed, panellist, round_id, item["number"])
    if "abstain" in ballot["choices"] and dice.random() < 0.04:
        return "abstain"
    if ballot["form"] == "scale":
        low, high = ballot["low"], ballot["high"]
        return str(min(high, max(low, low + int(liking * (high - low + 1)))))
    return "yes" if dice.random() < liking else "no"


def paper(
    seed: str, panellist: int, round_id: str, items: Sequence[Mapping[str, Any]], ballot: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """One panellist's whole paper: what they like best, as many as the ballot allows."""
    best = sorted(items, key=lambda item: -_liking(seed, panellist, round_id, item["number"]))[: ballot["limit"]]
    if ballot["form"] == "pick":
        return [{"item": item["number"], "choice": "1"} for item in best]
    if ballot["form"] == "rank":
        return [{"item": item["number"], "choice": str(place)} for place, item in enumerate(best, start=1)]
    left, votes = ballot["limit"], []
    for item in best:
        points = min(left, ballot["cap"], max(1, left // 2))
        if points:
            votes.append({"item": item["number"], "choice": str(points)})
        left -= points
    return votes


def _liking(seed: str, panellist: int, round_id: str, number: int) -> float:
    """How much a panellist likes an item, from 0 to 1."""
    weight = Random(f"{seed}/item/{number}").betavariate(1.6, 1.6)
    taste = Random(f"{seed}/taste/{panellist}/{number}").gauss(0, 0.18)
    mood = Random(f"{seed}/mood/{panellist}/{round_id}/{number}").gauss(0, 0.06)
    return min(0.98, max(0.02, weight + taste + mood))
