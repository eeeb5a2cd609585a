"""Keep who read what, after a page is made and before it is sent; one that cannot be kept is not sent.

Only a full disk is no reason to send a reader away: then the log says it, and the page is sent.

Contacts are found in the answer itself, by the references that stand in it: what is kept is what left, whichever page
it was and whether it was made anew or not. What shows someone without a reference says so with ``told``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

from flask import Flask, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mash.db import NoRoom, Unavailable
from mash.journeys.audit_reads import Answer, Told, record_read, record_refusal, references_of
from mash.journeys.read_pages import page_of, shows_nobody
from mash.journeys.throttle import keyed
from mash.log import log
from mash.queries.access import SignedIn
from mash.queries.audit import known_references
from mash.web import errors
from mash.web.access import who
from mash.web.wiring import moment, transaction, wiring

REFERENCE = re.compile(rb"C-\d\d-\d{5,9}")
TYPED_IN = re.compile(rb'value="[^"]*"'), re.compile(rb"<kbd[^>]*>[^<]*</kbd>")
"""What an answer gives back as it was typed tells its reader of nothing. Each is found faster alone."""
SHOWING = frozenset({200, 409, 422})
REFUSALS = {403: "refused", 404: "not_found"}
LONGEST_ASKED = 80
MOST_KNOWN = 20_000
_references: WeakKeyDictionary[Engine, frozenset[str]] = WeakKeyDictionary()
"""References seen to be of contacts, by database: a contact's reference never goes to another."""


def told(*, children: Iterable[int] = (), people: Iterable[int] = ()) -> None:
    """Note that this answer tells of children on contacts whose references it hides, or of people, by their ids."""
    held = _noted()
    held[0].update(children)
    held[1].update(people)


def _noted() -> tuple[set[int], set[int]]:
    noted: tuple[set[int], set[int]] = g.setdefault("told", (set(), set()))
    return noted


def asked(**terms: object) -> None:
    """Note what was asked for, where the answer may not say. Only what was given."""
    g.asked = {name: str(term)[:LONGEST_ASKED] for name, term in terms.items() if term}


def set_up(app: Flask) -> None:
    """Keep every answer that is to be kept."""

    @app.after_request
    def keep(response: Response) -> Response:
        found = who() if request.endpoint and not shows_nobody(request.endpoint) else None
        if found is None or "read_kept" in g:
            return response
        g.read_kept = True
        try:
            _keep(response, found)
        except NoRoom:
            _log_instead(response, found)
        except (SQLAlchemyError, Unavailable) as wrong:
            return current_app.make_response(
                errors.show(Unavailable(f"It cannot be read now: {type(wrong).__name__}."))
            )
        return response


def _log_instead(response: Response, found: SignedIn) -> None:
    """Leave a read to the log where the disk is full: whoever looks for a child in danger is not sent away for that.

    The line goes where this service's own disk does not matter; it has numbers and references, and no names.
    """
    told = sorted(shown_in(response.get_data()))
    said = {"route": request.endpoint, "status": response.status_code, "references": told}
    log().error("read_not_kept", user_id=found.user_id, **said)


def _keep(response: Response, found: SignedIn) -> None:
    endpoint, status = request.endpoint or "", response.status_code
    answer = Answer(
        user_id=found.user_id,
        roles=found.roles,
        page=endpoint,
        outcome="shown",
        at=moment(),
        session_id=found.session_id,
        network=keyed(wiring().key, "network", request.remote_addr or ""),
        asked=g.get("asked", {}),
    )
    if status in REFUSALS:
        refused = replace(answer, outcome=REFUSALS[status], asked=_asked_for(answer.asked))
        with transaction() as session:
            record_refusal(session, refused, refused.asked.get("reference", ""))
    elif status in SHOWING:
        children, people = _noted()
        with transaction() as session:
            contacts = _known(session, shown_in(response.get_data())) | references_of(session, children)
            kept = replace(answer, fields=page_of(endpoint).fields)
            record_read(session, kept, Told(contacts, frozenset(people)))


def _known(session: Session, references: frozenset[str]) -> frozenset[str]:
    """Keep the references of contacts; anybody may write one that stands for none."""
    engine = wiring().database.engine
    before = _references.get(engine, frozenset())
    found = known_references(session, references - before) if references - before else frozenset()
    if found:
        _references[engine] = (before if len(before) < MOST_KNOWN else frozenset()) | found
    return (references & before) | found


def _asked_for(said: Mapping[str, str]) -> dict[str, str]:
    """Give what was asked for of a page that was refused: what its address names."""
    named = {name: str(value)[:LONGEST_ASKED] for name, value in (request.view_args or {}).items()}
    asked = {**named, **said, "method": request.method}
    return {name: text.replace("\0", "\N{SYMBOL FOR NULL}") for name, text in asked.items()}  # which PostgreSQL refuses


def shown_in(body: bytes) -> frozenset[str]:
    """Find the contacts that an answer tells of.

    >>> sorted(shown_in(b'<a href="/contacts/C-26-00001">C-26-00001</a> <input value="C-26-00002">'))
    ['C-26-00001']
    """
    for typed in TYPED_IN:
        body = typed.sub(b"", body)
    return frozenset(one.decode() for one in set(REFERENCE.findall(body)))
