"""What intake gives: items, and the preview of a file with what is wrong beside each row."""

from __future__ import annotations

from dataclasses import dataclass

from consensus.sheets.problem import Judged, Problem


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as it is loaded. `kind` is the plan's own spelling, None where the plan has no kinds.

    plain: the item in plain words; merged: the numbers of the items that it was made of before the first vote.
    """

    number: int
    text: str
    kind: str | None
    explanation: str = ""
    perspective: str = ""
    plain: str = ""
    merged: tuple[int, ...] = ()


def numbers_of(text: str) -> tuple[int, ...]:
    """The numbers in "3 7" or "3, 7". Raises ValueError if there is anything else."""
    return tuple(int(number) for number in text.replace(",", " ").replace(";", " ").split())


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as the facilitator sees it, cells as they stand, with its problems beside it."""

    row: int
    number: str
    text: str
    kind: str
    explanation: str
    perspective: str
    plain: str
    merged: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Preview(Judged):
    """What would be loaded. `items` is empty unless all is well: nothing is loaded on any error.

    problems: those of the file first, then those of the rows in order; each row's stand in `rows` too.
    """

    rows: tuple[PreviewRow, ...]
    problems: tuple[Problem, ...]
    items: tuple[ItemRow, ...]

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")
