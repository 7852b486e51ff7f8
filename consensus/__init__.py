"""Consensus: runs a Delphi or consensus conference in a room."""

from consensus import languages as languages  # the rules can be said in all of them, whoever asks first

__version__ = "0.1.0"
