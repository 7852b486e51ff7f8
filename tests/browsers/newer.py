"""Makes newer.json from MDN's browser compatibility data (CC0): `python -m tests.browsers.newer data.json`.

`data.json` is in the npm package @mdn/browser-compat-data. Kept is what a page could use and what is newer than the
oldest floor in any of the browsers, with the versions that brought it (Chrome, Firefox, Safari); null where there is
none yet. "https": the names of what a page has over https only, which a laptop in a room does not speak.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.browsers.floors import PHONE

FILE = Path(__file__).with_name("newer.json")
#: for each of our three browsers those of the data
SOURCES = (("chrome", "chrome_android"), ("firefox", "firefox_android"), ("safari", "safari_ios"))
#: parts of the platform that no page here has anything to do with
ELSEWHERE = ("GPU", "XR", "RTC", "WebGL", "SVG", "Audio", "MIDI", "USB", "HID", "Bluetooth", "IDB", "WebAssembly")
Since = tuple[float | None, ...]
Table = dict[str, Any]


def newer(data: Table) -> dict[str, list[float | None]]:
    """Name, with its kind -> since when. A name that several things have counts as old if one of them is."""
    found: dict[str, list[Since]] = {}
    for name, compat in _features(data):
        found.setdefault(name, []).append(tuple(_since(compat, browsers) for browsers in SOURCES))
    return {
        name: list(min(all_of, key=lambda since: [_late(since), str(since)]))
        for name, all_of in sorted(found.items())
        if all(map(_late, all_of))
    }


def secure(data: Table) -> list[str]:
    """Globals and members that every browser, or some, keep from a page that did not come over https."""
    found: dict[str, list[bool]] = {}
    for interface, table in data["api"].items():
        for name, one in [("", table), *table.items()]:
            if "__compat" in one:
                kind = (
                    f"member {name.removesuffix('_static').removesuffix('_event')}" if name else f"global {interface}"
                )
                found.setdefault(kind, []).append("secure_context_required" in one)
    return sorted(name for name, all_of in found.items() if all(all_of))


def _late(since: Iterable[float | None]) -> bool:
    return any(version is None or version > floor for version, floor in zip(since, PHONE, strict=True))


def _features(data: Table) -> Iterator[tuple[str, Table]]:
    yield from _of_scripts(data)
    yield from _of_styles(data["css"])
    for name, compat in _below(data["html"]["elements"]):
        yield f"element {name}", compat
    for name, compat in _below(data["html"]["global_attributes"]):
        yield f"attribute {name}", compat


def _of_scripts(data: Table) -> Iterator[tuple[str, Table]]:
    """Globals, and members of what is old itself: what is new can only be reached by something that is listed."""
    builtins = data["javascript"]["builtins"]
    interfaces = {**data["api"], **builtins, **{k: v for k, v in builtins["Intl"].items() if k[0].isupper()}}
    for name, table in interfaces.items():
        compat = table.get("__compat")
        if compat is None or name.startswith(ELSEWHERE):
            continue
        yield f"global {name}", compat
        if name == "Window" or not _late(tuple(_since(compat, browsers) for browsers in SOURCES)):
            for member, of_member in _below(table):
                bare = member.removesuffix("_static")
                yield f"member {bare.removesuffix('_event')}", of_member
                if name in builtins or bare != member:
                    yield f"static {name}.{bare}", of_member
                if name == "Window":
                    yield f"global {bare}", of_member


def _of_styles(css: Table) -> Iterator[tuple[str, Table]]:
    for kind, part in (("css", "properties"), ("selector", "selectors"), ("at-rule", "at-rules")):
        for name, compat in _below(css[part]):
            yield f"{kind} {name}", compat
    for name, compat in _below(css["at-rules"]["media"]):
        yield f"media {name}", compat
    for kind in css["types"].values():
        for name, compat in _below({"": kind, **kind} if "__compat" in kind else kind):
            yield f"function {name}()", compat
            yield f"unit {name.removeprefix('viewport_percentage_units_')}", compat


def _below(table: Table) -> Iterator[tuple[str, Table]]:
    for name, inside in table.items():
        if name != "__compat" and "__compat" in inside:
            yield name, inside["__compat"]


def _since(compat: Table, browsers: tuple[str, ...]) -> float | None:
    """The first version that has it without a flag or a prefix, in the later one of the two."""
    versions = [_version(compat["support"].get(browser)) for browser in browsers]
    return None if None in versions else max(version for version in versions if version is not None)


def _version(support: Any) -> float | None:
    entries = support if isinstance(support, list) else [support] if support else []
    plain = [e for e in entries if not {"flags", "prefix", "alternative_name", "version_removed"} & e.keys()]
    given = [
        str(e["version_added"]).removeprefix("≤") for e in plain if e["version_added"] not in (None, False, "preview")
    ]
    return min((0.0 if version == "True" else float(version) for version in given), default=None)


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    made = {"data": told["__meta"]["version"], "https": secure(told), **newer(told)}
    FILE.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in made.items()) + "\n}\n", "utf-8")
    print(f"{len(made)} features in {FILE.name}")
