"""A very small browser: keeps a cookie, opens pages, fills the hidden fields of a form, and sends it."""

import html
import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input\b(?=[^>]*\btype="hidden")[^>]*>')
ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, where it sends us, the page."""

    status: int
    location: str
    text: str


class NoReply(Exception):
    """The server went away before it answered. What it did is not known."""


@dataclass(slots=True)
class SmallBrowser:
    """Someone at a browser, on one server after another."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, path: str) -> Reply:
        return self._ask("GET", path, None)

    def send(self, path: str, filled: dict[str, str]) -> Reply:
        return self._ask("POST", path, urlencode(filled))

    def hidden(self, path: str) -> dict[str, str]:
        """Open a page and return the hidden fields of its last form."""
        page = self.open(path)
        assert page.status == 200, (path, page.status)
        form = page.text[page.text.rindex("<form") :]
        fields = (dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(form))
        return {each["name"]: html.unescape(each.get("value", "")) for each in fields}

    def _ask(self, method: str, path: str, body: str | None) -> Reply:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            text = reply.read().decode()
        except (HTTPException, OSError) as gone:
            raise NoReply(str(gone)) from gone
        finally:
            connection.close()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return Reply(reply.status, reply.headers.get("Location", ""), text)
