"""Ask partners what they know, keep what they answer, and weigh an answer that comes after the decision."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.ask_partners import Asked, Reply, answer_late_reply, ask, authorise_checks, record_reply
from mash.journeys.practice import Practice
from mash.web.access import actor, needs_role
from mash.web.acts import act_on
from mash.web.contact_page import ON_DUTY, QUALIFIED
from mash.web.partner_words import AGENCIES, BASES, CHECKS, REPLIES, SENSITIVITY, WEIGHED
from mash.web.schemas import Choice, FormSchema, SafeText, Whole
from mash.web.wiring import moment

blueprint = Blueprint("information", __name__)


class AskSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    agency = Choice(AGENCIES, empty="Select which agency to ask")
    questions = SafeText(longest=2000, empty="Say what you are asking", called="What you are asking")
    basis = Choice(BASES, empty="Select the lawful basis for asking")
    checks = Choice(CHECKS, empty="Select whether the family agreed to this check")


class ReplySchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    kind = Choice(REPLIES, empty="Select what kind of reply it is")
    text = SafeText(longest=10_000, called="Reply")
    replied_by = SafeText(longest=200, called="Who replied")
    searched_with = SafeText(longest=200, called="What they searched with")
    sensitivity = Choice(SENSITIVITY)


class WeighSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    changes = Choice(WEIGHED, empty="Select whether this changes the decision")


class AuthoriseSchema(FormSchema):
    version = Whole(least=1, most=999_999_999, called="Version", empty="Open the contact again")
    reason = SafeText(longest=2000, empty="Say why the checks go ahead without agreement", called="Reason")


@blueprint.post("/contacts/<reference>/information")
@needs_role(*QUALIFIED)
def ask_one(reference: str) -> ResponseReturnValue:
    """Ask one agency."""

    def send(session: Session, said: dict[str, Any], practice: Practice) -> str:
        asked = Asked(
            agency=said["agency"], questions=said["questions"], lawful_basis=BASES[said["basis"]], checks=said["checks"]
        )
        ask(session, reference, asked, version=said["version"], by=actor(), at=moment(), practice=practice)
        return f"{said['agency']} asked. The clock goes on running."

    return act_on(reference, "ask", AskSchema(), send)


@blueprint.post("/contacts/<reference>/information/authorise")
@needs_role("manager")
def authorise(reference: str) -> ResponseReturnValue:
    """Allow checks without agreement, with a manager's reason."""

    def allow(session: Session, said: dict[str, Any], practice: Practice) -> str:
        authorise_checks(session, reference, said["reason"], version=said["version"], by=actor(), at=moment())
        return "Checks may go ahead without agreement. Your reason is on the record."

    return act_on(reference, "authorise", AuthoriseSchema(), allow)


@blueprint.post("/contacts/<reference>/information/<int:request_id>/reply")
@needs_role(*ON_DUTY)
def reply(reference: str, request_id: int) -> ResponseReturnValue:
    """Keep what an agency answered."""

    def keep(session: Session, said: dict[str, Any], practice: Practice) -> str:
        told = Reply(
            kind=said["kind"],
            text=said["text"],
            replied_by=said["replied_by"],
            searched_with=said["searched_with"],
            sensitivity=said["sensitivity"] or "record",
        )
        record_reply(
            session,
            reference,
            request_id,
            told,
            version=said["version"],
            by=actor(),
            at=moment(),
            practice=practice,
        )
        return "The reply is on the record."

    return act_on(reference, f"reply-{request_id}", ReplySchema(), keep)


@blueprint.post("/contacts/<reference>/information/<int:request_id>/weigh")
@needs_role(*QUALIFIED)
def weigh(reference: str, request_id: int) -> ResponseReturnValue:
    """Say whether an answer that came late changes the decision."""

    def answer(session: Session, said: dict[str, Any], practice: Practice) -> str:
        changes = said["changes"] == "yes"
        answer_late_reply(
            session, reference, request_id, changes=changes, version=said["version"], by=actor(), at=moment()
        )
        return "Noted. Ask a manager to reopen it." if changes else "Noted. The decision stands."

    return act_on(reference, f"weigh-{request_id}", WeighSchema(), answer)
