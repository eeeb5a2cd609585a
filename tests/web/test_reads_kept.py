"""Every answer that tells of anyone is kept before it leaves, whoever wrote the page; and every one that is refused."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from werkzeug.routing import Rule

from mash import clock
from mash.db import Database, NoRoom, reading, transaction
from mash.journeys.audit_reads import list_hash, row_hash
from mash.journeys.people import PersonGiven
from mash.journeys.read_pages import NOBODY, NOBODY_OF, PAGES
from mash.models import AuditList, AuditListed, AuditRead, Contact, Person, User
from mash.queries.access import ROLES
from mash.web import reads
from tests.web.arriving import arrive, decided, rated
from tests.web.conftest import Logged, SignInAs
from tests.web.contacts import Desk
from tests.web.routes import rules

Kept = list[tuple[str, str, list[str]]]
NAMES = ("Quillfeather", "Ravenstone", "Saltmarsh")
"""Surnames that stand nowhere but in the record."""


def kept(database: Database, after: int = 0) -> Kept:
    """Give the page, the outcome and the contacts of every read since one."""
    with reading(database) as session:
        rows = session.execute(
            select(AuditRead.page, AuditRead.outcome, AuditList.told)
            .outerjoin(AuditList, AuditList.id == AuditRead.list_id)
            .where(AuditRead.id > after)
            .order_by(AuditRead.id)
        )
        return [(page, outcome, told["contacts"] if told else []) for page, outcome, told in rows]


def newest(database: Database) -> int:
    with reading(database) as session:
        return session.scalar(select(func.max(AuditRead.id))) or 0


def restrict(database: Database, reference: str) -> None:
    with transaction(database) as session:
        session.execute(update(Contact).where(Contact.reference == reference).values(restricted=True))


def test_opening_a_contact_keeps_who_what_when_where_and_the_kind_of_fields(
    desk: Desk, database: Database, sign_in_as: SignInAs, people: dict[str, int]
) -> None:
    reference, browser, before = desk.contact(), sign_in_as("practitioner"), clock.now()
    browser.get(f"/contacts/{reference}")
    with reading(database) as session:
        row = session.scalars(select(AuditRead)).one()
        told = session.scalars(select(AuditList)).one().told
        assert (row.page, row.outcome, row.user_id) == ("workspace.show", "shown", people["practitioner"])
        assert row.roles == "practitioner"
        assert row.fields == "identity address referrer concern history decision"
        assert told == {"contacts": [reference], "people": []}
        assert before - timedelta(milliseconds=1) <= row.at <= clock.now()
        assert row.at.microsecond % 1000 == 0
        assert row.session_id > 0
        assert re.fullmatch("[0-9a-f]{64}", row.network)
        said = {column.name: getattr(row, column.name) for column in AuditRead.__table__.columns}
        assert row.hash == row_hash(list_hash(told), said)


def test_a_list_keeps_everyone_on_it_once_however_often_it_is_shown(
    desk: Desk, database: Database, sign_in_as: SignInAs
) -> None:
    references, browser = [desk.contact("Ada"), desk.contact("Bea")], sign_in_as("practitioner")
    for _ in range(3):
        browser.get("/queue?view=everyone")
    assert kept(database) == [("queue.show", "shown", references)] * 3
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(AuditList)) == 1
        assert sorted(session.execute(select(AuditListed.kind, AuditListed.number)).all()) == [
            ("contact", 1), ("contact", 2)
        ]  # fmt: skip


def test_a_search_keeps_what_was_asked_and_whom_it_found(desk: Desk, database: Database, sign_in_as: SignInAs) -> None:
    reference = desk.contact("Ada")
    browser = sign_in_as("practitioner")
    browser.send("/search", name="Ada Sample")
    browser.send("/search", name="Nobody Atall")
    with reading(database) as session:
        first, second = session.scalars(select(AuditRead).order_by(AuditRead.id))
        told = session.get_one(AuditList, first.list_id).told
        assert (first.asked, second.asked) == ({"name": "Ada Sample"}, {"name": "Nobody Atall"})
        child = session.scalars(select(Person.id).where(Person.forename == "Ada")).one()
    assert (told["contacts"], child in told["people"], second.list_id) == ([reference], True, None)


def test_what_is_refused_or_hidden_is_kept_with_what_was_asked_for(
    desk: Desk, database: Database, sign_in_as: SignInAs
) -> None:
    hidden = desk.contact()
    restrict(database, hidden)
    practitioner, reviewer = sign_in_as("practitioner"), sign_in_as("reviewer")
    practitioner.get(f"/contacts/{hidden}")
    practitioner.get(f"/contacts/{hidden}/timeline")
    practitioner.get("/contacts/C-26-99999")
    reviewer.get(f"/contacts/{hidden}")
    practitioner.send("/search", reference=hidden)
    assert kept(database) == [
        ("workspace.show", "not_found", [hidden]),
        ("timeline.show", "not_found", [hidden]),
        ("workspace.show", "not_found", []),
        ("workspace.show", "refused", [hidden]),
        ("search.answer", "shown", []),
    ]
    with reading(database) as session:
        assert list(session.scalars(select(AuditRead.asked).order_by(AuditRead.id)))[2] == {
            "method": "GET", "reference": "C-26-99999"
        }  # fmt: skip


def test_a_list_taken_out_keeps_every_contact_on_it(desk: Desk, database: Database, sign_in_as: SignInAs) -> None:
    references, browser = [desk.contact("Ada"), desk.contact("Bea")], sign_in_as("manager")
    before = newest(database)
    data = browser.tokens("/queue?view=everyone") | {"view": "everyone", "do": "csv", "why": "Audit day"}
    assert browser.client.post("/queue/out", data=data).status_code == 200
    assert kept(database, before)[-1] == ("queue_many.take_out", "shown", references)


def test_an_answer_whose_row_cannot_be_kept_is_not_given(desk: Desk, database: Database, sign_in_as: SignInAs) -> None:
    reference, browser = desk.contact(), sign_in_as("manager")
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE audit_read"))
    answer = browser.get(f"/contacts/{reference}/timeline")
    assert answer.status_code == 503
    assert reference not in answer.text
    assert "Sample" not in answer.text


def test_on_a_full_disk_the_page_is_given_and_the_log_says_who_read_whom_by_number(
    desk: Desk, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    reference, browser = desk.contact(), sign_in_as("manager")

    def full_disk(*_told: object) -> None:
        raise NoRoom("There is no room on the disk.")

    monkeypatch.setattr(reads, "record_read", full_disk)
    answer = browser.get(f"/contacts/{reference}/timeline")
    assert answer.status_code == 200
    assert reference in answer.text
    [line] = [line for line in logged().splitlines() if "read_not_kept" in line]
    assert reference in line
    assert "Sample" not in line


@pytest.fixture
def full(app: Flask, database: Database, people: dict[str, int]) -> list[str]:
    """Fill every list: a red, one offered to a team, one decided, one restricted; each with a name of its own."""
    with transaction(database) as session:
        session.execute(update(User).where(User.username == "receiving_team").values(team="Assessment team"))
    who = [PersonGiven(forename="Zed", surname=name) for name in NAMES]
    red, offered, hidden = (arrive(app, one) for one in who)
    rated(app, red, "red", reason="Bruise on a baby who cannot move")
    rated(app, offered, "amber")
    assert decided(app, offered, "child_and_family_assessment", 3) == "decide"
    restrict(database, hidden)
    with transaction(database) as session:
        session.execute(update(Person).where(Person.surname == NAMES[2]).values(restricted=True))
    return [red, offered, hidden]


def addresses(rule: Rule, references: list[str]) -> Iterator[str]:
    """Fill an address with what is there: each contact, and the first of everything else that has a number."""
    usual = {"version": "dn-2022-05", "draft": "dn-2022-05", "rule": "none", "term": "received", "part": "late"}
    usual |= {"id": "reds", "side": "of", "slug": "sign-off", "old": "dn-2021-01", "new": "dn-2022-05", "section": "x"}
    for reference in references if "<reference>" in rule.rule else references[:1]:
        path, fill = rule.rule, usual | {"reference": reference}
        for name in sorted(rule.arguments):
            path = re.sub(rf"<(?:\w+(?:\([^)]*\))?:)?{name}>", fill.get(name, "1"), path)
        yield path


EXTRA = ("/queue?view=everyone", "/queue?view=decided", "/queue?view=to-hand-over", "/team?person=2", "/team?person=3")


@pytest.mark.parametrize("role", ROLES)
def test_no_route_shows_anyone_without_a_row_that_says_whom(
    app: Flask, database: Database, full: list[str], sign_in_as: SignInAs, role: str
) -> None:
    browser, surnames = sign_in_as(role), dict(zip(full, NAMES, strict=True))
    gets = [rule for rule in rules(app) if "GET" in (rule.methods or set()) and rule.endpoint != "assets.show"]
    paths = [path for rule in gets for path in addresses(rule, full)] + list(EXTRA)
    showing = 0
    for path in paths:
        before = newest(database)
        body = re.sub("<kbd>[^<]*</kbd>", "", browser.get(path).text)  # what one asked for, said again
        named = {reference for reference, surname in surnames.items() if surname in body or f"{reference}<" in body}
        rows = kept(database, before)
        assert named <= {reference for _, _, told in rows for reference in told}, (path, rows)
        showing += bool(named)
    assert showing >= (8 if role in {"practitioner", "manager", "contact_officer"} else 0), showing


def test_every_name_in_the_tables_of_pages_is_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in rules(app)}
    ahead = {name for name in PAGES if name.startswith("audit.")}
    assert set(PAGES) - ahead - endpoints == set()
    assert set(NOBODY) - endpoints == set()
    assert set(NOBODY_OF) - {name.partition(".")[0] for name in endpoints} == set()


def test_a_page_that_nobody_has_thought_of_is_kept_all_the_same(
    desk: Desk, database: Database, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, browser = desk.contact(), sign_in_as("practitioner")
    monkeypatch.delitem(PAGES, "skip.ask")
    browser.get(f"/contacts/{reference}/skip")
    assert kept(database) == [("skip.ask", "shown", [reference])]


def test_nothing_that_was_kept_can_be_changed(desk: Desk, database: Database, sign_in_as: SignInAs) -> None:
    sign_in_as("practitioner").get(f"/contacts/{desk.contact()}")
    for table, key in (("audit_read", "id"), ("audit_list", "id"), ("audit_listed", "number")):
        for change in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="only ever added"), transaction(database) as session:
                session.execute(text(change))
