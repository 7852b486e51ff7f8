"""The files in deploy/ fit each other, the program and its documentation."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml

from consensus import config
from consensus.cli.main import cli
from consensus.redis_keys import FORGETFUL
from consensus.scrub import POSTGRESQL_SETTINGS
from tests.consensus.cluster import settings
from tests.deploy.site import DEPLOY, ROOT, Proxy, environment, unit

SETTINGS = set(re.findall(r"CONSENSUS_[A-Z_]+", Path(config.__file__).read_text("utf-8")))


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def workers(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in compose["services"].items() if name.startswith("worker-")}


def read(command: list[str]) -> dict[str, Any]:
    """What the program understands of a command line that begins with `consensus`."""
    with click.Context(cli) as context:
        chosen = cli.get_command(context, command[1])
        assert chosen is not None
        found: dict[str, Any] = chosen.make_context(command[1], command[2:], parent=context).params
    return found


# Compose


def test_the_workers_have_every_setting_they_need_and_no_other(compose: dict[str, Any]) -> None:
    several_hosts = SETTINGS - {"CONSENSUS_DATA"}
    assert len(workers(compose)) == 2
    for worker in workers(compose).values():
        assert set(worker["environment"]) == several_hosts
        for name in ("CONSENSUS_DATABASE", "CONSENSUS_REDIS", "CONSENSUS_KEYS"):
            place = re.sub(r"\$\{.*?\}", "secret", worker["environment"][name])
            assert urlsplit(place).hostname in compose["services"]


def test_nginx_finds_the_workers_where_they_are(compose: dict[str, Any]) -> None:
    (told,) = [line for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines() if line.startswith("CMD")]
    port = read(yaml.safe_load(told.removeprefix("CMD ")))["port"]
    there = {f"{worker['networks']['default']['ipv4_address']}:{port}" for worker in workers(compose).values()}
    assert set(re.findall(r"server (\S+) ", (DEPLOY / "compose.workers.conf").read_text("utf-8"))) == there
    assert set(compose["services"]["proxy"]["depends_on"]) == set(workers(compose))


def test_redis_forgets_what_it_held(compose: dict[str, Any]) -> None:
    redis = compose["services"]["redis"]
    told = dict(zip(redis["command"][1::2], redis["command"][2::2], strict=True))
    assert told == {f"--{name}": value for name, value in FORGETFUL.items()}
    assert "volumes" not in redis
    assert redis["tmpfs"] == ["/data"]  # the image would make a volume of it


def test_postgresql_keeps_no_vote_longer_than_we_do(compose: dict[str, Any]) -> None:
    told = dict(flag.removeprefix("-c").split("=") for flag in compose["services"]["database"]["command"][1:])
    assert told == dict(line.split(" = ") for line in settings())
    assert told.items() >= POSTGRESQL_SETTINGS.items()


def test_no_volume_holds_a_key(compose: dict[str, Any]) -> None:
    assert set(compose["volumes"]) == {"database"}
    for worker in workers(compose).values():
        assert worker["read_only"]
        assert "volumes" not in worker


def test_the_files_that_nginx_is_given_are_there(compose: dict[str, Any]) -> None:
    mounts = dict(mount.split(":")[:2] for mount in compose["services"]["proxy"]["volumes"])
    assert mounts.pop("./certificate") == "/etc/nginx/certificate"  # whoever runs it puts one there
    assert {(DEPLOY / name).name for name in mounts} == {"nginx.conf", "compose.workers.conf"}
    assert all((DEPLOY / name).is_file() for name in mounts)
    used = set(re.findall(r"/etc/nginx/[a-z.]+", (DEPLOY / "nginx.conf").read_text("utf-8"))) - {
        "/etc/nginx/nginx.conf"
    }
    assert used <= set(mounts.values()) | {"/etc/nginx/certificate"}


def test_the_image_has_all_that_the_package_is_built_of(tmp_path: Path) -> None:
    told = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [name for line in re.findall(r"^COPY (?!--)(.*)$", told, re.MULTILINE) for name in line.split()[:-1]]
    sent = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    assert copied == sent
    for name in copied:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist")]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# nginx


@pytest.mark.nginx
@pytest.mark.parametrize("name", ["workers.conf", "compose.workers.conf"])
def test_nginx_takes_its_files(tmp_path: Path, name: str) -> None:
    proxy = Proxy(tmp_path / "nginx", [1, 2])
    shutil.copy(DEPLOY / name, tmp_path / "nginx" / "workers.conf")
    proxy.try_out()


def test_both_lists_of_workers_choose_alike() -> None:
    def without_servers(name: str) -> list[str]:
        return [line for line in (DEPLOY / name).read_text("utf-8").splitlines()[1:] if "server" not in line]

    assert without_servers("workers.conf") == without_servers("compose.workers.conf")


# systemd


def test_the_unit_starts_a_worker_behind_the_proxy(tmp_path: Path) -> None:
    (command,) = unit()["ExecStart"]
    told = read(["consensus", *shlex.split(command.replace("%i", "5001"))[1:]])
    assert (told["host"], told["port"], told["no_sign_in"]) == ("127.0.0.1", 5001, True)


def test_the_target_starts_the_workers_that_nginx_knows() -> None:
    known = re.findall(r"127\.0\.0\.1:(\d+)", (DEPLOY / "workers.conf").read_text("utf-8"))
    assert unit("consensus.target")["Wants"] == [" ".join(f"consensus@{port}.service" for port in known)]


def test_the_environment_has_every_setting_but_the_units_own() -> None:
    own = {line.split("=")[0] for line in unit()["Environment"]}
    assert set(environment()) | own == SETTINGS
    assert not set(environment()) & own


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd is on this machine")
def test_systemd_knows_every_setting_of_the_units(tmp_path: Path) -> None:
    told = (DEPLOY / "consensus@.service").read_text("utf-8").replace("/opt/consensus/bin/consensus", sys.executable)
    for port in (5001, 5002):
        (tmp_path / f"consensus@{port}.service").write_text(told, "utf-8")
    shutil.copy(DEPLOY / "consensus.target", tmp_path)
    command = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# Documentation


def test_the_page_names_every_file_and_no_other() -> None:
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    there = {path.name for path in DEPLOY.iterdir() if path.is_file()}
    told = set(re.findall(r"\]\(\.\./deploy/([^)]+)\)", page))
    assert told == there - {"Dockerfile.dockerignore"}
