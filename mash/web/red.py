"""The red board: every red contact by what it needs, and every recommendation that waits for a manager."""

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import red_turns
from mash.journeys.escalate import escalation_policy
from mash.queries import boards, red_today
from mash.queries import red_turns as turns
from mash.web.access import actor, current, needs_role
from mash.web.called import tell_apart
from mash.web.contact_page import may_open
from mash.web.london import london_day
from mash.web.once import once, say
from mash.web.wiring import moment, reading
from mash.workflow.calendar import london_day as day_of
from mash.workflow.contact import MoveRefused
from mash.workflow.escalation import EscalationPolicy, Post

blueprint = Blueprint("red", __name__)
POSTS = {post.value: post.words for post in Post}


@blueprint.get("/red")
@needs_role("practitioner", "manager")
def show() -> str:
    """Show the board."""
    return render_template("red.html", **_board())


@blueprint.get("/red/live")
@needs_role("practitioner", "manager", keeps_alive=False)
def live() -> ResponseReturnValue:
    """Give the board's moving part, for a page that is open already; nothing if it is as it was."""
    board = _board()
    shown = hashlib.sha256(repr((sorted(board.items()), f"{moment():%d %H:%M}")).encode()).hexdigest()
    if request.if_none_match.contains(shown):
        return "", 304
    answer = make_response(render_template("red_parts.html", **board))
    answer.set_etag(shown)
    return answer


def _board() -> dict[str, Any]:
    roles, at = current().roles, moment()
    with reading() as session:
        board = boards.red_board(session, roles=roles)
        tell_apart(row.reference for row in board.rows)
        policy = escalation_policy(session, at)
        return {
            "board": board,
            "today": red_today.red_today(session, roles=roles, day_starts=london_day(at)[0]),
            "last": None if board.open else red_today.last_red_closed(session, roles=roles),
            "next_told": {row.id: _next_told(session, row, policy) for row in board.needs_manager},
            "in_post": {post: tuple(name for _, name in held) for post, held in turns.in_post(session).items()},
            "others": {id: name for id, name in turns.able(session, day_of(at)).items() if id != current().user_id},
            "posts": POSTS,
            "night_team": policy.night_team,
            "initials": bool(current().preferences.get("initials")),
        }


def _next_told(session: Session, row: boards.BoardRow, today: EscalationPolicy) -> tuple[str, Any] | None:
    """Say who is told next that a red waits, and when; None past the last."""
    if row.waiting_since is None:
        return None
    same_day = london_day(row.waiting_since) == london_day(moment())
    policy = today if same_day else escalation_policy(session, row.waiting_since)
    step = policy.coming(moment() - row.waiting_since)
    return (step.post.value, row.waiting_since + step.after) if step else None


@blueprint.post("/red/<reference>/acknowledge")
@needs_role("practitioner", "manager")
def acknowledge(reference: str) -> ResponseReturnValue:
    """Say "I have this" of a red contact."""

    def take_up(session: Session) -> str:
        may_open(session, reference)
        red_turns.take_up(session, reference, by=actor(), at=moment())
        words = f"You have {reference}. It no longer waits for a manager; its decision is still due."
        _say(session, reference, words)
        return url_for("red.show")

    return _turn(take_up)


@blueprint.post("/red/<reference>/give")
@needs_role("manager")
def give(reference: str) -> ResponseReturnValue:
    """Ask a named practitioner or manager to take a red contact up."""
    to = request.form.get("to", "")

    def hand(session: Session) -> str:
        may_open(session, reference)
        chosen = int(to) if to.isdecimal() and len(to) < 12 else 0
        name = red_turns.give(session, reference, chosen, by=actor(), at=moment())
        _say(session, reference, f"{name} is asked to take up {reference}. Until they do, it stands where it stood.")
        return url_for("red.show")

    return _turn(hand)


@blueprint.post("/red/<reference>/undo")
@needs_role("practitioner", "manager")
def undo(reference: str) -> ResponseReturnValue:
    """Take back one's own last turn, within a minute."""

    def take_back(session: Session) -> str:
        may_open(session, reference)
        red_turns.undo_turn(session, reference, by=actor(), at=moment())
        say(session, f"Undone. {reference} stands where it stood before.")
        return url_for("red.show")

    return _turn(take_back)


def _say(session: Session, reference: str, words: str) -> None:
    opened = ("Open it", url_for("workspace.show", reference=reference))
    say(session, words, link=opened, action=("Undo", url_for("red.undo", reference=reference)))


def _turn(action: Callable[[Session], str]) -> ResponseReturnValue:
    """Do it and go back to the board; what is refused is said there, for the board shows why it was."""
    try:
        return once(action)
    except MoveRefused as refused:
        said = " ".join(refused.objections)

        def tell(session: Session) -> str:
            say(session, said, kind="problem")
            return url_for("red.show")

        return once(tell)
