"""Judges a sheet as a list of items: each row's item, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from consensus.intake.cells import FORMULA, GARBLED, clean, find_kind
from consensus.intake.items import ItemRow, Preview, PreviewRow, numbers_of
from consensus.intake.similar import find_similar
from consensus.intake.words import WORDS, some_rows
from consensus.sheets.header import NAMES, Header, match, title, titles
from consensus.sheets.problem import Problem, shown, state
from consensus.sheets.sheet import Merged, Row, Sheet

COLUMNS = ("number", "text", "kind", "explanation", "perspective", "plain", "merged")
MOST_NUMBER = 999_999
LONG_TEXT = 500
#: The most characters of each column.
MOST_CHARS = {"text": 5_000, "explanation": 5_000, "perspective": 500, "plain": 5_000}
#: The columns whose line breaks are kept.
IN_LINES = ("explanation", "plain")
#: Near-duplicates are told one by one up to this many, then as a count.
MOST_SIMILAR = 20

_NUMBER = re.compile(r"\+?0*([1-9][0-9]{0,8})(?:[.,]0)?\Z")


def judge(sheet: Sheet, kinds: Sequence[str]) -> Preview:
    """Judge every row of a sheet. Raises nothing: what is wrong is in the preview."""
    return _Judge(sheet, tuple(kinds)).preview()


@dataclass(slots=True)
class _Draft:
    """A row under examination."""

    row: Row
    cells: dict[str, str]
    number: int = 0
    kind: str | None = None
    problems: list[Problem] = field(default_factory=list)


class _Judge:
    def __init__(self, sheet: Sheet, kinds: tuple[str, ...]) -> None:
        self.sheet = sheet
        self.kinds = kinds
        self.header: Header = match(sheet.columns, COLUMNS)
        self.problems: list[Problem] = []
        self.first_with: dict[int, int] = {}

    def preview(self) -> Preview:
        self._judge_header()
        drafts = [self._judge_row(row) for row in self.sheet.rows]
        by_row = {draft.row.number: draft for draft in drafts}
        self._judge_merged(by_row)
        self._judge_rows_left()
        self._judge_similar(drafts)
        problems = (*self.problems, *(problem for draft in drafts for problem in draft.problems))
        ok = not any(problem.severity == "error" for problem in problems)
        items = tuple(_item(draft) for draft in drafts) if ok else ()
        return Preview(tuple(_preview_row(draft) for draft in drafts), problems, items)

    def _say(self, code: str, row: int | None = None, column: str | None = None, **details: object) -> None:
        self.problems.append(state(WORDS, code, row, column, **details))

    def _judge_header(self) -> None:
        at = self.sheet.header_row or None
        for column in ("number", "text", "kind") if self.kinds else ("number", "text"):
            if column in self.header.found:
                continue
            if column == "kind" and self.sheet.form == "pasted":
                line = titles(("number", "kind", "text"), ";")
                self._say("kinds-in-paste", line=line, kinds=", ".join(self.kinds), first=self.kinds[0])
            else:
                self._say("missing-column", at, wanted=title(column), known=", ".join(NAMES[column]))
        for column in self.header.double:
            self._say("double-column", at, wanted=title(column))
        known = titles([column for column in COLUMNS if self.kinds or column != "kind"])
        for index in self.header.extra[:MOST_SIMILAR]:
            self._say("extra-column", at, self.sheet.column_name(index), known=known)
        if not self.kinds and "kind" in self.header.found:
            self._say("kind-ignored", at, self._named("kind"))
        if self.sheet.others:
            self._say("other-sheets", sheets=shown('", "'.join(self.sheet.others), 100))

    def _named(self, column: str) -> str:
        """Name a column as the file does."""
        return self.sheet.column_name(self.header.found[column]) if column in self.header.found else column

    def _judge_row(self, row: Row) -> _Draft:
        draft = _Draft(row, dict.fromkeys(COLUMNS, ""))
        for column, index in self.header.found.items():
            if index < len(row.cells):
                draft.cells[column] = row.cells[index]
        self._judge_width(draft)
        for column in COLUMNS:
            if column in self.header.found and (column != "kind" or self.kinds):
                self._judge_cell(draft, column)
        return draft

    def _judge_width(self, draft: _Draft) -> None:
        cells, columns = len(draft.row.cells), len(self.sheet.columns)
        if cells > columns:
            # In CSV an unquoted comma has cut a text in two; in a workbook it is a note in the margin.
            code = "stray-cells" if self.sheet.form in ("xlsx", "ods") else "extra-cells"
            self._mark(draft, code, None, cells=cells, columns=columns)

    def _mark(self, draft: _Draft, code: str, column: str | None, **details: object) -> None:
        named = self._named(column) if column else None
        draft.problems.append(state(WORDS, code, draft.row.number, named, **details))

    def _judge_cell(self, draft: _Draft, column: str) -> None:
        if (draft.row.number, self.header.found[column]) in self.sheet.formulas:
            self._mark(draft, "formula", column)
            return
        cell, stripped = clean(draft.cells[column], lines=column in IN_LINES)
        draft.cells[column] = cell
        if stripped:
            self._mark(draft, "control-characters", column)
        if FORMULA.match(cell):
            self._mark(draft, "looks-like-formula", column, cell=shown(cell))
        elif column == "number":
            self._judge_number(draft, cell)
        elif column == "kind":
            self._judge_kind(draft, cell)
        elif column == "merged":
            self._judge_merged_from(draft, cell)
        else:
            self._judge_text(draft, column, cell)

    def _judge_number(self, draft: _Draft, cell: str) -> None:
        found = _NUMBER.match(cell)
        number = int(found.group(1)) if found else 0
        if not cell:
            self._mark(draft, "no-number", "number")
        elif not 0 < number <= MOST_NUMBER:
            self._mark(draft, "bad-number", "number", cell=shown(cell), most=MOST_NUMBER)
        elif number in self.first_with:
            self._mark(draft, "double-number", "number", number=number, other=self.first_with[number])
        else:
            self.first_with[number] = draft.row.number
            draft.number = number

    def _judge_kind(self, draft: _Draft, cell: str) -> None:
        draft.kind = find_kind(cell, self.kinds)
        if not cell:
            self._mark(draft, "no-kind", "kind", kinds=", ".join(self.kinds))
        elif draft.kind is None:
            self._mark(draft, "unknown-kind", "kind", cell=shown(cell), kinds=", ".join(self.kinds))

    def _judge_merged_from(self, draft: _Draft, cell: str) -> None:
        try:
            right = all(0 < number <= MOST_NUMBER for number in numbers_of(cell))
        except ValueError:
            right = False
        if not right:
            self._mark(draft, "bad-merged", "merged", cell=shown(cell))

    def _judge_text(self, draft: _Draft, column: str, cell: str) -> None:
        if column == "text" and not cell:
            self._mark(draft, "no-text", column)
        if len(cell) > MOST_CHARS[column]:
            self._mark(draft, "too-long-text", column, length=len(cell), most=MOST_CHARS[column])
        elif column == "text" and len(cell) > LONG_TEXT:
            self._mark(draft, "long-text", column, length=len(cell))
        if garbled := GARBLED.search(cell):
            self._mark(draft, "garbled", column, cell=shown(cell[max(0, garbled.start() - 10) :]))

    def _judge_merged(self, drafts: Mapping[int, _Draft]) -> None:
        used = set(self.header.found.values())
        for merged in self.sheet.merged:
            if merged.last_row <= self.sheet.header_row or not used & _columns(merged):
                continue
            column = self.sheet.column_name(merged.first_column)
            rows = f"{merged.first_row}–{merged.last_row}"
            code = "merged-rows" if merged.last_row > merged.first_row else "merged-columns"
            problem = state(WORDS, code, merged.first_row, column, rows=rows)
            draft = drafts.get(merged.first_row)
            (draft.problems if draft else self.problems).append(problem)

    def _judge_rows_left(self) -> None:
        if not self.sheet.rows:
            self._say("no-items")
        if self.sheet.blank:
            self._say("blank-rows", rows=some_rows(list(self.sheet.blank)))
        if self.sheet.hidden:
            self._say("hidden-rows", rows=some_rows(list(self.sheet.hidden)))

    def _judge_similar(self, drafts: Sequence[_Draft]) -> None:
        similar = find_similar([draft.cells["text"] for draft in drafts])
        told = 0
        for index, other in sorted([*similar.same.items(), *similar.near.items()]):
            told += 1
            if told <= MOST_SIMILAR:
                code = "same-text" if index in similar.same else "similar-text"
                self._mark(drafts[index], code, "text", other=drafts[other].row.number)
        if told > MOST_SIMILAR:
            self._say("more-similar", count=told - MOST_SIMILAR)
        for group in similar.in_digits[:MOST_SIMILAR]:
            rows = [drafts[index].row.number for index in group]
            self._say("differ-in-digits", count=len(group), rows=some_rows(rows))


def _columns(merged: Merged) -> set[int]:
    return set(range(merged.first_column, min(merged.last_column, 1_000) + 1))


def _item(draft: _Draft) -> ItemRow:
    cells = draft.cells
    return ItemRow(
        number=draft.number,
        text=cells["text"],
        kind=draft.kind,
        explanation=cells["explanation"],
        perspective=cells["perspective"],
        plain=cells["plain"],
        merged=numbers_of(cells["merged"]),
    )


def _preview_row(draft: _Draft) -> PreviewRow:
    return PreviewRow(row=draft.row.number, problems=tuple(draft.problems), **draft.cells)
