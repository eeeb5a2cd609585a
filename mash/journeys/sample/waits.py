"""Invent what a decided contact waited for: who took it up when, which partner was asked, and when a manager was.

It draws from a chance of its own for each contact, so that the rest of the history stays as it was.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from mash.journeys.sample.ledger import Ledger
from mash.journeys.sample.stories import AGENCIES, Story, needs_manager

ASKED_SHARE = 0.25
"""Of requests for a service; no published figure says how many."""
PARTNERS = tuple(AGENCIES[group] for group in ("police", "schools", "health", "housing"))
WEIGHTS = (40, 25, 28, 7)
REPLIES = ("supplied", "supplied", "supplied", "nothing_held", "partial", "not_known")
QUESTIONS = "What do you hold about this family since last year?"


def write_waits(ledger: Ledger, story: Story, contact: dict[str, Any]) -> None:
    """Write what came between receipt and decision; nothing of a contact that is still open or was decided at once."""
    if story.decided_at is None or story.decided_at - story.entered_at < timedelta(hours=1):
        return
    chance = Random(contact["id"])  # noqa: S311  # a repeatable sample, not a secret
    length = story.decided_at - story.entered_at
    by = chance.choice(ledger.staff.practitioners)
    begun = story.entered_at + length * chance.betavariate(2, 2.5)
    ledger.tell(begun, contact, "contact.claimed", by, {})
    left = story.decided_at - begun
    if any(needs_manager(story, told) for told in story.children):
        recommended = begun + left * chance.uniform(0.4, 0.9)
        ledger.tell(recommended, contact, "contact.recommended", by, {})
        left = recommended - begun
    if story.type == "service_request" and chance.random() < ASKED_SHARE:
        for agency in dict.fromkeys(chance.choices(PARTNERS, WEIGHTS, k=chance.choice((1, 1, 2)))):
            sent = begun + left * chance.uniform(0.02, 0.2)
            _request(ledger, contact, agency, by, sent, sent + left * chance.uniform(0.2, 0.75), chance)


def _request(
    ledger: Ledger, contact: dict[str, Any], agency: str, by: int, sent: datetime, replied: datetime, chance: Random
) -> None:
    due = ledger.due_at(f"agency-reply-{contact['rating'] or 'green'}", sent)
    kind = chance.choice(REPLIES)
    number = ledger.add(
        "information_request",
        contact_id=contact["id"],
        agency=agency,
        questions=QUESTIONS,
        asked_by_id=by,
        sent_at=sent,
        due_at=due,
        reply_kind=kind,
        reply="As told on the telephone." if kind in {"supplied", "partial"} else "",
        replied_by="Sample partner",
        searched_with="Name and date of birth",
        replied_at=replied,
    )
    said = {"request": number, "agency": agency}
    ledger.tell(sent, contact, "information.asked", by, said | {"due_at": due.isoformat()})
    ledger.tell(replied, contact, "information.received", by, said | {"reply": kind, "late": replied > due})
