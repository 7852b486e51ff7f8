"""Plans, rules and verdicts said in plain sentences, in English ("en") and Swedish ("sv")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rounds.measure import Measure, Number, Root, Share
from rounds.rule import And, Comparison, Condition, Disagreement, Not, Or, Otherwise, Rule, Scope, Top

if TYPE_CHECKING:
    from rounds.plan import Quorum, Round, RuleSet
    from rounds.verdict import ItemResult

LANGUAGES = ("en", "sv")

PROTOCOLS = {
    "en": {"extended": "the extended protocol", "core": "the core protocol"},
    "sv": {"extended": "det omfattande protokollet", "core": "kärnprotokollet"},
}
KINDS = {
    "en": {"process": "the process indicators", "effect": "the effect indicators"},
    "sv": {"process": "processindikatorerna", "effect": "effektindikatorerna"},
}
OPERATORS = {
    "en": {">=": "at least", ">": "over", "<=": "at most", "<": "under", "=": "exactly"},
    "sv": {">=": "minst", ">": "över", "<=": "högst", "<": "under", "=": "precis"},
}
#: what a share or a number is a share or a number of: (per cent, count)
SHARED = {
    "en": {
        "yes": ("yes", "yes votes"),
        "no": ("no", "no votes"),
        "abstain": ("abstentions", "abstentions"),
        "picks": ("of the papers picking it", "picks"),
        "share": ("rating {range}", "ratings of {range}"),
    },
    "sv": {
        "yes": ("ja", "ja-röster"),
        "no": ("nej", "nej-röster"),
        "abstain": ("som avstår", "som avstår"),
        "picks": ("av papperen som väljer den", "val"),
        "share": ("betyg {range}", "betyg {range}"),
    },
}
NUMBERED = {
    "en": {
        "votes": "{op} {n} votes",
        "points": "{op} {n} points",
        "median": "a median of {op} {n}",
        "mean": "a mean of {op} {n}",
        "iqr": "an interquartile range of {op} {n}",
        "sd": "a standard deviation of {op} {n}",
        "cv": "a coefficient of variation of {op} {n}",
        "borda": "a Borda score of {op} {n}",
    },
    "sv": {
        "votes": "{op} {n} röster",
        "points": "{op} {n} poäng",
        "median": "en median på {op} {n}",
        "mean": "ett medelvärde på {op} {n}",
        "iqr": "ett kvartilavstånd på {op} {n}",
        "sd": "en standardavvikelse på {op} {n}",
        "cv": "en variationskoefficient på {op} {n}",
        "borda": "Bordapoäng på {op} {n}",
    },
}
MOST = {
    "en": {
        "yes": "most yes votes",
        "no": "most no votes",
        "abstain": "most abstentions",
        "votes": "most votes",
        "share": "the largest share rating {range}",
        "median": "the highest median",
        "mean": "the highest mean",
        "iqr": "the largest interquartile range",
        "sd": "the largest standard deviation",
        "cv": "the largest coefficient of variation",
        "picks": "most picks",
        "points": "most points",
        "borda": "the highest Borda score",
    },
    "sv": {
        "yes": "flest ja-röster",
        "no": "flest nej-röster",
        "abstain": "flest som avstår",
        "votes": "flest röster",
        "share": "störst andel betyg {range}",
        "median": "högst median",
        "mean": "högst medelvärde",
        "iqr": "störst kvartilavstånd",
        "sd": "störst standardavvikelse",
        "cv": "störst variationskoefficient",
        "picks": "flest val",
        "points": "flest poäng",
        "borda": "högst Bordapoäng",
    },
}
PHRASES = {
    "en": {
        "protocol": 'the protocol "{0}"',
        "kind": 'the items of kind "{0}"',
        "and": "and",
        "or": "or",
        "not": "not {0}",
        "disagreement": "disagreement",
        "no disagreement": "no disagreement",
        "every": "in every group",
        "any": "in any group",
        "groups": "in at least {0} groups",
        "top": "the {0} with {1}",
        "top 1": "the one with {1}",
        "if": "{0}, if they have {1},",
        "with": "those with {0}",
        "those": "those {0}",
        "others": "all others",
        "of": "of {0} {1}",
        "advance": "{0} go into {1}",
        "cut": "{0} are out",
        "rest": "the rest",
        "all": "all items",
        "hold": "{0} are discussed and voted on again",
        "stay": "{0} stay in {1}",
        "stay several": "{0} stay where they are",
        "run-off": "a run-off between the tied items alone: those with {0} take the places left; "
        "a new tie is settled by lot",
        "share of": "the largest share of {0}",
    },
    "sv": {
        "protocol": 'protokollet "{0}"',
        "kind": 'punkterna av slaget "{0}"',
        "and": "och",
        "or": "eller",
        "not": "inte {0}",
        "disagreement": "oenighet",
        "no disagreement": "ingen oenighet",
        "every": "i varje grupp",
        "any": "i någon grupp",
        "groups": "i minst {0} grupper",
        "top": "de {0} med {1}",
        "top 1": "den med {1}",
        "if": "{0}, om de har {1},",
        "with": "de med {0}",
        "those": "de {0}",
        "others": "alla andra",
        "of": "av {0} {1}",
        "advance": "{0} går in i {1}",
        "cut": "{0} är ute",
        "rest": "resten",
        "all": "alla indikatorer",
        "hold": "{0} diskuteras och röstas om",
        "stay": "{0} stannar i {1}",
        "stay several": "{0} stannar där de är",
        "run-off": "en omröstning mellan enbart de lika: de med {0} får platserna som är kvar; "
        "blir det lika igen avgör lotten",
        "share of": "störst andel {0}",
    },
}
NOTES = {
    "en": {
        "advance all": "If several are tied at the line, all of them go in.",
        "hold all": "If several are tied at the line, none of them goes in; they are treated like the rest.",
        "run-off": "If several are tied at the line, a run-off between them decides; a new tie is settled by lot.",
        "lot": "If several are tied at the line, a lot decides; its seed is shown before it is drawn.",
        "ask": "If several are tied at the line, the room decides and the reason is written down.",
        "quorum": "An item needs {0} to be decided; with fewer it is held.",
        "of present": "votes from {0} of those present",
        "of entitled": "votes from {0} of all seats",
        "of votes": "{0} votes",
        "cut first": "An item that meets both rules is out.",
        "advance first": "An item that meets both rules goes in.",
        "cast": "Shares are of the votes cast; abstentions do not count.",
        "ballots": "Shares are of the ballots, abstentions included.",
        "present": "Shares are of those present.",
        "entitled": "Shares are of all seats.",
        "groups": "Groups with fewer than {0} ballots do not decide.",
    },
    "sv": {
        "advance all": "Om flera är lika vid gränsen går alla in.",
        "hold all": "Om flera är lika vid gränsen går ingen av dem in; de behandlas som resten.",
        "run-off": "Om flera är lika vid gränsen avgör en omröstning mellan dem; blir det lika igen avgör lotten.",
        "lot": "Om flera är lika vid gränsen avgör lotten; dess frö visas innan den dras.",
        "ask": "Om flera är lika vid gränsen avgör rummet, och skälet skrivs ner.",
        "quorum": "En indikator behöver {0} för att avgöras; med färre röstas den om.",
        "of present": "röster från {0} av de närvarande",
        "of entitled": "röster från {0} av alla platser",
        "of votes": "{0} röster",
        "cut first": "En indikator som uppfyller båda reglerna är ute.",
        "advance first": "En indikator som uppfyller båda reglerna går in.",
        "cast": "Andelar räknas av avgivna röster; den som avstår räknas inte.",
        "ballots": "Andelar räknas av alla röstsedlar, även de som avstår.",
        "present": "Andelar räknas av de närvarande.",
        "entitled": "Andelar räknas av alla platser.",
        "groups": "Grupper med färre än {0} röstsedlar avgör inte.",
    },
}
REASONS = {
    "en": {
        "top": "{rule}: place {place}, {value}",
        "rule": "{rule}: {value}",
        "inquorate": "inquorate: {votes} votes, the quorum is {quorum}",
        "no-base": "inquorate: there are no votes to take a share of",
        "rest": "meets no rule: place {place}, {value}",
        "rest unranked": "meets no rule: {value}",
        "tie": "{rule}: tied at place {place}, {value}; {settled}",
        "decided": "{rule}: tied at place {place}, {value}; decided: {decision}",
        "undefined": "no value",
        "value": "{0} of {1}",
    },
    "sv": {
        "top": "{rule}: plats {place}, {value}",
        "rule": "{rule}: {value}",
        "inquorate": "ej beslutsför: {votes} röster, kravet är {quorum}",
        "no-base": "ej beslutsför: det finns inga röster att räkna andel av",
        "rest": "uppfyller ingen regel: plats {place}, {value}",
        "rest unranked": "uppfyller ingen regel: {value}",
        "tie": "{rule}: lika på plats {place}, {value}; {settled}",
        "decided": "{rule}: lika på plats {place}, {value}; avgjort: {decision}",
        "undefined": "inget värde",
        "value": "{0} av {1}",
    },
}
#: figures that do not say by themselves what they are
FIGURES = {
    "en": {"median": "median {0}", "mean": "mean {0}", "points": "{0} points", "borda": "{0} ranking points"},
    "sv": {"median": "median {0}", "mean": "medelvärde {0}", "points": "{0} poäng", "borda": "{0} rangpoäng"},
}
SETTLED = {
    "en": {
        ("advance all", "in"): "all tied items go in",
        ("hold all", "out"): "no tied item goes in",
        ("run-off", "in"): "won the run-off",
        ("run-off", "out"): "lost the run-off",
        ("run-off", "open"): "a run-off or its lot decides",
        ("lot", "in"): "drawn by lot",
        ("lot", "out"): "not drawn by lot",
        ("lot", "open"): "a lot decides",
        ("ask", "out"): "the places were decided for others",
        ("ask", "open"): "the room decides",
    },
    "sv": {
        ("advance all", "in"): "alla lika går in",
        ("hold all", "out"): "ingen av de lika går in",
        ("run-off", "in"): "vann omröstningen mellan de lika",
        ("run-off", "out"): "förlorade omröstningen mellan de lika",
        ("run-off", "open"): "en omröstning mellan de lika eller dess lott avgör",
        ("lot", "in"): "dragen av lotten",
        ("lot", "out"): "inte dragen av lotten",
        ("lot", "open"): "lotten avgör",
        ("ask", "out"): "platserna gavs till andra",
        ("ask", "open"): "rummet avgör",
    },
}


def protocol_name(id: str, lang: str) -> str:
    """A protocol in a sentence: "the core protocol", "kärnprotokollet"."""
    return PROTOCOLS[lang].get(id) or _say(lang, "protocol", id)


def kind_name(id: str, lang: str) -> str:
    """The items of a kind in a sentence: "the effect indicators"."""
    return KINDS[lang].get(id) or _say(lang, "kind", id)


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
    notes = NOTES[lang]
    rules = [rule for rules in (round.advance, round.cut) if rules for rule in rules.rules.values()]
    found = []
    if any(isinstance(rule, Top) for rule in rules) and not round.is_run_off:
        found.append(notes[round.ties])
    if round.quorum:
        found.append(notes["quorum"].format(quorum(round.quorum, lang)))
    if round.advance and round.cut:
        found.append(notes[f"{round.precedence} first"])
    if round.ballot.form in ("yes-no", "yes-no-abstain", "scale"):
        found.append(notes[round.base])
    return found


def quorum(quorum: Quorum, lang: str) -> str:
    """A quorum in words: "votes from 2/3 of all seats"."""
    return NOTES[lang][f"of {quorum.of}"].format(quorum.text.split(" ")[0])


def condition(part: Condition, lang: str) -> str:
    """A condition as a noun phrase: "at least 70 % yes and under 15 % no"."""
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
    why, texts = result.why, REASONS[lang]
    parts = dict(why.parts)
    filled = {
        "rule": _rule(why.rule, why.parts.get("measure"), lang) if why.rule else "",
        "value": _value(parts["value"], lang) if "value" in parts else _values(result, why.rule, lang),
        "place": parts.get("place"),
        "votes": parts.get("votes"),
        "quorum": parts.get("quorum"),
        "decision": parts.get("decision"),
        "settled": SETTLED[lang].get((str(parts.get("policy")), str(parts.get("outcome"))), ""),
    }
    if why.code == "rest":
        filled["value"] = FIGURES[lang].get(str(parts.get("measure")), "{0}").format(filled["value"])
    code = "rest unranked" if why.code == "rest" and parts.get("place") is None else why.code
    return texts[code].format(**filled)


def _rule(rule: Rule, measure: object, lang: str) -> str:
    if lang == "en":
        return f"{rule} by {measure}" if isinstance(rule, Top) and rule.by is None else str(rule)
    if isinstance(rule, Top):
        return f"topp {rule.places}" + (
            f" {_say(lang, 'and')} {condition(rule.condition, lang)}" if rule.condition else ""
        )
    return "" if isinstance(rule, Otherwise) else condition(rule, lang)


def _values(result: ItemResult, rule: Rule | None, lang: str) -> str:
    if rule is None or isinstance(rule, Otherwise):
        return ""
    named = [name for name in result.measures if name in str(rule)]
    return ", ".join(_value(result.measures[name], lang) for name in named)


def _value(value: object, lang: str) -> str:
    if isinstance(value, Share):
        return REASONS[lang]["value"].format(value.count, value.base)
    if isinstance(value, Number):
        return decimal(float(value.value), lang)
    if isinstance(value, Root):
        return decimal(float(value.square) ** 0.5, lang)
    if isinstance(value, bool):
        return _say(lang, "disagreement" if value else "no disagreement")
    return REASONS[lang]["undefined"]


def decimal(number: float, lang: str) -> str:
    """A number for people: at most two decimals, comma in Swedish."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if lang == "sv" else text


def _say(lang: str, phrase: str, *parts: object) -> str:
    return PHRASES[lang][phrase].format(*parts)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


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
        bare = isinstance(rule, Comparison) and phrase.startswith(OPERATORS[lang]["<"])
        return _say(lang, "those" if bare else "with", phrase)
    measure = rule.by or round.ranking(kind)[0]
    top = _say(lang, "top 1" if rule.places == 1 else "top", rule.places, _most(measure, round, lang))
    return _say(lang, "if", top, condition(rule.condition, lang)) if rule.condition else top


def _most(measure: Measure, round: Round, lang: str) -> str:
    if measure.name in ("yes", "no") and round.ballot.allows_abstention and round.base in ("cast", "ballots"):
        return _say(lang, "share of", SHARED[lang][measure.name][0])
    return MOST[lang][measure.name].format(range=_range(measure))


def _range(measure: Measure) -> str:
    return str(measure.low) if measure.low == measure.high else f"{measure.low}–{measure.high}"


def _comparison(part: Comparison, lang: str) -> str:
    operator = OPERATORS[lang][part.operator]
    number = part.text.replace(".", ",") if lang == "sv" else part.text
    if not part.measure.is_share:
        number = f"{number} %" if part.percent else number
        return NUMBERED[lang][part.measure.name].format(op=operator, n=number)
    per_cent, counted = (text.format(range=_range(part.measure)) for text in SHARED[lang][part.measure.name])
    return f"{operator} {number} % {per_cent}" if part.percent else f"{operator} {number} {counted}"


def _scope(scope: Scope | None, lang: str) -> str:
    if scope is None:
        return ""
    if isinstance(scope.groups, int):
        return " " + _say(lang, "groups", scope.groups)
    return " " + _say(lang, scope.groups)


def _bracketed(part: Condition, lang: str) -> str:
    return f"({condition(part, lang)})" if isinstance(part, And | Or) else condition(part, lang)
