"""Ask what the thresholds make of each child as things are being written, before any of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mash.journeys.contacts import NotFound
from mash.journeys.practice import Practice
from mash.models import Contact
from mash.rules import Advice, Facts, NoRuleSetInForce, RuleSet, evaluate_many, read_facts


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules make of one child: the advice, the version it comes from, and its level as a number.

    ``level`` is None for a person who is not a child.
    """

    advice: Advice
    ruleset: RuleSet
    facts: Facts
    level: int | None


def check(
    session: Session, contact_id: int, saying: Mapping[int, Mapping[str, Any]], practice: Practice, at: datetime
) -> dict[int, Checked]:
    """Check children of a contact against the thresholds that judge it.

    Args:
        saying: What is being said of each child now, by the child's id, over what is on record. None of it is kept.

    Returns:
        What the rules make of each of those children. Empty where no version can judge it.

    Raises:
        NotFound: If there is no such contact.
        FactsRefused: If something said cannot be a fact.
    """
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound("There is no such contact.")
    try:
        ruleset = practice.ruleset(contact, at)
    except NoRuleSetInForce:
        return {}
    wanted = [child for child in contact.children if child.id in saying]
    known = {
        child: read_facts(practice.rulebook.catalogue, recorded.to_json() | dict(saying[child]))
        for child, recorded in practice.facts(session, contact, wanted).items()
    }
    advised = zip(known.items(), evaluate_many(ruleset, list(known.values())), strict=True)
    return {child: Checked(advice, ruleset, facts, practice.ordinal(advice)) for (child, facts), advice in advised}
