"""The file that answers a request for one's own records: written once two people signed, kept encrypted for a day."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.keep_extracts import KEPT, Store
from mash.journeys.subject_access import CHANGED, RequestRefused, need, need_theirs, note, open_for_work, request_for
from mash.journeys.subject_rows import has_changed
from mash.models import Event, SubjectRequest
from mash.queries.subject_access import SignedPart, signed_parts

KIND = "S"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a file says: the request, and every part of the record as it was decided."""

    request: SubjectRequest
    parts: Sequence[SignedPart]


def write_file(
    session: Session,
    store: Store,
    number: int,
    facts: Mapping[str, str],
    render: Callable[[Answered], bytes],
    *,
    by: Actor,
    at: datetime,
) -> int:
    """Write the file of a signed request, and put its hash on the chain. Return the number that it is taken by.

    Args:
        facts: What each fact is called, by code.

    Raises:
        NotFound, RequestRefused: If the actor may not know of the request or read all that it releases, neither
            asked for the release nor signed it, nobody signed it, or the record has changed since it was gathered.
    """
    found = open_for_work(session, number, by, at, states=("signed",))
    need_theirs(session, found, by, at)
    need(not has_changed(session, found, facts), "", CHANGED)
    content = render(Answered(found, signed_parts(session, number)))
    said = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    written = note(session, found, "file_written", by, at, **said)
    path = store.file(written, KIND)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    half = path.with_name(f"writing-{path.name}")
    half.write_bytes(store.box.encrypt(content))
    half.replace(path)
    return written


def take_file(
    session: Session, store: Store, number: int, written: int, facts: Mapping[str, str], *, by: Actor, at: datetime
) -> bytes:
    """Give a file to whoever had it written, and put that on the chain.

    Args:
        facts: What each fact is called, by code.

    Raises:
        NotFound: If there is none, it is no longer kept, somebody else had it written, a signature was taken back, a
            part that is released is withheld from them by now, or the record has changed since it was gathered.
    """
    found, event = request_for(session, number, by, at), session.get(Event, written)
    if event is None or event.kind != "subject.file_written" or event.data.get("request") != number:
        raise NotFound("There is no such file.")
    if event.by_id != by.user_id or at >= event.at + KEPT or found.signed_at is None or event.at < found.signed_at:
        raise NotFound("This file is not kept for you. Have it written again.")
    try:
        need_theirs(session, found, by, at)
        need(not has_changed(session, found, facts), "", CHANGED)
    except RequestRefused as wrong:
        raise NotFound(str(wrong)) from wrong
    try:
        content = store.box.decrypt(store.file(written, KIND).read_bytes())
    except (OSError, InvalidToken):
        raise NotFound("This file is not kept on this machine. Have it written again.") from None
    record_event(session, kind="subject.file_taken", at=at, by=by, data={"request": number, "written": written})
    return content
