"""What was sealed is looked through once: an alert for each pattern, once an hour, told to auditors without a name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.audit_reads import Answer, Told, record_read, record_refusal
from mash.journeys.events import record_event
from mash.journeys.notes import add_note
from mash.journeys.seal_reads import seal_reads
from mash.journeys.set_up import set_up
from mash.journeys.watch_person import WatchRefused, begin_watch, end_watch
from mash.journeys.watch_reading import watch_reading
from mash.models import Event, Message, NamedAccess, PrivacyAlert, User, WatchedAlert
from mash.rules import RuleBook
from tests.factories import MONDAY, a_child, a_contact

As = Callable[[str], Actor]
NIGHT = MONDAY.replace(hour=23)


def read(session: Session, by: Actor, page: str, at: datetime, *told: str | int, **asked: str) -> None:
    answer = Answer(by.user_id or 0, by.roles, page, "shown", at, 1, "0" * 64, asked=asked)
    contacts = frozenset(one for one in told if isinstance(one, str))
    record_read(session, answer, Told(contacts, frozenset(one for one in told if isinstance(one, int))))


def seen(session: Session) -> list[tuple[str, int]]:
    return [(row.pattern, row.user_id) for row in session.scalars(select(PrivacyAlert).order_by(PrivacyAlert.id))]


def watch(session: Session) -> int:
    seal_reads(session, at=MONDAY)
    return watch_reading(session, at=MONDAY)


def test_patterns_raise_an_alert_once_an_hour_and_auditors_are_told(
    session: Session, actor: As, rulebook: RuleBook
) -> None:
    set_up(session, rulebook=rulebook, by=Actor.system("test"), at=MONDAY)
    worker, auditor = actor("practitioner"), actor("auditor")
    session.get_one(User, auditor.user_id).email = "auditor@anytown.gov.uk"
    mine = a_contact(session, children=(a_child(session, "Zed", "practitioner"),))
    others = [a_contact(session) for _ in range(6)]
    read(session, worker, "workspace.show", MONDAY, mine.reference)
    read(session, worker, "workspace.show", MONDAY + timedelta(minutes=9), mine.reference)
    read(session, worker, "search.answer", MONDAY, name="Invented manager")
    for number, contact in enumerate(others):
        read(session, worker, "workspace.show", NIGHT + timedelta(minutes=number), contact.reference)
        read(session, actor("manager"), "workspace.show", MONDAY + timedelta(minutes=number), contact.reference)
        read(session, actor("manager"), "queue.show", NIGHT, contact.reference)
    assert watch(session) == 21
    alerts = [("own_name", worker.user_id), ("colleague", worker.user_id), ("after_hours", worker.user_id)]
    assert sorted(seen(session)) == sorted(alerts)
    assert watch(session) == 0
    read(session, worker, "workspace.show", MONDAY + timedelta(minutes=50), mine.reference)
    watch(session)
    assert len(seen(session)) == 3
    read(session, worker, "workspace.show", MONDAY + timedelta(minutes=130), mine.reference)
    watch(session)
    assert seen(session)[3:] == [("own_name", worker.user_id)]
    mails = list(session.scalars(select(Message).where(Message.kind == "privacy")))
    assert {mail.to for mail in mails} == {"auditor@anytown.gov.uk"}
    assert not any("ractitioner" in mail.body + mail.subject for mail in mails)
    assert len(mails) == len(session.scalars(select(Event.seq).where(Event.kind == "privacy.alerted")).all()) == 4


def test_what_is_not_sealed_yet_waits(session: Session, actor: As) -> None:
    read(session, actor("practitioner"), "search.answer", MONDAY, name="Ada practitioner")
    assert watch_reading(session, at=MONDAY) == 0
    assert watch(session) == 1
    assert [pattern for pattern, _ in seen(session)] == ["own_name"]


def test_an_hour_is_seen_whole_although_it_is_looked_through_in_pieces(session: Session, actor: As) -> None:
    for minute in range(12):
        read(session, actor("practitioner"), "search.answer", MONDAY + timedelta(minutes=minute), name="Ada Moss")
        watch(session)
    assert [pattern for pattern, _ in seen(session)] == ["searches_without_opening"]


def test_who_opens_a_watched_record_strangers_old_ones_or_what_they_are_kept_from_raises_an_alert(
    session: Session, actor: As, rulebook: RuleBook
) -> None:
    set_up(session, rulebook=rulebook, by=Actor.system("test"), at=MONDAY)
    worker, manager = actor("practitioner"), actor("manager")
    star = a_contact(session, children=(a_child(session, "Vera", "Known"),))
    begin_watch(session, star.children[0].person_id, "Widely known", by=manager, at=MONDAY)
    with pytest.raises(WatchRefused, match="already"):
        begin_watch(session, star.children[0].person_id, "Widely known", by=manager, at=MONDAY)
    long_ago = MONDAY - timedelta(days=60)
    old = [a_contact(session, state="closed", closed_at=long_ago) for _ in range(10)]
    mine = a_contact(session, children=(old[0].children[0].person,))
    add_note(session, mine.reference, "Rang the school.", by=manager, at=MONDAY)
    kept = a_contact(session)
    for home in ({"contact_id": kept.id}, {"address_key": "14 beckett road anytown|ZZ1 2AB"}):
        session.add(NamedAccess(user_id=worker.user_id, kind="conflict", by_id=worker.user_id, at=MONDAY, **home))
    for contact in old:
        read(session, manager, "workspace.show", MONDAY, contact.reference)
    read(session, worker, "workspace.show", MONDAY, star.reference)
    refused = {"reference": kept.reference, "method": "GET"}
    answer = Answer(worker.user_id or 0, worker.roles, "workspace.show", "not_found", MONDAY, 1, "0" * 64)
    record_refusal(session, replace(answer, asked=refused), kept.reference)
    read(session, worker, "search.answer", MONDAY, place="Beckett Road")
    read(session, worker, "search.answer", MONDAY, place="Road")
    watch(session)
    theirs = {("watched_person", worker.user_id), ("kept_from", worker.user_id), ("own_home", worker.user_id)}
    assert set(seen(session)) == theirs  # of the manager's ten, one is of a child they have work with
    another = a_contact(session, state="closed", closed_at=long_ago)
    read(session, manager, "workspace.show", MONDAY, another.reference)
    for _ in range(5):
        read(session, manager, "extracts.take", MONDAY, star.reference)
    with pytest.raises(WatchRefused, match="auditor"):
        end_watch(session, star.children[0].person_id, "She asked", by=manager, at=MONDAY)
    end_watch(session, star.children[0].person_id, "She asked", by=actor("auditor"), at=MONDAY)
    watch(session)
    assert set(seen(session)) == theirs | {("unrelated_records", manager.user_id), ("many_exports", manager.user_id)}


def test_each_watched_person_raises_by_themselves_as_watched_when_they_were_read(session: Session, actor: As) -> None:
    worker, manager, auditor = actor("practitioner"), actor("manager"), actor("auditor")
    after = MONDAY + timedelta(minutes=30)
    vera, bela = (a_contact(session, children=(a_child(session, name, "Known"),)) for name in ("Vera", "Bela"))
    ids = [contact.children[0].person_id for contact in (vera, bela)]
    read(session, worker, "workspace.show", MONDAY - timedelta(minutes=5), vera.reference)
    for person in ids:
        begin_watch(session, person, "Widely known", by=manager, at=MONDAY)
    read(session, worker, "search.answer", MONDAY, *ids, name="Known")
    watch(session)
    assert seen(session) == []
    read(session, worker, "workspace.show", MONDAY, vera.reference)
    read(session, worker, "workspace.show", MONDAY + timedelta(minutes=10), vera.reference, bela.reference)
    read(session, manager, "subject_parts.take", MONDAY, ids[0])
    end_watch(session, ids[0], "She asked", by=auditor, at=after)
    read(session, auditor, "workspace.show", after, vera.reference)
    watch(session)
    alerts = {(row.user_id, row.person_id) for row in session.scalars(select(WatchedAlert))}
    assert alerts == {(worker.user_id, ids[0]), (worker.user_id, ids[1]), (manager.user_id, ids[0])}
    assert len(seen(session)) == 3


def test_having_a_part_shown_or_opening_in_an_emergency_is_no_work_with_a_family(session: Session, actor: As) -> None:
    worker = actor("practitioner")
    long_ago = MONDAY - timedelta(days=60)
    for kind in ("part.revealed", "emergency.opened", *["part.revealed"] * 8):
        old = a_contact(session, state="closed", closed_at=long_ago)
        record_event(session, kind=kind, at=MONDAY, by=worker, contact_id=old.id, data={})
        read(session, worker, "parts.show_part", MONDAY, old.reference)
    watch(session)
    assert seen(session) == [("unrelated_records", worker.user_id)]
