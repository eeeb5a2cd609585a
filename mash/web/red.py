"""The red board: every red contact by what it needs, and every recommendation that waits for a manager."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import oversee
from mash.journeys.contacts import NotFound
from mash.queries import boards, red_today
from mash.web.access import actor, current, needs_role
from mash.web.london import london_day
from mash.web.once import once, say
from mash.web.wiring import moment, reading

blueprint = Blueprint("red", __name__)


@blueprint.get("/red")
@needs_role("practitioner", "manager")
def show() -> str:
    """Show the board."""
    return _board("red.html")


@blueprint.get("/red/live")
@needs_role("practitioner", "manager", keeps_alive=False)
def live() -> str:
    """Give the board's moving part, for a page that is open already."""
    return _board("red_parts.html")


def _board(template: str) -> str:
    roles, at = current().roles, moment()
    with reading() as session:
        board = boards.red_board(session, roles=roles)
        today = red_today.red_today(session, roles=roles, day_starts=london_day(at)[0])
        last = None if board.open else red_today.last_red_closed(session, roles=roles)
    return render_template(template, board=board, today=today, last=last)


@blueprint.post("/red/<reference>/acknowledge")
@needs_role("manager")
def acknowledge(reference: str) -> ResponseReturnValue:
    """Say "I have this" of a red contact."""

    def take_up(session: Session) -> str:
        if reference not in boards.awaiting_a_manager(session, roles=current().roles):
            raise NotFound(f"{reference} does not wait to be taken up.")
        oversee.acknowledge(session, reference, by=actor(), at=moment())
        opened = ("Open it", url_for("workspace.show", reference=reference))
        say(session, f"You have {reference}. It no longer waits for a manager; its decision is still due.", link=opened)
        return url_for("red.show")

    return once(take_up)
