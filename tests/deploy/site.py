"""The files in deploy/ at work on this machine: nginx before workers, as the unit starts them, on free ports."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import closing
from email.message import Message
from pathlib import Path
from socket import socket
from typing import Self

from tests.program import COMMAND, Program

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PATIENCE = 60
#: seconds that two workers may take to start beside whatever else a machine does
START = 60


def nginx() -> str | None:
    """The program; Debian keeps it where only root looks."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def unit(name: str = "consensus@.service") -> dict[str, list[str]]:
    """What a unit says: each setting with its values, from whichever section."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / name).read_text("utf-8"), re.MULTILINE):
        found.setdefault(key, []).append(value)
    return found


def environment() -> dict[str, str]:
    """The settings that deploy/environment has, those that are commented out included."""
    return dict(re.findall(r"^#?(CONSENSUS_\w+)=(.*)$", (DEPLOY / "environment").read_text("utf-8"), re.MULTILINE))


class Worker(Program):
    """One worker: the command of the unit, in the unit's environment, on a port of its own."""

    def __init__(self, place: Path, port: int, settings: Mapping[str, str]) -> None:
        unknown = settings.keys() - environment().keys()
        assert not unknown, f"deploy/environment says nothing of {unknown}"
        own = dict(line.split("=", 1) for line in unit()["Environment"])
        assert own.keys() == {"CONSENSUS_DATA"}
        super().__init__({"PYTHONPATH": str(ROOT), "CONSENSUS_DATA": str(place), **settings})
        self.port = port
        (command,) = unit()["ExecStart"]
        program, *arguments = shlex.split(command.replace("%i", str(port)))
        assert program.endswith("/consensus")
        self.arguments = arguments

    def start(self) -> None:
        """Start, without waiting until it serves."""
        self.launch([*COMMAND, *self.arguments])

    def wait_until_it_serves(self) -> None:
        printed = self.line(START)
        assert printed.startswith("server"), printed


class Proxy:
    """nginx with deploy/nginx.conf, changed only where a machine differs, and with the worker named in each answer."""

    def __init__(self, place: Path, workers: list[int]) -> None:
        self.place, self.port, self.http_port = place, free_port(), free_port()
        self.url = f"https://127.0.0.1:{self.port}/"
        place.mkdir()
        self._make_certificate()
        (place / "workers.conf").write_text(self._workers(workers), "utf-8")
        (place / "nginx.conf").write_text(self._configuration(), "utf-8")
        self.trust = ssl.create_default_context(cafile=str(self.certificate))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def certificate(self) -> Path:
        return self.place / "fullchain.pem"

    @property
    def log(self) -> Path:
        return self.place / "error.log"

    def _configuration(self) -> str:
        changed = (DEPLOY / "nginx.conf").read_text("utf-8")
        for what, how in {
            "user www-data;": "user root;" if os.getuid() == 0 else "",  # the place is ours alone
            "/run/nginx.pid": f"{self.place}/nginx.pid",
            "/var/log/nginx/error.log": str(self.log),
            "/etc/nginx/workers.conf": f"{self.place}/workers.conf",
            "/etc/nginx/certificate/fullchain.pem": str(self.certificate),
            "/etc/nginx/certificate/privkey.pem": f"{self.place}/privkey.pem",
            "listen 80;": f"listen 127.0.0.1:{self.http_port};",
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "        listen [::]:80;\n": "",
            "        listen [::]:443 ssl;\n": "",
            "# set_real_ip_from 192.0.2.0/24;": "set_real_ip_from 127.0.0.1;",
            "# real_ip_header": "real_ip_header",
            "# real_ip_recursive": "real_ip_recursive",
            "        location / {\n": "        location / {\n            add_header X-Worker $upstream_addr always;\n",
            "http {\n": f"http {{\n{self._temporary()}",
        }.items():
            assert changed.count(what) == 1, f"{what!r} stands {changed.count(what)} times in deploy/nginx.conf"
            changed = changed.replace(what, how)
        return changed

    def _temporary(self) -> str:
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        return "".join(f"    {kind}_temp_path {self.place}/{kind};\n" for kind in kinds)

    def _workers(self, ports: list[int]) -> str:
        told = (DEPLOY / "workers.conf").read_text("utf-8")
        found = re.findall(r"127\.0\.0\.1:(\d+)", told)
        assert len(found) == len(ports)
        for was, port in zip(found, ports, strict=True):
            told = told.replace(f"127.0.0.1:{was} ", f"127.0.0.1:{port} ")
        return told

    def _make_certificate(self) -> None:
        what = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        whom = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        files = ["-keyout", self.place / "privkey.pem", "-out", self.certificate]
        subprocess.run(["openssl", *what, *whom, *files], check=True, stderr=subprocess.DEVNULL)

    @property
    def command(self) -> list[str]:
        return [nginx() or "nginx", "-c", str(self.place / "nginx.conf"), "-e", str(self.log)]

    def try_out(self) -> None:
        """Have nginx read its files."""
        tried = subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr

    def __enter__(self) -> Self:
        self.try_out()
        self.process = subprocess.Popen([*self.command, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not _listens(self.port):
            assert time.monotonic() < deadline, self.log.read_text("utf-8")
        return self

    def __exit__(self, *problem: object) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(PATIENCE)

    def ask(self, path: str, body: object = None, **headers: str) -> tuple[int, Message, bytes]:
        """Ask for something, or send JSON; status, headers and body of the answer."""
        content = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, content, named)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE, context=self.trust) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def worker_of(self, lane: str | None = None, address: str = "127.0.0.1") -> int:
        """The port of the worker that a lane, or clients from an address, lead to."""
        path = "socket.io/" if lane is None else f"socket.io/?lane={lane}"
        _, headers, _ = self.ask(path, X_Forwarded_For=address)
        return int(headers["X-Worker"].rpartition(":")[2])

    def lane_to(self, port: int) -> str:
        """A lane that leads to a worker."""
        return next(lane for lane in map(str, range(1000)) if self.worker_of(lane) == port)


def _listens(port: int) -> bool:
    with closing(socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
