"""The form that a new conference is made with: what was filled in, read and checked, until it can be agreed to."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from consensus.errors import Refusal
from consensus.facilitation.creation import check_groups, stacks_of
from consensus.i18n import current_language
from consensus.intake import Preview, PreviewRow, SeatPreview, SeatRow, preview_file, preview_seats, preview_text
from consensus.intake.cells import clean
from consensus.languages import LANGUAGES
from consensus.sheets.header import titles
from rounds import Plan, PlanError, read_plan, ready_plan
from rounds.checks import warnings_for

MOST_SEATS = 1000
COLUMNS = ("number", "text", "kind", "explanation", "perspective", "plain", "merged")
SEAT_COLUMNS = ("organisation", "role", "seats")
GROUP_BY = ("organisation", "role")
OWN = "own"


@dataclass
class NewConference:
    """What the form holds. problems: field name -> what is wrong with it, in the reader's language.

    left_plan, left_text: the plan that was chosen when the plan editor was opened, for whoever leaves that as it was.
    """

    title: str = ""
    language: str = ""
    seats: int = 24
    plan_name: str = "conference-2014"
    plan_text: str = ""
    plan: Plan | None = None
    left_plan: str = "conference-2014"
    left_text: str = ""
    items_text: str = ""
    preview: Preview | None = None
    seats_text: str = ""
    seat_list: SeatPreview | None = None
    group_by: str = GROUP_BY[0]
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def agreeable(self) -> bool:
        """Whether it may be made as it stands."""
        seats_fit = self.seat_list is None or self.seat_list.ok
        return not self.problems and seats_fit and self.plan is not None and bool(self.preview and self.preview.ok)

    @property
    def example(self) -> list[str]:
        """Items as they may be pasted where a plan has kinds: the column names and two rows."""
        columns = titles(("number", "kind", "text"), ";").said(current_language())
        if self.plan_name == OWN and self.plan is not None and self.plan.kinds:
            texts = (gettext("A first item"), gettext("A second item"))
            kinds = (self.plan.kinds[0], self.plan.kinds[-1])
            return [columns, *(f"{n};{kind};{text}" for n, kind, text in zip((1, 2), kinds, texts, strict=True))]
        return [columns, gettext("1;process;A first item"), gettext("2;effect;A second item")]

    @property
    def grouped_by(self) -> str | None:
        """What the plan's rules count groups by: a column of the list of seats, if there is one and they do."""
        return self.group_by if self.seat_list is not None and self.plan is not None and self.plan.uses_groups else None

    @property
    def remarks(self) -> list[str]:
        """What looks wrong in the plan, and with these items, as sentences in the reader's language."""
        if self.plan is None or self.preview is None or not self.preview.ok:
            return []
        found = (*self.plan.warnings, *warnings_for(self.plan, [item.kind for item in self.preview.items]))
        return [remark.said(current_language()) for remark in dict.fromkeys(found)]

    @property
    def items_unread(self) -> bool:
        """Whether a file with items was brought that cannot come back with the form."""
        return self.preview is not None and not self.preview.ok and not self.items_text.strip()

    @property
    def seats_unread(self) -> bool:
        return self.seat_list is not None and not self.seat_list.ok and not self.seats_text.strip()

    @property
    def shown_title(self) -> str:
        return self.title or (self.plan.title if self.plan else "")


def read_form(form: Mapping[str, str], uploads: Mapping[str, FileStorage]) -> NewConference:
    """Read what was filled in. Everything wrong is in `problems` and in the preview; nothing is raised."""
    new = NewConference(
        title=clean(form.get("title", ""))[0][:200],
        language=form.get("language", ""),
        plan_name=form.get("plan", ""),
        plan_text=form.get("plan_text", ""),
        items_text=form.get("items_text", ""),
        seats_text=form.get("seats_text", ""),
    )
    new.left_plan, new.left_text = form.get("left_plan", new.plan_name), form.get("left_text", new.plan_text)
    if form.get("step") == "leave":
        new.plan_name, new.plan_text = new.left_plan, new.left_text
    if form.get("group_by") in GROUP_BY:
        new.group_by = form["group_by"]
    if new.language not in LANGUAGES:
        new.language = current_language()
    _read_seat_list(new, uploads.get("seats_file"))
    if new.seat_list is None:
        _read_seats(new, form.get("seats", ""))
    _read_plan(new, uploads.get("plan_file"))
    if new.plan is not None:
        _check_groups(new, new.plan)
        _read_items(new, new.plan, uploads.get("items_file"))
    return new


def _check_groups(new: NewConference, plan: Plan) -> None:
    """Where the plan counts by groups, see that the seats come from a list that has some."""
    rows = new.seat_list.seats if new.seat_list is not None else ()
    if new.seat_list is not None and not new.seat_list.ok:
        return  # told already
    try:
        check_groups(plan, [stack.group for stack in stacks_of(rows, new.grouped_by)])
    except Refusal as refusal:
        new.problems["seats"] = refusal.said(current_language())


def _read_seat_list(new: NewConference, upload: FileStorage | None) -> None:
    if upload is not None and upload.filename:
        new.seat_list = preview_seats(upload.read(), upload.filename)
        if new.seat_list.ok:
            new.seats_text = _as_text(new.seat_list.seats, SEAT_COLUMNS)
    elif new.seats_text.strip():
        new.seat_list = preview_seats(new.seats_text, gettext("the pasted list of seats"))
    if new.seat_list is not None and new.seat_list.ok:
        new.seats = new.seat_list.total


def _read_seats(new: NewConference, text: str) -> None:
    number = int(text) if text.strip().isdecimal() and len(text.strip()) < 6 else 0
    if 1 <= number <= MOST_SEATS:
        new.seats = number
    else:
        new.problems["seats"] = gettext("Write a number of seats from 1 to %(most)s.", most=MOST_SEATS)


def _read_plan(new: NewConference, upload: FileStorage | None) -> None:
    try:
        if new.plan_name != OWN:
            new.plan = ready_plan(new.plan_name, new.language)
        elif upload is not None and upload.filename:
            new.plan = read_plan(upload.read(), upload.filename)
            new.plan_text = new.plan.text
        elif new.plan_text:
            new.plan = read_plan(new.plan_text)
        else:
            new.problems["plan"] = gettext("Choose the file with the plan.")
    except KeyError:
        new.problems["plan"] = gettext("Choose a plan.")
    except PlanError as error:
        new.problems["plan"] = error.placed(current_language())


def _read_items(new: NewConference, plan: Plan, upload: FileStorage | None) -> None:
    if upload is not None and upload.filename:
        new.preview = preview_file(upload.read(), upload.filename, plan.kinds)
        if new.preview.ok:
            new.items_text = _as_text(new.preview.rows, COLUMNS)
    elif new.items_text.strip():
        new.preview = preview_text(new.items_text, plan.kinds)
    else:
        new.problems["list"] = gettext("Choose a file with the items, or paste them.")


def _as_text(rows: tuple[PreviewRow, ...] | tuple[SeatRow, ...], columns: tuple[str, ...]) -> str:
    """The rows of a file as they were seen, to come back with the agreement: an upload can't be asked for twice.

    What was pasted comes back as it was typed.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([getattr(row, column) for column in columns] for row in rows)
    return out.getvalue()


def ready_plans() -> Mapping[str, Plan]:
    """Name -> the plan that ships under it, in the reader's language, in the order of `plan_uses`."""
    return {name: ready_plan(name, current_language()) for name in plan_uses()}


def plan_uses() -> Mapping[str, tuple[str, str]]:
    """Name of a ready plan -> what it is called, and when to use it."""
    return {
        "conference-2014": (
            gettext("A long list, two votes and a core"),
            gettext("80 to 150 items of two kinds, one room, two days. As at Sundbyholm in 2014."),
        ),
        "delphi-70-15": (
            gettext("Delphi with ratings, 70/15"),
            gettext("Ratings from 1 to 9 in three rounds, as for core outcome sets."),
        ),
        "rand-ucla": (
            gettext("RAND/UCLA appropriateness"),
            gettext("Ratings from 1 to 9 before and after a discussion, with a measure of disagreement."),
        ),
        "priority-day": (
            gettext("Priorities in one day"),
            gettext("Everyone picks ten, then the short list is voted on."),
        ),
        "single-vote": (gettext("A single vote"), gettext("One round, yes or no, over half goes in.")),
    }
