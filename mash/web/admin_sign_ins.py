"""What an administrator does about how somebody signs in: ends one sign-in of theirs, takes a lost passkey away."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from mash.journeys import passkeys, sign_in
from mash.web.access import actor, current, needs_role
from mash.web.once import once, say
from mash.web.proof import needs_proof
from mash.web.wiring import moment, wiring
from mash.workflow.sign_in_policy import Act

blueprint = Blueprint("admin_sign_ins", __name__, url_prefix="/admin/users/<int:user_id>")


@blueprint.post("/sessions/<int:session_id>/end")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def end_session(user_id: int, session_id: int) -> ResponseReturnValue:
    """Sign somebody out at one place."""

    def end(session: Session) -> str:
        sign_in.end_sessions(session, user_id=user_id, by=actor(), at=moment(), only=session_id)
        say(session, "They have been signed out there.")
        return f"/admin/users/{user_id}"

    return once(end)


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def remove_passkey(user_id: int, passkey_id: int) -> ResponseReturnValue:
    """Take away a passkey that somebody else lost. One's own is removed on one's account page."""
    if user_id == current().user_id:
        raise Forbidden

    def remove(session: Session) -> str:
        demanded = wiring().settings.demands_second_step
        passkeys.remove(session, user_id=user_id, passkey_id=passkey_id, demanded=demanded, by=actor(), at=moment())
        say(session, "Their passkey has been removed, and they have been signed out.")
        return f"/admin/users/{user_id}"

    return once(remove)
