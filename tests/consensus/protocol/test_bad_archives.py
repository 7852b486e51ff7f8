"""Archives that are broken, or built to do harm: each is refused in one line that names the place."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from consensus.cli import main
from consensus.errors import BadInput
from consensus.protocol import export, verify
from tests.bad_input.archives import BROKEN, MB
from tests.consensus.protocol import making

#: those that try for memory: run in a process of their own, to see how much it takes
GREEDY = [
    "bomb by ratio", "bomb by size", "cell of 300 MB", "claims four gigabytes", "60,000 entries",
    "60,000 entries behind a second end", "sums of 100 MB", "protocol of 100 MB", "protocol of empty lists",
]  # fmt: skip
MOST_MEMORY = 300  # MB, of which 130 are the program itself


@pytest.fixture(scope="module")
def good() -> bytes:
    return export(making.decided(), ".zip")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_archive_is_refused_in_one_line(name: str, good: bytes, tmp_path: Path) -> None:
    build, says = BROKEN[name]
    path = tmp_path / "broken.zip"
    path.write_bytes(build(good))
    with pytest.raises(BadInput) as refusal:
        verify(path)
    line = str(refusal.value)
    assert line.startswith("broken.zip")
    assert says in line
    assert line.isprintable()
    assert len(line) < 700


@pytest.mark.parametrize("name", BROKEN)
def test_the_command_ends_with_2_and_one_line(
    name: str, good: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(BROKEN[name][0](good))
    with pytest.raises(SystemExit) as end:
        main(["verify", str(path)])
    out, err = capsys.readouterr()
    assert end.value.code == 2
    assert out == ""
    assert err.endswith("\n")
    assert err[:-1].isprintable()
    assert "broken.zip" in err


@pytest.mark.parametrize("name", GREEDY)
def test_a_greedy_archive_gets_little_memory(name: str, good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(BROKEN[name][0](good))
    code = (
        "import sys; from consensus.protocol import verify; from consensus.errors import BadInput\n"
        "try: verify(sys.argv[1])\n"
        "except BadInput: print(open('/proc/self/status').read())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    # Not getrusage: its figure begins with what the process that forked this one had in memory.
    most = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert most is not None
    assert int(most[1]) / 1024 < MOST_MEMORY


def test_nothing_is_left_behind(good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    for name, (build, _) in BROKEN.items():
        if name in GREEDY:
            continue
        (tmp_path / "broken.zip").write_bytes(build(good))
        with pytest.raises(BadInput):
            verify(tmp_path / "broken.zip")
    assert list(place.iterdir()) == []
    assert not (tmp_path / "plan.toml").exists()


def test_a_folder_a_pipe_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    (tmp_path / "folder.zip").mkdir()
    for name in ("pipe.zip", "folder.zip", "missing.zip", "nul\0.zip"):
        with pytest.raises(BadInput, match=r"is not a file|No such file|is not the name of a file"):
            verify(tmp_path / name)


def test_a_folder_and_a_missing_file_end_the_command_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path, tmp_path / "missing.zip"):
        with pytest.raises(SystemExit) as end:
            main(["verify", str(path)])
        assert end.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_an_archive_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as stream:
        stream.truncate(300 * MB)
    with pytest.raises(BadInput, match="larger than 256 MB"):
        verify(path)


def test_a_full_disk_is_said(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(good)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    code = (
        "import resource, signal, sys; from consensus.protocol import verify; from consensus.errors import BadInput\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: verify(sys.argv[1])\n"
        "except BadInput as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "archive.zip: cannot be read: File too large" in done.stdout
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == limit
