"""The wheel: whole, and serving pages with their stylesheets from another directory."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the installed builder: nothing is fetched."""
    place = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = place.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an empty environment with the wheel in it; what it depends on is lent from this one."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False)
    windows = sys.platform == "win32"
    scripts = place / ("Scripts" if windows else "bin")
    (site,) = [place / "Lib/site-packages"] if windows else place.glob("lib/python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet"]
    done = subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (site / "lent.pth").write_text("\n".join(lent) + "\n")
    return scripts


def test_the_constraints_name_one_allowed_version_of_everything_that_is_needed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in pinned.items()}
    for requirement in map(Requirement, asked):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, requirement.name
        assert requirement.specifier.contains(version), str(requirement)


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def test_the_wheel_holds_everything_that_is_served_and_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    for needed in (
        "consensus/templates/base.html",
        "consensus/static/css/base.css",
        "consensus/static/js/live.js",
        "consensus/demo/items.csv",
        "consensus/protocol/report.typ",
        "consensus/translations/sv/LC_MESSAGES/messages.mo",
        "consensus/migrations/env.py",
        "consensus/migrations/script.py.mako",
        "consensus/migrations/versions/0001_first_schema.py",
        "rounds/plans/conference-2014.toml",
        "consensus/py.typed",
        "rounds/py.typed",
    ):
        assert needed in names
    for folder in ("templates", "static"):
        shipped = {name for name in names if name.startswith(f"consensus/{folder}/")}
        assert shipped == {f"consensus/{path.relative_to(ROOT).as_posix()}" for path in files_below(ROOT / folder)}
    for package in ("consensus", "rounds"):
        assert {path.relative_to(ROOT).as_posix() for path in files_below(ROOT / package)} <= names
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


@pytest.fixture
def server(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The installed server, run in a directory that has nothing of the checkout; gives its address."""
    command = [str(installed / "consensus"), "serve", "--host", "127.0.0.1", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def test_an_installed_server_serves_pages_with_their_stylesheets(installed: Path, server: str, tmp_path: Path) -> None:
    where = subprocess.run(
        [str(installed / "python"), "-c", "import consensus; print(consensus.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert str(ROOT) not in where.stdout
    with urllib.request.urlopen(server) as page:
        html = page.read().decode()
    styles = re.findall(r'<link[^>]+href="([^"]+\.css[^"]*)"', html)
    scripts = re.findall(r'<script[^>]+src="([^"]+)"', html)
    assert styles
    assert scripts
    for address in styles + scripts:
        with urllib.request.urlopen(server.rstrip("/") + address) as file:
            assert file.status == 200
            assert len(file.read()) > 100
