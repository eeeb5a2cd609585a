"""What was known of an invented child when the contact came, by the same counting that reads the record."""

from collections.abc import Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from mash.journeys.sample.stories import ChildStory, Story
from mash.queries.facts import NAMED, REFERRER_BY_SOURCE, TOLD, person_facts
from mash.queries.history import Sign, contact_counts, incident_facts, is_present, spaced
from mash.workflow.calendar import london_day

REFERRED = ("child_and_family_assessment", "strategy_discussion")


def facts_of_story(story: Story, told: ChildStory, strands: Mapping[str, str]) -> dict[str, Any]:
    """Give the facts of one child as they stood at receipt, with what this contact found."""
    at, child = story.received_at, told.child
    day = london_day(at)
    facts = person_facts(SimpleNamespace(**child.row), day)
    facts |= {
        "contact_type": story.type,
        "named_or_anonymous": NAMED[story.identity],
        "case_status": child.open_to or "none",
        "family_told": TOLD[story.told],
    }
    if referrer := REFERRER_BY_SOURCE.get(story.source_code):
        facts["referrer_type"] = referrer
    if story.agreement:
        facts["agreement_service"] = story.agreement
    facts |= contact_counts(child.received, story.family.received, at)
    earlier = [
        Sign(code, (theme, place), when) for place, (when, theme, codes) in enumerate(child.incidents) for code in codes
    ]
    now = [Sign(code, ("this", 0), at) for code, value in told.observed.items() if is_present(value)]
    facts |= incident_facts([*earlier, *now], at, strands)
    facts["referrals_12m"] = spaced(child.referred, day - timedelta(days=365))
    if child.lapsed and (at - child.lapsed).days < 365:
        facts["closed_agreement_lapsed_12m"] = "present"
    return facts | told.observed


def remember(story: Story) -> None:
    """Let the children and the home carry what happened into their next contact."""
    story.family.received.append(story.received_at)
    for told in story.children:
        child = told.child
        child.received.append(story.received_at)
        codes = tuple(code for code, value in told.observed.items() if is_present(value))
        if codes:
            child.incidents.append((story.received_at, story.theme, codes))
        if told.route in REFERRED and story.decided_at:
            child.referred.append(story.decided_at.date())
        if story.agreement in {"refused", "withdrawn"} and story.decided_at and told.route not in REFERRED:
            child.lapsed = story.decided_at
