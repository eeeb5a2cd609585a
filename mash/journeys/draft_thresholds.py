"""Write a version of the thresholds: begin a draft from another version, save it, say something of it, give it up."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.models import DraftComment, DraftRevision, ThresholdDraft
from mash.rules import RuleSet
from mash.rules.rewriting import replaced
from mash.rules.source import MOST_BYTES, read_yaml
from mash.workflow.calendar import london_day
from mash.workflow.words import Role

NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,40}[a-z0-9]")


class DraftRefused(ValueError):
    """A draft cannot be begun or changed so. The message is a sentence for whoever asked."""


class DraftChanged(Exception):
    """Somebody saved the draft since it was opened. Nothing of theirs or of this was lost or overwritten."""


def start_draft(
    session: Session, *, based_on: RuleSet, text: str, name: str, title: str, by: Actor, at: datetime
) -> ThresholdDraft:
    """Begin a draft with the text of another version, its comments and layout kept and its header made that of a draft.

    Args:
        text: The whole document of `based_on`.
        name: The id that the new version has and will keep.

    Raises:
        DraftRefused: If the actor may not, or the name is taken or no name.
    """
    _may_edit(by)
    if not NAME.fullmatch(name):
        raise DraftRefused("Give it a short name of small letters, digits and hyphens, such as dn-2027-04.")
    taken = session.scalars(select(ThresholdDraft.id).where(ThresholdDraft.name == name)).first()
    if taken is not None or name == based_on.id:
        raise DraftRefused(f"The name {name} is taken. A name is never used again.")
    text = _begun(text, name=name, title=title, based_on=based_on, at=at)
    draft = ThresholdDraft(
        name=name, title=title, based_on=based_on.id, revision=0, text=text, by_id=by.user_id, at=at, changed_at=at
    )
    session.add(draft)
    session.flush()
    _keep(session, draft, text, what=f"Begun from {based_on.id}", by=by, at=at)
    said = {"based_on": based_on.id, "based_on_hash": based_on.content_hash, "title": title}
    _record(session, draft, "begun", said, by=by, at=at)
    return draft


def _begun(text: str, *, name: str, title: str, based_on: RuleSet, at: datetime) -> str:
    header: dict[str, Any] = {"id": name, "title": title, "status": "draft", "use": "replay_only"}
    header |= {"label": f"Draft begun from {based_on.id}", "approved": None, "supersedes": based_on.id}
    header |= {"effective_from": london_day(at) + timedelta(days=1), "effective_to": None, "training_from": None}
    for key, value in header.items():
        text = replaced(text, ("version", key), value)
    return replaced(text, ("mappings",), []) if based_on.mappings else text


def save_draft(
    session: Session, draft: ThresholdDraft, *, text: str, what: str, revision_seen: int, by: Actor, at: datetime
) -> DraftRevision | None:
    """Save a draft as its next revision, unfinished and wrong as it may be. The same text again is not saved.

    Args:
        what: What was done, in words.
        revision_seen: The revision that the change was made from.

    Raises:
        DraftChanged: If somebody saved another revision since.
        DraftRefused: If the actor may not, the draft is no longer open, or the text is too long.
    """
    _may_edit(by)
    locked = session.scalars(
        select(ThresholdDraft)
        .where(ThresholdDraft.id == draft.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if locked.revision != revision_seen:
        raise DraftChanged
    if locked.state not in ("open", "proposed"):
        raise DraftRefused(f"This draft is {locked.state}, so it is not changed any more.")
    if len(text.encode()) > MOST_BYTES:
        raise DraftRefused(f"The document is longer than {MOST_BYTES:,} bytes. Take out what is not a threshold.")
    if text == locked.text:
        return None
    locked.state = "open"  # what was proposed was another text
    revision = _keep(session, locked, text, what=what, by=by, at=at)
    _record(session, locked, "saved", {"revision": revision.number, "what": what}, by=by, at=at)
    return revision


def comment(session: Session, draft: ThresholdDraft, *, rule: str, words: str, by: Actor, at: datetime) -> DraftComment:
    """Say something of a rule of a draft; of the whole where `rule` is empty.

    Raises:
        DraftRefused: If nothing is said, or the actor may not.
    """
    if by.roles.isdisjoint({Role.REVIEWER, Role.MANAGER, Role.SAFEGUARDING_PARTNER}):
        raise DraftRefused("Drafts are for reviewers, managers and safeguarding partners.")
    if not words.strip():
        raise DraftRefused("Write what you want to say.")
    said = DraftComment(
        draft_id=draft.id, rule=rule, revision=draft.revision, words=words.strip(), by_id=by.user_id, at=at
    )
    session.add(said)
    session.flush()
    _record(session, draft, "commented", {"rule": rule, "comment": said.id}, by=by, at=at)
    return said


def abandon_draft(session: Session, draft: ThresholdDraft, *, by: Actor, at: datetime) -> None:
    """Give a draft up. It and all its revisions stay to be read.

    Raises:
        DraftRefused: If the actor may not, or it is published or given up already.
    """
    _may_edit(by)
    if draft.state not in ("open", "proposed"):
        raise DraftRefused(f"This draft is {draft.state} already.")
    draft.state, draft.changed_at = "abandoned", at
    _record(session, draft, "abandoned", {"revision": draft.revision}, by=by, at=at)


def draft_to_change(session: Session, name: str) -> ThresholdDraft:
    """Return the draft with a name.

    Raises:
        NotFound: If there is none.
    """
    found = session.scalars(select(ThresholdDraft).where(ThresholdDraft.name == name)).one_or_none()
    if found is None:
        raise NotFound(f"There is no draft called {name}.")
    return found


def _may_edit(by: Actor) -> None:
    if Role.REVIEWER not in by.roles:
        raise DraftRefused("Drafts are written by reviewers.")


def _keep(session: Session, draft: ThresholdDraft, text: str, *, what: str, by: Actor, at: datetime) -> DraftRevision:
    draft.revision, draft.text, draft.changed_at = draft.revision + 1, text, at
    draft.title = _title(text) or draft.title
    digest = hashlib.sha256(text.encode()).hexdigest()
    number = draft.revision
    kept = DraftRevision(
        draft_id=draft.id, number=number, what=what, text=text, text_hash=digest, by_id=by.user_id, at=at
    )
    session.add(kept)
    session.flush()
    return kept


def _title(text: str) -> str:
    """Return the title that a document gives itself, as far as it can be read."""
    try:
        said: Any = read_yaml(text.encode()).plain()
        return str(said["version"]["title"] or "")[:200]
    except Exception:  # noqa: BLE001  # an unfinished draft is kept whatever is wrong with it
        return ""


def _record(
    session: Session, draft: ThresholdDraft, what: str, said: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    record_event(session, kind=f"draft.{what}", at=at, by=by, data={"draft": draft.name, **said})
