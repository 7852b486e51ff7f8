"""What the rules refuse: a plan that cannot work, a vote that its ballot does not allow."""

from __future__ import annotations


class PlanError(ValueError):
    """A plan that cannot work. `str()` is one line that names file, line where known, and key.

    place: the part of the plan, such as "round C, key to"; line: 1-based line of the file or None;
    problem: what is wrong and what to do about it; swedish: the same, where a plan that was sound can come to it.
    """

    def __init__(
        self, problem: str, *, place: str = "", line: int | None = None, name: str = "plan", swedish: str = ""
    ) -> None:
        self.problem = " ".join(problem.split())
        self.swedish = swedish
        self.place = place
        self.line = line
        self.name = name
        where = [name] + ([f"line {line}"] if line else []) + ([place] if place else [])
        super().__init__(f"{', '.join(where)}: {self.problem}")

    def said(self, lang: str) -> str:
        """What is wrong, as a sentence in "sv" if there is one, else in English."""
        text = self.swedish if lang == "sv" and self.swedish else self.problem
        return f"{text[:1].upper()}{text[1:]}."


class RuleError(ValueError):
    """A rule, ballot or quorum that cannot be read; `read_plan` turns it into a `PlanError` with its place."""


class BallotError(ValueError):
    """A vote that the ballot form does not allow. `code` is one of bad-choice, too-many, not-on-ballot."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(problem)
        self.code = code


class LevelError(ValueError):
    """A measure that the conference's level of anonymity does not give. needed: the lowest level that does."""

    def __init__(self, what: str, level: str, needed: str) -> None:
        super().__init__(f'{what} cannot be known at the level "{level}"; the level "{needed}" would give it')
        self.what, self.level, self.needed = what, level, needed
