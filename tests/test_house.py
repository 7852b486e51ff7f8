"""The house's own rules, held by the tools: lint, format, types, the direction of imports, nothing of this machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports"],
]
#: a registry's address, or a path of a developer's machine, has no place in the project
FOREIGN = re.compile(
    r"files\.pythonhosted\.|pypi\.org/simple|registry\.npmjs|deb\.debian\.org|/home/\w+/|/work/\w+|/root/"
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no git checkout, so there is no list of its files")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("command", TOOLS, ids=lambda command: " ".join(command))
def test_the_tools_find_nothing(command: list[str]) -> None:
    tool = Path(sys.executable).parent / command[0]
    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_names_a_registry_or_a_machine() -> None:
    own = Path(__file__).name
    found = []
    for path in tracked():
        if path.suffix in (".png", ".mo", ".xlsx", ".ods", ".zip") or path.name == own or not path.is_file():
            continue
        found += [f"{path.relative_to(ROOT)}: {hit}" for hit in FOREIGN.findall(path.read_text("utf-8", "replace"))]
    assert found == []


def test_every_package_file_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if (path.suffix == ".py" and path.is_relative_to(ROOT / "consensus")) or path.is_relative_to(ROOT / "rounds")
        if path.suffix == ".py" and not path.read_text("utf-8").lstrip().startswith(('"""', "'''"))
    ]
    assert silent == []
