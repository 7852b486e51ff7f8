"""Finds texts that say nearly the same, fast enough for thousands.

Two texts are near when they share at least 3/4 of their letter trigrams (Jaccard index on sets). Candidates come
from an index of each text's rarest trigrams: by the prefix filter of Chaudhuri, Ganti and Kaushik (2006), two sets
that are that near share at least one of the rarest |set| - ceil(3/4 |set|) + 1 of each.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

#: The share of common trigrams, as numerator and denominator.
NEAR = (3, 4)
#: A text is compared with no more than this many others, those that share most of its rarest trigrams.
_CANDIDATES = 40
_COMPARED_CHARS = 1_000

_DIGITS = re.compile(r"[0-9]+")
_WORDS = re.compile(r"\w+")


class Similar(NamedTuple):
    """same, near: later index -> the earlier one it repeats; in_digits: groups that differ in digits alone."""

    same: dict[int, int]
    near: dict[int, int]
    in_digits: list[list[int]]


def find_similar(texts: Sequence[str]) -> Similar:
    """Find repeated wording among texts. Each text is reported once, against the first that is like it."""
    same: dict[int, int] = {}
    first: dict[str, int] = {}
    groups: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        plain = _plain(text)
        if not plain:
            continue
        if plain in first:
            same[index] = first[plain]
        else:
            first[plain] = index
            groups[_DIGITS.sub("0", plain)].append(index)
    in_digits = [group for group in groups.values() if len(group) > 1]
    return Similar(same, _near({group[0]: masked for masked, group in groups.items()}), in_digits)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:_COMPARED_CHARS]).casefold()
    return " ".join(_WORDS.findall(folded)) or " ".join(folded.split())


def _near(texts: dict[int, str]) -> dict[int, int]:
    sets = {index: _trigrams(text) for index, text in texts.items()}
    often = Counter(trigram for trigrams in sets.values() for trigram in trigrams)
    index_of: dict[str, list[int]] = defaultdict(list)
    near: dict[int, int] = {}
    for index, trigrams in sets.items():
        rarest = sorted(trigrams, key=lambda trigram: (often[trigram], trigram))[: _prefix(len(trigrams))]
        shared = Counter(other for trigram in rarest for other in index_of[trigram][:_CANDIDATES])
        like = [other for other, _ in shared.most_common(_CANDIDATES) if _is_near(trigrams, sets[other])]
        if like:
            near[index] = min(like)
            continue
        for trigram in rarest:
            index_of[trigram].append(index)
    return near


def _trigrams(text: str) -> frozenset[str]:
    padded = f"  {text} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _prefix(size: int) -> int:
    above, below = NEAR
    return size - -(-size * above // below) + 1


def _is_near(one: frozenset[str], other: frozenset[str]) -> bool:
    above, below = NEAR
    common = len(one & other)
    return common * below >= (len(one) + len(other) - common) * above
