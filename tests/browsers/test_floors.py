"""The pages ask for nothing that a browser of their floor does not have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browsers.floors import BROWSERS, BY_HAND, HARMLESS, LAPTOP, OURS, PHONE, ROOT, Floor, files_of
from tests.browsers.newer import FILE
from tests.browsers.reading import uses

NEWER: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
FLOORS = pytest.mark.parametrize("floor", [PHONE, LAPTOP], ids=["phone", "laptop"])


def since(use: str) -> tuple[float | None, ...]:
    """From which versions on something works; zeros for what is older than any floor."""
    kind, _, name = use.partition(" ")
    if kind == "syntax" or use in BY_HAND:
        return BY_HAND.get(use, (None, None, None))
    if kind == "property" and name in OURS:
        return (0, 0, 0)
    listed = f"member {name}" if kind in ("method", "property", "event") else use
    return tuple(NEWER.get(listed, (0, 0, 0)))


def too_new(use: str, floor: Floor) -> bool:
    return any(version is None or version > oldest for version, oldest in zip(since(use), floor, strict=True))


def found_in(files: list[Path], floor: Floor) -> list[str]:
    """What is asked for in vain, with where, and since when there is an answer."""
    problems = []
    for file in files:
        for use in sorted(set(uses(file))):
            if too_new(use, floor) and use not in HARMLESS:
                versions = zip(BROWSERS, since(use), strict=True)
                told = ", ".join(f"{browser} {version or 'never'}" for browser, version in versions)
                problems.append(f"{file.name}: {use} ({told})")
            kind, _, name = use.partition(" ")
            listed = f"member {name}" if kind in ("method", "property") else use
            if listed in NEWER["https"] and not (kind == "property" and name in OURS):
                problems.append(f"{file.name}: {use} (over https only)")
    return problems


@FLOORS
def test_nothing_is_asked_for_that_the_oldest_browser_does_not_have(floor: Floor) -> None:
    files = list(files_of(floor))
    assert len(files) > 20
    assert found_in(files, floor) == []


def test_what_is_said_to_do_no_harm_is_used_and_new() -> None:
    used = {use for floor in (PHONE, LAPTOP) for file in files_of(floor) for use in uses(file) if too_new(use, floor)}
    assert HARMLESS.keys() - used == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.js", "[1].at(-1)"),
        ("a.js", "structuredClone({})"),
        ("a.js", "Object.hasOwn({}, 'a')"),
        ("a.js", "crypto.randomUUID()"),
        ("a.js", "crypto.subtle.digest('SHA-256', x)"),
        ("a.js", "navigator.clipboard.writeText('a')"),
        ("a.js", "navigator.wakeLock.request('screen')"),
        ("a.js", "navigator.locks.request('a', b)"),
        ("a.js", "AbortSignal.timeout(5)"),
        ("a.js", "new BroadcastChannel('a')"),
        ("a.js", "list.findLast(Boolean)"),
        ("a.js", "place.replaceChildren()"),
        ("a.js", "a?.b"),
        ("a.js", "a ?? b"),
        ("a.js", "a ||= b"),
        ("a.js", "/(?<=a)b/.test(c)"),
        ("a.js", "/a/v.test(c)"),
        ("a.js", "class A { #b = 1; }"),
        ("a.js", "class A { static { start(); } }"),
        ("a.js", "await start()"),
        ("a.js", "const a = 1_000"),
        ("a.css", ".a { .b { color: red } }"),
        ("a.css", ".a { &:hover { color: red } }"),
        ("a.css", ".a { height: 100dvh }"),
        ("a.css", ".a { aspect-ratio: 1 }"),
        ("a.css", ".a { color: color-mix(in srgb, red, blue) }"),
        ("a.css", ".a { inset: 0 }"),
        ("a.css", ".a:is(.b) { color: red }"),
        ("a.css", "@layer a { .a { color: red } }"),
        ("a.css", "@container (width > 1px) { .a { color: red } }"),
        ("a.html", '<div popover id="a">'),
        ("a.html", '<main inert class="a">'),
    ],
)
def test_what_came_later_is_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert found_in([tmp_path / name], PHONE)


def test_what_every_browser_knows_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        "export const f = async ({ a, ...b }) => { try { await a(`${b}`); } catch { g(); } };"
    )
    (tmp_path / "a.css").write_text("@media (min-width: 1rem) { .a > b:not(:first-child)::after { color: var(--a) } }")
    assert found_in([tmp_path / "a.js", tmp_path / "a.css"], PHONE) == []


def test_the_documentation_names_the_floors() -> None:
    told = " ".join((ROOT / "docs" / "deployment.md").read_text("utf-8").split())
    for floor in (PHONE, LAPTOP):
        chrome, firefox, safari = (f"{version:g}" for version in floor)
        assert f"Chrome and Edge {chrome}, Firefox {firefox}, Safari on iOS {safari}" in told
