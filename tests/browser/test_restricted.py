"""Who may see a contact, in a real browser: every page sound, and an emergency from its start to its review."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from mash import clock
from mash.db import transaction
from mash.journeys.open_in_emergency import open_in_emergency
from mash.journeys.people import AddressGiven
from mash.journeys.restrict import ask_to_lift, name, restrict
from mash.models import User
from mash.workflow.calendar import shipped_calendar
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def secret(empty_door: FrontDoor) -> str:
    """Give a contact that is restricted, named on, asked to be lifted and opened in an emergency; parts withheld."""
    home = AddressGiven(lines="77 Hidden Mews", postcode="ZZ9 9ZZ", protected=True)
    reference = empty_door.desk.contact("Ada", referrer_identity="withheld", source_code="1A", address=home)
    at = clock.now()
    with transaction(empty_door.database) as session:
        ids = dict(session.execute(select(User.username, User.id)).all())
        manager = empty_door.actor("manager")
        told = {"ground": "staff_family", "reason": "Her brother works here.", "people_too": False}
        restrict(session, reference, **told, by=manager, at=at)  # type: ignore[arg-type]
        why = "She took the call"
        name(session, reference, user_id=ids["contact_officer"], kind="let_in", reason=why, by=manager, at=at)
        ask_to_lift(session, reference, reason="He has left.", by=manager, at=at)
        by = replace(empty_door.actor("practitioner"), roles=frozenset({"practitioner"}))
        sound = {"reason": "The police hold the child now.", "proved": True, "calendar": shipped_calendar()}
        open_in_emergency(session, reference, **sound, by=by, at=at)  # type: ignore[arg-type]
    return reference


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("manager", "/restricted"),
        ("manager", "/contacts/{}/restrict"),
        ("practitioner", "/contacts/{}"),
        ("contact_officer", "/emergency"),
        ("contact_officer", "/account/conflicts"),
        ("contact_officer", "/contacts/C-26-99999"),
    ],
)
def test_the_pages_are_sound(empty_door: FrontDoor, barriers: Barriers, secret: str, who: str, path: str) -> None:
    with empty_door.opened(who) as page:
        page.goto(path.format(secret))
        assert wrong_with(page, barriers) == []


def test_what_was_opened_in_an_emergency_says_so_and_is_reviewed_by_a_manager(
    empty_door: FrontDoor, secret: str
) -> None:
    with empty_door.opened("practitioner") as page:
        page.goto(f"/contacts/{secret}")
        expect(page.get_by_role("alert")).to_contain_text("Open to you in an emergency until")
        expect(page.get_by_text("Who made contact: withheld. Ask the duty manager.")).to_be_visible()
    with empty_door.opened("manager", scripts=False) as page:
        page.goto("/restricted")
        page.get_by_label(f"What you found about {secret}").fill("The call was logged.")
        page.get_by_role("button", name="It was right to open it").click()
        expect(page.get_by_text("It was right to open it: Invented manager")).to_be_visible()
