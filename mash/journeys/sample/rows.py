"""Turn invented contacts into rows of the record's own tables: people, places, the contact, its clocks."""

from datetime import datetime, timedelta
from typing import Any

from mash.journeys.sample.child_rows import write_child
from mash.journeys.sample.ledger import Ledger
from mash.journeys.sample.stories import AGENCIES, RECEIVED_BY, ChildStory, Story
from mash.journeys.sample.waits import write_waits
from mash.workflow.calendar import LONDON


def write_story(ledger: Ledger, story: Story) -> None:
    """Put one story into rows."""
    _people(ledger, story)
    contact = _contact(ledger, story)
    for place, told in enumerate(story.children, start=1):
        write_child(ledger, story, contact, told, place)
    _clocks(ledger, story, contact)
    write_waits(ledger, story, contact)


def _people(ledger: Ledger, story: Story) -> None:
    family = story.family
    if not family.written:
        family.written = True
        ledger.rows["address"].append(family.address)
        ledger.rows["person"].extend(row for row, _ in family.adults)
    for told in story.children:
        if not told.child.written:
            told.child.written = True
            ledger.rows["person"].append(told.child.row)
            if told.child.open_to:
                _episode(ledger, told, story, told.child.open_to)


def _episode(ledger: Ledger, told: ChildStory, story: Story, kind: str) -> None:
    started = story.received_at.date() - timedelta(days=ledger.chance.randint(20, 300))
    number = ledger.next_id("episode")
    ledger.rows["episode"].append(
        {
            "id": number,
            "key": f"sample-{number}",
            "person_id": told.child.id,
            "kind": kind,
            "started_on": started,
            "ended_on": None,
            "team": "Family support team" if kind != "early_help" else "Early help hub",
            "worker": "",
            "made_at": story.received_at,
        }
    )


def _contact(ledger: Ledger, story: Story) -> dict[str, Any]:
    contact = {"id": ledger.next_id("contact")} | _reported(ledger, story) | _standing(ledger, story)
    ledger.rows["contact"].append(contact)
    for row, relation in story.family.adults:
        ledger.add(
            "adult_on_contact", contact_id=contact["id"], person_id=row["id"], relation=relation, lives_there=True
        )
    _agreements(ledger, story, contact)
    said = {
        "reference": contact["reference"],
        "type": story.type,
        "channel": story.channel,
        "received_at": story.received_at.isoformat(),
        "due_at": contact["due_at"].isoformat(),
        "ruleset": contact["ruleset_id"],
        "children": len(story.children),
    }
    ledger.tell(story.entered_at, contact, "contact.received", contact["recorded_by_id"], said)
    return contact


def _reported(ledger: Ledger, story: Story) -> dict[str, Any]:
    """Give what was said when it came, and under which thresholds."""
    year = story.received_at.astimezone(LONDON).year
    ledger.references[year] += 1
    rules = ledger.ruleset_on(story.received_at)
    return {
        "reference": f"C-{year % 100:02d}-{ledger.references[year]:05d}",
        "channel": story.channel,
        "type_at_receipt": story.type,
        "source_code": story.source_code,
        "source_agency": AGENCIES.get(story.group, ""),
        "referrer_identity": story.identity,
        "referrer_name": "" if story.identity == "anonymous" else "Sample referrer",
        "received_at": story.received_at,
        "entered_at": story.entered_at,
        "narrative": story.narrative,
        "address_id": story.family.address["id"],
        "address_source": "referrer",
        "ruleset_id": rules[0] if rules else None,
        "recorded_by_id": ledger.chance.choice(ledger.staff.officers),
        "extra": {},
    }


def _standing(ledger: Ledger, story: Story) -> dict[str, Any]:
    """Give where it stands now: state, rating, place in the queue, and who has it."""
    rated, open_now = story.state not in {"received", "screened"}, story.decided_at is None
    ratings = {told.rating for told in story.children} if rated else set()
    by = ledger.chance.choice(ledger.staff.practitioners)
    claimed = open_now and rated and ledger.chance.random() < 0.6
    return {
        "state": story.state,
        "rating": next((value for value in ("red", "amber", "green") if value in ratings), None),
        "level": None if open_now else max(told.level for told in story.children),
        "queue_rank": (0 if "red" in ratings else 1) if open_now else None,
        "due_at": ledger.due_at("social-care", story.received_at),
        "type_at_decision": None if open_now else _type_at_decision(story),
        "claimed_by_id": by if claimed else None,
        "claimed_at": story.entered_at if claimed else None,
        "decided_at": story.decided_at,
        "closed_at": story.decided_at if story.state == "closed" else None,
        "acknowledged_at": story.decided_at,
    }


def _type_at_decision(story: Story) -> str:
    """Re-type a contact that turned out to ask for a service, as real ones are."""
    served = any(told.route in RECEIVED_BY for told in story.children)
    return "service_request" if served else story.type


def _agreements(ledger: Ledger, story: Story, contact: dict[str, Any]) -> None:
    at, by = story.entered_at, contact["recorded_by_id"]
    ledger.add("agreement", contact_id=contact["id"], kind="told", status=story.told, by_id=by, at=at)
    if story.agreement and story.state not in {"received", "screened"}:
        ledger.add("agreement", contact_id=contact["id"], kind="service", status=story.agreement, by_id=by, at=at)


def _clocks(ledger: Ledger, story: Story, contact: dict[str, Any]) -> None:
    names = ["social-care"]
    if story.identity != "anonymous":
        names.append("acknowledge")
    if contact["rating"] == "red":
        names.append("red")
        _taken_up(ledger, story, contact)
    if story.decided_at and any(told.route == "early_help" for told in story.children):
        names.append("early-help")
    for name in names:
        due = _clock(ledger, contact, name, story.received_at, story.decided_at)
        if name == "red" and story.decided_at is None:
            contact["due_at"] = min(contact["due_at"], due)


def _taken_up(ledger: Ledger, story: Story, contact: dict[str, Any]) -> None:
    """Let a manager take up a red within the hour, but for some of the newest."""
    rated = min(ledger.now, story.entered_at + timedelta(minutes=20))
    taken = rated + timedelta(minutes=ledger.chance.triangular(2, 55, 9))
    if taken > ledger.now or (story.decided_at is None and ledger.chance.random() < 0.4):
        _clock(ledger, contact, "red-acknowledge", rated, story.decided_at)
        return
    _clock(ledger, contact, "red-acknowledge", rated, taken)
    by = ledger.chance.choice(ledger.staff.managers)
    ledger.add("oversight", contact_id=contact["id"], kind="acknowledged", by_id=by, at=taken)
    ledger.add("red_turn", contact_id=contact["id"], kind="taken", by_id=by, at=taken)
    ledger.tell(taken, contact, "oversight.acknowledged", by, {})


def _clock(ledger: Ledger, contact: dict[str, Any], name: str, started: datetime, stopped: datetime | None) -> datetime:
    due = ledger.due(name, started)
    number = ledger.add(
        "clock",
        contact_id=contact["id"],
        name=name,
        reading=due.reading or "",
        started_at=started,
        due_at=due.at,
        stopped_at=stopped,
        how=list(due.how),
    )
    passed = due.at + timedelta(minutes=1)
    if passed <= ledger.now and (stopped is None or stopped > due.at):
        ledger.add("clock_mark", clock_id=number, stage="late", at=passed)
        ledger.tell(passed, contact, "clock.late", None, {"clock": name, "due_at": due.at.isoformat()})
    return due.at
