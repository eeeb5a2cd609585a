"""What is left of a contact that was disposed of is shown as such, and nobody finds what they are kept from."""

from datetime import timedelta

import pytest

from mash import clock
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.dispose import decide_disposal, propose
from mash.journeys.fold_figures import fold
from mash.journeys.set_up import keep_shipped
from mash.models import Contact, NamedAccess
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk

YEARS = timedelta(days=365 * 26)


@pytest.fixture
def old(desk: Desk) -> str:
    """Keep a closed contact, and the policy by which it goes in 26 years."""
    reference = desk.contact("Zephyrine")
    with transaction(desk.database) as session:
        keep_shipped(session, "retention", by=Actor.system("test"), at=clock.now())
        session.get_one(Contact, desk.row(reference).id).state = "closed"
    return reference


def dispose_of(desk: Desk, people: dict[str, int], reference: str) -> None:
    by = {role: Actor(people[role], role, frozenset({role})) for role in ("auditor", "manager")}
    at = clock.now() + YEARS
    with transaction(desk.database) as session:
        row = propose(session, reference, "Read", by=by["auditor"], at=at)
        fold(session, at=at)
        decide_disposal(session, row.id, dispose=True, reason="Agreed", by=by["manager"], at=at)


def test_the_timeline_of_what_was_disposed_of_says_what_was_erased_and_that_nothing_was_altered(
    sign_in_as: SignInAs, desk: Desk, people: dict[str, int], old: str
) -> None:
    manager = sign_in_as("manager")
    dispose_of(desk, people, old)
    shown = manager.get(f"/contacts/{old}/timeline")
    assert shown.status_code == 200
    assert "Contact received: erased with its contact" in shown.text
    assert "not as" not in shown.text


def test_the_pages_of_retention_do_not_tell_whoever_is_kept_from_it_that_it_is_there(
    sign_in_as: SignInAs, desk: Desk, people: dict[str, int], old: str
) -> None:
    manager = sign_in_as("manager")
    assert manager.get(f"/retention/{old}").status_code == 200
    with transaction(desk.database) as session:
        told = {"contact_id": desk.row(old).id, "by_id": people["auditor"], "at": clock.now()}
        session.add(NamedAccess(user_id=people["manager"], kind="conflict", **told))
    assert manager.get(f"/retention/{old}").status_code == 404
    assert manager.get("/retention/C-26-99999").status_code == 404
