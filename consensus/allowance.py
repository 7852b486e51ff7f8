"""What each seat has written in a discussion: how much it may still write, and whether enough others have written.

Kept in the memory of this process and nowhere else.

A seat is known here by a keyed hash, under a key that nobody sees and that is thrown away when the discussion ends, or
the next one begins. With several processes each counts for itself, so that a seat may write a little more, and
arguments are handed on a little later.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field

from consensus.keys import KEY_BYTES, voter

#: arguments from one seat: on one item, and in one discussion
MOST_ON_ITEM, MOST_IN_ALL = 3, 20


@dataclass
class _Pad:
    """Of one discussion. used: how much each seat has written; writers: who has, since `handed_on` were handed on."""

    discussion: int
    key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)
    used: Counter[bytes] = field(default_factory=Counter)
    handed_on: int = 0
    writers: set[bytes] = field(default_factory=set)


class Allowance:
    """Counts the arguments of each seat. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pads: dict[str, _Pad] = {}

    def take(self, conference: str, discussion: int, seat: str, item: int) -> bool:
        """Count one more argument of a seat on an item. False, and nothing is counted, if it may write no more."""
        with self._lock:
            pad = self._pad(conference, discussion)
            in_all, on_item = voter(pad.key, seat), voter(pad.key, f"{seat} {item}")
            if pad.used[in_all] >= MOST_IN_ALL or pad.used[on_item] >= MOST_ON_ITEM:
                return False
            pad.used.update((in_all, on_item))
            return True

    def writers(self, conference: str, discussion: int, seat: str, handed_on: int) -> int:
        """Count the seats that have written since arguments were last handed on, and this one.

        handed_on: how many have been handed on by now, in any process: where it has changed, counting begins anew.
        """
        with self._lock:
            pad = self._pad(conference, discussion)
            wrote = pad.writers if pad.handed_on == handed_on else set()
            return len(wrote | {voter(pad.key, seat)})

    def wrote(self, conference: str, discussion: int, seat: str, handed_on: int) -> None:
        """Count a seat among the writers, once its argument is stored."""
        with self._lock:
            pad = self._pad(conference, discussion)
            if pad.handed_on != handed_on:
                pad.handed_on, pad.writers = handed_on, set()
            pad.writers.add(voter(pad.key, seat))

    def conferences(self) -> list[str]:
        """The conferences of which something is known."""
        with self._lock:
            return list(self._pads)

    def forget(self, conference: str) -> None:
        """Throw away the key and the counts of a conference."""
        with self._lock:
            self._pads.pop(conference, None)

    def _pad(self, conference: str, discussion: int) -> _Pad:
        pad = self._pads.get(conference)
        if pad is None or pad.discussion != discussion:
            pad = self._pads[conference] = _Pad(discussion)
        return pad
