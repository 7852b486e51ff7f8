"""The plan language in plain words: what each key may be, what a round votes on, what a kind is called."""

from __future__ import annotations

from flask_babel import gettext

from consensus.i18n import current_language
from rounds.plan import Source
from rounds.words import kind_name, protocol_name

_ = gettext


def kind_title(kind: str | None) -> str:
    named = {"process": _("Process"), "effect": _("Effect"), None: _("Items")}
    return str(named.get(kind) or str(kind).capitalize())


def source_name(source: Source) -> str:
    """What a round votes on: "the process indicators", "what round P1 kept"."""
    if source.what == "kind":
        return kind_name(source.name, current_language())
    if source.what == "protocol":
        return protocol_name(source.name, current_language())
    if source.what == "all":
        return str(_("all items"))
    named = {"held": _("what round %(id)s kept for another vote"), "cut": _("what round %(id)s took out")}
    return str(named[source.what] % {"id": source.name})


def bases() -> dict[str, str]:
    return {
        "cast": _("the votes cast, without abstentions"),
        "ballots": _("all ballots, with abstentions"),
        "present": _("those present"),
        "entitled": _("all seats"),
    }


def levels() -> dict[str, str]:
    return {
        "vote": _("each vote stands alone"),
        "paper": _("one unnamed paper per person and round"),
        "panel": _("one random number per person throughout, so that change can be seen"),
    }


def ties() -> dict[str, str]:
    return {
        "advance all": _("all of them go in"),
        "hold all": _("none of them goes in"),
        "run-off": _("a run-off between them"),
        "lot": _("a lot decides"),
        "ask": _("the room decides, with a reason"),
    }


def feedbacks() -> dict[str, str]:
    return {
        "full": _("all figures"),
        "outcome": _("in or out, no figures"),
        "none": _("nothing until the round is done"),
    }


def paces() -> dict[str, str]:
    return {"plenary": _("one item at a time, together"), "paper": _("all items at once, at one’s own pace")}


def answers() -> dict[str, str]:
    return {"yes-no": _("yes or no"), "yes-no-abstain": _("yes, no or abstain")}


def precedences() -> list[tuple[str, str]]:
    return [("cut", _("is out")), ("advance", _("goes in"))]


def quorums(now: str) -> list[tuple[str, str]]:
    """The usual quorums in words, and the plan's own as it is written."""
    known = {
        "": _("no least number of votes"),
        "50% of present": _("votes from half of those present"),
        "2/3 of present": _("votes from two thirds of those present"),
        "50% of entitled": _("votes from half of all seats"),
        "2/3 of entitled": _("votes from two thirds of all seats"),
    }
    return list({**known, **({now: now} if now not in known else {})}.items())


def protocol_names() -> dict[str, str]:
    """What the protocols of the ready plans are called."""
    return {
        "extended": _("Extended protocol"),
        "core": _("Core protocol"),
        "consensus": _("Consensus list"),
        "appropriate": _("Appropriate items"),
        "shortlist": _("Shortlist"),
        "priorities": _("Priorities"),
        "adopted": _("Adopted items"),
    }


def protocol_title(id: str) -> str:
    return str(protocol_names().get(id) or _("Protocol “%(name)s”", name=id))
