"""What goes wrong, and the page that says so: one table from exceptions to plain words."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from mash.db import NoRoom, Unavailable
from mash.journeys.contacts import NotFound, Stale
from mash.journeys.draft_thresholds import DraftChanged, DraftRefused
from mash.journeys.drafts import DraftTooLarge
from mash.journeys.passwords import PasswordRefused
from mash.journeys.publish_thresholds import PublicationRefused
from mash.journeys.sign_in import SignInRefused
from mash.journeys.throttle import TooManyTries
from mash.journeys.users import UserRefused
from mash.log import kind_and_place, log
from mash.rules import FactsRefused
from mash.rules.book import ThresholdsChanged
from mash.web.access import who
from mash.web.contact_page import ContactRefused, ReadOnly, note_refused
from mash.web.narrow_replays import TooNarrow
from mash.web.request_check import NotFromOurPage
from mash.web.sent import hold_sent, words_sent
from mash.workflow.contact import MoveRefused


@dataclass(frozen=True, slots=True)
class Said:
    """What an error page says. ``reasons`` are whole sentences; ``kept`` says what became of the reader's work."""

    status: int
    title: str
    words: str
    reasons: tuple[str, ...] = field(default=())


NOT_OURS = Said(
    400,
    "This page is out of date",
    "It was opened before you signed in, or in another way that we cannot check, so nothing was saved. "
    "Go back, copy anything you wrote, open the page again and send it once more.",
)
ONLY_READ = Said(
    403,
    "It is open to you for reading",
    "You opened it in an emergency. To change it, call the duty manager, who can let you in by name. What you may "
    "still do is to tell a manager, write a note, ask for a strategy discussion, or hand a red to the night team.",
)
BY_STATUS = {
    400: Said(400, "We could not read that request", "Nothing was saved. Go back and try again."),
    401: Said(401, "You are signed out", "Sign in to carry on. What you had written has been kept."),
    403: Said(403, "You do not have access to this page", "Your role does not include it. Your manager can tell you who"
              " has access, or ask an administrator to change your role."),
    404: Said(404, "Page not found", "If you typed the address, check it is right. If you followed a link here, what it"
              " led to may have moved, or it may not be for you."),
    405: Said(405, "That cannot be done here", "Nothing was changed. Go back and use the buttons on the page."),
    409: Said(409, "This changed while you were working", "Nothing has been overwritten. Go back to see what changed."),
    413: Said(413, "That is too much to send at once", "Nothing was saved. The most that one form can hold is 1 MB."),
    422: Said(422, "Some answers could not be used", "Nothing was saved. Go back and check what you entered."),
    429: Said(429, "Too many tries", "Wait a little, then try again."),
    500: Said(500, "There is a problem with this service", "What you were doing was not saved. Try again in a few"
              " minutes. If a child may be at risk, do not wait for this service: use the phone."),
    503: Said(503, "The service is busy or being mended", "What you were doing was not saved. Try again in a moment."
              " If a child may be at risk, do not wait for this service: use the phone."),
    507: Said(507, "There is no room to save this", "What you were doing was not saved; what is there can be read."
              " If a child may be at risk, do not wait for this service: use the phone."),
}  # fmt: skip


def _refused(wrong: Exception) -> Said:
    """Say what a journey refused, in its own sentences."""
    if isinstance(wrong, MoveRefused):
        return Said(409, "That cannot be done now", "Nothing was changed.", wrong.objections)
    if isinstance(wrong, ValidationError):
        return replace(BY_STATUS[422], reasons=tuple(_sentences(wrong.messages)))
    return replace(BY_STATUS[422], reasons=tuple(str(wrong).splitlines()))


def _not_kept(wrong: DataError) -> Said:
    """Say that an answer holds a zero byte, which PostgreSQL keeps in no text; whatever else it is, is our fault."""
    return BY_STATUS[422 if "NUL" in str(wrong.orig) else 500]


TABLE: tuple[tuple[type[Exception], Callable[[Any], Said]], ...] = (
    (MoveRefused, _refused),
    (Stale, lambda wrong: Said(409, "This contact changed while you were working", str(wrong))),
    (DraftRefused, _refused),
    (DraftChanged, lambda _: BY_STATUS[409]),
    (NotFound, lambda _: BY_STATUS[404]),
    (DraftTooLarge, lambda _: BY_STATUS[413]),
    (SignInRefused, _refused),
    (TooManyTries, lambda wrong: replace(BY_STATUS[429], words=str(wrong))),
    (NoRoom, lambda wrong: replace(BY_STATUS[507], reasons=(str(wrong),))),
    (Unavailable, lambda wrong: replace(BY_STATUS[503], reasons=(str(wrong),))),
    (OperationalError, lambda _: BY_STATUS[503]),
    (DataError, _not_kept),
    (ThresholdsChanged, lambda wrong: replace(BY_STATUS[503], reasons=(str(wrong),))),
    (PublicationRefused, _refused),
    (ValidationError, _refused),
    (FactsRefused, _refused),
    (UserRefused, _refused),
    (PasswordRefused, _refused),
    (TooNarrow, lambda wrong: Said(403, "This replay is not open to you", str(wrong))),
    (ReadOnly, lambda _: ONLY_READ),
    (NotFromOurPage, lambda _: NOT_OURS),
    (CSRFError, lambda _: NOT_OURS),
    (HTTPException, lambda wrong: BY_STATUS.get(wrong.code, BY_STATUS[400 if wrong.code < 500 else 500])),
    (Exception, lambda _: BY_STATUS[500]),
)


def says(wrong: Exception) -> Said:
    """Return what to say of an exception: the first line of the table that fits."""
    return next(said(wrong) for kind, said in TABLE if isinstance(wrong, kind))


def _sentences(problems: object) -> list[str]:
    if isinstance(problems, dict):
        return [sentence for part in problems.values() for sentence in _sentences(part)]
    if isinstance(problems, list):
        return [sentence for part in problems for sentence in _sentences(part)]
    return [str(problems)]


def show(wrong: Exception) -> ResponseReturnValue:
    """Answer with the page for what went wrong. The log gets its kind, never its words."""
    if isinstance(wrong, HTTPException) and wrong.response is not None:
        return wrong
    said = says(wrong)
    if isinstance(wrong, ContactRefused):
        with suppress(Unavailable, OperationalError):
            note_refused(wrong.reference)
    if said.status >= 500:
        log().error("error", error=kind_and_place(wrong))
    headers = {}
    if isinstance(wrong, TooManyTries):
        headers["Retry-After"] = str(int(wrong.wait.total_seconds()) + 1)
    if isinstance(wrong, HTTPException) and wrong.code == 405:
        headers["Allow"] = ", ".join(sorted(getattr(wrong, "valid_methods", None) or ()))
    if request.headers.get("X-Mash"):
        return {"title": said.title, "words": said.words, "reasons": said.reasons}, said.status, headers
    return _page(said), said.status, headers


def _page(said: Said) -> str:
    """Make the page; in plain words alone if what is broken is what pages are made with.

    It shows again whatever was written, and holds it where somebody may be let in later.
    """
    try:
        written, found = words_sent(), who()
        held = bool(written and found and said.status in {403, 404} and hold_sent(found.session_id))
        reference = g.get("request_id", "") if said.status >= 500 else ""
        return render_template("error.html", said=said, written=written, held=held, reference=reference)
    except Exception as wrong:  # noqa: BLE001  # whatever it is, the reader gets an answer
        log().error("error", error=kind_and_place(wrong))
        return f"<!DOCTYPE html><html lang=en-GB><title>{said.title}</title><h1>{said.title}</h1><p>{said.words}</p>"


def set_up(app: Flask) -> None:
    """Give every exception its page. Flask's own log would repeat an exception's words, so it says nothing."""
    app.logger.disabled = True
    app.register_error_handler(Exception, show)
