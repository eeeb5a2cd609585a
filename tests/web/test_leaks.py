"""A restricted record leaks nowhere: with it and without it, every page answers alike to whoever may not know of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from mash import clock
from mash.db import Database, transaction
from mash.journeys.actor import Actor
from mash.journeys.people import AddressGiven, PersonGiven
from mash.journeys.practice import practice_from
from mash.journeys.receive import AdultGiven, ChildGiven
from mash.journeys.tell_manager import tell_manager
from mash.models import Contact, NamedAccess
from tests.faults.matrix import UNLIKE
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk
from tests.web.test_audit_pages import rows_of
from tests.web.test_second_step import Hands, hands

__all__ = ["hands"]
CHILD, SURNAME, BORN = "Zephyrine", "Quillfeather", date(2016, 2, 29)
HOME, POSTCODE, PHONE = "77 Hidden Mews", "ZZ9 9ZZ", "07700 900999"
CANARIES = (CHILD, SURNAME, "Z Q", HOME, POSTCODE, PHONE, "Quilla", "Canary narrative", "Canary school")
OWN = re.compile(r'value="[^"]*"|<textarea[^>]*>[^<]*</textarea>|data-now="[^"]*"|csrf-token" content="[^"]*"')
"""What a page shows again of what its reader wrote, and the moment it was made."""
SECRET = "C-26-00003"


@dataclass(frozen=True)
class Probe:
    """One thing that somebody tries."""

    role: str
    path: str
    said: tuple[tuple[str, str], ...] | None = None

    def ask(self, browser: Browser) -> TestResponse:
        if self.said is None:
            return browser.get(self.path)
        return browser.send("/account", self.path, **dict(self.said))


def get(role: str, *paths: str) -> list[Probe]:
    return [Probe(role, path) for path in paths]


def post(role: str, path: str, *said: dict[str, str]) -> list[Probe]:
    return [Probe(role, path, tuple(one.items())) for one in said or ({},)]


SEARCHES = (
    {"name": CHILD}, {"name": "Zeph"}, {"name": f"{SURNAME}, {CHILD}"}, {"name": "Sefirine Quilfether"},
    {"name": "Quilla Quillfeather"}, {"born-day": "29", "born-month": "2", "born-year": "2016"},
    {"place": HOME}, {"place": "hidden mews"}, {"postcode": POSTCODE}, {"phone": PHONE}, {"phone": "900999"},
    {"reference": SECRET}, {"reference": "3"},
)  # fmt: skip
HINTS = {"child1_forename": CHILD, "child1_surname": SURNAME, "postcode": POSTCODE, "rows": "1"}
AT = f"/contacts/{SECRET}"
EVERYONE = {"view": "everyone", "why": "Night team"}
PROBES = [
    *get(
        "practitioner", "/", "/queue", "/queue?view=everyone", "/queue?view=decided", "/queue/new?since=0&view=everyone"
    ),
    *get("practitioner", "/red", "/red/live", "/reviews", "/told", "/search", f"/queue/{SECRET}/take-over"),
    *get("practitioner", AT, f"{AT}/timeline", f"{AT}/quick", f"{AT}/skip", f"{AT}/restrict", f"{AT}/change"),
    *get("practitioner", f"/red/{SECRET}/night", f"/red/{SECRET}/night/1", "/contacts/C-26-00001", "/restricted"),
    *get("practitioner", "/contacts/C-26-00001/restrict", "/account/conflicts", "/emergency"),
    *get("practitioner", "/thresholds/dn-2022-05/rules/ed-attendance-dip", "/timeliness/definitions"),
    *(probe for said in SEARCHES for probe in post("practitioner", "/search", said)),
    *post("contact_officer", "/search", SEARCHES[0], SEARCHES[8]),
    *post("contact_officer", "/contacts/new/hints", HINTS),
    *get("contact_officer", AT, f"{AT}/timeline", "/queue?view=everyone"),
    *(probe for way in ("csv", "print") for probe in post("practitioner", "/queue/out", EVERYONE | {"do": way})),
    *post("practitioner", "/queue/many", {"do": "print", "ref": SECRET, "reason": "x", "view": "everyone"}),
    *post("practitioner", "/queue/many", {"do": "take", "ref": SECRET, "view": "everyone"}),
    *(
        probe
        for to in ("note", "decision", "draft", "screen", "information", "skip", "facts", "red", "undo", "conflict")
        for probe in post("practitioner", f"{AT}/{to}", {"reason": "x"})
    ),
    *post("practitioner", f"{AT}/reveal/referrer_identity", {"reason": "To call."}),
    *(
        probe
        for to in ("claim", "release", "ask", "take-over")
        for probe in post("practitioner", f"/queue/{SECRET}/{to}")
    ),
    *get("receiving_team", "/hand-overs", AT, f"{AT}/timeline"),
    *post("receiving_team", f"/hand-overs/{SECRET}/3/accept", {"lead": "Jo", "version": "1"}),
    *get("reviewer", "/replays", AT, "/thresholds", "/thresholds/dn-2022-05/rules/ed-attendance-dip"),
    *get("safeguarding_partner", "/replays", AT),
    *get("admin", "/admin/users", AT),
    *get("stranger", AT, f"{AT}/timeline", "/", "/health", "/help", "/thresholds/check", "/search"),
]
Ask = Callable[[Probe], tuple[Any, ...]]


def arrive(desk: Desk) -> str:
    """Let the contact come that only managers and auditors may know of: red, about a child nobody else mentions."""
    child = PersonGiven(forename=CHILD, surname=SURNAME, date_of_birth=BORN, school="Canary school", phone=PHONE)
    mother = PersonGiven(forename="Quilla", surname=SURNAME, phone=PHONE)
    home = AddressGiven(lines=HOME, postcode=POSTCODE)
    made = desk.contact(
        restricted=True,
        narrative="Canary narrative",
        address=home,
        children=(ChildGiven(person=child, observed={"ed-attendance-dip": "present"}),),
        adults=(AdultGiven(person=mother, relation="mother"),),
    )
    with transaction(desk.database) as session:
        contact = session.scalars(select(Contact).where(Contact.reference == made)).one()
        told: dict[str, Any] = {"version": contact.version, "practice": practice_from(session, desk.rulebook)}
        by = Actor.system("test")
        tell_manager(session, made, (contact.children[0].id,), by=by, at=contact.entered_at, **told)
    return made


@pytest.fixture
def world(desk: Desk, people: dict[str, int], hands: Hands) -> Desk:
    """Give a front door with two contacts that are open to all, while the clock stands still."""
    desk.contact("Ada")
    desk.contact("Ben")
    return desk


@pytest.fixture
def ask(app: Flask, world: Desk, sign_in_as: SignInAs) -> Ask:
    browsers: dict[str, Browser] = {"stranger": Browser(app.test_client())}

    def asked(probe: Probe) -> tuple[Any, ...]:
        if probe.role not in browsers:
            browsers[probe.role] = sign_in_as(probe.role)
        if probe.role == "stranger" and probe.said is None:
            return seen(browsers["stranger"].get(probe.path))
        return seen(probe.ask(browsers[probe.role]))

    return asked


def seen(answer: TestResponse) -> tuple[Any, ...]:
    """Give all that can be seen of an answer but for tokens and what its reader wrote."""
    headers = {name: said for name, said in answer.headers if name not in UNLIKE}
    return answer.status_code, headers, OWN.sub("", answer.text)


def test_there_are_sixty_probes_and_more() -> None:
    assert len(PROBES) >= 60
    assert len(set(PROBES)) == len(PROBES)


def test_with_a_restricted_contact_and_without_it_everything_answers_alike(ask: Ask, world: Desk) -> None:
    for probe in PROBES:  # trying leaves its own marks, such as a form that is kept
        ask(probe)
    before = {probe: ask(probe) for probe in PROBES}
    assert arrive(world) == SECRET
    after = {probe: ask(probe) for probe in PROBES}
    assert [probe for probe in PROBES if after[probe] != before[probe]] == []
    assert [(probe, one) for probe in PROBES for one in CANARIES if one in after[probe][2]] == []


def test_a_declaration_is_answered_alike_whether_anybody_like_that_is_on_record(
    world: Desk, sign_in_as: SignInAs
) -> None:
    browser, said = sign_in_as("practitioner"), {"name": f"{CHILD} {SURNAME}", "reason": "My niece."}
    without = browser.send("/account/conflicts", **said)
    arrive(world)
    with_it = browser.send("/account/conflicts", **said)
    assert (
        (without.status_code, without.location)
        == (with_it.status_code, with_it.location)
        == (303, "/account/conflicts")
    )
    assert "on record about them" in browser.get("/account/conflicts").text


def test_the_probes_would_find_it(ask: Ask, world: Desk) -> None:
    """Were the contact not restricted, most of the same pages would tell of it."""
    reads = [probe for probe in PROBES if probe.said is None and probe.role in {"practitioner", "contact_officer"}]
    before = {probe: ask(probe) for probe in reads}
    arrive(world)
    with transaction(world.database) as session:
        session.execute(update(Contact).values(restricted=False))
    assert len([probe for probe in reads if ask(probe) != before[probe]]) > len(reads) // 3


def test_a_family_declared_answers_as_if_it_were_not_there_even_to_a_manager(
    ask: Ask, world: Desk, people: dict[str, int]
) -> None:
    manager = [
        *get("manager", "/", "/queue?view=everyone", "/red", "/red/live", "/reviews", "/restricted", "/team", AT),
        *get("manager", f"{AT}/timeline", f"{AT}/change", f"{AT}/restrict", f"/red/{SECRET}/night", "/told"),
        *(probe for said in SEARCHES for probe in post("manager", "/search", said)),
        *post("manager", "/queue/out", EVERYONE | {"do": "csv"}),
        *post("manager", f"{AT}/restrict/name", {"kind": "let_in", "whom": "1", "reason": "x"}),
        *post("manager", f"{AT}/restrict/lift", {"reason": "x"}),
        *post("manager", f"/queue/{SECRET}/claim"),
        *post("manager", f"/red/{SECRET}/acknowledge"),
    ]
    kin = people["manager"]
    with transaction(world.database) as session:
        told = {"search_name": f"{CHILD} {SURNAME}".lower(), "born": BORN, "by_id": kin, "at": session_at(session)}
        session.add(NamedAccess(user_id=kin, kind="conflict", **told))
    for probe in manager:
        ask(probe)
    before = {probe: ask(probe) for probe in manager}
    assert arrive(world) == SECRET
    after = {p: ask(p) for p in manager}
    assert [probe for probe in manager if after[probe] != before[probe]] == []


def session_at(session: Any) -> Any:
    """Give the moment at which the first contact came."""
    return session.scalars(select(Contact.entered_at).order_by(Contact.id)).first()


@pytest.mark.parametrize("path", ["", "/timeline", "/quick", "/skip", "/restrict"])
def test_a_hidden_contact_takes_as_many_statements_as_one_that_is_not_there(
    database: Database, world: Desk, sign_in_as: SignInAs, path: str
) -> None:
    arrive(world)
    browser = sign_in_as("practitioner")
    counted: list[int] = []

    def count(*_: Any) -> None:
        counted[-1] += 1

    event.listen(database.engine, "before_cursor_execute", count)
    for reference in ("C-26-99999", SECRET, "C-26-99998", SECRET):
        counted.append(0)
        assert browser.get(f"/contacts/{reference}{path}").status_code == 404
    event.remove(database.engine, "before_cursor_execute", count)
    assert len(set(counted[1:])) == 1


def test_ones_own_trail_says_the_same_of_a_hidden_contact_as_of_one_that_is_not_there(
    world: Desk, sign_in_as: SignInAs
) -> None:
    arrive(world)
    for role in ("practitioner", "reviewer"):
        browser, trails = sign_in_as(role), []
        for reference in ("C-26-99999", SECRET):
            browser.get(f"/contacts/{reference}")
            browser.get(f"/contacts/{reference}/timeline")
            browser.get("/audit/mine")  # whose own reading, with what it repeats, is in the next
            trails.append(rows_of(browser.get("/audit/mine").text.replace(reference, "that one"))[:3])
        assert trails[0] == trails[1]
        assert "Hidden or not there" in "".join(trails[0]) or "Refused" in "".join(trails[0])


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_the_audit_tells_nobody_of_what_they_are_kept_from(
    world: Desk, sign_in_as: SignInAs, people: dict[str, int], role: str
) -> None:
    arrive(world)
    with transaction(world.database) as session:
        session.execute(update(Contact).values(restricted=False))
        contact = session.scalars(select(Contact).where(Contact.reference == SECRET)).one()
        told = {"user_id": people[role], "by_id": people["admin"], "at": contact.entered_at}
        session.add(NamedAccess(kind="kept_from", contact_id=contact.id, **told))
        child = contact.children[0].person_id
    worker, kept = sign_in_as("practitioner"), sign_in_as(role)
    for path in (AT, "/queue?view=everyone", "/contacts/C-26-00001"):
        worker.get(path)
    assert kept.get(f"/audit/people/{child}").status_code == kept.get(f"/audit/contacts/{SECRET}").status_code == 404
    day = f"{clock.now():%Y-%m-%d}"
    for path in ("/audit/contacts/C-26-00001", "/audit", f"/audit/breach?from={day}T00:00&to={day}T23:59"):
        page = kept.get(path)
        assert page.status_code == (403 if role == "manager" and "contacts" not in path else 200)
        assert page.status_code == 403 or "C-26-00001" in page.text
        assert not [one for one in CANARIES if one in page.text]
        assert f"/{SECRET}" not in page.text
