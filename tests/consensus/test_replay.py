"""Rounds and protocols recomputed from files: the conference of 2014, the vectors, every ballot and every tie."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import rounds
from consensus.errors import BadInput
from tests.bad_input.build import xlsx_table
from tests.commands import replay
from tests.consensus.conference_files import Files, Row, columns_of, having, plan_of, verdicts, yes_votes

PLANS = Path(rounds.__file__).parent / "plans"
SUNDBYHOLM = Path(__file__).parents[3] / "shared" / "sundbyholm"
CUT = 'cut = "yes < 50%"\nto = "in"\n'
TOP_2 = CUT + 'advance = "top 2"\n'
YES = {1: 9, 2: 7, 3: 7, 4: 5, 5: 4, 6: 0}  # a to f of the vectors


# The conference of 2014


@pytest.fixture(scope="module")
def conference_2014() -> Any:
    if not SUNDBYHOLM.exists():
        pytest.skip(f"the data of the 2014 conference is not in {SUNDBYHOLM}")
    files = [SUNDBYHOLM / "items.csv", SUNDBYHOLM / "ballots.csv"]
    outcome = replay(PLANS / "conference-2014.toml", *files)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.json


def counted(result: Any) -> tuple[int, int, int, int]:
    counts = result["counts"]
    assert counts["unresolved"] == 0
    return counts["advance"], counts["cut"], counts["hold"], counts["stay"]


@pytest.mark.sundbyholm
def test_the_2014_conference_ends_as_it_did(conference_2014: Any) -> None:
    results = {result["id"]: counted(result) for result in conference_2014["rounds"]}
    assert results == {
        "P1": (14, 46, 37, 0),
        "P2": (17, 20, 0, 0),
        "E1": (5, 16, 19, 0),
        "E2": (5, 14, 0, 0),
        "C": (15, 0, 0, 26),
    }
    assert conference_2014["unresolved"] == []
    assert {result["papers"] for result in conference_2014["rounds"]} == {23}


@pytest.mark.sundbyholm
def test_the_2014_protocols_are_the_published_ones(conference_2014: Any) -> None:
    core = published("core.csv")
    extended = [*core, *published("extended.csv")]
    numbers = [int(row["original_number"]) for row in core]
    assert conference_2014["protocols"]["core"] == sorted(numbers)
    assert conference_2014["protocols"]["extended"] == sorted(int(row["original_number"]) for row in extended)
    assert (len(extended), len(core)) == (41, 15)


@pytest.mark.sundbyholm
def test_the_2014_core_has_the_published_votes(conference_2014: Any) -> None:
    last = {item["number"]: item for item in conference_2014["rounds"][-1]["items"]}
    for row in published("core.csv"):
        item = last[int(row["original_number"])]
        assert item["votes"]["yes"] == int(row["implied_yes_of_23"])
        assert item["measures"] == {"yes": f"{row['implied_yes_of_23']}/23"}
        assert round(100 * item["votes"]["yes"] / 23) == int(row["yes_percent"])
        assert item["kind"] == row["kind"]


def published(name: str) -> list[dict[str, str]]:
    with (SUNDBYHOLM / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The format


def test_the_json_has_every_key_of_the_interface(tmp_path: Path) -> None:
    votes = [*yes_votes({1: 3, 2: 1, 3: 0}, of=3), *yes_votes({2: 2}, of=3, round="R2")]
    plan = plan_of('advance = "yes >= 2"\nto = "in"\ncut = "yes < 1"')
    files = Files.of(tmp_path, plan, votes)
    outcome = replay(files / "plan.toml", files / "items.csv", files / "ballots.csv")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json == {
        "plan": {"title": "T", "sha256": sha256((files / "plan.toml").read_bytes()).hexdigest()},
        "rounds": [
            {
                "id": "R1", "pool": 3, "papers": 3, "entitled": 3, "present": 3,
                "counts": {"advance": 1, "hold": 1, "cut": 1, "stay": 0, "unresolved": 0},
                "items": [
                    {
                        "number": 1, "kind": None, "votes": {"yes": 3, "no": 0, "abstain": 0},
                        "measures": {"yes": "3/3"}, "rank": 1, "tied": False, "verdict": "advance",
                        "inquorate": False, "reason": "yes >= 2: 3 of 3",
                    },
                    {
                        "number": 2, "kind": None, "votes": {"yes": 1, "no": 2, "abstain": 0},
                        "measures": {"yes": "1/3"}, "rank": 2, "tied": False, "verdict": "hold",
                        "inquorate": False, "reason": outcome.json["rounds"][0]["items"][1]["reason"],
                    },
                    {
                        "number": 3, "kind": None, "votes": {"yes": 0, "no": 3, "abstain": 0},
                        "measures": {"yes": "0/3"}, "rank": 3, "tied": False, "verdict": "cut",
                        "inquorate": False, "reason": outcome.json["rounds"][0]["items"][2]["reason"],
                    },
                ],
                "agreement": {"w": "7/9", "papers": 3, "of": 3},
                "change": [],
            },
            outcome.json["rounds"][1],
        ],
        "protocols": {"in": [1]},
        "unresolved": [],
    }  # fmt: skip
    assert outcome.json["rounds"][1]["counts"] == {"advance": 0, "hold": 0, "cut": 1, "stay": 0, "unresolved": 0}
    assert outcome.out.count("\n") == 1


def test_a_reason_names_rule_place_and_votes(tmp_path: Path) -> None:
    files = Files.of(tmp_path, plan_of(TOP_2 + 'ties = "advance all"'), yes_votes(YES))
    items = files.replayed()["rounds"][0]["items"]
    assert items[0]["reason"] == "top 2 by yes: place 1, 9 of 10"
    assert all(item["reason"] for item in items)


def test_without_json_it_prints_rounds_and_protocols_for_people(tmp_path: Path) -> None:
    from tests.commands import consensus

    files = Files.of(tmp_path, plan_of(TOP_2 + 'ties = "ask"'), yes_votes(YES))
    options = ("--plan", files / "plan.toml", "--items", files / "items.csv", "--ballots", files / "ballots.csv")
    outcome = consensus("replay", *options)
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "R1: 6 items, 10 papers: 1 advance, 1 hold, 2 cut, 2 unresolved",
        "  unresolved: items 2, 3 for 1 places",
        "in (1): 1",
    ]


# The vectors


VECTORS = [
    (TOP_2 + 'ties = "advance all"', [1, 2, 3], [4], [5, 6], []),
    (TOP_2 + 'ties = "hold all"', [1], [2, 3, 4], [5, 6], []),
    (TOP_2 + 'ties = "ask"', [1], [4], [5, 6], [2, 3]),
    (CUT + 'advance = "top 5"\nprecedence = "cut"', [1, 2, 3, 4], [], [5, 6], []),
    (CUT + 'advance = "top 5"\nprecedence = "advance"', [1, 2, 3, 4, 5], [], [6], []),
    ('to = "in"\nadvance = "yes >= 70%"\notherwise = "cut"', [1, 2, 3], [], [4, 5, 6], []),
    ('to = "in"\nadvance = "yes > 70%"', [1], [2, 3, 4, 5, 6], [], []),
    ('to = "in"\nadvance = "top 2 and yes >= 75%"', [1], [2, 3, 4, 5, 6], [], []),
    ('to = "in"\nadvance = "yes >= 5"', [1, 2, 3, 4], [5, 6], [], []),
]


@pytest.mark.parametrize(("keys", "advance", "hold", "cut", "unresolved"), VECTORS)
def test_a_vector_of_the_plan_language(
    tmp_path: Path, keys: str, advance: list[int], hold: list[int], cut: list[int], unresolved: list[int]
) -> None:
    files = Files.of(tmp_path, plan_of(keys), yes_votes(YES))
    outcome = replay(files / "plan.toml", files / "items.csv", files / "ballots.csv")
    assert outcome.code == 0, outcome.err
    result = outcome.json["rounds"][0]
    found = [having(result, verdict) for verdict in ("advance", "hold", "cut", "unresolved")]
    assert found == [advance, hold, cut, unresolved]
    assert outcome.json["protocols"] == {"in": advance}
    assert outcome.json["unresolved"] == ([{"round": "R1", "items": unresolved, "places": 1}] if unresolved else [])


SEVENTY_FIFTEEN = (
    'advance = "share(7..9) >= 70% and share(1..3) < 15%"\nto = "in"\ncut = "share(1..3) >= 70% and share(7..9) < 15%"'
)


def test_seventy_fifteen(tmp_path: Path) -> None:
    on_the_line, over, under = "7 " * 14 + "1 " * 3 + "5 " * 3, "7 " * 14 + "1 " * 2 + "5 " * 4, "1 " * 17 + "5 " * 3
    votes = columns_of({1: on_the_line, 2: over, 3: under})
    result = Files.of(tmp_path, plan_of(SEVENTY_FIFTEEN, "scale 1-9"), votes).replayed()["rounds"][0]
    assert verdicts(result) == {1: "hold", 2: "advance", 3: "cut"}
    assert result["items"][0]["measures"] == {
        "median": "7", "mean": "5.8", "share(7..9)": "14/20", "share(1..3)": "3/20",
    }  # fmt: skip
    assert result["items"][0]["votes"] == {**dict.fromkeys("123456789", 0), "1": 3, "5": 3, "7": 14, "abstain": 0}


# Ties

RUN_OFF = TOP_2 + 'ties = "run-off"'
LOT = TOP_2 + 'ties = "lot"'
ASK = TOP_2 + 'ties = "ask"'
DECISIONS = "round,number,verdict,reason\n"
LOTS = "round,seed\n"


def tied(tmp_path: Path, keys: str, more: list[Row] | None = None, **files: str) -> Any:
    return Files.of(tmp_path, plan_of(keys), [*yes_votes(YES), *(more or [])], **files).replayed()


def test_a_round_with_a_tie_open_is_the_last_one(tmp_path: Path) -> None:
    replayed = tied(tmp_path, ASK, yes_votes({4: 10}, round="R2"))
    assert [result["id"] for result in replayed["rounds"]] == ["R1"]
    assert [item["number"] for item in replayed["rounds"][0]["items"] if item["tied"]] == [2, 3]


def test_a_decision_settles_the_tie(tmp_path: Path) -> None:
    decisions = DECISIONS + "R1,3,advance,It covers the other\nR1,2,cut,\n"
    replayed = tied(tmp_path, ASK, yes_votes({4: 10}, round="R2"), decisions=decisions)
    result = replayed["rounds"][0]
    assert verdicts(result) == {1: "advance", 2: "cut", 3: "advance", 4: "hold", 5: "cut", 6: "cut"}
    assert replayed["unresolved"] == []
    assert [result["id"] for result in replayed["rounds"]] == ["R1", "R2"]
    assert "It covers the other" in result["items"][2]["reason"]


def test_a_decision_for_the_last_place_leaves_the_rest(tmp_path: Path) -> None:
    replayed = tied(tmp_path, ASK, decisions=DECISIONS + "R1,3,advance,It covers the other\n")
    assert verdicts(replayed["rounds"][0])[2] == "hold"
    assert replayed["unresolved"] == []


def test_a_decision_that_leaves_a_place_free_leaves_the_tie_open(tmp_path: Path) -> None:
    replayed = tied(tmp_path, ASK, decisions=DECISIONS + "R1,3,hold,\n")
    assert replayed["unresolved"] == [{"round": "R1", "items": [2], "places": 1}]


def test_a_lot_waits_for_its_seed(tmp_path: Path) -> None:
    assert tied(tmp_path, LOT)["unresolved"] == [{"round": "R1", "items": [2, 3], "places": 1}]


@pytest.mark.parametrize("seed", ["a", "b", "c", "d", "e"])
def test_a_lot_is_drawn_from_its_seed(tmp_path: Path, seed: str) -> None:
    replayed = tied(tmp_path, LOT, decisions=LOTS + f"R1,{seed}\n")
    first = min([2, 3], key=lambda number: sha256(f"{seed}:{number}".encode()).digest())
    assert having(replayed["rounds"][0], "advance") == [1, first]
    assert replayed["unresolved"] == []


def test_a_run_off_waits_for_its_votes(tmp_path: Path) -> None:
    assert tied(tmp_path, RUN_OFF)["unresolved"] == [{"round": "R1", "items": [2, 3], "places": 1}]


def test_a_run_off_settles_the_tie(tmp_path: Path) -> None:
    replayed = tied(tmp_path, RUN_OFF, yes_votes({2: 3, 3: 6}, round="R1/run-off"))
    assert having(replayed["rounds"][0], "advance") == [1, 3]
    run_off = replayed["rounds"][1]
    assert (run_off["id"], run_off["pool"]) == ("R1/run-off", 2)
    assert verdicts(run_off) == {2: "hold", 3: "advance"}
    assert replayed["unresolved"] == []


def test_a_second_tie_falls_to_a_lot(tmp_path: Path) -> None:
    again = yes_votes({2: 5, 3: 5}, round="R1/run-off")
    replayed = tied(tmp_path, RUN_OFF, again)
    assert replayed["unresolved"] == [{"round": "R1/run-off", "items": [2, 3], "places": 1}]
    drawn = tied(tmp_path, RUN_OFF, again, decisions=LOTS + "R1/run-off,a\n")
    assert len(having(drawn["rounds"][0], "advance")) == 2
    assert drawn["unresolved"] == []


# Ballots


def replayed_round(tmp_path: Path, ballot: str, votes: list[Row], keys: str = "", **more: str) -> Any:
    keys = keys or 'advance = "top 1"\nto = "in"\nties = "hold all"'
    return Files.of(tmp_path, plan_of(keys, ballot), votes, **more).replayed()["rounds"][0]


def test_abstentions_leave_the_base(tmp_path: Path) -> None:
    votes = columns_of({1: "yes abstain abstain no", 2: "yes yes yes no"})
    result = replayed_round(tmp_path, "yes-no-abstain", votes)
    assert [item["measures"]["yes"] for item in result["items"]] == ["1/2", "3/4"]
    assert result["items"][0]["votes"] == {"yes": 1, "no": 1, "abstain": 2}


def test_a_scale_ranks_by_median_then_mean(tmp_path: Path) -> None:
    votes = columns_of({1: "7 7 9", 2: "7 7 8", 3: "1 2 abstain"})
    result = replayed_round(tmp_path, "scale 1-9", votes)
    assert [item["rank"] for item in result["items"]] == [1, 2, 3]
    assert [item["measures"] for item in result["items"]] == [
        {"median": "7", "mean": "23/3"}, {"median": "7", "mean": "22/3"}, {"median": "1.5", "mean": "1.5"},
    ]  # fmt: skip
    assert having(result, "advance") == [1]


def test_picks_are_shares_of_the_papers(tmp_path: Path) -> None:
    votes = [*columns_of({1: "1 1 - -", 2: "1 - - 1", 3: "1 1 1 -"}), ("R1", None, "empty", "")]
    result = replayed_round(tmp_path, "pick 3", votes)
    assert [item["measures"]["picks"] for item in result["items"]] == ["2/5", "2/5", "3/5"]
    assert (result["papers"], having(result, "advance")) == (5, [3])


def test_points_are_summed(tmp_path: Path) -> None:
    result = replayed_round(tmp_path, "points 10 max 6", columns_of({1: "6 4 -", 2: "4 6 6"}))
    assert [item["measures"]["points"] for item in result["items"]] == ["10", "16"]
    assert result["items"][1]["votes"] == {"4": 1, "6": 2}


def test_places_are_counted_from_k_down(tmp_path: Path) -> None:
    result = replayed_round(tmp_path, "rank 3", columns_of({1: "1 2 -", 2: "2 1 1", 3: "3 - 2"}))
    assert [item["measures"]["borda"] for item in result["items"]] == ["5", "8", "3"]
    assert having(result, "advance") == [2]


def test_an_empty_paper_counts_as_a_paper(tmp_path: Path) -> None:
    votes = [*yes_votes({1: 2, 2: 1}, of=3), ("R1", None, "empty", "")]
    result = replayed_round(tmp_path, "yes-no", votes)
    assert (result["papers"], result["entitled"], result["present"]) == (4, 4, 4)
    assert result["items"][0]["measures"] == {"yes": "2/3"}


def test_nobody_voted_on_an_item_of_the_round(tmp_path: Path) -> None:
    files = Files.of(tmp_path, plan_of('advance = "yes >= 50%"\nto = "in"'), yes_votes({1: 9}), items=[1, 2])
    result = files.replayed()["rounds"][0]
    assert verdicts(result) == {1: "advance", 2: "hold"}
    assert [item["inquorate"] for item in result["items"]] == [False, True]


def test_papers_of_single_votes_are_counted_by_the_fullest_item(tmp_path: Path) -> None:
    votes = [("R1", number, f"x{number}{at}", "yes") for number in (1, 2) for at in range(4 + number)]
    plan = plan_of('advance = "yes >= 50%"\nto = "in"\notherwise = "cut"', head='anonymity = "vote"', after="")
    assert Files.of(tmp_path, plan, votes).replayed()["rounds"][0]["papers"] == 6


def test_a_rule_asks_groups_that_are_large_enough(tmp_path: Path) -> None:
    votes = [
        ("R1", number, f"{group}{paper}", "yes" if paper < yes else "no", group)
        for group, number, yes, of in [
            ("north", 1, 4, 5), ("south", 1, 5, 5), ("west", 1, 0, 4), ("north", 2, 5, 5), ("south", 2, 2, 5),
        ]
        for paper in range(of)
    ]  # fmt: skip
    plan = plan_of('advance = "yes >= 80% in every group"\nto = "in"\notherwise = "cut"')
    replayed = Files.of(tmp_path, plan, votes, groups=True).replayed()
    assert verdicts(replayed["rounds"][0]) == {1: "advance", 2: "cut"}


# Attendance

ATTENDANCE = "round,entitled,present,number\n"


@pytest.mark.parametrize(("base", "share"), [("present", "3/5"), ("entitled", "3/8"), ("cast", "3/4")])
def test_a_base_is_taken_from_the_attendance(tmp_path: Path, base: str, share: str) -> None:
    keys = f'advance = "yes >= 50%"\nto = "in"\nbase = "{base}"'
    result = replayed_round(tmp_path, "yes-no", yes_votes({1: 3}, of=4), keys, attendance=ATTENDANCE + "R1,8,5,\n")
    assert result["items"][0]["measures"] == {"yes": share}
    assert (result["entitled"], result["present"], result["papers"]) == (8, 5, 4)


def test_an_item_may_have_an_attendance_of_its_own(tmp_path: Path) -> None:
    keys = 'advance = "yes >= 60%"\nto = "in"\nbase = "present"'
    there = ATTENDANCE + "R1,8,6,\nR1,8,5,2\n"
    result = replayed_round(tmp_path, "yes-no", yes_votes({1: 3, 2: 3}, of=4), keys, attendance=there)
    assert [item["measures"]["yes"] for item in result["items"]] == ["3/6", "3/5"]
    assert (verdicts(result), result["present"]) == ({1: "hold", 2: "advance"}, 6)


def test_a_quorum_is_taken_from_the_attendance(tmp_path: Path) -> None:
    keys = 'advance = "yes >= 50%"\nto = "in"\nquorum = "2/3 of entitled"'
    for entitled, inquorate in ((5, False), (6, False), (7, True)):  # 4 votes are just over, exactly, just under
        there = ATTENDANCE + f"R1,{entitled},4,\n"
        result = replayed_round(tmp_path, "yes-no", yes_votes({1: 4}, of=4), keys, attendance=there)
        assert result["items"][0]["inquorate"] is inquorate


def test_a_round_held_in_which_nobody_voted_holds_everything(tmp_path: Path) -> None:
    files = Files.of(tmp_path, plan_of(TOP_2), [], items=[1, 2], attendance=ATTENDANCE + "R1,8,5,\n")
    result = files.replayed()["rounds"][0]
    assert having(result, "hold") == [1, 2]
    assert (result["papers"], result["entitled"], result["present"]) == (0, 8, 5)


def test_a_conference_that_has_not_begun_has_no_rounds(tmp_path: Path) -> None:
    replayed = Files.of(tmp_path, plan_of(TOP_2), [], items=[1, 2]).replayed()
    assert (replayed["rounds"], replayed["protocols"], replayed["unresolved"]) == ([], {"in": []}, [])


def test_a_round_with_nothing_to_vote_on_is_over_at_once(tmp_path: Path) -> None:
    replayed = Files.of(tmp_path, plan_of('advance = "yes >= 0"\nto = "in"'), yes_votes({1: 1})).replayed()
    assert [(result["id"], result["pool"]) for result in replayed["rounds"]] == [("R1", 1), ("R2", 0)]


# The same conference written otherwise

THERE = ATTENDANCE + "R1,12,11,\n"


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


SWEDISH = {"round": "Omgång", "number": "Nummer", "paper": "Papper", "choice": "Röst"}
FORMS = {
    "semicolon.csv": lambda rows: written(rows, ";").encode(),
    "tab.csv": lambda rows: written(rows, "\t").encode(),
    "mark.csv": lambda rows: b"\xef\xbb\xbf" + written(rows).encode(),
    "crlf.csv": lambda rows: written(rows, end="\r\n").encode(),
    "mark-semicolon-crlf.csv": lambda rows: b"\xef\xbb\xbf" + written(rows, ";", "\r\n").encode(),
    "old-line-ends.csv": lambda rows: written(rows, end="\r").encode(),
    "excel.csv": lambda rows: ("sep=;\r\n" + written(rows, ";", "\r\n")).encode(),
    "swedish.csv": lambda rows: written([[SWEDISH[name] for name in rows[0]], *rows[1:]]).encode(),
    "windows-1252.csv": lambda rows: written([[SWEDISH[name] for name in rows[0]], *rows[1:]], ";").encode("cp1252"),
    "utf-16.csv": lambda rows: written(rows, "\t").encode("utf-16"),
    "quoted.csv": lambda rows: written([[f'"{cell}"' for cell in row] for row in rows]).encode(),
    "one-quoted.csv": lambda rows: written([*rows[:9], [f'"{cell}"' for cell in rows[9]], *rows[10:]]).encode(),
    "spaces.csv": lambda rows: written([[f" {cell} " for cell in row] for row in rows]).encode(),
    "capitals.csv": lambda rows: written([[cell.title() for cell in row] for row in rows]).encode(),
    "blank-lines.csv": lambda rows: ("\n\n" + written(rows, end="\n\n,,,\n")).encode(),
    "no-last-line-end.csv": lambda rows: written(rows).rstrip("\n").encode(),
    "columns-turned.csv": lambda rows: written([row[::-1] for row in rows]).encode(),
    "columns-more.csv": lambda rows: written([[*row, "note"] for row in rows]).encode(),
    "cells-empty-at-the-end.csv": lambda rows: written([[*row, ""] for row in rows]).encode(),
    "workbook.xlsx": xlsx_table,
}


@pytest.fixture
def plain(tmp_path: Path) -> Files:
    """A conference whose papers have names that do not change with capitals."""
    votes = [(round, number, f"{paper[-1]}", choice) for round, number, paper, choice in yes_votes(YES)]
    return Files.of(tmp_path, plan_of(LOT), votes, decisions=LOTS + "R1,a\n", attendance=THERE)


@pytest.mark.parametrize("name", FORMS)
def test_however_it_is_written_it_is_the_same(plain: Files, name: str) -> None:
    rows = [line.split(",") for line in (plain / "ballots.csv").read_text().splitlines()]
    (plain / name).write_bytes(FORMS[name](rows))
    assert plain.replayed(name) == plain.replayed()


def test_every_file_may_be_swedish_with_semicolons(plain: Files, tmp_path: Path) -> None:
    swedish = {
        "items.csv": "\ufeffNr;Indikator\r\n" + "".join(f"{number};Item {number}\r\n" for number in YES),
        "ballots.csv": "\ufeffOmgång;Nr;Valsedel;Val\r\n"
        + written([line.split(",") for line in (plain / "ballots.csv").read_text().splitlines()[1:]], ";", "\r\n"),
        "decisions.csv": "\ufeffOmgång;Frö\r\nR1;a\r\n",
        "attendance.csv": "\ufeffOmgång;Röstberättigade;Närvarande\r\nR1;12;11\r\n",
    }
    other = tmp_path / "swedish"
    other.mkdir()
    for name, text in swedish.items():
        (other / name).write_text(text, encoding="utf-8", newline="")
    options = ("items", "ballots", "decisions", "attendance")
    one, two = (replay(plain / "plan.toml", **{name: place / f"{name}.csv" for name in options})
                for place in (plain, other))  # fmt: skip
    assert (two.code, two.err) == (0, "")
    assert two.out == one.out


def test_the_output_is_utf_8_whatever_the_terminal(plain: Files, tmp_path: Path) -> None:
    import os

    from tests.commands import consensus

    plan = (plain / "plan.toml").read_text().replace('title = "T"', 'title = "Målbild ≥ 1"')
    (plain / "plan.toml").write_text(plan, encoding="utf-8")
    options = [part for name in ("plan.toml", "items.csv", "ballots.csv")
               for part in (f"--{name.partition('.')[0]}", plain / name)]  # fmt: skip
    outcome = consensus("replay", "--json", *options, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["plan"]["title"] == "Målbild ≥ 1"


# What is refused once the rounds are known; the rest is in tests/bad_input


def test_votes_in_a_round_whose_pool_is_not_known_are_refused(tmp_path: Path) -> None:
    files = Files.of(tmp_path, plan_of(TOP_2), yes_votes({1: 3}, round="R2"))
    with pytest.raises(BadInput, match="row 2: round R2 has votes but round R1 before it has none"):
        files.replayed()


def test_a_decision_in_a_round_not_held_is_refused(tmp_path: Path) -> None:
    after = plan_of("", after="").replace('"R1"', '"R2"').partition("[[rounds]]")[2]
    plan = plan_of('cut = "yes < 50%"\notherwise = "cut"', after="\n[[rounds]]" + after + 'otherwise = "cut"\n')
    files = Files.of(tmp_path, plan, yes_votes({1: 3}), decisions=DECISIONS + "R2,1,cut,\n")
    with pytest.raises(BadInput, match=r"decisions\.csv, row 2: round R2 has no votes"):
        files.replayed()
