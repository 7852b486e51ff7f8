"""`python -m consensus` is the command `consensus`."""

from consensus.cli import main

main()
