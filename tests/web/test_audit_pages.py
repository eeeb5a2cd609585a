"""The audit, read: by worker, record and time; who looked at this child; one's own trail; and alerts, reviewed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mash import clock
from mash.db import Database, transaction
from mash.models import AuditRead, ChildOnContact, Event, NamedAccess, PrivacyAlert, PrivacyReview, WatchedAlert
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk, words


@pytest.fixture
def read(desk: Desk, sign_in_as: SignInAs) -> list[str]:
    """Have a practitioner open one contact of two, look at the queue, search, and be refused."""
    references = [desk.contact("Ada"), desk.contact("Bea")]
    browser = sign_in_as("practitioner")
    for path in (f"/contacts/{references[0]}", "/queue?view=everyone", "/contacts/C-26-99999"):
        browser.get(path)
    browser.send("/search", name="Bea Sample")
    return references


@pytest.fixture
def auditor(read: list[str], sign_in_as: SignInAs) -> Browser:
    return sign_in_as("auditor")


def rows_of(text: str) -> list[str]:
    return [words(row) for row in text.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>") if "<t" in row]


def test_everything_read_is_listed_the_newest_first_with_who_and_what(auditor: Browser, read: list[str]) -> None:
    rows = rows_of(auditor.get("/audit").text)
    assert ["Search" in rows[0], "Hidden or not there" in rows[1], "Queue" in rows[2], "The contact" in rows[3]] == [
        True
    ] * 4
    assert all("Invented practitioner" in row for row in rows)
    assert (read[0] in rows[3], read[1] in rows[3]) == (True, False)
    assert "Name: Bea Sample" in rows[0]
    assert "Reference: C-26-99999" in rows[1]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("what=opened", 1), ("what=searches", 1), ("what=refused", 1), ("what=left", 0), ("worker=999", 0),
        ("reference=C-26-00001", 2), ("reference=C-26-00002", 2), ("reference=C-26-00009", 0),
        ("to=2020-01-01", 0), ("from=2020-01-01", 4), ("from=nonsense&worker=x&after=y", 4),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_is_asked(auditor: Browser, asked: str, count: int) -> None:
    assert len(rows_of(auditor.get(f"/audit?{asked}").text)) == count


def test_reading_the_audit_is_itself_in_the_audit(auditor: Browser, read: list[str]) -> None:
    auditor.get("/audit")
    newest = rows_of(auditor.get("/audit").text)[0]
    assert ("Invented auditor" in newest, "The audit" in newest, read[0] in newest) == (True, True, True)


@pytest.mark.parametrize("role", ["auditor", "manager"])
def test_who_looked_at_a_contact_and_at_its_child(sign_in_as: SignInAs, read: list[str], role: str) -> None:
    browser = sign_in_as(role)
    page = browser.get(f"/audit/contacts/{read[1]}").text
    assert "Invented practitioner 0 2 0" in rows_of(page)[0]  # on the queue and in a search, never opened
    opened = browser.get(f"/audit/contacts/{read[0]}").text
    assert "Invented practitioner 1 2 0" in rows_of(opened)[0]
    child = page.partition('href="/audit/people/')[2].partition('"')[0]
    assert "Who looked at Bea Sample" in words(browser.get(f"/audit/people/{child}").text)
    assert "<title>" in page
    assert "Bea" not in page.partition("<title>")[2].partition("</title>")[0]
    assert "Invented practitioner" in browser.get(f"/audit/contacts/{read[0]}?worker=2").text


def test_each_worker_sees_their_own_trail_and_nobody_elses(sign_in_as: SignInAs, read: list[str]) -> None:
    assert len(rows_of(sign_in_as("practitioner").get("/audit/mine").text)) == 4
    assert "You have read nothing yet" in sign_in_as("reviewer").get("/audit/mine").text


def test_a_breach_report_says_who_was_told_of_whom_between_two_times(auditor: Browser, read: list[str]) -> None:
    london = clock.now() + timedelta(hours=2)
    times = f"from={london - timedelta(hours=6):%Y-%m-%dT%H:%M}&to={london:%Y-%m-%dT%H:%M}"
    row = next(row for row in rows_of(auditor.get(f"/audit/breach?{times}").text) if "practitioner" in row)
    assert "Invented practitioner 4 1 1" in row
    assert "2 " + ", ".join(read) in " ".join(row.replace(" ,", ",").split())
    assert "Nobody was told of anyone" in auditor.get("/audit/breach?from=2020-01-01T10:00&to=2020-01-01T11:00").text
    assert "a later one" in auditor.get("/audit/breach?from=2020-01-01T10:00&to=").text
    assert "no more than 31 days" in auditor.get("/audit/breach?from=2020-01-01T10:00&to=2021-01-01T11:00").text


def test_the_list_as_a_file_needs_a_reason_and_is_kept_on_the_chain(
    auditor: Browser, database: Database, read: list[str]
) -> None:
    refused = auditor.send("/audit", "/audit/out", what="opened", why="")
    assert (refused.status_code, "Say what the file is for" in refused.text) == (422, True)
    sent = auditor.send("/audit", "/audit/out", what="opened", why="Subject access")
    assert sent.headers["Content-Disposition"].startswith("attachment; filename=")
    lines = sent.data.decode("utf-8-sig").splitlines()
    assert (len(lines), '"Invented practitioner"' in lines[1], read[0] in lines[1]) == (2, True, True)
    with transaction(database) as session:
        said = session.scalars(select(Event).where(Event.kind == "audit.exported")).one().data
        assert said == {"asked": {"what": "opened"}, "rows": 1, "reason": "Subject access"}
    assert "Audit as a file" in auditor.get("/audit?what=left").text


def test_a_manager_begins_a_watch_and_an_auditor_alone_ends_it(
    auditor: Browser, sign_in_as: SignInAs, database: Database, read: list[str]
) -> None:
    with transaction(database) as session:
        person = session.scalars(select(ChildOnContact.person_id)).first()
    path, manager = f"/audit/people/{person}", sign_in_as("manager")
    assert manager.send(path, f"{path}/watch", do="begin", reason="Widely known").status_code == 303
    assert manager.send("/account", f"{path}/watch", do="end", reason="No more").status_code == 422
    assert "An auditor ends it." in manager.get(path).text
    assert auditor.send(path, f"{path}/watch", do="end", reason="She asked").status_code == 303


def test_only_auditors_read_the_audit(sign_in_as: SignInAs, read: list[str]) -> None:
    for path in ("/audit", "/audit/breach", "/audit/alerts"):
        assert sign_in_as("manager").get(path).status_code == 403
    assert sign_in_as("practitioner").get(f"/audit/contacts/{read[0]}").status_code == 403


def test_an_alert_of_a_watched_record_is_for_those_who_may_know_of_it(
    auditor: Browser, database: Database, alert: int, people: dict[str, int]
) -> None:
    with transaction(database) as session:
        person = session.scalars(select(ChildOnContact.person_id)).first()
        told = {"person_id": person, "user_id": people["practitioner"]}
        session.add(WatchedAlert(alert_id=alert, hour=clock.now(), **told))
    assert f"Who looked at person {person}" in auditor.get("/audit/alerts").text
    with transaction(database) as session:
        kin = {"user_id": people["auditor"], "by_id": people["manager"], "at": clock.now()}
        session.add(NamedAccess(kind="conflict", person_id=person, **kin))
    assert "Alert 1" not in auditor.get("/audit/alerts").text


def test_a_refused_address_is_kept_whatever_is_in_it(sign_in_as: SignInAs, database: Database) -> None:
    assert sign_in_as("admin").get("/contacts/a%00b").status_code == 403
    with transaction(database) as session:
        assert session.scalars(select(AuditRead)).one().asked["reference"] == "a\N{SYMBOL FOR NULL}b"


@pytest.fixture
def alert(auditor: Browser, database: Database, people: dict[str, int]) -> int:
    with transaction(database) as session:
        read_id = session.scalars(select(AuditRead.id).order_by(AuditRead.id)).first()
        said = {"pattern": "own_name", "data": {"name": "own surname"}, "hour": clock.now(), "at": clock.now()}
        session.add_all(
            PrivacyAlert(user_id=people[role], read_id=read_id, **said) for role in ("practitioner", "auditor")
        )
    return 1


def test_an_alert_waits_until_somebody_else_reviews_it_with_a_note(
    auditor: Browser, database: Database, alert: int
) -> None:
    page = auditor.get("/audit/alerts").text
    assert ("Alert 1" in page, "Alert 2" in page) == (True, False)  # nobody is told of an alert about themselves
    silent = auditor.send("/audit/alerts", f"/audit/alerts/{alert}", answer="explained", note=" ")
    assert (silent.status_code, "Write what you found" in silent.text) == (422, True)
    assert auditor.send("/audit/alerts", "/audit/alerts/2", answer="explained", note="Me").status_code == 404
    sent = auditor.send("/audit/alerts", f"/audit/alerts/{alert}", answer="explained", note="A namesake.")
    assert sent.status_code == 303
    assert auditor.send("/account", "/audit/alerts/1", answer="raised", note="Again").status_code == 409
    assert "A namesake." in auditor.get("/audit/alerts").text
    with transaction(database) as session:
        assert session.scalars(select(PrivacyReview)).one().answer == "explained"
        assert session.scalars(select(Event.kind).where(Event.kind == "privacy.reviewed")).all() == ["privacy.reviewed"]
