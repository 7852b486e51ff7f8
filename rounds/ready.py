"""The ready plans, in any language: their files are in English, and what people read in them is translated."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

from rounds.languages import ENGLISH, say
from rounds.plan import Plan
from rounds.reading import read_plan

PLANS = Path(__file__).parent / "plans"
#: a line with something that people read; in these files each such text is one line
_TEXT = re.compile(r'^((?:title|description|instruction) *= *)"(.*)"$', re.MULTILINE)
_COMMENT = re.compile(r"\A(?:# .*\n)+")
WIDTH = 118


def ready_plan(name: str, lang: str = ENGLISH) -> Plan:
    """One of the plans in `rounds/plans/`, such as "conference-2014", with its texts in a language. Raises KeyError."""
    if name not in ready_plans():
        raise KeyError(name)
    text = (PLANS / f"{name}.toml").read_text("utf-8")
    return read_plan(text if lang == ENGLISH else _translated(text, lang), f"{name}.toml")


def ready_plans() -> tuple[str, ...]:
    """The names of the ready plans, in alphabetical order."""
    return tuple(sorted(path.stem for path in PLANS.glob("*.toml")))


def texts_of(text: str) -> list[str]:
    """What there is to translate in a plan's file: the comment that it begins with, titles, instructions."""
    return [_comment(text), *(found[2] for found in _TEXT.finditer(text))]


def _comment(text: str) -> str:
    found = _COMMENT.match(text)
    return " ".join(found[0].replace("\n# ", "\n").removeprefix("# ").split()) if found else ""


def _translated(text: str, lang: str) -> str:
    lines = textwrap.wrap(say(lang, _comment(text)), WIDTH)
    text = _COMMENT.sub(lambda _: "".join(f"# {line}\n" for line in lines), text)
    return _TEXT.sub(lambda found: found[1] + json.dumps(say(lang, found[2]), ensure_ascii=False), text)
