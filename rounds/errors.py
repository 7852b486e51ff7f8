"""What the rules refuse: a plan that cannot work, a vote that its ballot does not allow.

Each says what is wrong as a `Sentence`: `str()` is English, and whoever shows it can say it in the reader's language.
"""

from __future__ import annotations

from rounds.languages import ENGLISH, N_, Sentence, capitalised, said, say


class PlanError(ValueError):
    """A plan that cannot work. `str()` is one line that names file, line where known, and key.

    place: the part of the plan, such as "round C, key to"; line: 1-based line of the file or None;
    problem: what is wrong and what to do about it.
    """

    def __init__(self, problem: str, *, place: str = "", line: int | None = None, name: str = "plan") -> None:
        self.problem, self.place, self.line, self.name = problem, place, line, name
        super().__init__(self.placed(ENGLISH))

    def said(self, lang: str) -> str:
        """What is wrong, as a sentence."""
        return f"{capitalised(said(self.problem, lang))}."

    def placed(self, lang: str) -> str:
        """What is wrong, with its place, in one line: "plan.toml, line 7, round C, key to: …"."""
        where = [self.name] + ([say(lang, N_("line {0}"), self.line)] if self.line else [])
        where += [said(self.place, lang)] if self.place else []
        return f"{', '.join(where)}: {' '.join(said(self.problem, lang).split())}"


class RuleError(ValueError):
    """A rule, ballot or quorum that cannot be read; `read_plan` turns it into a `PlanError` with its place."""

    def __init__(self, problem: Sentence) -> None:
        super().__init__(problem)
        self.problem = problem


class BallotError(ValueError):
    """A vote that the ballot form does not allow. `code` is one of bad-choice, too-many, not-on-ballot."""

    def __init__(self, code: str, problem: Sentence) -> None:
        super().__init__(problem)
        self.code, self.problem = code, problem


class LevelError(ValueError):
    """A measure that the conference's level of anonymity does not give. needed: the lowest level that does."""

    def __init__(self, what: str, level: str, needed: str) -> None:
        super().__init__(f'{what} cannot be known at the level "{level}"; the level "{needed}" would give it')
        self.what, self.level, self.needed = what, level, needed
