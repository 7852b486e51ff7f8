"""Rehearsal: a private server and simulated phones that run a whole plan over real sockets.

The phones are a process of their own (`python -m consensus.rehearsal.phones`), so that what they send goes through
the same network, handshake and acknowledgement as a panel's.
"""
