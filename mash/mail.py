"""Sending an e-mail by SMTP. Whoever sends says which it is, so that one sent again is known for the same."""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from ssl import create_default_context

TIMEOUT_SECONDS = 10
SECURITIES = {"starttls": 587, "tls": 465, "none": 25}
"""How the connection is kept from others, and the usual port of each."""


class NotSent(Exception):
    """The server was not reached or did not take it. The message names the kind of failure, and no address."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is given in, and as whom.

    Attributes:
        security: ``starttls``, ``tls`` from the first byte, or ``none`` for a server on this machine.
        password_file: The file that holds the password of ``user``; None to give mail in without signing in.
    """

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password_file: Path | None = None

    def send(self, *, key: str, to: str, subject: str, body: str, at: datetime) -> None:
        """Give one message in. Two with the same key carry the same Message-ID, so the second is the same message.

        Raises:
            NotSent: If it was not taken.
        """
        written = EmailMessage()
        written["From"], written["To"], written["Subject"] = self.sender, to, subject
        written["Date"] = format_datetime(at)
        written["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        written["Auto-Submitted"] = "auto-generated"
        written.set_content(body)
        try:
            with self._opened() as server:
                server.send_message(written)
        except (OSError, smtplib.SMTPException, ValueError) as wrong:
            raise NotSent(type(wrong).__name__) from wrong

    def _opened(self) -> smtplib.SMTP:
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=create_default_context())
            if self.user and self.password_file:
                server.login(self.user, self.password_file.read_text().strip())
        except BaseException:
            server.close()
            raise
        return server
