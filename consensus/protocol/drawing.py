"""Draw pictures: Vega-Lite to SVG and PNG, offline, in a process of its own that is gone afterwards.

The engine (consensus/vega.py) is a JavaScript machine that takes about a hundred megabytes. The server that holds the
votes never loads it.
"""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from consensus.protocol.pictures import Funnel, Picture, Ranking

SECONDS = 60
KEPT = 64  # pictures; a page and its documents ask for the same ones

logger = logging.getLogger(__name__)


class Drawing(NamedTuple):
    """A picture as it was drawn. svg: text that a page and a PDF take; png: for Word and slides; size in pixels."""

    svg: str
    png: bytes
    width: float
    height: float


_known: OrderedDict[Funnel | Ranking, Drawing] = OrderedDict()
_one_at_a_time = threading.Lock()


def draw(pictures: Sequence[Picture]) -> list[Drawing | None]:
    """Draw pictures, the same bytes for the same picture. None for one that could not be drawn: it is left out."""
    asked = [picture.drawn for picture in pictures]
    with _one_at_a_time:
        missing = [drawn for drawn in dict.fromkeys(asked) if drawn not in _known]
        if missing:
            _known.update(zip(missing, _drawn(missing), strict=False))
        found = [_known.get(drawn) for drawn in asked]
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def _drawn(wanted: Sequence[Funnel | Ranking]) -> list[Drawing]:
    """What a process of its own draws; nothing if it fails: a document without pictures is better than none."""
    from consensus.protocol.charts import specification

    specs = [json.dumps(specification(drawn), sort_keys=True) for drawn in wanted]
    try:
        found = [json.loads(line) for line in _told(specs).splitlines()]
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or ""
        logger.warning("No pictures were drawn: %s", said.strip().rpartition("\n")[2] or error)
        return []
    if len(found) != len(specs):
        logger.warning("No pictures were drawn: %d of %d came back", len(found), len(specs))
        return []
    return [Drawing(one["svg"], base64.b64decode(one["png"]), one["width"], one["height"]) for one in found]


def _told(specs: Sequence[str]) -> str:
    """What the engine writes of specifications: a line for each. OSError or SubprocessError where it cannot."""
    command = [sys.executable, "-m", "consensus.vega"]
    asked = "\n".join(specs)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=SECONDS, check=True)
    return done.stdout
