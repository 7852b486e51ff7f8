"""Plans, rules and verdicts said in plain sentences, in any of the languages there are (`rounds.languages`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rounds.languages import ENGLISH, N_, capitalised, counted, per_cent, say, with_point
from rounds.measure import Measure, Number, Root, Share
from rounds.rule import And, Comparison, Condition, Disagreement, Not, Or, Otherwise, Rule, Scope, Top

if TYPE_CHECKING:
    from rounds.plan import Quorum, Round, RuleSet
    from rounds.verdict import ItemResult

PROTOCOLS = {
    "extended": N_("the extended protocol"),
    "core": N_("the core protocol"),
    "consensus": N_("the consensus list"),
    "appropriate": N_("the list of appropriate items"),
    "shortlist": N_("the shortlist"),
    "priorities": N_("the list of priorities"),
    "adopted": N_("the list of adopted items"),
}
KINDS = {
    "process": N_("the process indicators"),
    "effect": N_("the effect indicators"),
}
OPERATORS = {
    ">=": N_("at least"),
    ">": N_("over"),
    "<=": N_("at most"),
    "<": N_("under"),
    "=": N_("exactly"),
}
#: what a share or a number is a share or a number of: (per cent, count)
SHARED = {
    "yes": (N_("yes"), N_("yes votes")),
    "no": (N_("no"), N_("no votes")),
    "abstain": (N_("abstentions"), N_("abstentions")),
    "picks": (N_("of the papers picking it"), N_("picks")),
    "share": (N_("rating {range}"), N_("ratings of {range}")),
}
NUMBERED = {
    "votes": N_("{op} {n} votes"),
    "points": N_("{op} {n} points"),
    "median": N_("a median of {op} {n}"),
    "mean": N_("a mean of {op} {n}"),
    "iqr": N_("an interquartile range of {op} {n}"),
    "sd": N_("a standard deviation of {op} {n}"),
    "cv": N_("a coefficient of variation of {op} {n}"),
    "borda": N_("a Borda score of {op} {n}"),
}
MOST = {
    "yes": N_("most yes votes"),
    "no": N_("most no votes"),
    "abstain": N_("most abstentions"),
    "votes": N_("most votes"),
    "share": N_("the largest share rating {range}"),
    "median": N_("the highest median"),
    "mean": N_("the highest mean"),
    "iqr": N_("the largest interquartile range"),
    "sd": N_("the largest standard deviation"),
    "cv": N_("the largest coefficient of variation"),
    "picks": N_("most picks"),
    "points": N_("most points"),
    "borda": N_("the highest Borda score"),
}
PHRASES = {
    "protocol": N_('the protocol "{0}"'),
    "kind": N_('the items of kind "{0}"'),
    "and": N_("and"),
    "or": N_("or"),
    "not": N_("not {0}"),
    "disagreement": N_("disagreement"),
    "no disagreement": N_("no disagreement"),
    "every": N_("in every group"),
    "any": N_("in any group"),
    "groups": N_("in at least {0} groups"),
    "if": N_("{0}, if they have {1},"),
    "with": N_("those with {0}"),
    "those": N_("those {0}"),
    "others": N_("all others"),
    "of": N_("of {0} {1}"),
    "advance": N_("{0} go into {1}"),
    "cut": N_("{0} are out"),
    "rest": N_("the rest"),
    "all": N_("all items"),
    "hold": N_("{0} are discussed and voted on again"),
    "stay": N_("{0} stay in {1}"),
    "stay several": N_("{0} stay where they are"),
    "run-off": N_(
        "a run-off between the tied items alone: those with {0} take the places left; a new tie is settled by lot"
    ),
    "share of": N_("the largest share of {0}"),
}
NOTES = {
    "advance all": N_("If several are tied at the line, all of them go in."),
    "hold all": N_("If several are tied at the line, none of them goes in; they are treated like the rest."),
    "run-off": N_("If several are tied at the line, a run-off between them decides; a new tie is settled by lot."),
    "lot": N_("If several are tied at the line, a lot decides; its seed is shown before it is drawn."),
    "ask": N_("If several are tied at the line, the room decides and the reason is written down."),
    "quorum": N_("An item needs {0} to be decided; with fewer it is held."),
    "of present": N_("votes from {0} of those present"),
    "of entitled": N_("votes from {0} of all seats"),
    "of votes": N_("{0} votes"),
    "cut first": N_("An item that meets both rules is out."),
    "advance first": N_("An item that meets both rules goes in."),
    "cast": N_("Shares are of the votes cast; abstentions do not count."),
    "ballots": N_("Shares are of the ballots, abstentions included."),
    "present": N_("Shares are of those present."),
    "entitled": N_("Shares are of all seats."),
    "groups": N_("Groups with fewer than {0} ballots do not decide."),
}
REASONS = {
    "top": N_("{rule}: place {place}, {value}"),
    "rule": N_("{rule}: {value}"),
    "inquorate": N_("inquorate: {votes} votes, the quorum is {quorum}"),
    "no-base": N_("inquorate: there are no votes to take a share of"),
    "rest": N_("meets no rule: place {place}, {value}"),
    "rest unranked": N_("meets no rule: {value}"),
    "tie": N_("{rule}: tied at place {place}, {value}; {settled}"),
    "decided": N_("{rule}: tied at place {place}, {value}; decided: {decision}"),
    "undefined": N_("no value"),
    "value": N_("{0} of {1}"),
}
#: figures that do not say by themselves what they are
FIGURES = {
    "median": N_("median {0}"),
    "mean": N_("mean {0}"),
    "points": N_("{0} points"),
    "borda": N_("{0} ranking points"),
}
SETTLED = {
    ("advance all", "in"): N_("all tied items go in"),
    ("hold all", "out"): N_("no tied item goes in"),
    ("run-off", "in"): N_("won the run-off"),
    ("run-off", "out"): N_("lost the run-off"),
    ("run-off", "open"): N_("a run-off or its lot decides"),
    ("lot", "in"): N_("drawn by lot"),
    ("lot", "out"): N_("not drawn by lot"),
    ("lot", "open"): N_("a lot decides"),
    ("ask", "out"): N_("the places were decided for others"),
    ("ask", "open"): N_("the room decides"),
}


def protocol_name(id: str, lang: str) -> str:
    """A protocol in a sentence: "the core protocol", "kärnprotokollet"."""
    return say(lang, PROTOCOLS[id]) if id in PROTOCOLS else _say(lang, "protocol", id)


def kind_name(id: str, lang: str) -> str:
    """The items of a kind in a sentence: "the effect indicators"."""
    return say(lang, KINDS[id]) if id in KINDS else _say(lang, "kind", id)


def round_sentence(round: Round, lang: str) -> str:
    """What the rule of a round does, in one plain sentence."""
    if round.is_run_off:
        kind = next(iter(round.advance.rules), None) if round.advance else None
        return _sentence(_say(lang, "run-off", _most(round.ranking(kind)[0], round, lang)))
    parts = []
    if round.advance and round.to:
        parts.append(_say(lang, "advance", _taken(round.advance, round, lang), protocol_name(round.to, lang)))
    if round.cut:
        parts.append(_say(lang, "cut", _taken(round.cut, round, lang)))
    if not _takes_the_rest(round):
        parts.append(_rest(round, lang, _say(lang, "rest" if parts else "all")))
    return _sentence("; ".join(parts))


def round_notes(round: Round, lang: str) -> list[str]:
    """What else decides in a round, a sentence each."""
    rules = [rule for rules in (round.advance, round.cut) if rules for rule in rules.rules.values()]
    found = []
    if any(isinstance(rule, Top) for rule in rules) and not round.is_run_off:
        found.append(say(lang, NOTES[round.ties]))
    if round.quorum:
        found.append(say(lang, NOTES["quorum"], quorum(round.quorum, lang)))
    if round.advance and round.cut:
        found.append(say(lang, NOTES[f"{round.precedence} first"]))
    if round.ballot.form in ("yes-no", "yes-no-abstain", "scale"):
        found.append(say(lang, NOTES[round.base]))
    return found


def quorum(quorum: Quorum, lang: str) -> str:
    """A quorum in words: "votes from 2/3 of all seats"."""
    return say(lang, NOTES[f"of {quorum.of}"], quorum.text.split(" ")[0])


def condition(part: Condition, lang: str) -> str:
    """A condition as a noun phrase: "at least 70% yes and under 15% no"."""
    if isinstance(part, And | Or):
        word = _say(lang, "and" if isinstance(part, And) else "or")
        return f" {word} ".join(_bracketed(inner, lang) for inner in part.parts)
    if isinstance(part, Not):
        if isinstance(part.inner, Disagreement):
            return _say(lang, "no disagreement") + _scope(part.inner.scope, lang)
        return _say(lang, "not", _bracketed(part.inner, lang))
    if isinstance(part, Disagreement):
        return _say(lang, "disagreement") + _scope(part.scope, lang)
    return _comparison(part, lang) + _scope(part.scope, lang)


def taken(rule: Rule, kind: str | None, round: Round, lang: str) -> str:
    """The items that a rule takes, as a noun phrase: "the 14 with most yes votes"."""
    return _who(rule, kind, round, lang)


def reason(result: ItemResult, lang: str) -> str:
    """Why an item got its verdict, in one sentence with its figures."""
    why = result.why
    parts = dict(why.parts)
    filled = {
        "rule": _rule(why.rule, why.parts.get("measure"), lang) if why.rule else "",
        "value": _value(parts["value"], lang) if "value" in parts else _values(result, why.rule, lang),
        "place": parts.get("place"),
        "votes": parts.get("votes"),
        "quorum": parts.get("quorum"),
        "decision": parts.get("decision"),
        "settled": say(lang, SETTLED.get((str(parts.get("policy")), str(parts.get("outcome"))), "")),
    }
    if why.code == "rest":
        figure = FIGURES.get(str(parts.get("measure")))
        filled["value"] = say(lang, figure, filled["value"]) if figure else filled["value"]
    code = "rest unranked" if why.code == "rest" and parts.get("place") is None else why.code
    return say(lang, REASONS[code], **filled)


def _rule(rule: Rule, measure: object, lang: str) -> str:
    if lang == ENGLISH:  # as the plan has it
        return f"{rule} by {measure}" if isinstance(rule, Top) and rule.by is None else str(rule)
    if isinstance(rule, Top):
        top = say(lang, N_("top {0}"), rule.places)
        return f"{top} {_say(lang, 'and')} {condition(rule.condition, lang)}" if rule.condition else top
    return "" if isinstance(rule, Otherwise) else condition(rule, lang)


def _values(result: ItemResult, rule: Rule | None, lang: str) -> str:
    if rule is None or isinstance(rule, Otherwise):
        return ""
    named = [name for name in result.measures if name in str(rule)]
    return ", ".join(_value(result.measures[name], lang) for name in named)


def _value(value: object, lang: str) -> str:
    if isinstance(value, Share):
        return say(lang, REASONS["value"], value.count, value.base)
    if isinstance(value, Number):
        return decimal(float(value.value), lang)
    if isinstance(value, Root):
        return decimal(float(value.square) ** 0.5, lang)
    if isinstance(value, bool):
        return _say(lang, "disagreement" if value else "no disagreement")
    return say(lang, REASONS["undefined"])


def decimal(number: float, lang: str) -> str:
    """A number for people: at most two decimals, with the language's own point."""
    return with_point(f"{number:.2f}".rstrip("0").rstrip("."), lang)


def _say(lang: str, phrase: str, *parts: object) -> str:
    return say(lang, PHRASES[phrase], *parts)


def _sentence(text: str) -> str:
    return capitalised(text) + "."


def _listed(parts: Iterable[str], lang: str) -> str:
    *first, last = parts
    return f"{', '.join(first)} {_say(lang, 'and')} {last}" if first else last


def _takes_the_rest(round: Round) -> bool:
    both = [rules for rules in (round.advance, round.cut) if rules and not rules.per_kind]
    return any(isinstance(rule, Otherwise) for rules in both for rule in rules.rules.values())


def _rest(round: Round, lang: str, who: str) -> str:
    if round.otherwise != "stay":
        return _say(lang, round.otherwise, who)
    if len(round.vote_on) == 1:
        return _say(lang, "stay", who, protocol_name(round.vote_on[0].name, lang))
    return _say(lang, "stay several", who)


def _taken(rules: RuleSet, round: Round, lang: str) -> str:
    if not rules.per_kind:
        return _who(rules.rules[None], None, round, lang)
    return _listed(
        [
            _say(lang, "of", kind_name(str(kind), lang), _who(rule, kind, round, lang))
            for kind, rule in rules.rules.items()
        ],
        lang,
    )


def _who(rule: Rule, kind: str | None, round: Round, lang: str) -> str:
    if isinstance(rule, Otherwise):
        return _say(lang, "others")
    if not isinstance(rule, Top):
        phrase = condition(rule, lang)
        bare = isinstance(rule, Comparison) and rule.operator == "<" and _begins_with_operator(rule.measure)
        return _say(lang, "those" if bare else "with", phrase)
    measure = rule.by or round.ranking(kind)[0]
    top = counted(lang, "the one with {1}", "the {0} with {1}", rule.places, rule.places, _most(measure, round, lang))
    return _say(lang, "if", top, condition(rule.condition, lang)) if rule.condition else top


def _most(measure: Measure, round: Round, lang: str) -> str:
    if measure.name in ("yes", "no") and round.ballot.allows_abstention and round.base in ("cast", "ballots"):
        return _say(lang, "share of", say(lang, SHARED[measure.name][0]))
    return say(lang, MOST[measure.name], range=_range(measure))


def _range(measure: Measure) -> str:
    return str(measure.low) if measure.low == measure.high else f"{measure.low}–{measure.high}"


def _comparison(part: Comparison, lang: str) -> str:
    operator, number = say(lang, OPERATORS[part.operator]), with_point(part.text, lang)
    if not part.measure.is_share:
        number = per_cent(number, lang) if part.percent else number
        return say(lang, NUMBERED[part.measure.name], op=operator, n=number)
    of_share, of_count = SHARED[part.measure.name]
    what = say(lang, of_share if part.percent else of_count, range=_range(part.measure))
    number = per_cent(number, lang) if part.percent else number
    return say(lang, N_("{op} {n} {what}"), op=operator, n=number, what=what)


def _begins_with_operator(measure: Measure) -> bool:
    return measure.is_share or NUMBERED[measure.name].startswith("{op}")


def _scope(scope: Scope | None, lang: str) -> str:
    if scope is None:
        return ""
    if isinstance(scope.groups, int):
        return " " + _say(lang, "groups", scope.groups)
    return " " + _say(lang, scope.groups)


def _bracketed(part: Condition, lang: str) -> str:
    return f"({condition(part, lang)})" if isinstance(part, And | Or) else condition(part, lang)
