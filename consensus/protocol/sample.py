"""A Word template to begin with: every tag there is, in a plain layout, with notes that vanish when it is filled in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from consensus.protocol.report import Table
from consensus.protocol.steady import steady_zip
from consensus.protocol.word import add_table, new_document
from consensus.protocol.words import say
from rounds import languages
from rounds.languages import N_

NOTE = N_(
    "How the template works: what stands in braces is filled in. Change typefaces, colours, logo and order as "
    "you like, and take away what is not needed. This line does not show in the report."
)


def sample(lang: str) -> bytes:
    """The template in a language, the same bytes each time."""
    document = new_document(lang, "{{ title }}")
    document.core_properties.created = document.core_properties.modified = datetime(2000, 1, 1)
    document.add_heading("{{ title }}", 0)
    for text in ("{{ date }}", f"{{# {languages.say(lang, NOTE)} #}}", "{{ summary }}", "{{ funnel }}"):
        document.add_paragraph(text)
    _protocols(document, lang)
    _method(document, lang)
    _afterwards(document, lang)
    out = io.BytesIO()
    document.save(out)
    return steady_zip(out.getvalue())


def _protocols(document: Any, lang: str) -> None:
    document.add_paragraph("{%p for protocol in protocols %}")
    document.add_heading("{{ protocol.title }} ({{ protocol.count }})", 1)
    document.add_paragraph("{%p for kind in protocol.kinds %}")
    document.add_heading("{{ kind.title }}", 2)
    heads = [say(lang, key) for key in ("final", "item", "figure", "admitted")]
    cells = ["{{ row.final }}", "{{ row.text }}", "{{ row.figure }}", "{{ row.admitted }}"]
    _table(document, say(lang, "in_protocol"), heads, "row in kind.rows", cells, (1.6, 7.6, 3.4, 4))
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endfor %}")


def _method(document: Any, lang: str) -> None:
    document.add_heading(say(lang, "rules"), 1)
    document.add_paragraph("{%p for round in rounds %}")
    document.add_heading("{{ round.title }}", 2)
    document.add_paragraph("{{ round.rule }}")
    there = [f"{say(lang, key)}: {{{{ round.{key} }}}}" for key in ("entitled", "present", "papers")]
    became = [f"{say(lang, key)}: {{{{ round.{key} }}}}" for key in ("advance", "hold", "cut", "stay")]
    document.add_paragraph(f"{say(lang, 'candidates')}: {{{{ round.candidates }}}}. {', '.join([*became, *there])}.")
    document.add_paragraph("{{ round.picture }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{{ anonymity }} {{ plan }}, SHA-256 {{ checksum }}")
    for key in ("ties", "deviations"):
        document.add_heading(say(lang, key), 2)
        _bullets(document, f"text in {key}", "{{ text }}")


def _afterwards(document: Any, lang: str) -> None:
    document.add_paragraph("{%p if answers %}")
    document.add_heading(say(lang, "evaluation"), 1)
    heads = [say(lang, key) for key in ("question", "satisfied", "neither", "dissatisfied")]
    cells = ["{{ one.question }}", "{{ one.satisfied }}", "{{ one.neither }}", "{{ one.dissatisfied }}"]
    _table(document, say(lang, "evaluation"), heads, "one in answers", cells, (7, 2.4, 2.4, 2.6), frozenset({1, 2, 3}))
    _bullets(document, "text in comments", "{{ text }}")
    document.add_paragraph("{%p endif %}")
    document.add_heading(say(lang, "history"), 1)
    cells = ["{{ item.number }}", "{{ item.text }}", "{{ item.told|join('\\n') }}"]
    heads = [say(lang, key) for key in ("number", "item", "became")]
    _table(document, say(lang, "history"), heads, "item in items", cells, (1.7, 6.5, 6))
    document.add_paragraph("{%p if arguments %}")
    document.add_heading(say(lang, "arguments"), 1)
    document.add_paragraph(say(lang, "arguments_intro"))
    heads = [say(lang, key) for key in ("number", "item", "side", "argument")]
    cells = ["{{ one.number }}", "{{ one.text }}", "{{ one.side }}", "{{ one.argument }}"]
    _table(document, say(lang, "arguments"), heads, "one in arguments", cells, (1.7, 5, 2, 6))
    document.add_paragraph("{%p endif %}")


def _bullets(document: Any, loop: str, text: str) -> None:
    document.add_paragraph(f"{{%p for {loop} %}}")
    document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("{%p endfor %}")


def _table(
    document: Any,
    name: str,
    heads: Sequence[str],
    loop: str,
    cells: Sequence[str],
    widths: Sequence[float],
    numeric: frozenset[int] = frozenset({0}),
) -> None:
    """A table with a row of headings, and a row that is repeated between two that only hold the loop's tags."""
    widest = widths.index(max(widths))  # where a tag is read best
    begin, end = (
        tuple(f"{{%tr {tag} %}}" if place == widest else "" for place in range(len(heads)))
        for tag in (f"for {loop}", "endfor")
    )
    rows = (begin, tuple(cells), end)
    add_table(document, Table(name, tuple(heads), rows, tuple(widths), numeric), whole=False)
