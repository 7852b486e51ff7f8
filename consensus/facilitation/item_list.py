"""The list of items before the first round: reworded, added to, put in order, merged. Numbers never change meaning.

An item that is reworded keeps its number. An item made of others gets a number that none has had, and keeps theirs as
its origin; the number of a removed item is not given to another. Every change is logged with the wording it took away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consensus.errors import Refusal
from consensus.facilitation.move import has_moved_on
from consensus.facilitation.preparing import check_unbegun, prepared
from consensus.facilitation.standing import plan_of
from consensus.intake import numbers_of
from consensus.intake.cells import FORMULA, clean
from consensus.intake.checks import IN_LINES, MOST_CHARS, MOST_NUMBER
from consensus.intake.reading import LIMITS
from consensus.models import Argument, Conference, Item
from consensus.sheets.problem import shown

#: what an edit asks for: `do`, a name of `EDITS`, and what that needs
Edit = Mapping[str, Any]

WORDING = ("text", "explanation", "plain", "perspective")


class ItemList:
    """The items of one conference, in order, under change."""

    def __init__(self, session: Session, conference: Conference) -> None:
        self.session, self.conference = session, conference
        query = select(Item).where(Item.conference_id == conference.id).order_by(Item.position)
        self.items = list(session.scalars(query))

    def item(self, number: object) -> Item:
        """The item of that number. Raises Refusal("stale")."""
        for item in self.items:
            if type(number) is int and item.number == number:
                return item
        raise Refusal("stale", "The item is not in the list any more. Look again.")

    def new_number(self) -> int:
        """A number that no item has had."""
        had = [n for item in self.items for n in (item.number, *numbers_of(item.merged))]
        number = max([self.conference.last_number, *had], default=0) + 1
        if number > MOST_NUMBER or len(self.items) >= LIMITS.rows:
            raise Refusal("not-now", "There are as many items as a conference can have.")
        return number

    def take_out(self, items: Sequence[Item]) -> None:
        """Remove items for good; their numbers are not given out again."""
        for item in items:
            self.conference.last_number = max(self.conference.last_number, item.number)
            self.items.remove(item)
            self.session.delete(item)

    def ask_again(self, items: Sequence[Item], about: Item) -> None:
        """Hand arguments on items over to the item that now says what they said, or says it in other words. Those that
        were shown wait for the facilitator again: they were written for another wording."""
        written = (
            Argument.conference_id == self.conference.id,
            Argument.number.in_([item.number for item in items]),
        )
        change = update(Argument).where(*written)
        self.session.execute(change.where(Argument.state == "shown").values(state="waiting"))
        self.session.execute(change.values(number=about.number))

    def put_in(self, item: Item, place: int) -> None:
        """Put an item at a place from 0, taking it from where it is."""
        if item in self.items:
            self.items.remove(item)
        self.items.insert(place, item)

    def store(self) -> None:
        self.session.add_all(self.items)
        for position, item in enumerate(self.items):
            if item.position != position:
                item.position = position
        self.session.flush()


def change_list(session: Session, conference: Conference, edit: Edit, *, revision: int) -> None:
    """Do one edit to the items of a conference that has not begun, and log it.

    revision: of the list that the edit was made on. Raises Refusal: "not-now", "stale", "bad-choice".
    """
    session.refresh(conference, with_for_update=True)
    check_unbegun(conference)
    if has_moved_on(conference, revision):
        raise Refusal("stale", "The list has been changed in another window. It is shown anew.")
    change = EDITS.get(str(edit.get("do")))
    if change is None:
        raise Refusal("bad-choice", "This is no change that the list can be given.")
    items = ItemList(session, conference)
    details = change(items, edit)
    items.store()
    prepared(session, conference, str(edit["do"]), **details)


def _add(items: ItemList, edit: Edit) -> dict[str, Any]:
    item = Item(conference_id=items.conference.id, number=items.new_number(), merged="", position=-1)
    _word(items, item, edit)
    items.put_in(item, len(items.items))
    return {"item": item.number, "text": item.text}


def _change(items: ItemList, edit: Edit) -> dict[str, Any]:
    item = items.item(edit.get("item"))
    before = _wording(item)
    _word(items, item, edit)
    after = _wording(item)
    if any(before[column] != after[column] for column in ("text", "explanation", "plain")):
        items.ask_again([item], item)
    return {"item": item.number, "before": {key: text for key, text in before.items() if text != after[key]}}


def _remove(items: ItemList, edit: Edit) -> dict[str, Any]:
    item = items.item(edit.get("item"))
    if len(items.items) == 1:
        raise Refusal("not-now", "A conference needs at least one item.")
    items.take_out([item])
    return {"item": item.number, **_wording(item)}


def _move(items: ItemList, edit: Edit) -> dict[str, Any]:
    """Move to a place in the list, counted from 1; beyond an end of the list is at its end."""
    item, place = items.item(edit.get("item")), edit.get("place")
    if type(place) is not int:
        raise Refusal("bad-choice", "Write the place as a whole number.")
    items.put_in(item, min(max(place, 1), len(items.items)) - 1)
    return {"item": item.number, "place": items.items.index(item) + 1}


def _merge(items: ItemList, edit: Edit) -> dict[str, Any]:
    """Make one item of several, where the first of them stood."""
    numbers = edit.get("items")
    if not isinstance(numbers, list) or len({n for n in numbers if type(n) is int}) < 2:
        raise Refusal("bad-choice", "Choose at least two items to merge.")
    origins = sorted({items.item(number) for number in numbers}, key=items.items.index)
    place = items.items.index(origins[0])
    number = items.new_number()
    came_from = sorted({n for origin in origins for n in (origin.number, *numbers_of(origin.merged))})
    made = Item(conference_id=items.conference.id, number=number, merged=" ".join(map(str, came_from)), position=-1)
    _word(items, made, edit)
    items.session.add(made)
    items.session.flush()
    items.ask_again(origins, made)
    items.take_out(origins)
    items.put_in(made, place)
    return {
        "item": number,
        "of": [{"number": origin.number, **_wording(origin)} for origin in origins],
        "text": made.text,
    }


def _word(items: ItemList, item: Item, edit: Edit) -> None:
    """Give an item its wording and its kind. Raises Refusal("bad-choice")."""
    for column in WORDING:
        text = clean(str(edit.get(column) or ""), lines=column in IN_LINES)[0]
        if FORMULA.match(text):
            raise Refusal("bad-choice", "“%(text)s” begins like a formula. Begin with a word.", text=shown(text, 40))
        if len(text) > MOST_CHARS[column]:
            raise Refusal("bad-choice", "A text is too long. Shorten it.")
        setattr(item, column, text)
    if not item.text:
        raise Refusal("bad-choice", "The item has no text. Write it.")
    kinds = plan_of(items.conference.plan_text).kinds
    kind = edit.get("kind") or None
    if (kind in kinds) if kinds else kind is None:
        item.kind = kind
    elif kind is None:
        raise Refusal("bad-choice", "The item has no kind. Choose one.")
    else:
        raise Refusal("bad-choice", "The plan does not have this kind. Choose one that it has.")


def _wording(item: Item) -> dict[str, str]:
    """What an item says, for the log: the columns that something stands in."""
    found = {column: getattr(item, column) for column in (*WORDING, "kind")}
    return {column: text or "" for column, text in found.items()}


EDITS: dict[str, Callable[[ItemList, Edit], dict[str, Any]]] = {
    "add": _add,
    "change": _change,
    "remove": _remove,
    "move": _move,
    "merge": _merge,
}
