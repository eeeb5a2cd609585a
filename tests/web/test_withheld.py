"""The parts of a contact that are withheld: shown to each role as the policy says, on pages, in files and on paper."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from mash import clock
from mash.db import reading, transaction
from mash.journeys.people import AddressGiven
from mash.models import Contact, HandOver, InformationRequest, User
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, send, words

NAME, PHONE, EMAIL = "Whistling Source", "07700 900999", "whistling@example.org"
HOME, POSTCODE = "77 Hidden Mews", "ZZ9 9ZZ"
POLICE, GP, FEW = "Intelligence from a source.", "The mother asked for this.", "Refuge worker says she is afraid."
SECRETS = {"referrer": (NAME, PHONE, EMAIL), "home": (HOME, POSTCODE), "police": (POLICE,), "gp": (GP,), "few": (FEW,)}
OWN = re.compile(r'value="[^"]*"|<textarea[^>]*>[^<]*</textarea>')
"""What a page shows again of what its reader has just written."""
READERS = ("contact_officer", "practitioner", "manager", "receiving_team", "auditor")
SEEN_AT_FIRST = {
    "contact_officer": {"gp"},
    "practitioner": {"police", "gp"},
    "manager": {"police", "gp", "few"},
    "receiving_team": set[str](),
    "auditor": set[str](),
}


@dataclass
class World:
    """A contact with something of every kind that is withheld."""

    desk: Desk
    reference: str


@pytest.fixture
def world(desk: Desk, people: dict[str, int]) -> World:
    home = AddressGiven(lines=HOME, postcode=POSTCODE, protected=True)
    told: dict[str, Any] = {
        "referrer_name": NAME,
        "referrer_phone": PHONE,
        "referrer_email": EMAIL,
        "source_code": "1A",
    }
    reference = desk.contact(referrer_identity="withheld", address=home, **told)
    with transaction(desk.database) as session:
        contact = session.scalars(select(Contact).where(Contact.reference == reference)).one()
        for agency, tier, text in (("Police", "mash_only", POLICE), ("GP", "mash_only", GP), ("Housing", "named", FEW)):
            at = {"sent_at": clock.now(), "due_at": clock.now(), "replied_at": clock.now()}
            made = InformationRequest(agency=agency, sensitivity=tier, reply=text, reply_kind="supplied", **at)
            made.contact_id, made.questions, made.asked_by_id = contact.id, "What do you know?", people["admin"]
            session.add(made)
        session.execute(update(User).where(User.id == people["receiving_team"]).values(team="Family support team"))
        offer = HandOver(child_id=contact.children[0].id, kind="hand_over", route="early_help", state="offered")
        offer.to_team, offer.offered_at = "Family support team", clock.now()
        session.add(offer)
    return World(desk, reference)


def told_by(text: str) -> set[str]:
    return {part for part, secrets in SECRETS.items() if any(one in text for one in secrets)}


@pytest.mark.parametrize("role", READERS)
def test_a_page_shows_each_role_what_policy_says_and_whom_to_ask_for_the_rest(
    world: World, sign_in_as: SignInAs, role: str
) -> None:
    page = sign_in_as(role).get(f"/contacts/{world.reference}")
    assert page.status_code == 200
    assert told_by(page.text) == SEEN_AT_FIRST[role]
    said = words(page.text)
    assert "Who made contact: withheld. Ask the duty manager." in said
    assert "The address: withheld. Ask the duty manager." in said


@pytest.mark.parametrize("role", READERS)
def test_no_other_page_file_or_sheet_shows_more_than_the_page_does(
    world: World, sign_in_as: SignInAs, role: str
) -> None:
    browser, reference = sign_in_as(role), world.reference
    gets: tuple[str, ...] = (
        f"/contacts/{reference}/timeline?show=views&show=information&show=work",
        "/queue?view=everyone",
        "/red",
    )
    gets += (f"/contacts/{reference}/quick", f"/contacts/{reference}/skip", f"/contacts/{reference}/change")
    gets += ("/hand-overs", f"/queue/{reference}/take-over", f"/contacts/{reference}/restrict", "/reviews", "/team")
    texts = [browser.get(path).text for path in gets]
    asked = ({"name": "Ada"}, {"postcode": POSTCODE}, {"place": HOME}, {"phone": PHONE}, {"reference": reference})
    texts += [browser.send("/account", "/search", **field).text for field in asked]
    out = {"why": "Night team", "view": "everyone"}
    texts += [browser.send("/account", "/queue/out", do=way, **out).text for way in ("csv", "print")]
    told = {"do": "print", "reason": "Meeting", "ref": reference, "view": "everyone"}
    texts.append(browser.send("/account", "/queue/many", **told).text)
    found = [told_by(OWN.sub("", text)) for text in texts]
    assert set().union(*found) <= SEEN_AT_FIRST[role]


PARTS = {"referrer_identity": "referrer", "protected_address": "home", "police_information": "police"}


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("part", PARTS)
def test_revealing_shows_that_part_alone_where_policy_lets_and_is_on_record(
    world: World, sign_in_as: SignInAs, role: str, part: str
) -> None:
    may = {
        "referrer_identity": {"contact_officer", "practitioner", "manager"},
        "protected_address": {"contact_officer", "practitioner", "manager", "receiving_team"},
        "police_information": {"contact_officer"},
    }
    browser, page = sign_in_as(role), f"/contacts/{world.reference}"
    answer = browser.send("/account", f"{page}/reveal/{part}", reason="To call back about tonight.")
    shown = told_by(browser.get(page).text)
    if role in may[part]:
        assert answer.status_code == 303
        assert shown == SEEN_AT_FIRST[role] | {PARTS[part]}
        assert "part.revealed" in world.desk.events(world.reference)
        assert f"reveal {part}" in world.desk.views(world.reference)
    else:
        assert answer.status_code in {403, 422}
        assert shown == SEEN_AT_FIRST[role]
        assert "part.revealed" not in world.desk.events(world.reference)


def test_a_part_revealed_to_one_is_not_revealed_to_another_nor_for_long(
    world: World, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, page = sign_in_as("contact_officer"), f"/contacts/{world.reference}"
    officer.send("/account", f"{page}/reveal/referrer_identity", reason="To call back.")
    assert "referrer" in told_by(officer.get(page).text)
    assert "referrer" not in told_by(sign_in_as("practitioner").get(page).text)
    later = clock.now() + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "referrer" not in told_by(officer.get(page).text)


def test_without_a_reason_nothing_is_revealed(world: World, sign_in_as: SignInAs) -> None:
    browser, page = sign_in_as("practitioner"), f"/contacts/{world.reference}"
    answer = browser.send("/account", f"{page}/reveal/referrer_identity", reason=" ")
    assert answer.status_code == 422
    assert told_by(answer.text) == SEEN_AT_FIRST["practitioner"]
    assert browser.send("/account", f"{page}/reveal/everything", reason="All of it").status_code == 422


def test_a_reply_is_narrowed_by_name_and_what_may_be_shared_stands_in_its_place(
    world: World, sign_in_as: SignInAs, people: dict[str, int]
) -> None:
    with reading(world.desk.database) as session:
        wanted = select(InformationRequest.id).where(InformationRequest.agency == "GP")
        number = session.scalars(wanted).one()
    told = {"tier": "named", "named": str(people["contact_officer"]), "summary": "Ask her alone."}
    manager = sign_in_as("manager")
    answer = send(manager, world.reference, f"information/{number}/tier", **told)
    assert answer.status_code == 303, answer.text
    page = f"/contacts/{world.reference}"
    assert "gp" in told_by(sign_in_as("contact_officer").get(page).text)
    shut = sign_in_as("practitioner").get(page).text
    assert "gp" not in told_by(shut)
    said = "ask Invented contact officer, Invented manager. They agreed that this may be shared: Ask her alone."
    assert said in words(shut)
    wider = send(manager, world.reference, f"information/{number}/tier", tier="record")
    assert (wider.status_code, "only if GP agreed" in wider.text) == (422, True)


def test_what_came_with_a_withheld_referrer_in_other_fields_is_withheld_too(world: World, sign_in_as: SignInAs) -> None:
    with transaction(world.desk.database) as session:
        session.execute(update(Contact).values(extra={"referrer_notes": f"Call {NAME} after six"}))
    assert "referrer" not in told_by(sign_in_as("practitioner").get(f"/contacts/{world.reference}").text)
