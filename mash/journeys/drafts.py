"""Keep what someone has half written, valid or not, so that nothing typed is lost."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.share_out import hold_on
from mash.journeys.submit_once import was_sent
from mash.models import Contact, Draft

LARGEST = 200_000
TURN = re.compile(r"([0-9]{1,10})\.([0-9]{1,9})", re.ASCII)
"""What a page says with each thing it sends: a number of its own, and how many it has sent."""


def overtaken(kept: Mapping[str, Any], turn: str) -> bool:
    """Say whether what is kept was sent later than this by the same page, so that this came late and is older.

    >>> overtaken({"turn": "7.10"}, "7.9"), overtaken({"turn": "7.9"}, "7.10"), overtaken({"turn": "8.10"}, "7.9")
    (True, False, False)
    """
    before, now = TURN.fullmatch(str(kept.get("turn", ""))), TURN.fullmatch(turn)
    return bool(before and now and before[1] == now[1] and int(before[2]) > int(now[2]))


class DraftTooLarge(Exception):
    """More was sent than any form of ours can hold."""


def keep_draft(
    session: Session,
    *,
    contact_id: int,
    form: str,
    data: Mapping[str, Any],
    by: Actor,
    at: datetime,
    turn: str = "",
    tokens: Sequence[str] = (),
) -> Draft | None:
    """Keep the newest state of a form for its writer. What was kept under ``own`` by anyone of these stays.

    The contact is locked first, as a decision does, so that of the two one has happened before the other looks.

    Args:
        tokens: The form's own. Where it has counted under one of them and its draft has gone, this came late: nothing
            is kept of what is recorded already.
        turn: Which page sent it and in which place, since a slow answer may come after a later one. Empty where no
            script runs: a page then sends one thing at a time.

    Returns:
        The draft; None where it came late.

    Raises:
        DraftTooLarge: If it is larger than any form of ours can be.
    """
    if sum(len(str(value)) for value in data.values()) > LARGEST:
        raise DraftTooLarge
    session.execute(select(Contact.id).where(Contact.id == contact_id).with_for_update(key_share=True))
    found = session.scalars(
        select(Draft)
        .where(Draft.user_id == by.user_id, Draft.contact_id == contact_id, Draft.form == form)
        .with_for_update()
    ).one_or_none()
    if found is None:
        if was_sent(session, tokens):
            return None
        found = Draft(user_id=by.user_id, contact_id=contact_id, form=form, data={}, saved_at=at)
        session.add(found)
    newest = found.data if overtaken(found.data, turn) else {**data, "turn": turn}
    own = {**data.get("own", {}), **found.data.get("own", {})}
    found.data, found.saved_at = newest | {"own": own}, at
    session.flush()
    hold_on(session, contact_id, by=by, at=at)
    return found


def drop_draft(session: Session, *, contact_id: int, form: str, by: Actor) -> None:
    """Let a draft go once what it held has been recorded."""
    session.execute(
        delete(Draft).where(Draft.user_id == by.user_id, Draft.contact_id == contact_id, Draft.form == form)
    )
