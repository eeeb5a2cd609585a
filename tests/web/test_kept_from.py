"""Who is kept from a family by name learns nothing of it from the audit, whatever their role."""

from sqlalchemy import select

from mash.db import reading, transaction
from mash.journeys.people import PersonGiven
from mash.journeys.receive import ChildGiven
from mash.models import ChildOnContact, Contact, NamedAccess
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk


def kept_from(desk: Desk, user_id: int, reference: str) -> None:
    """Keep a user from one contact by name."""
    row = desk.row(reference)
    with transaction(desk.database) as session:
        session.add(
            NamedAccess(
                user_id=user_id,
                kind="kept_from",
                contact_id=row.id,
                reason="A cousin",
                by_id=user_id,
                at=row.received_at,
            )
        )


def person_on(desk: Desk, reference: str) -> int:
    """Give the first child of a contact."""
    with reading(desk.database) as session:
        on = select(ChildOnContact.person_id).join(Contact, Contact.id == ChildOnContact.contact_id)
        return session.scalars(on.where(Contact.reference == reference)).one()


def test_a_person_of_a_kept_family_answers_as_one_that_is_not_there(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact("Ada")
    child = person_on(desk, reference)
    manager = sign_in_as("manager")
    assert manager.get(f"/audit/people/{child}").status_code == 200
    sent = manager.send(f"/contacts/{reference}", f"/contacts/{reference}/conflict", reason="A cousin")
    assert sent.status_code == 303
    assert manager.get(f"/audit/people/{child}").status_code == 404
    assert manager.get(f"/audit/contacts/{reference}").status_code == 404
    assert sign_in_as("auditor").get(f"/audit/people/{child}").status_code == 200


def test_a_person_known_only_from_a_kept_contact_answers_so_too(
    desk: Desk, sign_in_as: SignInAs, people: dict[str, int]
) -> None:
    reference = desk.contact("Ada")
    kept_from(desk, people["manager"], reference)
    assert sign_in_as("manager").get(f"/audit/people/{person_on(desk, reference)}").status_code == 404


def test_a_kept_contact_of_a_child_is_not_named_beside_an_open_one(
    desk: Desk, sign_in_as: SignInAs, people: dict[str, int]
) -> None:
    first = desk.contact("Ada")
    child = person_on(desk, first)
    second = desk.contact(children=(ChildGiven(person=PersonGiven(person_id=child)),))
    assert person_on(desk, second) == child
    auditor = sign_in_as("auditor")
    auditor.get(f"/contacts/{first}")
    kept_from(desk, people["manager"], first)
    for path in (f"/audit/contacts/{second}", f"/audit/people/{child}"):
        assert first in auditor.get(path).text or "2 contacts" in auditor.get(path).text
        shown = sign_in_as("manager").get(path)
        assert (shown.status_code, first in shown.text, "2 contacts" in shown.text) == (200, False, False)
