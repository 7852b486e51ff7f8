"""A Word template to begin with: every tag there is, in a plain layout, with notes that vanish when it is filled in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import docx

from consensus.protocol.steady import steady_zip
from consensus.protocol.words import say
from rounds import languages
from rounds.languages import N_

NOTE = N_(
    "How the template works: what stands in braces is filled in. Change typefaces, colours, logo and order as "
    "you like, and take away what is not needed. This line does not show in the report."
)


def sample(lang: str) -> bytes:
    """The template in a language, the same bytes each time."""
    document = docx.Document()
    document.core_properties.author, document.core_properties.comments = "Consensus", ""
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
    _table(document, heads, "row in kind.rows", cells)
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
    _table(document, heads, "one in answers", cells)
    _bullets(document, "text in comments", "{{ text }}")
    document.add_paragraph("{%p endif %}")
    document.add_heading(say(lang, "history"), 1)
    cells = ["{{ item.number }}", "{{ item.text }}", "{{ item.told|join('; ') }}"]
    _table(document, [say(lang, key) for key in ("number", "item", "became")], "item in items", cells)


def _bullets(document: Any, loop: str, text: str) -> None:
    document.add_paragraph(f"{{%p for {loop} %}}")
    document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("{%p endfor %}")


def _table(document: Any, heads: Sequence[str], loop: str, cells: Sequence[str]) -> None:
    """A table with a row of headings, and a row that is repeated between two that only hold the loop's tags."""
    table = document.add_table(rows=4, cols=len(heads))
    table.style = "Table Grid"
    for place, (head, cell) in enumerate(zip(heads, cells, strict=True)):
        table.cell(0, place).text = head
        table.cell(2, place).text = cell
    table.cell(1, 0).text = f"{{%tr for {loop} %}}"
    table.cell(3, 0).text = "{%tr endfor %}"
