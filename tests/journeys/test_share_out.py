"""Contacts change hands several at once: a result for each, those concerned told, and nothing hidden by a refusal."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.drafts import keep_draft
from mash.journeys.share_out import NotShared, ask_holder, assign_each, claim_each, take_over
from mash.journeys.tell_colleague import take_told, tell_colleague
from mash.journeys.triage import claim
from mash.models import Absence, Contact, Event, UserSession
from tests.factories import MONDAY, a_contact

Who = Callable[[str], Actor]
LATELY = MONDAY - timedelta(minutes=5)


def waiting(session: Session, reference: str, holder: Actor | None = None, **told: Any) -> Contact:
    held: dict[str, Any] = {"claimed_by_id": holder.user_id, "claimed_at": LATELY} if holder else {}
    return a_contact(session, reference=reference, due_at=MONDAY, **held, **told)


def signed_in(session: Session, who: Actor) -> UserSession:
    opened = UserSession(
        token_hash=f"hash of {who.name}",
        user_id=who.user_id,
        started_at=MONDAY,
        seen_at=MONDAY,
        expires_at=MONDAY + timedelta(hours=9),
    )
    session.add(opened)
    session.flush()
    return opened


def events(session: Session, kind: str) -> list[Event]:
    return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq)))


def test_each_of_several_is_taken_or_says_why_not(session: Session, actor: Who) -> None:
    me, other = actor("practitioner"), actor("manager")
    free, held = waiting(session, "C-26-00001"), waiting(session, "C-26-00002", other)
    waiting(session, "C-26-00003", state="closed").queue_rank = None
    waiting(session, "C-26-00004", restricted=True)
    wanted = ["C-26-00004", "C-26-00003", "C-26-00002", "C-26-99999", "C-26-00001", "C-26-00001"]
    found = {one.reference: (one.done, one.words) for one in claim_each(session, wanted, by=me, at=MONDAY)}
    unknown = (False, "There is no such contact, or it is not for you to know of.")
    assert found == {
        "C-26-00004": unknown,
        "C-26-00003": (False, "It is no longer in the queue: closed."),
        "C-26-00002": (False, "Someone else has this open. Say why you are taking it over."),
        "C-26-99999": unknown,
        "C-26-00001": (True, "Yours."),
    }
    assert (free.claimed_by_id, held.claimed_by_id) == (me.user_id, other.user_id)
    assert len(events(session, "contact.claimed")) == 1


def test_whoever_has_one_open_is_told_who_took_it_and_why(session: Session, actor: Who) -> None:
    me, other = actor("practitioner"), actor("manager")
    page = signed_in(session, other)
    waiting(session, "C-26-00002", other)
    (outcome,) = claim_each(session, ["C-26-00002"], by=me, at=MONDAY, reason="Gone home ill")
    assert outcome.words == f"Taken over from {other.name}."
    (note,) = take_told(session, session_id=page.id)
    assert note["text"] == f"{me.name} took over C-26-00002. What you have drafted is kept."
    assert note["detail"] == "Gone home ill"
    assert take_told(session, session_id=page.id) == []


def test_several_are_given_to_a_colleague_who_is_told_once(session: Session, actor: Who) -> None:
    giver, to, third = actor("manager"), actor("practitioner"), actor("contact_officer")
    page, losing = signed_in(session, to), signed_in(session, third)
    waiting(session, "C-26-00001"), waiting(session, "C-26-00002", third), waiting(session, "C-26-00003", to)
    wanted = ["C-26-00001", "C-26-00002", "C-26-00003"]
    assert to.user_id
    first = assign_each(session, wanted, to=to.user_id, by=giver, at=MONDAY)
    assert [one.words for one in first] == [
        f"Given to {to.name}.",
        f"{third.name} has it open. Say why it changes hands.",
        f"{to.name} has it already.",
    ]
    assign_each(session, ["C-26-00002"], to=to.user_id, by=giver, at=MONDAY, reason="Court tomorrow")
    assert [event.data["to_name"] for event in events(session, "contact.assigned")] == [to.name, to.name]
    assert [note["text"] for note in take_told(session, session_id=page.id)] == [
        f"{giver.name} gave you C-26-00001, C-26-00003.",
        f"{giver.name} gave you C-26-00002.",
    ]
    (told,) = take_told(session, session_id=losing.id)
    assert told["text"].startswith(f"{giver.name} gave C-26-00002 to {to.name}.")


def test_a_restricted_contact_is_given_only_to_someone_who_may_see_it(session: Session, actor: Who) -> None:
    manager, worker = actor("manager"), actor("practitioner")
    contact = waiting(session, "C-26-00001", restricted=True)
    assert worker.user_id
    (outcome,) = assign_each(session, ["C-26-00001"], to=worker.user_id, by=manager, at=MONDAY)
    assert outcome.words == f"It is restricted, and {worker.name} may not see it."
    assert contact.claimed_by_id is None


@pytest.mark.parametrize(
    ("first", "last", "ended", "away"),
    [
        (date(2026, 4, 13), date(2026, 4, 13), None, True),
        (date(2026, 4, 10), date(2026, 4, 12), None, False),
        (date(2026, 4, 14), date(2026, 4, 20), None, False),
        (date(2026, 4, 10), date(2026, 4, 20), MONDAY, False),
    ],
)
def test_nothing_is_given_to_someone_who_is_away(
    session: Session, actor: Who, first: date, last: date, ended: datetime | None, *, away: bool
) -> None:
    worker, manager = actor("practitioner"), actor("manager")
    told = {"user_id": worker.user_id, "by_id": manager.user_id, "made_at": MONDAY, "ended_at": ended}
    session.add(Absence(first_day=first, last_day=last, **told))
    waiting(session, "C-26-00001")
    assert worker.user_id
    if away:
        with pytest.raises(NotShared, match="is away until Monday 13"):
            assign_each(session, ["C-26-00001"], to=worker.user_id, by=manager, at=MONDAY)
    else:
        assert assign_each(session, ["C-26-00001"], to=worker.user_id, by=manager, at=MONDAY)[0].done


def test_asking_tells_the_holder_and_stays_on_the_record(session: Session, actor: Who) -> None:
    me, other = actor("practitioner"), actor("manager")
    page = signed_in(session, other)
    contact = waiting(session, "C-26-00002", other)
    assert ask_holder(session, "C-26-00002", by=me, at=MONDAY, words="I know the family") == other.name
    (note,) = take_told(session, session_id=page.id)
    assert (note["detail"], note["action"]["url"]) == ("I know the family", "/queue/C-26-00002/release")
    assert events(session, "contact.asked_for")[0].data["text"] == "I know the family"
    assert contact.claimed_by_id == other.user_id
    assert ask_holder(session, "C-26-00002", by=me, at=MONDAY + timedelta(minutes=15)) is None


def test_what_one_says_to_oneself_is_not_taken_with_what_colleagues_told(session: Session, actor: Who) -> None:
    page = signed_in(session, actor("practitioner"))
    page.notices = [{"text": "Saved.", "kind": "done"}]
    assert page.user_id
    tell_colleague(session, user_id=page.user_id, text="Come over.", at=MONDAY)
    assert [note["text"] for note in take_told(session, session_id=page.id)] == ["Come over."]
    assert [note["text"] for note in page.notices] == ["Saved."]


def test_a_sign_in_that_ran_out_is_told_nothing(session: Session, actor: Who) -> None:
    page = signed_in(session, actor("practitioner"))
    assert not tell_colleague(session, user_id=page.user_id, text="Come over.", at=MONDAY + timedelta(hours=9))
    assert not page.notices


def test_a_claim_lasts_while_its_holder_writes_and_lapses_after_a_quarter_of_an_hour(
    session: Session, actor: Who
) -> None:
    me, other = actor("practitioner"), actor("manager")
    contact = waiting(session, "C-26-00001")
    claim(session, "C-26-00001", by=me, at=MONDAY)
    writing = MONDAY + timedelta(minutes=12)
    keep_draft(session, contact_id=contact.id, form="decision", data={"why": "So far"}, by=me, at=writing)
    session.refresh(contact)
    held = writing + timedelta(minutes=14)
    assert not claim_each(session, ["C-26-00001"], by=other, at=held)[0].done
    keep_draft(session, contact_id=contact.id, form="decision", data={"why": "Mine"}, by=other, at=held)
    session.refresh(contact)
    assert contact.claimed_at == writing
    assert take_over(session, "C-26-00001", by=other, at=writing + timedelta(minutes=15), reason="") is contact
    assert contact.claimed_by_id == other.user_id
