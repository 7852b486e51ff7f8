"""The engine that draws: `python -m consensus.vega` reads Vega-Lite specifications, a line each, and writes drawings.

It stands by itself, so that the process imports nothing else. It reads nothing from any network.
"""

from __future__ import annotations

import base64
import json
import re
import sys

SCALE = 3  # of a PNG: sharp on paper


def main() -> None:
    """Draw each line of standard input; write a line for each: {"svg", "png", "width", "height"}."""
    import vl_convert

    for line in sys.stdin:
        svg = vl_convert.vegalite_to_svg(line, allowed_base_urls=[])
        png = vl_convert.svg_to_png(svg, scale=SCALE)
        found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
        width, height = map(float, found.groups()) if found else (1.0, 1.0)
        drawn = {"svg": svg, "png": base64.b64encode(png).decode(), "width": width, "height": height}
        print(json.dumps(drawn), flush=True)


if __name__ == "__main__":
    main()
