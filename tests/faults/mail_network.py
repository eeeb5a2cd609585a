"""The network to the mail server slow, cut, half open, reset or byte by byte: each message is one in effect (F-10).

.venv/bin/python -m tests.faults.mail_network
"""

import socket
import time
from typing import Any

from aiosmtpd.controller import Controller

from mash import clock
from mash.mail import TIMEOUT_SECONDS, MailServer, NotSent
from tests.faults.proxy import MODES, Proxy
from tests.faults.rig import Tally, scaled


class Inbox:
    """The Message-IDs that the mail server took."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # the library's name
        said = envelope.content.decode()
        self.taken.append(said.partition("Message-ID: ")[2].split()[0])
        return "250 Taken"


def send(mail: MailServer, key: str) -> bool:
    """Try to send one message; say whether it is known to have been taken."""
    try:
        mail.send(key=key, to="jo@anytown.example", subject="C-26-00001", body="It waits.", at=clock.now())
    except NotSent:
        return False
    return True


def go_through(tally: Tally, times: int) -> None:
    """Send one message after another over a network broken in each way, and again once it is mended."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with Proxy(port) as proxy:
            mail = MailServer("127.0.0.1", proxy.port, "mash@anytown.example", security="none")
            for number in range(times):
                mode, key = MODES[number % len(MODES)], f"message-{number}"
                with tally.fault(f"mail {mode}:"):
                    proxy.strike(mode)
                    began = time.monotonic()
                    sent = send(mail, key)
                    took = time.monotonic() - began
                    tally.most("seconds_at_most", took)
                    assert took < 2 * TIMEOUT_SECONDS, f"took {took:.0f} s"
                    proxy.strike("")
                    proxy.cut()
                    assert sent or send(mail, key), "not sent once the network was mended"
                    assert inbox.taken.count(f"<{key}@anytown.example>") >= 1, "sent and not taken"
    finally:
        server.stop()
    tally.add("messages", len(set(inbox.taken)))


def main() -> None:
    """Break it a hundred times."""
    tally = Tally("network to mail")
    go_through(tally, scaled(100, least=5))
    tally.save()


if __name__ == "__main__":
    main()
