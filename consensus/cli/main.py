"""The command group, and the one place where an error becomes an exit code and a line."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from consensus import __version__
from consensus.errors import BadInput, Refusal
from rounds import PlanError

#: command -> the module of this package that holds it; read when it is called, so that `--help` is quick
COMMANDS = {
    "demo": "serving",
    "serve": "serving",
    "sign-in": "serving",
    "create": "conferences",
    "export": "conferences",
    "template": "conferences",
    "replay": "files",
    "verify": "files",
    "rehearse": "rehearse",
    "backup": "care",
    "doctor": "care",
    "db": "care",
}


class _Lazy(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"consensus.cli.{COMMANDS[name]}")
        command: click.Command = getattr(module, name.replace("-", "_"))
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="consensus")
def cli() -> None:
    """Run a Delphi or consensus conference in a room."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit: 0, or 2 with one line on stderr that names file, row or key and what to do."""
    try:
        code = cli.main(args=arguments, prog_name="consensus", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        _stop(_of_click(error))
    except (BadInput, PlanError) as error:
        _stop(str(error))
    except Refusal as error:
        _stop(error.message)
    except (KeyboardInterrupt, click.Abort):
        _stop("stopped")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)
    except MemoryError:
        _stop("the file needs more memory than there is")
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        _stop(f"{name}{error.strerror or error}")
    except Exception as error:
        refusal = _of_database(error)
        if refusal is None:
            raise
        _stop(refusal.message)


def _of_click(error: click.ClickException) -> str:
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "consensus"
    return f"{command}: {error.format_message()} See {command} --help."


def _of_database(error: Exception) -> Refusal | None:
    """What a database says that cannot do its work now; None for a mistake of ours. `--help` does not load it."""
    if "consensus.database" not in sys.modules:
        return None
    from consensus.database import storage

    try:
        with storage():
            raise error
    except Refusal as refusal:
        return refusal
    except Exception:
        return None


def _stop(problem: str) -> NoReturn:
    click.echo(" ".join(problem.split()), err=True)
    sys.exit(2)
