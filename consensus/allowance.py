"""How much each seat may still write in a discussion, kept in the memory of this process and nowhere else.

A seat is known here by a keyed hash, under a key that nobody sees and that is thrown away when the discussion ends, or
the next one begins. With several processes each counts for itself, so that a seat may write a little more.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter

from consensus.keys import KEY_BYTES, voter

#: arguments from one seat: on one item, and in one discussion
MOST_ON_ITEM, MOST_IN_ALL = 3, 20


class Allowance:
    """Counts the arguments of each seat. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pads: dict[str, tuple[int, bytes, Counter[bytes]]] = {}

    def take(self, conference: str, discussion: int, seat: str, item: int) -> bool:
        """Count one more argument of a seat on an item. False, and nothing is counted, if it may write no more."""
        with self._lock:
            number, key, used = self._pads.get(conference, (0, b"", Counter[bytes]()))
            if number != discussion:
                number, key, used = discussion, secrets.token_bytes(KEY_BYTES), Counter[bytes]()
                self._pads[conference] = number, key, used
            in_all, on_item = voter(key, seat), voter(key, f"{seat} {item}")
            if used[in_all] >= MOST_IN_ALL or used[on_item] >= MOST_ON_ITEM:
                return False
            used.update((in_all, on_item))
            return True

    def forget(self, conference: str) -> None:
        """Throw away the key and the counts of a conference."""
        with self._lock:
            self._pads.pop(conference, None)
