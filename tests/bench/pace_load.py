"""Eight at once asking for one page as fast as it comes, over connections that are kept where the server keeps them."""

import socket
import threading
import time
from dataclasses import dataclass, field

AT_ONCE = 8
ENOUGH = 1 << 18


@dataclass
class Answers:
    """How long each answer took in milliseconds, and over how many seconds they came."""

    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.ms) / self.seconds

    @property
    def p95(self) -> float:
        return sorted(self.ms)[int(len(self.ms) * 0.95)]


class Asker:
    """One browser at one page."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: keep-alive\r\n\r\n"
        self.request, self.port = head.encode(), port
        self.open: socket.socket | None = None

    def ask(self) -> int:
        """Ask once and take the whole answer; return its length.

        Raises:
            RuntimeError: If the answer is not the page.
        """
        if self.open is None:
            self.open = socket.create_connection(("127.0.0.1", self.port))
            self.open.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open.sendall(self.request)
        got = self.open.recv(ENOUGH)
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        lower = head.lower()
        if not lower.startswith(b"http/1.1 200"):
            raise RuntimeError(head.decode())
        left = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0]) - len(body)
        length = left + len(body)
        while left > 0:
            left -= len(self._more())
        if b"connection: close" in lower:
            self.open.close()
            self.open = None
        return length

    def _more(self) -> bytes:
        got = self.open.recv(ENOUGH) if self.open else b""
        if not got:
            raise RuntimeError("The answer broke off.")
        return got


def load(port: int, path: str, cookie: str, seconds: float) -> Answers:
    """Ask for a page for so many seconds."""
    answers = Answers()
    until = time.perf_counter() + seconds
    wrong: list[BaseException] = []

    def go() -> None:
        asker, mine = Asker(port, path, cookie), []
        try:
            while (began := time.perf_counter()) < until:
                asker.ask()
                mine.append((time.perf_counter() - began) * 1000)
        except (OSError, RuntimeError) as fault:
            wrong.append(fault)
        answers.ms.extend(mine)

    began = time.perf_counter()
    threads = [threading.Thread(target=go) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.seconds = time.perf_counter() - began
    if wrong:
        raise wrong[0]
    return answers
