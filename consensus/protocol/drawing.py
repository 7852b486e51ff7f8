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

from consensus.protocol.pictures import Picture

SECONDS = 60
KEPT = 64  # pictures; a page and its documents ask for the same ones

logger = logging.getLogger(__name__)


class Drawing(NamedTuple):
    """A picture as it was drawn. svg: text that a page and a PDF take; png: for Word and slides; size in pixels."""

    svg: str
    png: bytes
    width: float
    height: float


_known: OrderedDict[str, Drawing] = OrderedDict()
_one_at_a_time = threading.Lock()


def draw(pictures: Sequence[Picture]) -> list[Drawing | None]:
    """Draw pictures, the same bytes for the same picture. None for one that could not be drawn: it is left out."""
    from consensus.protocol.charts import specification

    specs = [json.dumps(specification(picture.drawn), sort_keys=True) for picture in pictures]
    with _one_at_a_time:
        missing = [spec for spec in dict.fromkeys(specs) if spec not in _known]
        if missing:
            _known.update(zip(missing, _drawn(missing), strict=False))
        found = [_known.get(spec) for spec in specs]
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return found


def _drawn(specs: Sequence[str]) -> list[Drawing]:
    """What a process of its own draws; nothing if it fails: a document without pictures is better than none."""
    command = [sys.executable, "-m", "consensus.vega"]
    try:
        done = subprocess.run(command, input="\n".join(specs), capture_output=True, text=True, timeout=SECONDS)
        found = [json.loads(line) for line in done.stdout.splitlines()]
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        logger.warning("No pictures were drawn: %s", error)
        return []
    if done.returncode or len(found) != len(specs):
        logger.warning("No pictures were drawn: %s", done.stderr.strip().rpartition("\n")[2])
        return []
    return [Drawing(one["svg"], base64.b64decode(one["png"]), one["width"], one["height"]) for one in found]
