"""What was written in a form that could not be taken: shown again to be copied, and held to be sent once it can be."""

from contextlib import suppress

from flask import request
from werkzeug.exceptions import HTTPException

from mash.db import Unavailable
from mash.journeys import sign_in
from mash.web.wiring import transaction

NEVER = frozenset({"csrf_token", "form_token", "password", "current", "new"})
WORDS = frozenset(
    ["reason", "lower", "text", "told", "answer", "why", "exception", "plan", "questions", "reply", "narrative"]
)


def fields_sent() -> list[tuple[str, str]]:
    """Give the answers of the form that was sent, but for passwords and our tokens; none from another site's page."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return []
    with suppress(HTTPException):  # a form too large to read has nothing that can be shown
        return [pair for pair in request.form.items(multi=True) if pair[0] not in NEVER]
    return []


def words_sent() -> list[str]:
    """Give every answer that somebody wrote in words, in the page's order; what was chosen from a list is not."""
    return [value for name, value in fields_sent() if value.strip() and _written(name, value)]


def _written(name: str, value: str) -> bool:
    return name.rpartition("-")[2] in WORDS or any(c.isspace() or c.isupper() for c in value.strip())


def hold_sent(session_id: int) -> bool:
    """Keep the form with a sign-in, to be sent later. Return whether there was anything to keep."""
    fields = fields_sent()
    if not fields:
        return False
    try:
        with transaction() as session:
            sign_in.hold_form(session, session_id=session_id, path=request.path, fields=fields)
    except Unavailable:
        return False
    return True
