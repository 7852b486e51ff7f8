"""Runs a command and tells what it took: `python tests/measured.py REPORT COMMAND …`.

The report is one line of JSON: exit code, peak memory in MB. A process of its own, because the peak that the system
keeps for a child begins with that of the process it was forked from.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    report, *command = sys.argv[1:]
    child = os.fork()
    if child == 0:
        os.execvp(command[0], command)
    _, status, usage = os.wait4(child, 0)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    with open(report, "w", encoding="utf-8") as file:
        json.dump({"code": os.waitstatus_to_exitcode(status), "megabytes": usage.ru_maxrss / unit}, file)


if __name__ == "__main__":
    main()
