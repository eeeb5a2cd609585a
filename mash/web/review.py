"""What a manager does with a contact, and what can still be done once it is decided."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import finish, hand_over, oversee
from mash.journeys.choices import Choice
from mash.journeys.decide import at_once as outcome_at_once
from mash.journeys.decide import decide
from mash.journeys.notes import LONGEST_NOTE, add_note
from mash.journeys.practice import Practice
from mash.journeys.red_turns import take_up
from mash.web.access import actor, needs_role
from mash.web.acts import act_on
from mash.web.contact_page import ON_DUTY, QUALIFIED
from mash.web.schemas import Choice as OneOf
from mash.web.schemas import FormSchema, SafeText, Whole
from mash.web.wiring import moment
from mash.workflow.words import Agreement

blueprint = Blueprint("review", __name__)
ANSWERS = {"agree": "Agree and record", "return": "Return for more work"}


class ActSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    reason = SafeText(longest=2000, called="Reason")


class ReviewSchema(ActSchema):
    answer = OneOf(ANSWERS, empty="Choose to agree or to return it")
    exception = SafeText(longest=2000, called="Why your team is too small for two")
    pattern = SafeText(longest=2000, called="Your view of the pattern")


class NoteSchema(FormSchema):
    text = SafeText(longest=LONGEST_NOTE, empty="Write the note", called="Note")


class OfferSchema(ActSchema):
    child = Whole(least=1, most=2**31, called="Child", empty="Choose the child")
    team = SafeText(longest=200, called="Team or lead practitioner")
    plan = SafeText(longest=2000, called="Plan")
    agreement = OneOf(tuple(Agreement))


class StrongSchema(ActSchema):
    child = Whole(least=1, most=2**31, called="Child", empty="Choose the child")


@blueprint.post("/contacts/<reference>/review")
@needs_role("manager")
def review(reference: str) -> ResponseReturnValue:
    """Agree what was recommended, or send it back."""

    def answer(session: Session, said: dict[str, Any], practice: Practice) -> str:
        told = {"version": said["version"], "by": actor(), "at": moment(), "practice": practice}
        if said["answer"] == "return":
            oversee.return_it(session, reference, reason=said["reason"], **told)
            return f"{reference} is returned for more work."
        told |= {"exception_reason": said["exception"], "pattern_view": said["pattern"]}
        oversee.agree(session, reference, reason=said["reason"], **told)
        return f"{reference} agreed and recorded."

    undo = ("Undo", f"/contacts/{reference}/undo")
    action = undo if request.form.get("answer") == "agree" else None
    return act_on(reference, "review", ReviewSchema(), answer, action=action)


@blueprint.post("/contacts/<reference>/acknowledge")
@needs_role("manager")
def acknowledge(reference: str) -> ResponseReturnValue:
    """Say "I have this" of a red."""

    def have_it(session: Session, said: dict[str, Any], practice: Practice) -> str:
        take_up(session, reference, by=actor(), at=moment())
        return f"You have {reference}."

    return act_on(reference, "acknowledge", FormSchema(), have_it)


@blueprint.post("/contacts/<reference>/direct")
@needs_role("manager")
def direct(reference: str) -> ResponseReturnValue:
    """Record a manager's direction, before or after a decision."""

    def record(session: Session, said: dict[str, Any], practice: Practice) -> str:
        oversee.direct(session, reference, said["reason"], version=said["version"], by=actor(), at=moment())
        return "Your direction is on the record."

    return act_on(reference, "direct", ActSchema(), record)


@blueprint.post("/contacts/<reference>/note")
@needs_role(*ON_DUTY)
def note(reference: str) -> ResponseReturnValue:
    """Add a dated note beside what is recorded."""

    def add(session: Session, said: dict[str, Any], practice: Practice) -> str:
        add_note(session, reference, said["text"], by=actor(), at=moment())
        return "Your note is on the record."

    return act_on(reference, "note", NoteSchema(), add)


@blueprint.post("/contacts/<reference>/reopen")
@needs_role("manager")
def reopen(reference: str) -> ResponseReturnValue:
    """Take a decided contact up again; what was decided stays on record."""

    def again(session: Session, said: dict[str, Any], practice: Practice) -> str:
        finish.reopen(session, reference, **_told(said, practice))
        return f"{reference} is open again. What was decided stays on the record."

    return act_on(reference, "reopen", ActSchema(), again)


@blueprint.post("/contacts/<reference>/undo")
@needs_role(*QUALIFIED, "contact_officer")
def undo(reference: str) -> ResponseReturnValue:
    """Undo one's own decision within the first minutes."""

    def take_back(session: Session, said: dict[str, Any], practice: Practice) -> str:
        finish.undo(session, reference, by=actor(), at=moment(), practice=practice)
        return f"{reference} is undone. Decide it again."

    return act_on(reference, "undo", FormSchema(), take_back)


@blueprint.post("/contacts/<reference>/close")
@needs_role(*ON_DUTY)
def close(reference: str) -> ResponseReturnValue:
    """Close a contact that everyone has received."""

    def end(session: Session, said: dict[str, Any], practice: Practice) -> str:
        finish.close(session, reference, version=said["version"], by=actor(), at=moment(), practice=practice)
        return f"{reference} is closed."

    return act_on(reference, "close", ActSchema(), end)


@blueprint.post("/contacts/<reference>/cancel")
@needs_role("manager")
def cancel(reference: str) -> ResponseReturnValue:
    """Mark a contact as made in error."""

    def strike(session: Session, said: dict[str, Any], practice: Practice) -> str:
        finish.cancel(session, reference, **_told(said, practice))
        return f"{reference} is cancelled as an error."

    return act_on(reference, "cancel", ActSchema(), strike)


@blueprint.post("/contacts/<reference>/offer")
@needs_role(*ON_DUTY)
def offer(reference: str) -> ResponseReturnValue:
    """Offer a child again, to the same team or another."""

    def again(session: Session, said: dict[str, Any], practice: Practice) -> str:
        told = {"to_team": said["team"], "agreement": said["agreement"], "version": said["version"]}
        hand_over.offer(session, reference, said["child"], **told, by=actor(), at=moment(), practice=practice)
        return f"Offered to {said['team']}."

    return act_on(reference, "offer", OfferSchema(), again, of="child")


@blueprint.post("/contacts/<reference>/step-down")
@needs_role(*QUALIFIED, "receiving_team")
def step_down(reference: str) -> ResponseReturnValue:
    """Move a child from social care to early help."""

    def move(session: Session, said: dict[str, Any], practice: Practice) -> str:
        told = {"to_team": said["team"], "plan": said["plan"], "agreement": said["agreement"]}
        told["version"] = said["version"]
        hand_over.step_down(session, reference, said["child"], **told, by=actor(), at=moment(), practice=practice)
        return f"Stepped down and offered to {said['team']}."

    return act_on(reference, "step-down", OfferSchema(), move, of="child")


@blueprint.post("/contacts/<reference>/strategy")
@needs_role(*QUALIFIED)
def strategy(reference: str) -> ResponseReturnValue:
    """Decide on a strategy discussion now, whatever the contact waits for."""

    def at_once(session: Session, said: dict[str, Any], practice: Practice) -> str:
        with_outcome = outcome_at_once(session, reference, practice, moment())
        choice = Choice(child_id=said["child"], route=with_outcome.key, reason=said["reason"])
        decide(session, reference, (choice,), version=said["version"], by=actor(), at=moment(), practice=practice)
        return f"Recorded on {reference}: {with_outcome.words.lower()}."

    return act_on(reference, "strategy", StrongSchema(), at_once)


def _told(said: dict[str, Any], practice: Practice) -> dict[str, Any]:
    return {
        "reason": said["reason"],
        "version": said["version"],
        "by": actor(),
        "at": moment(),
        "practice": practice,
    }
