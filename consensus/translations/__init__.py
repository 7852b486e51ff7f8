"""The catalogues, and the one command that keeps them: `python -m consensus.translations`."""
