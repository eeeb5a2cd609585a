"""A draft that comes after what it held was recorded makes no draft again; anything else that is written is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.drafts import drop_draft, keep_draft
from mash.journeys.record_drafts import drop_record_draft, keep_record_draft
from mash.journeys.submit_once import already_sent, remember
from mash.journeys.views import seen
from mash.models import Draft, RecordDraft
from mash.queries.replays import contact_of
from mash.queries.timeline import timeline_of
from tests.factories import MONDAY
from tests.journeys.front_door import FrontDoor

TOKEN, ANOTHER = "a" * 64, "b" * 64


def record(session: Session, by: Actor) -> None:
    """Let a form count, as its sender's decision does."""
    assert already_sent(session, token=TOKEN, user_id=by.user_id, at=MONDAY) is None
    remember(session, token=TOKEN, went_to="/queue")


def keep(door: FrontDoor, contact_id: int, token: str, words: str) -> Draft | None:
    told: dict[str, Any] = {"by": door.practitioner, "at": door.now, "turn": "7.9", "tokens": [ANOTHER[:-1], token]}
    return keep_draft(door.session, contact_id=contact_id, form="decision", data={"why": words}, **told)


def test_a_draft_of_a_form_that_has_counted_is_made_only_if_it_came_before(door: FrontDoor) -> None:
    contact = door.contact()
    assert keep(door, contact.id, TOKEN, "In time") is not None
    record(door.session, door.practitioner)
    drop_draft(door.session, contact_id=contact.id, form="decision", by=door.practitioner)
    assert keep(door, contact.id, TOKEN, "Late") is None
    assert door.session.scalars(select(Draft)).all() == []
    kept = keep(door, contact.id, ANOTHER, "From a page opened since")
    assert kept is not None
    assert kept.data["why"] == "From a page opened since"


def test_where_part_was_decided_what_is_left_goes_on_being_kept(door: FrontDoor) -> None:
    contact = door.contact()
    keep(door, contact.id, TOKEN, "So far")
    record(door.session, door.practitioner)
    kept = keep(door, contact.id, TOKEN, "The other child")
    assert kept is not None
    assert kept.data["why"] == "The other child"


@pytest.mark.parametrize(("token", "left"), [(TOKEN, []), (ANOTHER, [{"a": 1, "turn": ""}])])
def test_a_contact_once_recorded_is_not_half_written_again(
    session: Session, actor: Callable[[str], Actor], token: str, left: list[dict[str, Any]]
) -> None:
    by = actor("contact_officer")
    keep_record_draft(session, {"a": 1}, by=by, at=MONDAY, tokens=[TOKEN])
    record(session, by)
    drop_record_draft(session, by=by)
    keep_record_draft(session, {"a": 1}, by=by, at=MONDAY, tokens=[token])
    assert session.scalars(select(RecordDraft.data)).all() == left


def test_who_read_a_child_in_a_replay_is_on_the_contacts_record(door: FrontDoor) -> None:
    contact = door.contact()
    child = contact.children[0].id
    assert contact_of(door.session, child) == contact.id
    assert contact_of(door.session, child + 999) is None
    seen(door.session, contact_of(door.session, child), "replay", door.actor("reviewer"), MONDAY)
    found = timeline_of(door.session, contact.reference, roles=frozenset({"auditor"}), with_views=True)
    assert found is not None
    assert [(name, page) for name, page, _ in found.viewers] == [(door.actor("reviewer").name, "replay")]
