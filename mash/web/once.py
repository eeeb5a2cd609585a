"""One form, one effect: the transaction around a change, the form's token, and the page that comes next."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import sign_in, submit_once
from mash.web.access import current, who
from mash.web.request_check import NotFromOurPage
from mash.web.wiring import moment, transaction

TOKEN_LONGEST = 64


def form_token() -> str:
    """Make the token that a form carries once."""
    return secrets.token_urlsafe(24)


def once(action: Callable[[Session], str]) -> ResponseReturnValue:
    """Make a change in one transaction and go on to the URL it returns, by 303. A form sent again changes nothing.

    A form may have buttons that send it to other places; to each place it counts once.

    Raises:
        NotFromOurPage: If the form carries no token.
    """
    token = request.form.get("form_token", "")
    if not 0 < len(token) <= TOKEN_LONGEST:
        raise NotFromOurPage
    found, token = who(), _kept(token, request.path)
    with transaction() as session:
        went_to = submit_once.already_sent(session, token=token, user_id=found.user_id if found else None, at=moment())
        if went_to is None:
            went_to = action(session)
            if found and found.held and found.held["path"] == request.path:
                sign_in.drop_held(session, session_id=found.session_id)
            submit_once.remember(session, token=token, went_to=went_to)
    return redirect(went_to, 303)


def tokens_for(*paths: str) -> list[str]:
    """Give what the token of the form that came would be kept as, had the form been sent to each of these places."""
    token = request.form.get("form_token", "")
    return [_kept(token, path) for path in paths] if 0 < len(token) <= TOKEN_LONGEST else []


def _kept(token: str, path: str) -> str:
    return hashlib.sha256(f"{token} {path}".encode()).hexdigest()


def say(
    session: Session,
    text: str,
    *,
    kind: str = "done",
    detail: str = "",
    link: tuple[str, str] | None = None,
    action: tuple[str, str] | None = None,
    lines: Sequence[str] = (),
) -> None:
    """Leave a notice for the next page this person opens. It stays there until they leave that page.

    Args:
        text: What happened, in a sentence. References, not names.
        kind: ``done``, ``note`` or ``problem``.
        link: Words and a URL to open, such as ("Open it", "/contacts/C-26-04222").
        action: Words and a URL to post to, such as ("Undo", "/contacts/C-26-04222/undo").
        lines: What became of each of several, a sentence each.
    """
    notice: dict[str, Any] = {"text": text, "kind": kind, "detail": detail, "lines": list(lines)}
    if link:
        notice["link"] = {"words": link[0], "url": link[1]}
    if action:
        notice["action"] = {"words": action[0], "url": action[1]}
    sign_in.leave_notice(session, session_id=current().session_id, notice=notice)
