"""Requests that no browser would send, by a socket of our own: each is refused or closed, and none is smuggled in.

.venv/bin/python -m tests.faults.raw_http
"""

import socket
from contextlib import suppress
from itertools import product

from mash.db import open_database
from tests.faults.recording import signed_in_driver
from tests.faults.rig import ENGINES, Tally, installed
from tests.forms import SmallBrowser
from tests.processes import serving

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LENGTHS = (
    b"Content-Length: 5",
    b"Content-Length: -1",
    b"Content-Length: +5",
    b"Content-Length: 5, 6",
    b"Content-Length: 0x5",
    b"Content-Length : 5",
    b"Content-Length: 5\r\nContent-Length: 6",
    b"Content-Length:\x0b5",
    b"Content-Length: 1e3",
    b"Content-Length: 99999999999999999999",
)
CODINGS = (
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding:\tchunked",
    b"Transfer-Encoding: chunked\r\n folded",
    b"X: y\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
)
BODIES = (b"0\r\n\r\n" + SMUGGLED, b"5;\xff\r\nabcde\r\nzz\r\n")
LINES = (
    b"GET / HTTP/9.9",
    b"GET  / HTTP/1.1",
    b"get / http/1.1",
    b"GET http://evil.example/ HTTP/1.1",
    b"GET * HTTP/1.1",
    b"GET",
    b"GET /\x00 HTTP/1.1",
    b"GET /\xff\xfe HTTP/1.1",
    b"GET " + b"/x" * 8000 + b" HTTP/1.1",
    b"CONNECT x:1 HTTP/1.1",
    b"PRI * HTTP/2.0",
    b"\x16\x03\x01\x02\x00",
    b"GET /?" + b"a&" * 4000 + b" HTTP/1.1",
    b"\r\n\r\n\r\n",
    b"GET / HTTP/1.1\n",
)
HEADS = (
    b"Host: a\r\nHost: b",
    b"Host: evil.example",
    b"Host:",
    b"X" * 9000 + b": y",
    b"X: " + b"y" * 9000,
    b": y",
    b"X\x00: y",
    b"X: y\x00",
    b"X: \r y",
    b"Expect: 100-continue",
    b"Connection: upgrade\r\nUpgrade: h2c",
    b"Host: 127.0.0.1\r\n" + b"X: y\r\n" * 200,
)


def cases() -> list[bytes]:
    """Make all of them."""
    made = [
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n" + length + b"\r\n" + coding + b"\r\n\r\n" + body
        for length, coding, body in product(LENGTHS, CODINGS, BODIES)
    ]
    made += [line + b"\r\nHost: 127.0.0.1\r\n\r\n" for line in LINES]
    made += [b"GET /sign-in HTTP/1.1\r\n" + head + b"\r\n\r\n" for head in HEADS]
    made += [made[at][:cut] for at, cut in product((0, 1, -1), (1, 7, 20, 40))]
    return made


def ask(port: int, sent: bytes) -> bytes:
    """Send bytes, say that there are no more, and take all that comes back."""
    got = b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        while more := raw.recv(65536):
            got += more
    return got


def try_raw(engine: str, tally: Tally) -> None:
    """Send every case to a server of its own; after each the service still answers."""
    with installed(engine) as settings:
        database = open_database(settings)
        signed_in_driver(database, settings)
        log = settings.folder.parent / "log"
        with serving(settings, log=log) as served:
            for case in cases():
                with tally.fault(f"{case[:90]!r}:"):
                    got = ask(served.port, case)
                    assert b"HTTP/1.1 5" not in got or b"HTTP/1.1 501" in got, got[:60]
                    assert b"Traceback" not in got, "a stack trace"
                    assert SmallBrowser(served.port).open("/healthz").status == 200
            assert "smuggled" not in log.read_text()
        database.engine.dispose()


def main() -> None:
    """Send all of them on both databases."""
    for engine in ENGINES:
        tally = Tally(f"raw http {engine}", kind="input")
        try_raw(engine, tally)
        tally.save()


if __name__ == "__main__":
    main()
