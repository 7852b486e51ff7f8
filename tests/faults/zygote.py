"""Starts servers in the time of a fork: `python -m tests.faults.zygote DATA DATABASE PORT`.

A server that is killed two hundred times must not spend two seconds on its imports each time. This process has
imported everything and opened nothing. For each line `start` on standard input it forks a server and prints its process
id; `kill` kills that with SIGKILL and prints `killed`.
"""

import importlib
import os
import pkgutil
import signal
import sys
from pathlib import Path


def main() -> None:
    import alembic.command
    import alembic.config
    import alembic.migration  # noqa: F401
    import psycopg  # noqa: F401

    from consensus import protocol, web
    from consensus.app import create_app
    from consensus.config import Config
    from consensus.server import Server

    for package in (protocol, web):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    data, database, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    child, alive = 0, False
    for line in sys.stdin:
        if line.strip() == "start":
            child = os.fork()
            if child == 0:
                app = create_app(Config.from_environment({}, data_dir=data, database=database))
                Server(app, "127.0.0.1", port).serve()
                os._exit(0)
            alive = True
            print(child, flush=True)
        else:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            alive = False
            print("killed", flush=True)
    if alive:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
