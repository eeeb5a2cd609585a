"""Messages to colleagues reach a real mail server once in effect: claimed, tried again, given up in the end."""

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from mash import clock, config
from mash.config import Misconfigured
from mash.db import Database, reading, transaction
from mash.jobs import Worker
from mash.journeys import deliver
from mash.journeys.leading import SILENT_SECONDS
from mash.journeys.watch_stages import watch_stages
from mash.mail import MailServer
from mash.models import Clock, Delivery, Event, Message
from tests.factories import MONDAY, a_clock, a_contact, a_user

DUE = MONDAY + timedelta(hours=2)


class Inbox:
    """What the mail server took; ``refuses`` counts down how many it turns away first."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuses = 0
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # the library's name
        if self.refuses:
            self.refuses -= 1
            return "451 Come back later"
        self.taken.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 Taken"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """Run a real mail server within the test."""
    held = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        held.port = free.getsockname()[1]
    server = Controller(held, hostname="127.0.0.1", port=held.port)
    server.start()
    yield held
    server.stop()


@pytest.fixture
def mail(inbox: Inbox) -> MailServer:
    return MailServer("127.0.0.1", inbox.port, "mash@anytown.example", security="none")


class Hands:
    """A clock that a test moves by hand."""

    at = DUE

    def now(self) -> datetime:
        return self.at

    def ticks(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    moved = Hands()
    monkeypatch.setattr(clock, "now", moved.now)
    monkeypatch.setattr(clock, "ticks", moved.ticks)
    return moved


@pytest.fixture
def leader(database: Database, hands: Hands, cast: object) -> Worker:
    """Have one message wait, and someone who leads."""
    with transaction(database) as session:
        holder = a_user(session, "practitioner", email="holder@anytown.example")
        contact = a_contact(session, claimed_by_id=holder.id, reference="C-26-00007")
        a_clock(session, contact, "red", started_at=MONDAY, due_at=DUE)
        assert watch_stages(session, at=DUE, limit=10) == 3
    worker = Worker(database)
    worker.beat()
    return worker


def standing(database: Database) -> tuple[str, str, int]:
    with reading(database) as session:
        delivery, message = session.scalars(select(Delivery)).one(), session.scalars(select(Message)).one()
        return delivery.state, message.state, delivery.tries


def test_a_message_reaches_its_reader_once(leader: Worker, inbox: Inbox, mail: MailServer) -> None:
    for _ in range(3):
        leader.deliver(mail)
    ((to, written),) = inbox.taken
    assert (to, written["Subject"]) == (["holder@anytown.example"], "C-26-00007: it is due now")
    assert written["Message-ID"].startswith("<deadline-clock-")
    assert standing(leader.database) == ("sent", "sent", 1)
    with reading(leader.database) as session:
        assert list(session.scalars(select(Event.kind).where(Event.kind.like("message.%")))) == ["message.sent"]


def test_what_the_server_turns_away_is_tried_again_later(
    leader: Worker, inbox: Inbox, mail: MailServer, hands: Hands
) -> None:
    inbox.refuses = 2
    for minutes in (0, 0, 1, 0, 2, 0):
        hands.at += timedelta(minutes=minutes)
        leader.beat()
        leader.deliver(mail)
    assert len(inbox.taken) == 1
    assert standing(leader.database) == ("sent", "sent", 3)


def test_one_who_dies_between_sending_and_keeping_it_leads_to_the_same_message_not_a_second(
    leader: Worker, inbox: Inbox, mail: MailServer, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr("mash.jobs.note_sent", die)
        with pytest.raises(SystemExit):
            leader.deliver(mail)
    leader.deliver(mail)
    assert len(inbox.taken) == 1
    hands.at += deliver.CLAIM + timedelta(seconds=1)
    leader.beat()
    leader.deliver(mail)
    assert Counter(written["Message-ID"] for _, written in inbox.taken).most_common()[0][1] == 2
    assert standing(leader.database) == ("sent", "sent", 2)


def test_a_leader_that_was_replaced_sends_nothing(leader: Worker, inbox: Inbox, mail: MailServer, hands: Hands) -> None:
    other = Worker(leader.database)
    other.beat()
    hands.at += timedelta(seconds=SILENT_SECONDS)
    other.beat()
    leader.deliver(mail)
    assert (inbox.taken, leader.mine) == ([], None)
    other.deliver(mail)
    assert len(inbox.taken) == 1


def test_a_server_that_is_not_there_is_given_up_in_the_end(leader: Worker, hands: Hands, inbox: Inbox) -> None:
    nowhere = MailServer("127.0.0.1", 1, "mash@anytown.example", security="none")
    for _ in range(deliver.TRIES + 2):
        leader.deliver(nowhere)
        hands.at += timedelta(minutes=2**deliver.TRIES)
        leader.beat()
    assert standing(leader.database)[:2] == ("given_up", "failed")
    with reading(leader.database) as session:
        assert list(session.scalars(select(Event.kind).where(Event.kind == "message.not_sent"))) == ["message.not_sent"]


def test_what_has_waited_longer_than_a_day_is_not_sent(
    leader: Worker, inbox: Inbox, mail: MailServer, hands: Hands
) -> None:
    hands.at += timedelta(days=1, minutes=1)
    leader.beat()
    leader.deliver(mail)
    assert (inbox.taken, standing(leader.database)[0]) == ([], "given_up")


def test_what_was_done_meanwhile_is_not_told_of(leader: Worker, inbox: Inbox, mail: MailServer) -> None:
    with transaction(leader.database) as session:
        session.scalars(select(Clock)).one().stopped_at = DUE
    leader.deliver(mail)
    assert (inbox.taken, standing(leader.database)[:2]) == ([], ("given_up", "failed"))


SET = {"MASH_SMTP_HOST": "mail.anytown.example", "MASH_SMTP_FROM": "mash@anytown.example"}


def test_mail_is_set_up_by_its_host_and_never_in_practice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MASH_FOLDER", str(tmp_path))
    assert config.from_environment().mail is None
    for name, value in SET.items():
        monkeypatch.setenv(name, value)
    found = config.from_environment().mail
    assert isinstance(found, MailServer)
    assert (found.port, found.security) == (587, "starttls")
    assert config.from_environment(practice=True).mail is None


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("MASH_SMTP_FROM", "nobody", "must be the address"), ("MASH_SMTP_SECURITY", "hope", "must be one of starttls")],
)
def test_a_setting_that_mail_cannot_be_sent_by_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    for key, usual in (SET | {name: value}).items():
        monkeypatch.setenv(key, usual)
    with pytest.raises(Misconfigured, match=words):
        config.from_environment()
