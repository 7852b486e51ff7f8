"""Consensus: runs a Delphi or consensus conference in a room."""

__version__ = "0.1.0"
