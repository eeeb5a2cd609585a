"""Extracts asked for on a page: written beside the pages, kept encrypted for a day for whoever asked, all on the chain.

The chain is the only list: ``extract.asked``, then ``extract.made`` or ``extract.failed``, and each ``extract.taken``.
"""

import base64
import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.orm import Session

from mash.db import Database, Unavailable, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.export import Written, annex_a, extension, note_export, ssd
from mash.measures.extracts import Period, children_told, people_told, tells_of
from mash.models import Event
from mash.queries.named_access import named_for

KEPT, LONGEST = timedelta(hours=24), timedelta(hours=1)
WRITING = "writing-"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of extract: its words, how many months it usually covers, and what writes it.

    ``episodes``: whether it tells of referrals and early help too, of people who may be on no contact of the period.
    """

    words: str
    months: int
    write: Callable[[Session, Path, Period], Written]
    episodes: bool = True


WAYS: Mapping[str, Way] = {
    "annex-a-ofsted": Way("Annex A Lists 1 to 3, Ofsted’s layout", 6, partial(annex_a, layout="ofsted")),
    "annex-a-tools": Way("Annex A Lists 1 to 3, the tools’ layout", 6, partial(annex_a, layout="tools")),
    "ssd": Way("Standard Safeguarding Dataset: contacts, early help, referrals, children", 72, ssd),
    "extension": Way("Our extension: times, rating, level, route, reason, late reason", 6, extension, episodes=False),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a way, London days with both ends, and why."""

    what: str
    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An extract that somebody takes: its file, and whom it tells of, as ids of children on contacts and of people."""

    name: str
    content: bytes
    children: Sequence[int]
    people: Sequence[int]


@dataclass(frozen=True, slots=True)
class Store:
    """Where extracts wait to be taken, and the secret that they are encrypted under; ``before``: those before it."""

    folder: Path
    secret: str
    before: Sequence[str] = ()

    def file(self, number: int, kind: str = "E") -> Path:
        return self.folder / "extracts" / f"{kind}-{number}"

    @property
    def box(self) -> MultiFernet:
        keys = (hashlib.sha256(f"extracts {secret}".encode()).digest() for secret in (self.secret, *self.before))
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


class ExtractRefused(Exception):
    """An extract that its asker may not have. The message is whole sentences for the person who asked."""


def ask_extract(session: Session, wanted: Wanted, *, by: Actor, at: datetime) -> int:
    """Put on the chain that an extract is asked for. Return its number.

    Raises:
        ExtractRefused: If it would tell of somebody from whom the asker is kept by name; on what ground is not told.
    """
    if _is_kept_from(session, Period(wanted.first, wanted.last), by, at):
        raise ExtractRefused("You may not take an extract of these days. Another manager takes it")
    said = {"what": wanted.what, "from": wanted.first.isoformat(), "to": wanted.last.isoformat()}
    return record_event(session, kind="extract.asked", at=at, by=by, data=said | {"reason": wanted.reason}).seq


def _is_kept_from(session: Session, period: Period, by: Actor, at: datetime) -> bool:
    if by.user_id is None:
        return False
    named = named_for(session, by.user_id, at)
    return tells_of(session, period, named.contacts_kept, named.people_kept)


def make_extract(
    database: Database, store: Store, number: int, wanted: Wanted, by: Actor, clock: Callable[[], datetime]
) -> None:
    """Write an extract that was asked for, and keep it; or keep why there is none. What is over a day old goes."""
    try:
        forget_old(store, clock())
        folder = store.file(number).parent
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=WRITING) as held:
            with reading(database, as_one=True) as session:
                way, period = WAYS[wanted.what], Period(wanted.first, wanted.last)
                counts = way.write(session, Path(held), period)
                whom = {
                    "children": children_told(session, period),
                    "people": people_told(session, period) if way.episodes else [],
                    "rows": sum(counts.values()),
                }
            files = sorted(Path(held).iterdir())
            sealed = store.box.encrypt(json.dumps(whom).encode() + b"\n" + _as_one(files))
            told = {"what": wanted.what, "first": wanted.first, "last": wanted.last, "reason": wanted.reason}
            with transaction(database) as session:  # nothing can be taken before it is on the chain
                note_export(session, **told, counts=counts, files=files, by=by, at=clock(), asked=number)  # type: ignore[arg-type]
            whole = Path(held) / "whole"
            whole.write_bytes(sealed)
            whole.replace(store.file(number))
    except Unavailable as wrong:
        _failed(database, number, str(wrong), by, clock())
    except Exception:
        _failed(database, number, "It stopped on a fault of ours, and nothing was written. Ask again.", by, clock())
        raise


def _failed(database: Database, number: int, why: str, by: Actor, at: datetime) -> None:
    with transaction(database) as session:
        record_event(session, kind="extract.failed", at=at, by=by, data={"asked": number, "why": why})


def _as_one(files: Sequence[Path]) -> bytes:
    """Give one file as it is, and several as an archive whose bytes depend on nothing but theirs."""
    if len(files) == 1:
        return files[0].read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, FIXED_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(entry, file.read_bytes())
    return out.getvalue()


def take_extract(session: Session, store: Store, number: int, *, by: Actor, at: datetime) -> Taken:
    """Give an extract to whoever asked for it, and put that on the chain.

    Raises:
        NotFound: If there is none, it is no longer kept, somebody else asked for it, or whoever did is kept from
            somebody in it by now.
    """
    asked = session.get(Event, number)
    if asked is None or asked.kind != "extract.asked" or asked.by_id is None or asked.by_id != by.user_id:
        raise NotFound("There is no such extract of yours.")
    if at >= asked.at + KEPT:
        raise NotFound("This extract is no longer kept: a day is over. Ask for it again.")
    days = Period(date.fromisoformat(asked.data["from"]), date.fromisoformat(asked.data["to"]))
    if _is_kept_from(session, days, by, at):
        raise NotFound("There is no such extract of yours.")
    try:
        head, _, content = store.box.decrypt(store.file(number).read_bytes()).partition(b"\n")
        whom = json.loads(head)
    except (OSError, InvalidToken, ValueError):
        raise NotFound("This extract is not kept on this machine. Ask for it again.") from None
    what = str(asked.data["what"])
    said = {"asked": number, "what": what, "reason": asked.data["reason"], "rows": whom["rows"]}
    record_event(session, kind="extract.taken", at=at, by=by, data=said)
    ending = {"ssd": "zip", "extension": "csv"}.get(what, "xlsx")
    name = f"{what}-{asked.data['from']}-to-{asked.data['to']}.{ending}"
    return Taken(name, content, whom["children"], whom["people"])


def forget_old(store: Store, at: datetime) -> None:
    """Remove every kept file that is over a day old, and what a process that ended left half written."""
    folder = store.file(0).parent
    for file in folder.glob("[ES]-*"):
        if _older(file, at - KEPT):
            file.unlink(missing_ok=True)
    for left in folder.glob(f"{WRITING}*"):
        if not _older(left, at - LONGEST):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except OSError:
        return False
