"""Small conferences as files, for the tests of replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consensus.ballot_file import read_attendance, read_ballots, read_decisions
from consensus.intake import read_items
from consensus.replay import replay
from rounds import read_plan

Row = tuple[str, int | None, str, str]  # round, number, paper, choice
NEXT = '\n[[rounds]]\nid = "R2"\nvote_on = "held in R1"\nballot = "yes-no"\notherwise = "cut"\n'


def plan_of(round_keys: str, ballot: str = "yes-no", head: str = "", after: str = NEXT) -> str:
    """A plan of one round, R1, and one that votes on what it held."""
    return (
        f'title = "T"\nprotocols = ["in"]\n{head}\n'
        f'[[rounds]]\nid = "R1"\nvote_on = "all"\nballot = "{ballot}"\n{round_keys}\n{after}'
    )


def yes_votes(yes: Mapping[int, int], of: int = 10, round: str = "R1") -> list[Row]:
    """Yes-no papers in which each item has so many yes."""
    return [
        (round, number, f"{round}-{paper}", "yes" if paper < count else "no")
        for number, count in yes.items()
        for paper in range(of)
    ]


def columns_of(columns: Mapping[int, str], round: str = "R1") -> list[Row]:
    """Papers by columns: item -> what each paper in turn says of it; "-" is nothing."""
    return [
        (round, number, f"{round}-{paper}", choice)
        for number, choices in columns.items()
        for paper, choice in enumerate(choices.split())
        if choice != "-"
    ]


def csv_text(header: str, rows: Iterable[Sequence[object]]) -> str:
    return "".join(f"{line}\n" for line in (header, *(",".join(_cell(cell) for cell in row) for row in rows)))


def _cell(cell: object) -> str:
    return "" if cell is None else str(cell)


@dataclass(frozen=True)
class Files:
    """The files of a conference in a folder."""

    place: Path

    @classmethod
    def of(
        cls,
        place: Path,
        plan: str,
        ballots: Iterable[Sequence[object]],
        *,
        items: Iterable[int] | None = None,
        groups: bool = False,
        **more: str,
    ) -> Files:
        """Write them. items: their numbers, by default those voted on; more: text of decisions, attendance."""
        ballots = list(ballots)
        numbers = sorted({int(str(row[1])) for row in ballots if row[1] is not None}) if items is None else items
        (place / "plan.toml").write_text(plan, encoding="utf-8")
        (place / "items.csv").write_text(csv_text("number,text", [(n, f"Item {n}") for n in numbers]))
        header = "round,number,paper,choice" + (",group" if groups else "")
        (place / "ballots.csv").write_text(csv_text(header, ballots), encoding="utf-8")
        for name, text in more.items():
            (place / f"{name}.csv").write_text(text, encoding="utf-8")
        return cls(place)

    def __truediv__(self, name: str) -> Path:
        return self.place / name

    def replayed(self, ballots: str = "ballots.csv") -> Any:
        """What `consensus replay --json` prints of them, without starting it."""
        plan = read_plan((self / "plan.toml").read_bytes())
        items = read_items(self / "items.csv", plan.kinds)
        papers = read_ballots(self / ballots, plan, [item.number for item in items])
        decided = (self / "decisions.csv").exists()
        decisions, lots = read_decisions(self / "decisions.csv", plan) if decided else ([], {})
        there = read_attendance(self / "attendance.csv", plan) if (self / "attendance.csv").exists() else {}
        return replay(plan, items, papers, decisions, lots, there).as_json()


def verdicts(result: Any) -> dict[int, str]:
    return {item["number"]: item["verdict"] for item in result["items"]}


def having(result: Any, verdict: str) -> list[int]:
    return [number for number, found in verdicts(result).items() if found == verdict]
