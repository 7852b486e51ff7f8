"""What the plan editor shows of a plan: each round as a sentence with fields, its choices in words, the funnel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext

from consensus.i18n import current_language
from consensus.web import plan_words
from consensus.web.plan_words import answers, bases, feedbacks, levels, paces, precedences, quorums, source_name, ties
from rounds import Funnel, Plan, Round, funnel
from rounds.checks import warnings_for
from rounds.editing import may_come_again
from rounds.fields import Field, sentence_fields
from rounds.funnel import Bound, Stage
from rounds.remarks import Remark
from rounds.rule import Top

_ = gettext

MOST_ITEMS = 5000
USUAL_SIZE = 40
#: what the list of 2014 was, for the plan made after it
LIKE_2014 = {"process": 97, "effect": 40}
ONE_KIND = ""


@dataclass(frozen=True)
class Choice:
    """A key of the plan or of a round with its plain choices: (value, in words)."""

    key: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class PlanPage:
    """A plan as the editor shows it, for a list of so many items of each kind ("" where there are no kinds).

    items_known: whether the list is there already, so that its sizes are not asked for.
    """

    plan: Plan
    sizes: Mapping[str, int]
    items_known: bool = False

    @cached_property
    def rounds(self) -> list[RoundPart]:
        return [RoundPart(self, round) for round in self.plan.rounds]

    @cached_property
    def funnel(self) -> Funnel:
        return funnel(self.plan, {kind: self.size(kind) for kind in self.plan.kinds or (None,)})

    def size(self, kind: str | None) -> int:
        usual = 0 if self.items_known else LIKE_2014.get(kind or "", USUAL_SIZE)
        return self.sizes.get(kind or ONE_KIND, usual)

    @cached_property
    def headline(self) -> str:
        """ "97 + 40 → 41 → 15" """
        first = " + ".join(str(self.size(kind)) for kind in self.plan.kinds or (None,))
        rest = [bound.total for bound in self.funnel.protocols.values()]
        return " → ".join([first, *map(str, rest)])

    @cached_property
    def remarks(self) -> list[str]:
        """What looks wrong in the plan as a whole, and with this list, as sentences in the reader's language."""
        lang = current_language()
        return [remark.said(lang) for remark in self._all_remarks if remark.round is None] + self._misfits()

    def remarks_on(self, round: Round) -> list[str]:
        lang = current_language()
        return [remark.said(lang) for remark in self._all_remarks if remark.round == round.id]

    @cached_property
    def _all_remarks(self) -> list[Remark]:
        kinds: list[str | None] = []
        for kind in self.plan.kinds or (None,):
            kinds += [kind] * self.size(kind)
        return list(dict.fromkeys([*self.plan.warnings, *warnings_for(self.plan, kinds)]))

    def _misfits(self) -> list[str]:
        """Kinds of the list's items that the plan lacks."""
        if not self.items_known or not self.plan.kinds:  # without kinds every item fits
            return []
        odd = [kind for kind, n in self.sizes.items() if n and kind not in self.plan.kinds]
        if not odd:
            return []
        named = ", ".join(kind or _("no kind") for kind in odd)
        return [_("There are items of a kind that this plan does not have: %(kinds)s.", kinds=named)]

    @property
    def choices(self) -> list[Choice]:
        """What is chosen for the whole plan."""
        return [
            Choice("base", _("Shares are shares of"), self.plan.base, list(bases().items())),
            Choice("anonymity", _("Anonymity"), self.plan.anonymity, list(levels().items())),
        ]

    def kind_title(self, kind: str | None) -> str:
        return plan_words.kind_title(kind)

    def protocol_title(self, id: str) -> str:
        return plan_words.protocol_title(id)

    def cells(self, stage: Stage, bound: Bound) -> list[tuple[str | None, int]]:
        """What a stage has of each kind that can come up in it, kinds in plan order."""
        return [(kind, bound.kinds[kind]) for kind in self.plan.kinds or (None,) if stage.pool.kinds[kind]]


class RoundPart:
    """One round as the editor shows it."""

    def __init__(self, page: PlanPage, round: Round) -> None:
        self.page, self.round = page, round

    @property
    def parts(self) -> list[str | Field]:
        """The round's sentence; ranges such as 7–9 stay on one line."""
        parts = sentence_fields(self.round, current_language())
        return [part.replace("–", "\u2060–\u2060") if isinstance(part, str) else part for part in parts]

    @property
    def notes(self) -> list[str]:
        return self.round.notes(current_language())

    @property
    def remarks(self) -> list[str]:
        return self.page.remarks_on(self.round)

    @property
    def stage(self) -> Stage:
        return next(stage for stage in self.page.funnel.stages if stage.round.id == self.round.id)

    @property
    def subject(self) -> str:
        """What the round votes on, in words."""
        named = [source_name(source) for source in self.round.vote_on]
        between = f" {_('and')} "
        return str(_("Votes on %(what)s.", what=between.join(named)))

    @property
    def may_come_again(self) -> bool:
        return may_come_again(self.round)

    @property
    def removable(self) -> bool:
        return len(self.page.plan.rounds) > 1

    @property
    def first_choices(self) -> list[Choice]:
        """What most people want to decide."""
        found = [Choice("feedback", _("Shown after each item"), self.round.feedback, list(feedbacks().items()))]
        if any(isinstance(rule, Top) for rules in self._rules for rule in rules):
            found.insert(0, Choice("ties", _("If several are tied at the line"), self.round.ties, list(ties().items())))
        return found

    @property
    def more_choices(self) -> list[Choice]:
        found = [Choice("quorum", _("An item needs"), self._quorum, quorums(self._quorum))]
        found.append(Choice("otherwise", _("The rest"), self.round.otherwise, self._rests()))
        if self.round.advance and self.round.cut:
            found.append(Choice("precedence", _("An item that meets both rules"), self.round.precedence, precedences()))
        if not self.round.ballot.whole_paper:
            found.append(Choice("pace", _("Pace"), self.round.pace, list(paces().items())))
        if self.round.ballot.form in ("yes-no", "yes-no-abstain"):
            found.append(Choice("ballot", _("Answers"), self.round.ballot.text, list(answers().items())))
        own = "" if self.round.base == self.page.plan.base else self.round.base
        as_plan = ("", _("the same as in the whole plan"))
        rest = [(name, text) for name, text in bases().items() if name != self.page.plan.base]
        if not self.round.ballot.whole_paper:
            found.append(Choice("base", _("Shares are shares of"), own, [as_plan, *rest]))
        return found

    @property
    def ballot(self) -> str:
        """The ballot in words."""
        ballot = self.round.ballot
        if ballot.form in answers():
            return str(_("Answers: %(answers)s.", answers=answers()[ballot.form]))
        named = {
            "scale": _("Ratings from %(low)s to %(high)s.", low=ballot.low, high=ballot.high),
            "pick": _("Everyone picks at most %(n)s.", n=ballot.limit),
            "points": _("Everyone shares out %(n)s points.", n=ballot.limit),
            "rank": _("Everyone ranks their %(n)s best.", n=ballot.limit),
        }
        return str(named[ballot.form])

    @property
    def ballot_limit(self) -> tuple[str, int] | None:
        """How the ballot begins and the number in it, where it is one number that can be changed."""
        ballot = self.round.ballot
        return (ballot.form, ballot.limit) if ballot.text == f"{ballot.form} {ballot.limit}" else None

    @property
    def _rules(self) -> list[list[object]]:
        return [list(rules.rules.values()) for rules in (self.round.advance, self.round.cut) if rules]

    @property
    def _quorum(self) -> str:
        return self.round.quorum.text if self.round.quorum else ""

    def _rests(self) -> list[tuple[str, str]]:
        found = [("hold", _("is discussed and voted on again")), ("cut", _("is out"))]
        if all(source.what == "protocol" for source in self.round.vote_on):
            found.append(("stay", _("stays where it is")))
        return found
