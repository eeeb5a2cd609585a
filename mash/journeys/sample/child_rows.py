"""Turn what was seen and decided of each invented child into rows, and the events that would have been told."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mash.journeys.sample.ledger import Ledger
from mash.journeys.sample.stories import RECEIVED_BY, STORIES, ChildStory, Story, needs_manager

REASONS: Mapping[str, str] = STORIES["reasons"]


def write_child(ledger: Ledger, story: Story, contact: dict[str, Any], told: ChildStory, place: int) -> None:
    decided, rated = story.decided_at, story.state not in {"received", "screened"}
    hand_over = None
    if decided and told.route in RECEIVED_BY:
        hand_over = "offered" if story.state == "decided" else "accepted"
    child_id = ledger.add(
        "child_on_contact",
        contact_id=contact["id"],
        person_id=told.child.id,
        position=place,
        rating=told.rating if rated else None,
        level=told.level if decided else None,
        route=told.route if decided else None,
        outcome=told.route if decided else None,
        hand_over=hand_over,
        decided_at=decided,
        open_to=told.child.open_to,
        open_team="Family support team" if told.child.open_to else "",
    )
    for code, value in told.observed.items():
        ledger.add(
            "observation",
            child_id=child_id,
            code=code,
            value=value,
            standing="reported",
            by_id=contact["recorded_by_id"],
            at=story.entered_at,
        )
    by = ledger.chance.choice(ledger.staff.practitioners)
    if rated:
        _rating(ledger, story, contact, told, child_id, by)
    if decided or story.state == "with_manager":
        _decision(ledger, story, contact, told, child_id, by)
    if hand_over:
        _hand_over(ledger, story, told, child_id, hand_over)


def _rating(ledger: Ledger, story: Story, contact: dict[str, Any], told: ChildStory, child_id: int, by: int) -> None:
    at = min(ledger.now, (story.decided_at or story.entered_at + timedelta(minutes=30)))
    ledger.add("rating", child_id=child_id, value=told.rating, by_id=by, at=at)
    said = {"child": child_id, "from": None, "to": told.rating, "reason": ""}
    ledger.tell(at, contact, "child.rated", by, said)


def _decision(ledger: Ledger, story: Story, contact: dict[str, Any], told: ChildStory, child_id: int, by: int) -> None:
    decided = story.decided_at
    needs = needs_manager(story, told)
    decider = ledger.chance.choice(ledger.staff.managers) if needs else by
    made = decided or min(ledger.now, story.entered_at + timedelta(hours=1))
    rules = ledger.ruleset_on(story.received_at) or (None, None)
    advised = told.advised_level
    said = {"level": told.level, "rating": told.rating, "route": told.route, "reason": REASONS.get(told.route, "")}
    number = ledger.add(
        "decision",
        **said,
        child_id=child_id,
        status="decided" if decided else "recommended",
        own_level=told.level,
        receiver=ledger.receivers.get(told.route, ""),
        extra_routes=[],
        lower_reason=REASONS["lower"] if advised and told.level < advised else "",
        agreement_status=story.agreement,
        contact_type=contact["type_at_decision"] or story.type,
        sign_off=[needs] if needs else [],
        advised_level=advised,
        advised_route=told.advice.get("route") if told.advice else None,
        advice=told.advice,
        facts=told.facts or None,
        ruleset_id=rules[0],
        ruleset_hash=rules[1],
        recommended_by_id=by,
        recommended_at=made,
        decided_by_id=decider if decided else None,
        decided_at=decided,
    )
    said |= {"child": child_id, "decision": number, "advised_level": advised}
    said |= {"ruleset": rules[0], "ruleset_hash": rules[1]}
    ledger.tell(made, contact, "child.decided" if decided else "child.recommended", decider if decided else by, said)
    if story.state == "closed" and decided:
        ledger.tell(made, contact, "contact.closed", by, {})


def _hand_over(ledger: Ledger, story: Story, told: ChildStory, child_id: int, state: str) -> None:
    decided = story.decided_at or ledger.now
    answered = min(ledger.now, decided + timedelta(hours=ledger.chance.uniform(1, 28))) if state == "accepted" else None
    team = ledger.receivers.get(told.route, "")
    ledger.add(
        "hand_over",
        child_id=child_id,
        route=told.route,
        to_team=team,
        state=state,
        offered_by_id=ledger.chance.choice(ledger.staff.practitioners),
        offered_at=decided,
        answered_by_id=ledger.staff.receivers.get(team) if answered else None,
        answered_at=answered,
    )
