"""Writes the broken plans, ballots, decisions and attendance: `python -m tests.bad_input.build_rounds`.

Each file is broken in one way, beside the good ones of good/. `PLACES` tells which place its refusal has to name. The
files do not depend on the clock.
"""

from __future__ import annotations

from pathlib import Path

from tests.bad_input.build import with_password_flag, worksheet, xlsx, xlsx_table

FOLDER = Path(__file__).parent
Bad = dict[str, tuple[bytes, str]]  # file name -> content, and the place that the refusal names

PLAN = """\
title     = "A small conference"
protocols = ["wide", "core"]

[[rounds]]
id      = "V"
title   = "First vote"
vote_on = "all"
ballot  = "yes-no-abstain"
advance = "yes >= 75%"
to      = "wide"
cut     = "yes < 25%"
quorum  = "2 votes"

[[rounds]]
id        = "H"
vote_on   = "held in V"
ballot    = "yes-no"
advance   = "top 1"
to        = "wide"
otherwise = "cut"
ties      = "run-off"

[[rounds]]
id        = "A"
vote_on   = "wide"
ballot    = "scale 1-9"
advance   = "top 1"
to        = "core"
otherwise = "stay"
ties      = "ask"

[[rounds]]
id        = "P"
vote_on   = "wide"
ballot    = "pick 2"
advance   = "top 1"
to        = "core"
otherwise = "stay"
ties      = "hold all"

[[rounds]]
id        = "T"
vote_on   = "wide"
ballot    = "points 10 max 6"
advance   = "top 1"
to        = "core"
otherwise = "stay"
ties      = "lot"

[[rounds]]
id        = "K"
vote_on   = "wide"
ballot    = "rank 2"
advance   = "top 1"
to        = "core"
otherwise = "stay"
ties      = "advance all"
"""

ITEMS = "number,text\n" + "".join(f"{number},Item {number}\n" for number in range(1, 7))

HEAD = "round,number,paper,choice,group\n"
_VOTES = {  # item -> its votes in V: 1, 2 and 3 advance, 4 and 5 are held, 6 is cut
    1: "yes yes yes yes",
    2: "yes yes yes abstain",
    3: "yes yes yes no",
    4: "yes yes no no",
    5: "yes no no yes",
    6: "no no no no",
}
_V = "".join(
    f"V,{number},v{at},{vote},{'north' if at < 2 else 'south'}\n"
    for number, votes in _VOTES.items()
    for at, vote in enumerate(votes.split())
)
_H = "H,4,h1,yes,\nH,5,h1,no,\nH,4,h2,no,\nH,5,h2,yes,\n"  # a tie for one place
_RUN_OFF = "H/run-off,4,r1,yes,\nH/run-off,5,r1,no,\n"
_A = "A,1,a1,7,\nA,2,a1,7,\nA,3,a1,abstain,\nA,4,a1,1,\n"  # 1 and 2 are tied: it is asked
_P = "P,1,p1,1,\nP,2,p1,1,\nP,,p2,,\n"
_T = "T,1,t1,6,\nT,2,t1,4,\n"
_K = "K,1,k1,1,\nK,2,k1,2,\n"
BALLOTS = HEAD + _V + _H + _RUN_OFF + _A + _P + _T + _K
DECISIONS = "round,number,verdict,reason,seed\nA,1,advance,It was discussed,\nA,2,stay,,\nT,,,,a seed\n"
ATTENDANCE = "round,entitled,present,number\nV,5,4,\nV,5,3,6\nP,5,2,\n"
GOOD = {"plan.toml": PLAN, "items.csv": ITEMS, "ballots.csv": BALLOTS, "decisions.csv": DECISIONS,
        "attendance.csv": ATTENDANCE}  # fmt: skip


def _row(text: str) -> str:
    """The row of the good ballots that begins with a text."""
    rows = [at for at, line in enumerate(BALLOTS.splitlines(), 1) if line.startswith(text)]
    return f"row {rows[0]}"


def _last(more: int = 1) -> str:
    return f"row {len(BALLOTS.splitlines()) + more}"


def plans() -> Bad:
    changed = {
        "no-title": (PLAN.replace('title     = "A small conference"\n', ""), "title"),
        "no-rounds": (PLAN[: PLAN.index("[[rounds]]")], "no rounds"),
        "not-toml": (PLAN.replace('ballot  = "yes-no-abstain"', 'ballot  = "yes-no-abstain'), "line 8"),
        "key-twice": (PLAN.replace('to      = "wide"\n', 'to = "wide"\nto = "core"\n', 1), "line 11"),
        "bracket-open": (PLAN + "\n[[rounds\n", "line 59"),
        "unknown-key": (PLAN.replace("title     =", "titel     ="), "line 1, key titel"),
        "unknown-round-key": (PLAN.replace("quorum  =", "quorom  ="), "line 12, round V, key quorom"),
        "unknown-kind": (PLAN.replace('vote_on = "all"', 'vote_on = "process"'), "line 7, round V, key vote_on"),
        "unknown-kind-in-rule": (
            PLAN.replace('advance = "yes >= 75%"', 'advance = { process = "top 1" }'), "line 9, round V, key advance",
        ),
        "unknown-protocol": (PLAN.replace('to      = "wide"', 'to      = "wider"'), "line 10, round V, key to"),
        "unknown-round": (PLAN.replace("held in V", "held in W"), "line 16, round H, key vote_on"),
        "round-twice": (PLAN.replace('id        = "H"', 'id        = "V"'), "line 15, round V, key id"),
        "circular": (PLAN.replace('vote_on = "all"', 'vote_on = ["all", "held in H"]'), "line 7, round V, key vote_on"),
        "reads-itself": (PLAN.replace("held in V", "held in H"), "line 16, round H, key vote_on"),
        "held-never-voted-on": (PLAN.replace('vote_on   = "held in V"', 'vote_on   = "wide"'), "round V"),
        "stay-outside-a-protocol": (
            PLAN.replace('otherwise = "cut"', 'otherwise = "stay"'), "line 20, round H, key otherwise",
        ),
        "measure-not-on-ballot": (
            PLAN.replace('advance = "yes >= 75%"', 'advance = "median >= 7"'), "line 9, round V, key advance",
        ),
        "unknown-measure": (
            PLAN.replace('advance = "yes >= 75%"', 'advance = "approval >= 7"'), "line 9, round V, key advance",
        ),
        "per-cent-of-a-median": (
            PLAN.replace('ballot    = "scale 1-9"\nadvance   = "top 1"', 'ballot = "scale 1-9"\nadvance = "mean > 5%"'),
            "line 27, round A, key advance",
        ),
        "deep-brackets": (
            PLAN.replace('"yes >= 75%"', f'"{"(" * 500}yes >= 75%{")" * 500}"'), "line 9, round V, key advance",
        ),
        "falling-scale": (PLAN.replace("scale 1-9", "scale 9-1"), "line 26, round A, key ballot"),
        "huge-scale": (PLAN.replace("scale 1-9", "scale 1-900"), "line 26, round A, key ballot"),
        "unknown-ballot": (PLAN.replace("pick 2", "tick 2"), "line 35, round P, key ballot"),
        "quorum-of-more-than-all": (
            PLAN.replace('"2 votes"', '"3/2 of entitled"'), "line 12, round V, key quorum",
        ),
        "quorum-of-nothing": (PLAN.replace('"2 votes"', '"1/0 of present"'), "line 12, round V, key quorum"),
        "number-for-text": (PLAN.replace('id      = "V"', "id      = 1"), "line 5"),
        "paper-joins-votes": (
            PLAN.replace("protocols =", 'anonymity = "vote"\nprotocols ='), "line 36, round P, key ballot",
        ),
    }  # fmt: skip
    found = {f"{name}.toml": (text.encode(), place) for name, (text, place) in changed.items()}
    return found | {
        "empty.toml": (b"", "title"),
        "utf-16.toml": (PLAN.encode("utf-16"), "line 1"),
        "windows-1252.toml": (PLAN.replace("First vote", "Första omröstningen").encode("cp1252"), "line 6"),
        "nul.toml": (PLAN.replace("First", "Fi\0rst").encode(), "line 6"),
        "deep-arrays.toml": (b"title = " + b"[" * 20_000 + b"]" * 20_000 + b"\n", "deep"),
        "deep-tables.toml": (b"[" + b".".join([b"a"] * 20_000) + b"]\nb = 1\n", "deep-tables.toml"),
        "long-number.toml": (b"title = " + b"9" * 5_000 + b"\n", "line 1"),
        "workbook.toml": (xlsx_table([["title"], ["x"]]), "line 1"),
    }  # fmt: skip


def ballots() -> Bad:
    return _wrong_rows() | _wrong_text() | _wrong_workbooks()


def _wrong_rows() -> Bad:
    added = {
        "unknown-round": ("W,1,w1,yes,\n", _last()),
        "unknown-number": ("V,7,v9,yes,\n", _last()),
        "number-not-whole": ("V,1.5,v9,yes,\n", _last()),
        "number-in-other-digits": ("V,٣,v9,yes,\n", _last()),
        "not-in-the-pool": ("H,1,h3,yes,\n", _last()),
        "bad-choice": ("V,1,v9,maybe,\n", _last()),
        "abstention-not-on-ballot": ("H,4,h3,abstain,\n", _last()),
        "off-the-scale": ("A,1,a2,10,\n", _last()),
        "half-a-point": ("T,1,t2,2.5,\n", _last()),
        "voted-twice": ("V,1,v0,yes,north\n", _last()),
        "voted-twice-otherwise": ("V,1,v0,no,north\n", _last()),
        "too-many-picks": ("P,1,p3,1,\nP,2,p3,1,\nP,3,p3,1,\n", _last(3)),
        "picked-with-two": ("P,1,p3,2,\n", _last()),
        "too-many-points": ("T,1,t2,6,\nT,2,t2,5,\n", _last(2)),
        "too-many-points-on-one": ("T,1,t2,7,\n", _last()),
        "same-place-twice": ("K,1,k2,1,\nK,2,k2,1,\n", _last(2)),
        "place-too-low": ("K,1,k2,3,\n", _last()),
        "empty-paper-with-votes": ("P,,p1,,\n", _last()),
        "empty-paper-twice": ("P,,p2,,\n", _last()),
        "number-without-choice": ("V,1,v9,,\n", _last()),
        "choice-without-number": ("V,,v9,yes,\n", _last()),
        "no-paper": ("V,1,,yes,\n", _last()),
        "two-groups-on-a-paper": ("V,1,v9,yes,north\nV,2,v9,yes,south\n", _last(2)),
        "more-cells-than-columns": ("V,1,v9,yes,north,and more\n", _last()),
        "fewer-cells-than-columns": ("V,1\n", _last()),
        "run-off-of-no-round": ("W/run-off,1,w1,yes,\n", _last()),
    }
    found = {f"{name}.csv": (f"{BALLOTS}{rows}".encode(), place) for name, (rows, place) in added.items()}
    left_out = {
        "round-before-not-held": (HEAD + _V + _A, f"row {len(_V.splitlines()) + 2}"),
        "run-off-without-a-tie": (BALLOTS.replace("H,4,h2,no,\nH,5,h2,yes,\n", ""), "row 28"),
        "run-off-without-its-round": (HEAD + _V + _RUN_OFF, "row 26"),
        "run-off-on-an-item-not-tied": (BALLOTS.replace("H/run-off,5,r1,no", "H/run-off,1,r1,no"), _row("H/run-off,5")),
    }
    return found | {f"{name}.csv": (text.encode(), place) for name, (text, place) in left_out.items()}


def _wrong_text() -> Bad:
    text, middle = BALLOTS, "V,3,v0,yes,north\n"
    quoted = text.replace(middle, 'V,3,"v0,yes,north\n')
    return {
        "empty.csv": (b"", "empty.csv"),
        "blank.csv": (b"\r\n\r\n", "blank.csv"),
        "no-header.csv": (text.removeprefix(HEAD).encode(), "row 1"),
        "missing-column.csv": (text.replace("paper", "person", 1).encode(), "row 1"),
        "double-column.csv": (text.replace("group", "röst", 1).encode(), "row 1"),
        "broken-utf-8.csv": (
            text.replace(middle, "V,3,Åsa,yes,north\n").encode()[:-1] + b"\nV,4,\xc5sa,yes,north\n", _last(),
        ),
        "windows-1252-in-the-middle.csv": (
            (text + "V,1,Örjan,yes,\n").encode() + "V,2,Örjan,yes,\n".encode("cp1252"), _last(2),
        ),
        "utf-16-cut-off.csv": (text.encode("utf-16")[:-1], "row"),
        "nul.csv": (text.replace(middle, "V,3,v\0,yes,north\n").encode(), "row 10"),
        "all-nul.csv": (bytes(5_000), "all-nul.csv"),
        "quote-open.csv": (quoted.encode(), "row 10"),
        "quote-then-text.csv": (text.replace(middle, 'V,3,"v0"x,yes,north\n').encode(), "row 10"),
        "long-cell.csv": (text.replace(middle, f"V,3,{'v' * 40_000},yes,north\n").encode(), "row 10"),
        "long-line.csv": (text.replace(middle, f"V,3,{'v' * 200_000},yes,north\n").encode(), "row 10"),
        "old-line-ends.csv": ((text + "V,1,v9,maybe,\n").replace("\n", "\r").encode(), _last()),
        "formula.csv": ((text + "V,=1+1,v9,yes,\n").encode(), _last()),
        "picture.csv": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture.csv"),
        "document.csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "document.csv"),
    }  # fmt: skip


def _wrong_workbooks() -> Bad:
    rows = [line.split(",") for line in BALLOTS.splitlines()]
    good = xlsx_table(rows)
    formula = '<c r="B4"><f>B3+1</f><v>1</v></c>'
    last = '<c r="D4" t="str"><f>"yes"</f><v>yes</v></c>'
    bomb = worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>' + " " * 20_000_000 + "</t></is></c></row>")
    return {
        "formula-number.xlsx": (xlsx_table([*rows[:3], ["V", formula, "v9", "yes"]]), "row 4"),
        "formula-choice.xlsx": (xlsx_table([*rows[:3], ["V", "1", "v9", last]]), "row 4"),
        "bad-choice.xlsx": (xlsx_table([*rows, ["V", "1", "v9", "maybe"]]), _last()),
        "cut-off.xlsx": (good[: len(good) // 2], "cut-off.xlsx"),
        "cut-in-the-middle.xlsx": (good[:200] + good[400:], "cut-in-the-middle.xlsx"),
        "zip-bomb.xlsx": (xlsx(bomb), "zip-bomb.xlsx"),
        "password.xlsx": (with_password_flag(good), "password.xlsx"),
        "no-cells.xlsx": (xlsx(worksheet("")), "no-cells.xlsx"),
    }


def decisions() -> Bad:
    head = "round,number,verdict,reason,seed\n"
    added = {
        "unknown-round": ("W,1,advance,,\n", "row 5"),
        "unknown-verdict": ("A,1,maybe,,\n", "row 5"),
        "unknown-number": ("A,7,advance,,\n", "row 5"),
        "number-word": ("A,one,advance,,\n", "row 5"),
        "decided-twice": ("A,1,stay,,\n", "row 5"),
        "lot-twice": ("T,,,,another seed\n", "row 5"),
        "lot-and-decision": ("K,1,advance,,a seed\n", "row 5"),
        "item-not-tied": ("A,3,advance,,\n", "row 5"),
        "plan-settles-the-tie": ("P,1,advance,,\n", "row 5"),
        "run-off": ("H/run-off,4,advance,,\n", "row 5"),
        "extra-cells": ("A,2,advance,why,,more\n", "row 5"),
        "no-verdict": ("A,2,,,\n", "row 5"),
        "broken-utf-8": ("K,,,Åsikter och \udcc5sikter,a seed\n", "row 5, column D"),
    }
    found = {
        f"{name}.csv": ((DECISIONS + row).encode(errors="surrogateescape"), place)
        for name, (row, place) in added.items()
    }
    return found | {
        "no-round-column.csv": (DECISIONS.replace("round", "vote", 1).encode(), "row 1"),
        "stay-with-nothing-to-keep.csv": ((head + "V,4,stay,,\n").encode(), "row 2"),
        "empty.csv": (b"", "empty.csv"),
        "quote-open.csv": ((head + 'A,1,advance,"It was,\n').encode(), "row 2"),
        "formula.xlsx": (
            xlsx_table([["round", "number", "verdict"], ["A", '<c r="B2"><f>1</f><v>1</v></c>', "advance"]]), "row 2",
        ),
    }  # fmt: skip


def attendance() -> Bad:
    added = {
        "unknown-round": ("W,5,4,\n", "row 5"),
        "round-twice": ("V,5,4,\n", "row 5"),
        "item-twice": ("V,5,4,6\n", "row 5"),
        "more-present-than-entitled": ("A,4,5,\n", "row 5"),
        "negative": ("A,-4,5,\n", "row 5"),
        "fraction": ("A,4.5,4,\n", "row 5"),
        "missing-number": ("A,5,,\n", "row 5"),
        "fewer-seats-than-papers": ("A,0,0,\n", "row 5"),
        "only-an-item": ("A,5,4,1\n", "round A"),
        "item-not-voted-on": ("P,5,2,5\n", "item 5"),
        "fewer-seats-than-votes": ("H,5,2,\nH,1,1,4\n", "item 4"),
    }
    found = {f"{name}.csv": ((ATTENDANCE + row).encode(), place) for name, (row, place) in added.items()}
    return found | {
        "no-present-column.csv": (ATTENDANCE.replace("present", "here", 1).encode(), "row 1"),
        "picture.csv": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture.csv"),
        "nul.csv": (b"round,entitled,present\nV,\0,4\n", "row 2"),
    }


FOLDERS = {"plans": plans, "ballots": ballots, "decisions": decisions, "attendance": attendance}


def main() -> None:
    for name, text in GOOD.items():
        (FOLDER / "good" / name).parent.mkdir(exist_ok=True)
        (FOLDER / "good" / name).write_bytes(text.encode())
    for folder, made in FOLDERS.items():
        (FOLDER / folder).mkdir(exist_ok=True)
        for name, (content, _) in made().items():
            (FOLDER / folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
