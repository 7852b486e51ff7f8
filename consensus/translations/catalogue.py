"""Collect the texts of pages and scripts, bring the catalogues up to date with them, and compile these.

A text is an English sentence in the code; a catalogue `<language>/LC_MESSAGES/messages.po` has its translation.
English needs none. `python -m consensus.translations fi` begins a new language.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = {
    "consensus": [("**.py", "python")],
    "rounds": [("**.py", "python"), ("plans/*.toml", "consensus.translations.plans:texts")],
    "templates": [("**.html", "jinja2")],
}
#: Function -> which of its arguments are texts. `error` is the plan reader's own way to complain.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_forms": (1, 2),
    "lazy_gettext": None,
    "Refusal": (2,),
    "Sentence": (1,),
    "Remark": (1,),
    "counted": (2, 3),
    "error": (2,),
    "Wording": (2,),
    "_error": (1,),
    "_warning": (1,),
}
#: a blank to fill in and nothing else: there is nothing to translate
_BLANK = re.compile(r"\{\w+\}|%\(\w+\)s")


def collect() -> Catalog:
    """Every text in the code, without translations. Needs a checkout: templates lie beside the package."""
    found = Catalog(charset="utf-8")
    for folder, methods in SOURCES.items():
        for file, _line, message, comments, context in extract_from_dir(
            ROOT / folder, method_map=methods, keywords=KEYWORDS
        ):
            if isinstance(message, str) and _BLANK.fullmatch(message):
                continue
            found.add(message, None, [(f"{folder}/{file}", 0)], auto_comments=comments, context=context)
    return found


def catalogues() -> dict[str, Path]:
    """Language code -> its catalogue."""
    return {path.parents[1].name: path for path in sorted(HERE.glob("*/LC_MESSAGES/messages.po"))}


def begin(code: str, folder: Path = HERE) -> Path:
    """Begin the catalogue of a language, with nothing translated yet; one that is there is left as it is."""
    path = folder / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        path.parent.mkdir(parents=True)
        out = io.BytesIO()
        write_po(out, Catalog(locale=code, project="Consensus", charset="utf-8"))
        path.write_bytes(out.getvalue())
    return path


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as programs read it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def update(path: Path) -> Catalog:
    """Bring one catalogue up to date with the code and compile it. Translations are kept, none is guessed."""
    catalogue = read(path)
    catalogue.update(collect(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    out = io.BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    path.write_bytes(out.getvalue())
    path.with_suffix(".mo").write_bytes(compiled(read(path)))
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts that a catalogue lacks a complete translation of."""
    missing = []
    for message in catalogue:
        if not message.id:
            continue
        given = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.fuzzy or not all(given):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing
