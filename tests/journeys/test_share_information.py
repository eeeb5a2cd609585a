"""How far a partner's reply goes: three tiers, named readers, and what whoever gave it agreed to share on."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.restrict import AccessRefused
from mash.journeys.reveal import reveal
from mash.journeys.share_information import set_tier
from mash.models import Contact, Event, InformationRequest, Viewing
from mash.queries.withheld import Tiers, tiers_of
from mash.workflow.parts import withheld_parts
from tests.factories import MONDAY, a_contact, an_actor

Who = Callable[[str], Actor]
ROLES = ("contact_officer", "practitioner", "manager", "receiving_team", "auditor")


@pytest.fixture
def asked(session: Session, actor: Who) -> InformationRequest:
    contact = a_contact(session, reference="C-26-00001")
    made = InformationRequest(
        contact_id=contact.id,
        agency="Police",
        questions="Who was there?",
        asked_by_id=actor("practitioner").user_id,
        sent_at=MONDAY,
        due_at=MONDAY,
        reply_kind="supplied",
        reply="Intelligence from a source.",
        replied_at=MONDAY,
    )
    session.add(made)
    session.flush()
    return made


def tiers(session: Session, asked: InformationRequest, who: Actor) -> Tiers:
    contact = session.get_one(Contact, asked.contact_id)
    told = {"user_id": who.user_id or 0, "roles": who.roles, "at": MONDAY, "revealed": True}
    return tiers_of(session, contact, [asked], **told)  # type: ignore[arg-type]


def keep(session: Session, asked: InformationRequest, tier: str, by: Actor, **told: object) -> None:
    contact = session.get_one(Contact, asked.contact_id)
    sound = {"agreed": False, "summary": "", "named": (), "version": contact.version, "by": by, "at": MONDAY}
    set_tier(session, "C-26-00001", asked.id, tier=tier, **(sound | told))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tier", "agency", "reads"),
    [
        ("record", "Police", set(ROLES)),
        ("mash_only", "GP", {"contact_officer", "practitioner", "manager"}),
        ("mash_only", "Police", {"practitioner", "manager"}),
        ("named", "GP", {"practitioner", "manager"}),
    ],
)
def test_each_tier_is_read_by_whom_it_is_for(
    session: Session, actor: Who, asked: InformationRequest, tier: str, agency: str, reads: set[str]
) -> None:
    asked.sensitivity, asked.agency = tier, agency
    assert {role for role in ROLES if tiers(session, asked, actor(role)).may_read(asked)} == reads


def test_once_people_are_named_a_role_is_not_enough(session: Session, actor: Who, asked: InformationRequest) -> None:
    named = an_actor(session, "contact_officer", name="Ola Named")
    keep(session, asked, "named", actor("practitioner"), named=[named.user_id], summary="There is a concern.")
    assert tiers(session, asked, named).may_read(asked)
    shut = tiers(session, asked, actor("manager"))
    assert not shut.may_read(asked)
    assert shut.kept_for(asked) == "Invented practitioner, Ola Named"
    assert shut.summaries[asked.id].summary == "There is a concern."


def test_it_goes_wider_only_if_whoever_gave_it_agreed(session: Session, actor: Who, asked: InformationRequest) -> None:
    keep(session, asked, "named", actor("practitioner"))
    for tier in ("mash_only", "record"):
        with pytest.raises(AccessRefused, match="only if Police agreed"):
            keep(session, asked, tier, actor("practitioner"))
        assert asked.sensitivity == "named"
    keep(session, asked, "record", actor("practitioner"), agreed=True)
    assert asked.sensitivity == "record"
    events = session.scalars(select(Event).where(Event.kind == "information.tier_set")).all()
    assert [(one.data["from"], one.data["to"], one.data["agreed"]) for one in events] == [
        ("record", "named", False),
        ("named", "record", True),
    ]


def test_nobody_is_named_who_does_not_work_here(session: Session, actor: Who, asked: InformationRequest) -> None:
    with pytest.raises(AccessRefused, match="who work here"):
        keep(session, asked, "named", actor("practitioner"), named=[999_999])


@pytest.mark.parametrize("part", list(withheld_parts()))
@pytest.mark.parametrize("role", [*ROLES, "reviewer", "admin", "safeguarding_partner"])
def test_a_part_is_revealed_to_whom_policy_lets_and_that_is_kept(
    session: Session, actor: Who, asked: InformationRequest, part: str, role: str
) -> None:
    who = actor(role)
    if not withheld_parts()[part].may_be_revealed_to(who.roles):
        with pytest.raises(AccessRefused, match="That is withheld"):
            reveal(session, asked.contact_id, part, reason="To call back.", by=who, at=MONDAY)
        return
    with pytest.raises(AccessRefused, match="need it for"):
        reveal(session, asked.contact_id, part, reason=" ", by=who, at=MONDAY)
    assert tiers(session, asked, who).withholds(part) is not None
    reveal(session, asked.contact_id, part, reason="To call back.", by=who, at=MONDAY)
    assert tiers(session, asked, who).withholds(part) is None
    [event] = session.scalars(select(Event).where(Event.kind == "part.revealed"))
    assert (event.by_id, event.data["part"], event.data["reason"]) == (who.user_id, part, "To call back.")
    assert session.scalars(select(Viewing.page)).all() == [f"reveal {part}"]
