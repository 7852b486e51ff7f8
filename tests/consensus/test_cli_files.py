"""What `consensus replay` says of files that cannot be used: exit code 2 and one line that names the place."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from tests.bad_input import build_rounds
from tests.bad_input.build import worksheet, xlsx_parts
from tests.commands import Outcome, consensus, replay

BAD_INPUT = Path(build_rounds.__file__).parent
GOOD = {name.partition(".")[0]: BAD_INPUT / "good" / name for name in build_rounds.GOOD}
OPTION = {"plans": "plan"}  # folder -> option, where they differ
MEGABYTES = 300

BAD = sorted(path for folder in build_rounds.FOLDERS for path in (BAD_INPUT / folder).iterdir())
ITEMS_PLAN = build_rounds.FOLDER.parents[1] / "rounds" / "plans" / "conference-2014.toml"


def replay_with(path: Path, folder: str = "") -> Outcome:
    """Replay the good conference with one of its files replaced by a bad one."""
    folder = folder or path.parent.name
    if folder == "items":
        return replay(ITEMS_PLAN, path, GOOD["ballots"])
    return replay(**GOOD | {OPTION.get(folder, folder): path})


@cache
def outcomes() -> dict[Path, Outcome]:
    """Every bad file tried, two at a time."""
    paths = [*BAD, *sorted((BAD_INPUT / "items").iterdir())]
    with ThreadPoolExecutor(2) as workers:
        return dict(zip(paths, workers.map(replay_with, paths), strict=True))


def is_refusal(outcome: Outcome, name: str) -> None:
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert outcome.err.endswith("\n")
    assert len(outcome.err.splitlines()) == 1, outcome.err
    assert outcome.err.startswith(name), outcome.err
    assert "Traceback" not in outcome.err
    assert len(outcome.err) < 500, "a line that a person reads"


def test_the_good_files_are_good() -> None:
    outcome = replay(**GOOD)
    assert (outcome.code, outcome.err) == (0, "")
    assert [result["id"] for result in outcome.json["rounds"]] == ["V", "H", "H/run-off", "A", "P", "T", "K"]
    assert outcome.json["unresolved"] == []


def test_the_bad_files_are_those_that_are_built() -> None:
    for folder, made in build_rounds.FOLDERS.items():
        stored = {path.name: path.read_bytes() for path in (BAD_INPUT / folder).iterdir()}
        assert stored == {name: content for name, (content, _) in made().items()}


def test_there_are_enough_of_them() -> None:
    count = {folder: len(made()) for folder, made in build_rounds.FOLDERS.items()}
    assert count["plans"] >= 12
    assert count["ballots"] >= 14
    assert sum(count.values()) >= 40


@pytest.mark.parametrize("path", BAD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_bad_file_is_refused_in_one_line_that_names_the_place(path: Path) -> None:
    outcome = outcomes()[path]
    is_refusal(outcome, path.name)
    _, place = build_rounds.FOLDERS[path.parent.name]()[path.name]
    assert place in outcome.err
    assert not place[-1].isdigit() or not outcome.err.partition(place)[2][:1].isdigit(), outcome.err
    assert outcome.megabytes < MEGABYTES


@pytest.mark.parametrize("path", sorted((BAD_INPUT / "items").iterdir()), ids=lambda path: path.name)
def test_a_bad_items_file_is_refused_in_one_line(path: Path) -> None:
    outcome = outcomes()[path]
    is_refusal(outcome, path.name)
    assert outcome.megabytes < MEGABYTES


def cell_of_a_gigabyte(path: Path) -> None:
    """A cell of NUL, which costs no disk."""
    with path.open("wb") as file:
        file.write(b"round,number,paper,choice\nV,1,")
        file.truncate(1 << 30)


def cell_of_a_hundred_megabytes(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"round,number,paper,choice\nV,1,")
        for _ in range(100):
            file.write(b"x" * (1 << 20))


def quote_that_swallows_the_file(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'round,number,paper,choice\nV,1,"v0,yes\n')
        for _ in range(40):
            file.write(b"V,1,v1,yes\n" * 200_000)


def quotes_that_make_one_row_of_the_file(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"round,number,paper,choice\nV,1,v1,yes\n")
        for _ in range(40):
            file.write(b'"\n",' * 500_000)


def million_cells_in_a_row(path: Path) -> None:
    path.write_bytes(b"round,number,paper,choice\nV,1,v1,yes" + b",a" * 30_000_000 + b"\n")


def million_groups(path: Path) -> None:
    with path.open("w") as file:
        file.write("round,number,paper,choice,group\n")
        file.writelines(f"V,1,v{at},yes,g{at}\n" for at in range(1_000_000))


def workbook_that_unpacks_to_a_gigabyte(path: Path) -> None:
    parts = xlsx_parts(worksheet(""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(worksheet("").partition("</sheetData>")[0].encode())
            for _ in range(1 << 10):
                part.write(b"<row></row>" * (1 << 20 // 11))


LARGE = [
    ("ballots.csv", cell_of_a_gigabyte),
    ("ballots.csv", cell_of_a_hundred_megabytes),
    ("ballots.csv", quote_that_swallows_the_file),
    ("ballots.csv", quotes_that_make_one_row_of_the_file),
    ("ballots.csv", million_cells_in_a_row),
    ("ballots.csv", million_groups),
    ("ballots.xlsx", workbook_that_unpacks_to_a_gigabyte),
]


@pytest.mark.parametrize(("name", "write"), LARGE, ids=[write.__name__ for _, write in LARGE])
def test_a_huge_file_is_refused_in_little_memory(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    path = tmp_path / name
    write(path)
    try:
        outcome = replay_with(path, "ballots")
    finally:
        path.unlink()
    is_refusal(outcome, name)
    assert outcome.megabytes < MEGABYTES


@pytest.mark.parametrize("folder", build_rounds.FOLDERS)
def test_two_megabytes_of_anything_but_a_table_are_refused(tmp_path: Path, folder: str) -> None:
    path = tmp_path / "large.file"
    path.write_bytes(b"# nothing\n" * 200_000)
    is_refusal(replay_with(path, folder), path.name)


@pytest.mark.parametrize("folder", [*build_rounds.FOLDERS, "items"])
def test_a_folder_is_refused(tmp_path: Path, folder: str) -> None:
    outcome = replay_with(tmp_path, folder)
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (2, "", 1)
    assert str(tmp_path) in outcome.err


@pytest.mark.parametrize("folder", [*build_rounds.FOLDERS, "items"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, folder: str) -> None:
    outcome = replay_with(tmp_path / "not-there.csv", folder)
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (2, "", 1)
    assert "not-there.csv" in outcome.err


def test_an_unknown_option_is_refused_in_one_line() -> None:
    outcome = consensus("replay", "--plans", "x")
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (2, "", 1)
    assert "--plan" in outcome.err
