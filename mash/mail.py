"""Sending an e-mail by SMTP or by GOV.UK Notify. Each message has a key, by which one sent again is known.

Notify is spoken to as its REST API documentation has it: https://docs.notifications.service.gov.uk/rest-api.html
"""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from ssl import create_default_context
from typing import Any, Protocol

import requests
from joserfc import jwt
from joserfc.jwk import OctKey

TIMEOUT_SECONDS = 10
SECURITIES = {"starttls": 587, "tls": 465, "none": 25}
"""How the connection is kept from others, and the usual port of each."""


NOTIFY = "https://api.notifications.service.gov.uk"
UUID_LENGTH = 36


class NotSent(Exception):
    """The server was not reached or did not take it. The message names the kind of failure, and no address.

    ``any_message``: it would have taken no other message either, so there is no use in trying the next one now.
    """

    def __init__(self, why: str, *, any_message: bool = False) -> None:
        super().__init__(why)
        self.any_message = any_message


class Mail(Protocol):
    """A way to send an e-mail."""

    def send(self, *, key: str, to: str, subject: str, body: str, at: datetime) -> None:
        """Give one message in. Two with the same key are the same message.

        Raises:
            NotSent: If it was not taken.
        """


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
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as wrong:
            raise NotSent(type(wrong).__name__) from wrong
        except (OSError, smtplib.SMTPException) as wrong:
            raise NotSent(type(wrong).__name__, any_message=True) from wrong

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


@dataclass(frozen=True, slots=True)
class Notify:
    """GOV.UK Notify, as one of its services.

    Attributes:
        key_file: The file that holds the API key: a name, the service's id and the secret, parted by hyphens.
        template: The id of an e-mail template whose subject is ``((subject))`` and whose body is ``((body))``.
        url: Where its API is.
        seconds: How long it may take to answer.
    """

    key_file: Path
    template: str
    url: str = NOTIFY
    seconds: float = TIMEOUT_SECONDS

    def send(self, *, key: str, to: str, subject: str, body: str, at: datetime) -> None:
        """Give one message in, with the key as its reference, by which it is found at Notify.

        Raises:
            NotSent: If it was not taken. An answer that it cannot be taken (400) is about this message alone.
        """
        said: dict[str, Any] = {
            "email_address": to,
            "template_id": self.template,
            "personalisation": {"subject": subject, "body": body},
            "reference": key,
        }
        try:
            answer = requests.post(
                f"{self.url}/v2/notifications/email",
                json=said,
                headers={"Authorization": f"Bearer {self._token(at)}"},
                timeout=self.seconds,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError, ValueError) as wrong:
            raise NotSent(type(wrong).__name__, any_message=True) from wrong
        if answer.status_code != HTTPStatus.CREATED:
            alone = answer.status_code == HTTPStatus.BAD_REQUEST
            raise NotSent(f"Notify {answer.status_code} {_kind_of(answer)}".strip(), any_message=not alone)

    def _token(self, at: datetime) -> str:
        """Sign that it is us, now. Notify takes a token for 30 seconds."""
        whole = self.key_file.read_text().strip()
        service, secret = whole[-2 * UUID_LENGTH - 1 : -UUID_LENGTH - 1], whole[-UUID_LENGTH:]
        claims: dict[str, Any] = {"iss": service, "iat": int(at.timestamp())}
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, OctKey.import_key(secret))


def _kind_of(answer: requests.Response) -> str:
    """Give the kind of error that Notify names; its sentence may hold an address, so it is left out."""
    try:
        named = str(answer.json()["errors"][0]["error"])
    except (ValueError, LookupError, TypeError):
        return ""
    return named if named.isalnum() and len(named) <= UUID_LENGTH else ""
