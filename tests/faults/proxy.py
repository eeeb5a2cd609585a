"""A small proxy between the service and what it talks to, that can be slow, cut, silent, half open or byte by byte."""

import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

SLOW_SECONDS = 0.3
MODES = ("slow", "cut", "half_open", "reset", "one_byte")


@dataclass
class Proxy:
    """Listens on a port of its own and passes on to ``to``: a port of this machine, or the path of a socket.

    Attributes:
        mode: What it does to every connection from now on: empty for nothing, or one of ``MODES``.
    """

    to: int | Path
    mode: str = ""
    port: int = 0
    passed: int = 0
    _listening: socket.socket = field(default_factory=socket.socket)
    _open: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(64)
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()
        self.cut()

    def cut(self, *, reset: bool = False) -> None:
        """End every connection there is: with a farewell, or without.

        One that a thread still reads from is not gone when it is closed, so the reading is ended first: else the far
        end would hear nothing of it, and hold its locks for as long as it waits for a client that is idle.
        """
        for one in self._open:
            with suppress(OSError):
                if reset and one.family == socket.AF_INET:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    one.shutdown(socket.SHUT_RD)
                else:
                    one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def strike(self, mode: str) -> None:
        """Do something to the network from now on, and at once to what is open."""
        self.mode = mode
        if mode in {"cut", "reset"}:
            self.cut(reset=mode == "reset")

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self.mode in {"cut", "reset"}:
                if self.mode == "reset":
                    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX if isinstance(self.to, Path) else socket.AF_INET)
            try:
                far.connect(str(self.to) if isinstance(self.to, Path) else ("127.0.0.1", self.to))
            except OSError:
                near.close()
                far.close()
                continue
            self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while got := one.recv(65536):
                self.passed += len(got)
                self._send(other, got)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _send(self, other: socket.socket, got: bytes) -> None:
        if self.mode == "slow":
            time.sleep(SLOW_SECONDS)
        if self.mode == "half_open":
            return  # taken, and never heard of again
        if self.mode == "one_byte":
            other.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) if other.family == socket.AF_INET else None
            for at in range(len(got)):
                other.sendall(got[at : at + 1])
            return
        other.sendall(got)
