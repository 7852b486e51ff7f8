"""Vega-Lite specifications of the pictures: one for the page, the PDF and Word.

Imported only where something is drawn: altair takes a second, and nothing of it is needed to vote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt

from consensus.protocol.pictures import VERDICTS, Entry, Funnel, Ranking

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"  # the engine brings the first; browsers have one of the others
INK, QUIET, EDGE = "#1b2733", "#4a5866", "#6d7780"
#: from dark to light, so that they are told apart without colours too: what is out is an outline
FILLS = {"advance": "#17603f", "stay": "#5b7d95", "hold": "#e0b04a", "unresolved": "#8f1d1d", "cut": "#f1f2f3"}
WIDTH = 640
BAR_STEP, BAR = 42, 15
LETTERS = 80  # of the funnel's text that a line holds, half of them bold
LARGE = (1000, 47, 21)  # of a funnel on a slide: width, step and type; a line holds as much
ROW, MOST_ROWS, MOST_COLUMNS, GAP = 19, 26, 5, 26


def specification(drawn: Funnel | Ranking) -> dict[str, Any]:
    """The Vega-Lite specification of a picture, its data inside."""
    chart = _funnel(drawn) if isinstance(drawn, Funnel) else _ranking(drawn)
    finished = chart.configure(font=FONT, background="white", padding=6, view=alt.ViewConfig(stroke=None))
    found: dict[str, Any] = finished.to_dict()
    return found


def size(drawn: Funnel | Ranking) -> tuple[int, int]:
    """About how wide and high a picture will be, in pixels, for the place that a page keeps for it."""
    if isinstance(drawn, Funnel):
        return WIDTH + 12, BAR_STEP * len(drawn.bars) + 12
    return WIDTH + 12, ROW * max(map(len, _columns(drawn.sections)), default=1) + 12


def _colours() -> alt.Color:
    scale = alt.Scale(domain=list(VERDICTS), range=[FILLS[verdict] for verdict in VERDICTS])
    return alt.Color("verdict:N", scale=scale, legend=None)


def _funnel(drawn: Funnel) -> Any:
    """A line of text above each bar, so that nothing has to be guessed from lengths or colours."""
    parts: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for row, bar in enumerate(drawn.bars):
        at = 0
        texts.append({"row": row, "label": _cut(bar.label, LETTERS - len(bar.told)), "told": bar.told})
        for verdict, n in bar.parts:
            parts.append({"row": row, "verdict": verdict, "from": at, "to": at + n})
            at += n
    width, step, size = LARGE if drawn.large else (WIDTH, BAR_STEP, 14)
    most = drawn.most or max((part["to"] for part in parts), default=1)
    across = alt.Scale(domain=[0, max(1, most)], range=[0, width], nice=False)
    rows = alt.Y("row:O", axis=None, scale=_rows(len(drawn.bars)))
    bars = alt.Chart(_values(parts)).mark_bar(height=BAR, yOffset=step / 5, stroke=EDGE, strokeWidth=1)
    words = alt.Chart(_values(texts)).encode(y=rows)
    label: dict[str, Any] = {"baseline": "middle", "yOffset": -step / 5, "fontSize": size, "color": INK}
    return alt.layer(
        bars.encode(x=alt.X("from:Q", axis=None, scale=across), x2="to:Q", y=rows, color=_colours()),
        words.mark_text(align="left", fontWeight="bold", **label).encode(x=alt.value(0), text="label:N"),
        words.mark_text(align="right", **label).encode(x=alt.value(width), text="told:N"),
    ).properties(width=width, height=step * len(drawn.bars))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(10, most - 1)].rstrip()}…"


def _ranking(drawn: Ranking) -> Any:
    columns = _columns(drawn.sections)
    rows = max(map(len, columns), default=1)
    width = (WIDTH - GAP * (len(columns) - 1)) // max(1, len(columns))
    charts = [_column(column, rows, width, drawn.ends) for column in columns]
    return alt.hconcat(*charts, spacing=GAP)


def _columns(sections: Sequence[Sequence[Entry]]) -> list[list[Entry]]:
    """The lists cut into columns of about the same length; a heading goes with what it heads."""
    lines = sum(map(len, sections))
    most = max(MOST_ROWS, -(-lines // max(1, MOST_COLUMNS - len(sections) + 1)))
    found: list[list[Entry]] = []
    for section in sections:
        count = -(-len(section) // most)
        size = -(-len(section) // count)
        column: list[Entry] = []
        for place, entry in enumerate(section):
            heads = entry.number is None and place + 1 < len(section)
            if len(column) >= size or (heads and column and len(column) >= size - 1 and count > 1):
                found.append(column)
                column = []
            column.append(entry)
        found.append(column)
    return found


def _column(entries: Sequence[Entry], rows: int, width: int, ends: tuple[float, float]) -> Any:
    """Number, text where there is room, bar and figure, side by side in fixed places."""
    room = 42  # for the figure
    named = 28 if width < 220 else int((width - room) * 0.6)
    across = alt.Scale(domain=list(ends), range=[named + 6, max(named + 8, width - room)], nice=False, clamp=True)
    y = alt.Y("row:O", axis=None, scale=_rows(rows))
    items = alt.Chart(_values(_item(row, entry, ends) for row, entry in enumerate(entries) if entry.number)).encode(y=y)
    heads = [{"row": row, "text": e.text, "line": e.line} for row, e in enumerate(entries) if e.number is None]
    above = alt.Chart(_values(heads)).encode(y=y)
    text: dict[str, Any] = {"baseline": "middle", "fontSize": 12, "color": INK}
    bars = items.mark_bar(height=ROW - 7, stroke=EDGE, strokeWidth=1)
    layers = [
        bars.encode(x=alt.X("from:Q", axis=None, scale=across), x2="to:Q", color=_colours()),
        items.mark_text(align="right", fontWeight="bold", **text).encode(x=alt.value(24), text="number:N"),
        items.mark_text(align="right", **text).encode(x=alt.value(width), text="figure:N"),
        above.mark_text(align="left", fontWeight="bold", **{**text, "color": QUIET}).encode(
            x=alt.value(0), text="text:N"
        ),
        *(_rule(above, line, width) for line in (False, True)),
    ]
    if named > 28:
        layers.append(
            items.mark_text(align="left", limit=named - 32, **text).encode(x=alt.value(30), text="text:N"),
        )
    return alt.layer(*layers).properties(width=width, height=ROW * rows)


def _rule(above: alt.Chart, line: bool, width: int) -> Any:
    """What lies above a heading: the line itself thick, other borders thin."""
    mark = above.transform_filter(alt.datum.line == line).mark_rule(
        yOffset=-ROW / 2 + 1, strokeWidth=3 if line else 0.8, color=INK if line else EDGE
    )
    return mark.encode(x=alt.value(0), x2=alt.value(width))


def _item(row: int, entry: Entry, ends: tuple[float, float]) -> dict[str, object]:
    return {
        "row": row,
        "number": str(entry.number),
        "text": entry.text,
        "verdict": entry.verdict,
        "from": ends[0],
        "to": ends[0] if entry.value is None else entry.value,
        "figure": entry.figure,
    }


def _rows(count: int) -> alt.Scale:
    return alt.Scale(domain=list(range(count)), paddingInner=0, paddingOuter=0)


def _values(rows: Iterable[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=list(rows))
