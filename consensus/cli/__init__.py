"""The command `consensus`: progress to stderr, results to stdout, 0 or 2 and one line."""

from consensus.cli.main import cli, main

__all__ = ["cli", "main"]
