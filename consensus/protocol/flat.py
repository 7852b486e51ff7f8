"""The protocol as CSV for a spreadsheet and as JSON for programs."""

from __future__ import annotations

import csv
import io
import json

from consensus.evaluation import Evaluated
from consensus.intake import ItemRow
from consensus.protocol import tables
from consensus.protocol.record import Record
from consensus.protocol.text import encoded, guarded, printable


def csv_of(record: Record) -> bytes:
    """The protocol table: UTF-8 with a byte order mark, which Excel needs; cells that look like formulas guarded."""
    frame = tables.protocol_table(record)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([guarded(printable(value)) if isinstance(value, str) else _plain(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def json_of(record: Record) -> bytes:
    """What `replay --json` prints, with title, items, lots and the protocols in published order.

    What the panel wrote stands in it too, as far as it was shown; an archive goes without.
    """
    found: dict[str, object] = {
        "title": record.title,
        "language": record.language,
        "anonymity": record.plan.anonymity,
        **record.replayed.as_json(),
        "lots": dict(sorted(record.lots.items())),
        "items": [_item(item) for item in record.items],
        "published": [
            {"final": row.final, "number": row.number, "admitted": row.admitted}
            for row in tables.protocol_table(record).itertuples(index=False)
        ],
    }
    if on_paper := {id: there.typed for id, there in record.attendance.items() if there.typed}:
        found["on_paper"] = on_paper
    if record.arguments:
        found["arguments"] = [{"number": row.number, "side": row.side, "text": row.text} for row in record.arguments]
    if record.evaluation is not None:
        found["evaluation"] = _evaluation(record.evaluation, record.language)
    return encoded(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _evaluation(held: Evaluated, lang: str) -> dict[str, object]:
    """What the panel thought; null where it may not be shown."""
    return {
        "sheets": held.sheets,
        "questions": [
            {"text": question.said(lang), "answers": None if question.counts is None else dict(question.counts)}
            for question in held.questions
        ],
        "comments": list(held.comments),
    }


def _item(item: ItemRow) -> dict[str, object]:
    """An item; what archives did not have from the beginning stands there only where there is any."""
    found: dict[str, object] = {
        "number": item.number,
        "kind": item.kind,
        "text": item.text,
        "explanation": item.explanation,
        "perspective": item.perspective,
    }
    found |= {"plain": item.plain} if item.plain else {}
    found |= {"merged": list(item.merged)} if item.merged else {}
    return found


def _plain(value: object) -> object:
    return "" if value is None else value
