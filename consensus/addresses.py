"""This machine's addresses: the one that phones on the same network see, and the one that a server answers at."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

ALONE = "127.0.0.1"


def local_address() -> str:
    """The address that phones reach; 127.0.0.1 where there is no network.

    Connecting a datagram socket sends nothing: it only asks the routing table.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address: str = probe.getsockname()[0]
        except OSError:
            return ALONE
    return ALONE if ipaddress.ip_address(address).is_unspecified else address


def served_address(port: int) -> str:
    """The address that a server on this machine answers at: the one that phones reach, unless it answers here alone."""
    reached = local_address()
    return ALONE if not answers(reached, port) and answers(ALONE, port) else reached


def answers(host: str, port: int) -> bool:
    """Whether anything listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def is_alone(url: str) -> bool:
    """Whether only this machine itself reaches an address."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
