"""`serve` and `demo`: the server, and a conference to try it with."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from consensus.addresses import local_address, served_address
from consensus.app import create_app
from consensus.cli.options import place_options
from consensus.config import Config
from consensus.database import connect, sessions, storage, upgrade
from consensus.languages import DEFAULT, LANGUAGES
from consensus.server import Server
from consensus.services import EXTENSION, Services

DEMO = Path(__file__).parent.parent / "demo"
DEMO_SEATS = 24


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104
@click.option("--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="0: a free one.")
@click.option("--redis", metavar="URL", help="The message queue, with several processes.")
@click.option("--no-sign-in", is_flag=True, help="Print no sign-in link; `consensus sign-in` makes one.")
@place_options
def serve(host: str, port: int, redis: str | None, no_sign_in: bool, config: Config) -> None:
    """Run the server and print a one-time sign-in link."""
    app, server, url = _listen(replace(config, redis=redis or config.redis), host, port)
    parts: Services = app.extensions[EXTENSION]
    for found in parts.recovery.told():
        click.echo(f"found       {found}", err=True)
    click.echo(f"server      {url}")
    if not no_sign_in:
        click.echo(f"sign in     {_sign_in_link(parts.sessions, url)}")
    sys.stdout.flush()
    server.serve()


@click.command("sign-in")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="The server's port.")
@place_options
def sign_in(port: int, config: Config) -> None:
    """Print a one-time sign-in link to a server that runs."""
    engine = connect(config.database)
    upgrade(engine)
    click.echo(_sign_in_link(sessions(engine), _public_url(config, served_address(port), port)))


def _sign_in_link(sessions: sessionmaker[Session], url: str) -> str:
    from consensus import sign_in as links

    with storage(), sessions.begin() as session:
        return f"{url}sign-in/{links.new_secret(session)}"


@click.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104
@click.option("--port", type=click.IntRange(0, 65535), default=5000, show_default=True, help="0: a free one.")
@click.option(
    "--phones", type=click.IntRange(0, DEMO_SEATS), default=0, help="Simulated phones that answer like people."
)
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
def demo(host: str, port: int, phones: int, language: str) -> None:
    """Run the bundled conference: 137 indicators, 24 seats, the plan of 2014. Nothing is kept afterwards."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="consensus-demo-")))
        app, server, url = _listen(Config.from_environment({}, data_dir=place), host, port)
        parts: Services = app.extensions[EXTENSION]
        conference, token, screen, secrets, code = _bundled(parts, language)
        local = f"http://127.0.0.1:{server.port}/"
        click.echo(f"facilitator {local}facilitate/{conference}?token={token}")
        click.echo(f"screen      {local}screen/{conference}#{screen}")
        click.echo(f"phones      {url}  with the code {code}")
        click.echo(f"a seat      {url}j/{secrets[0]}")
        _print_square(f"{url}?code={code}")
        sys.stdout.flush()
        if phones:
            stack.callback(_stop, _simulate(local, secrets[-phones:]))
        server.serve()


def _listen(config: Config, host: str, port: int) -> tuple[Flask, Server, str]:
    """Make the application and its server; the address is the one that phones reach it at."""
    app = create_app(config)
    server = Server(app, host, port)
    own = local_address() if host in ("0.0.0.0", "::") else host  # noqa: S104
    url = _public_url(config, own, server.port)
    app.config["PUBLIC_URL"] = app.extensions["live"].url = url
    return app, server, url


def _public_url(config: Config, host: str, port: int) -> str:
    url = config.public_url or f"http://{host}:{port}/"
    return url if url.endswith("/") else f"{url}/"


def _bundled(parts: Services, language: str) -> tuple[str, str, str, list[str], str]:
    """Make the demo's conference: (id, facilitator's token, screen's token, seats, join code)."""
    from consensus import facilitation, tokens
    from consensus.intake import read_items
    from rounds import ready_plan

    plan = ready_plan("conference-2014", language)
    items = read_items(DEMO / "items.csv", plan.kinds)
    with parts.sessions.begin() as session:
        made, secrets = facilitation.create(
            session, parts.keys, plan=plan, items=items, seats=DEMO_SEATS, language=language
        )
    version = made.token_version
    token = tokens.issue(parts.secret, tokens.Facilitator(made.id, version))
    screen = tokens.issue(parts.secret, tokens.Screen(made.id, version))
    return made.id, token, screen, secrets, made.join_code


def _print_square(address: str) -> None:
    """Print a QR code with blocks, for a terminal; on stderr, so that results can be read by programs."""
    import qrcode

    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.print_ascii(out=sys.stderr, invert=True)


def _simulate(url: str, secrets: list[str]) -> subprocess.Popen[bytes]:
    """Start simulated phones in a process of their own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "consensus.rehearsal.phones", url, "--pace", "people"], stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write("\n".join(secrets).encode())
    process.stdin.close()
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(5)
