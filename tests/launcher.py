"""Starts commands, each in a process of its own that is forked from this one: what every command imports is there.

`python -m tests.launcher`: a line of JSON in for each command, `{"arguments": […], "out": file, "err": file}`, and one
out when it has ended, `{"code", "megabytes"}`. It runs none itself, so that its own memory stays what the imports take.
"""

from __future__ import annotations

import json
import os
import sys
from typing import NoReturn

import consensus.cli.conferences
import consensus.cli.files  # noqa: F401
from consensus.cli import main

MEGABYTE = 1 << 20 if sys.platform == "darwin" else 1 << 10


def command(arguments: list[str], out: str, err: str) -> NoReturn:
    """Be the command from here on."""
    for number, name in ((0, os.devnull), (1, out), (2, err)):
        os.dup2(os.open(name, os.O_RDWR | os.O_TRUNC), number)
    try:
        main(arguments)
    except SystemExit as ended:
        _leave(ended.code if isinstance(ended.code, int) else 1)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        _leave(1)


def _leave(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def launch(arguments: list[str], out: str, err: str) -> dict[str, float]:
    child = os.fork()
    if child == 0:
        command(arguments, out, err)
    _, status, usage = os.wait4(child, 0)
    return {"code": os.waitstatus_to_exitcode(status), "megabytes": usage.ru_maxrss / MEGABYTE}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(launch(**json.loads(line))), flush=True)
