"""The distinct texts of a column, numbered: what lets a file of millions of short cells be handled as integers.

Cells come as strings or, many at once, as words: the bytes of each cell, eight at a time as one number. A hash table
of arrays then finds the numbers of all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Word = NDArray[np.uint64]

MOST_WORDS = 8
_FREE = -1
_ODD = [np.uint64(((0x9E3779B97F4A7C15 * (2 * word + 1)) & ((1 << 64) - 1)) | 1) for word in range(MOST_WORDS)]


class Texts:
    """Texts by number, the numbers in no order that matters. Spaces around a text do not count."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}
        self._table = _Table()

    def code(self, text: str) -> int:
        """The number of a text; a new one gets the next."""
        text = text.strip()
        code = self._codes.setdefault(text, len(self.names))
        if code == len(self.names):
            self.names.append(text)
        return code

    def find(self, text: str) -> int | None:
        """The number of a text, or None if it was not met."""
        return self._codes.get(text)

    def of_strings(self, texts: Iterable[str]) -> Ints:
        """The number of each text."""
        return np.fromiter(map(self.code, texts), np.int32)

    def of_words(self, words: Sequence[Word], lengths: Ints, text_of: Callable[[int], str]) -> Ints:
        """The number of each cell.

        words: at most MOST_WORDS, as many as the longest cell needs, zeros after a cell's end; lengths: in bytes;
        text_of: gives the text of a cell by its place, asked once for each new one.
        """
        return self._table.codes(words, lengths, lambda place: self.code(text_of(place)))


class _Table:
    """A hash table with linear probing over whole arrays. Nothing is ever taken out of it."""

    def __init__(self) -> None:
        self.slots = np.empty(0, np.int32)  # key or _FREE
        self.size = 0
        self.codes_of = np.empty(0, np.int32)  # key -> code; two spellings with other spaces have the same
        self.lengths = np.empty(0, np.int32)
        self.words = [np.empty(0, np.uint64) for _ in range(MOST_WORDS)]

    def codes(self, words: Sequence[Word], lengths: Ints, code_of: Callable[[int], int]) -> Ints:
        self._make_room(len(lengths))
        slots = self._first_slots(words)
        keys = self._probe(slots, None, words, lengths, code_of)
        rest = np.flatnonzero(self._differ(keys, words, lengths))
        while len(rest):
            slots[rest] = (slots[rest] + 1) & (len(self.slots) - 1)
            keys[rest] = self._probe(slots[rest], rest, words, lengths, code_of)
            rest = rest[self._differ(keys[rest], [word[rest] for word in words], lengths[rest])]
        return self.codes_of[keys]

    def _differ(self, keys: Ints, words: Sequence[Word], lengths: Ints) -> NDArray[np.bool_]:
        other: NDArray[np.bool_] = self.lengths[keys] != lengths
        for own, word in zip(self.words, words, strict=False):
            other |= own[keys] != word
        return other

    def _probe(
        self,
        slots: Ints,
        rest: NDArray[np.intp] | None,
        words: Sequence[Word],
        lengths: Ints,
        code_of: Callable[[int], int],
    ) -> Ints:
        """The keys at the slots of the cells in `rest` (None: of all). A free slot takes in the first cell that asks
        for it; the others that do are the same or will probe on.
        """
        keys: Ints = self.slots[slots]
        free = np.flatnonzero(keys == _FREE)
        if not len(free):
            return keys
        first = np.sort(free[np.unique(slots[free], return_index=True)[1]])
        places = first if rest is None else rest[first]
        new = slice(self.size, self.size + len(places))
        self.codes_of[new] = [code_of(int(place)) for place in places]
        self.lengths[new] = lengths[places]
        for own, word in zip(self.words, words, strict=False):
            own[new] = word[places]
        self.slots[slots[first]] = np.arange(new.start, new.stop, dtype=np.int32)
        self.size = new.stop
        return self.slots[slots]

    def _make_room(self, more: int) -> None:
        """Grow so that, whatever comes, at most half of the slots are taken."""
        if 2 * (self.size + more) <= len(self.slots):
            return
        slots = 1 << (4 * (self.size + more)).bit_length()
        self.codes_of, self.lengths = _longer(self.codes_of, slots), _longer(self.lengths, slots)
        self.words = [_longer(word, slots) for word in self.words]
        self.slots = np.full(slots, _FREE, np.int32)
        rest = np.arange(self.size, dtype=np.int32)
        at = self._first_slots([word[: self.size] for word in self.words])
        while len(rest):
            free = self.slots[at] == _FREE
            self.slots[at[free]] = rest[free]
            other = self.slots[at] != rest
            rest, at = rest[other], (at[other] + 1) & (slots - 1)

    def _first_slots(self, words: Sequence[Word]) -> Ints:
        mixed = words[0] * _ODD[0]
        for word, odd in zip(words[1:], _ODD[1:], strict=False):
            mixed += word * odd
        mixed ^= mixed >> np.uint64(29)
        mixed *= _ODD[1]
        return (mixed >> np.uint64(65 - len(self.slots).bit_length())).astype(np.int32)


def _longer(array: NDArray[Any], length: int) -> NDArray[Any]:
    grown = np.zeros(length, array.dtype)
    grown[: len(array)] = array
    return grown
