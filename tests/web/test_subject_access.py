"""Pages of subject access: from a contact to a signed file, by two managers, with each look recorded."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.db import reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.set_up import set_up
from mash.journeys.users import make_user
from mash.models import AuditListed, AuditRead, Event, SubjectItem, SubjectRequest
from mash.rules import RuleBook
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.contacts import Desk, words


def begun(browser: Browser, desk: Desk, reference: str) -> str:
    """Begin a request about the first child on a contact; return its address."""
    today = clock.now().date()
    day = {f"received-{part}": str(getattr(today, part)) for part in ("day", "month", "year")}
    person = desk.row(reference).children[0].person_id
    told = {"reference": reference, "person": str(person), "asked_by": "Ada Sample", "standing": "themself", **day}
    answer = browser.send(f"/subject-access/new?reference={reference}", "/subject-access/new", **told)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.location)


@pytest.fixture
def second(app: Flask, people: dict[str, int]) -> Browser:
    """Sign in a second manager."""
    with transaction(app.extensions["mash"].database) as session:
        told: dict[str, Any] = {"name": "Second manager", "roles": ["manager"], "password": PASSWORD}
        make_user(session, username="second", **told, by=Actor.system("test"), at=clock.now())
    browser = Browser(app.test_client())
    assert browser.sign_in("second").status_code == 303
    return browser


def test_from_a_contact_to_a_file_by_two_managers(
    sign_in_as: SignInAs, desk: Desk, second: Browser, rulebook: RuleBook
) -> None:
    with transaction(desk.database) as session:
        set_up(session, rulebook=rulebook, by=Actor.system("test"), at=clock.now())
    first = sign_in_as("manager")
    reference = desk.contact("Ada", narrative="Lena said that Ada is hungry.")
    page = begun(first, desk, reference)
    assert first.send(page, f"{page}/gather").status_code == 303
    assert first.send(page, f"{page}/identity", how="Passport seen").status_code == 303
    with reading(desk.database) as session:
        rows = session.scalars(select(SubjectItem).order_by(SubjectItem.place)).all()
    for row in rows:
        part = f"{page}/parts/{row.place}"
        shown = first.get(part)
        assert "Proposed" in shown.text
        told = {"answer": row.proposal, "ground": row.proposed_ground, "marked": row.marked}
        answer = first.send(part, **told)
        assert answer.status_code == 303, words(answer.text)
    assert first.send(page, f"{page}/release").status_code == 303
    assert first.send(page, f"{page}/sign").status_code == 422
    assert second.send(page, f"{page}/sign").status_code == 303
    assert second.send(page, f"{page}/file").status_code == 303
    (link,) = re.findall(r'href="([^"]+/file/\d+)"', second.get(page).text)
    taken = second.get(link)
    assert taken.headers["Content-Type"] == "application/octet-stream"
    assert "■■■■■ said that Ada is hungry." in taken.text
    assert "Lena" not in taken.text
    assert "We do not say whether that is so here." in taken.text
    assert first.get(link).status_code == 404
    with reading(desk.database) as session:
        read = set(session.scalars(select(AuditRead.page)))
        (kept,) = session.scalars(select(Event).where(Event.kind == "subject.file_taken"))
    assert {"subject_parts.ask", "subject_parts.take", "subject_access.one", "subject_access.ask"} <= read
    assert kept.data["request"] == 1
    assert desk.views(reference).count("subject access") == len([row for row in rows if row.contact_id]) * 2
    assert "Somebody’s own records" in sign_in_as("auditor").get("/audit?what=left").text


def test_an_auditor_reads_what_was_decided_and_not_what_it_says(sign_in_as: SignInAs, desk: Desk) -> None:
    manager, reference = sign_in_as("manager"), desk.contact("Ada", narrative="Nothing to eat.")
    page = begun(manager, desk, reference)
    manager.send(page, f"{page}/gather")
    auditor = sign_in_as("auditor")
    assert "What was reported" in auditor.get(page).text
    assert "Nothing to eat." not in auditor.get(page).text
    assert auditor.get(f"{page}/parts/1").status_code == 403
    assert "SAR-1" in auditor.get("/subject-access").text


def test_whoever_declared_that_they_know_the_family_finds_no_request(
    sign_in_as: SignInAs, desk: Desk, second: Browser
) -> None:
    manager, reference = sign_in_as("manager"), desk.contact("Ada")
    page = begun(manager, desk, reference)
    assert second.get(page).status_code == 200
    second.send(f"/contacts/{reference}", f"/contacts/{reference}/conflict", reason="My niece")
    gone = second.get(page)
    assert (gone.status_code, second.get("/subject-access/99").status_code) == (404, 404)
    assert "Ada" not in second.get("/subject-access").text
    assert second.send("/account", f"{page}/gather").status_code == 404


def test_whoever_is_listed_or_might_be_the_same_is_kept_as_read(sign_in_as: SignInAs, desk: Desk) -> None:
    manager, reference, other = sign_in_as("manager"), desk.contact("Ada"), desk.contact("Ada")
    asked, same = (desk.row(one).children[0].person_id for one in (reference, other))
    page = begun(manager, desk, reference)
    for address in (page, "/subject-access"):
        assert manager.get(address).status_code == 200
    wanted = select(AuditRead.page, AuditListed.number).join(AuditListed, AuditListed.list_id == AuditRead.list_id)
    with reading(desk.database) as session:
        rows = session.execute(wanted.where(AuditListed.kind == "person"))
        read = {(row.page, row.number) for row in rows}
    assert {("subject_access.show", asked), ("subject_access.one", asked), ("subject_access.one", same)} <= read


def test_what_is_not_a_step_or_is_not_filled_in_changes_nothing(sign_in_as: SignInAs, desk: Desk) -> None:
    manager, reference = sign_in_as("manager"), desk.contact("Ada")
    page = begun(manager, desk, reference)
    assert manager.send(page, f"{page}/open-sesame").status_code == 404
    for step, said in (("identity", "how it was checked"), ("extend", "why it is complex"), ("close", "how it ended")):
        answer = manager.send(page, f"{page}/{step}")
        assert (answer.status_code, said in words(answer.text)) == (422, True)
    wrong = manager.send(f"/subject-access/new?reference={reference}", "/subject-access/new", reference=reference)
    assert (wrong.status_code, "Select whose records" in words(wrong.text)) == (422, True)
    with reading(desk.database) as session:
        assert session.scalars(select(SubjectRequest.state)).all() == ["open"]
