"""This machine's address, as phones on the same network see it."""

from __future__ import annotations

import ipaddress
import socket


def local_address() -> str:
    """The address that phones reach; 127.0.0.1 where there is no network.

    Connecting a datagram socket sends nothing: it only asks the routing table.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return "127.0.0.1" if ipaddress.ip_address(address).is_unspecified else address
