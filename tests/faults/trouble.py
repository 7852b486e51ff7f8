"""What can befall the place where votes are stored. Each begins and ends when it is told to."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RDWR, create_connection, create_server, socket
from threading import Thread

from tests.load.peers import compiled

SHIM = Path(__file__).parent / "bad_disk.c"


class BadDisk:
    """The disk that a directory is on goes bad, for a server that is started with this environment."""

    def __init__(self, directory: Path, place: Path) -> None:
        self._control = place / "bad_disk"
        self._control.write_bytes(bytes(4))
        shim = compiled(str(SHIM), place / "bad_disk.so", "-shared", "-fPIC")
        self.environment = {
            "LD_PRELOAD": str(shim),
            "BAD_DISK": str(self._control),
            "BAD_DISK_PLACE": str(directory.resolve()),
        }

    def begin(self, error: int) -> None:
        """From now on writing fails with an errno: ENOSPC is a full disk, EROFS one that was made read-only."""
        with self._control.open("r+b") as file:
            file.write(struct.pack("i", error))

    def end(self) -> None:
        self.begin(0)


class Passage:
    """A way to a server that can be closed: what is under way breaks off, and nobody gets through."""

    def __init__(self, behind: tuple[str, int]) -> None:
        self._behind, self._open = behind, True
        self._ends: list[socket] = []
        self._ways: list[Thread] = []
        self._listener = create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._taking = Thread(target=self._take)
        self._taking.start()

    def begin(self) -> None:
        self._open = False
        for end in self._ends:
            _shut(end)

    def end(self) -> None:
        self._open = True

    def close(self) -> None:
        """Nobody gets through any more, ever."""
        _shut(self._listener)
        self._taking.join()
        self._listener.close()
        self.begin()
        for way in self._ways:
            way.join()
        for end in self._ends:
            end.close()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                if not self._open:
                    here.close()
                    continue
                there = create_connection(self._behind)
                self._ends += [here, there]
                self._ways += [Thread(target=_carry, args=way) for way in ((here, there), (there, here))]
                for way in self._ways[-2:]:
                    way.start()


def _carry(here: socket, there: socket) -> None:
    with suppress(OSError):
        while block := here.recv(1 << 16):
            there.sendall(block)
    _shut(here)
    _shut(there)


def _shut(end: socket) -> None:
    with suppress(OSError):
        end.shutdown(SHUT_RDWR)
