"""Contacts of a rule: under that version, while it was in use, and none that the reader may not know of."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.queries.rule_contacts import contacts_of_rule
from tests.factories import MONDAY, a_contact, a_decision

WHEN = {"since": MONDAY - timedelta(days=1), "until": MONDAY + timedelta(days=1)}
WHOLE = {"reasons": [{"id": "T-04"}]}
RESULTS = {"rules": ["T-04", "C-22"]}


def decided(session: Session, by: Actor, reference: str, advice: dict[str, Any], **told: Any) -> None:
    contact = a_contact(session, reference=reference, restricted=told.pop("restricted", False))
    given = {"ruleset_id": "dn-2022-05", "decided_at": MONDAY, "advice": advice}
    a_decision(session, contact.children[0], by, **(given | told))


def test_the_newest_decisions_in_which_a_rule_was_met(session: Session, actor: Callable[[str], Actor]) -> None:
    by = actor("practitioner")
    decided(session, by, "C-26-00001", WHOLE)
    decided(session, by, "C-26-00002", RESULTS, decided_at=MONDAY + timedelta(hours=1))
    decided(session, by, "C-26-00003", {"rules": ["C-22"]})
    decided(session, by, "C-26-00004", RESULTS, ruleset_id="dn-2021-01")
    decided(session, by, "C-26-00005", RESULTS, decided_at=MONDAY - timedelta(days=2))
    decided(session, by, "C-26-00006", RESULTS, restricted=True)
    session.flush()

    def found(*roles: str) -> list[str]:
        listed = contacts_of_rule(session, "dn-2022-05", "T-04", frozenset(roles), **WHEN)
        return [one.reference for one in listed]

    assert found("practitioner") == ["C-26-00002", "C-26-00001"]
    assert set(found("manager")) == {"C-26-00006", "C-26-00002", "C-26-00001"}
