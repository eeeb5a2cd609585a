"""What a replay brings to each team, and to the share decided in time: the first read off it, the second asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mash.journeys.ask_capacity import SILENT, asked_of_replay, question_of
from mash.journeys.contacts import NotFound
from mash.journeys.practice import practice_from
from mash.queries.replay_work import Extra, extra_of
from mash.queries.replays import ReplayRow
from mash.queries.rule_books import book_with_drafts
from mash.replay.teams import WORK, by_team
from mash.staffing.answer import NOW
from mash.staffing.working import Change
from mash.web.access import needs_role
from mash.web.capacity import begin
from mash.web.wiring import moment, reading, wiring
from mash.workflow.calendar import london_day

blueprint = Blueprint("replay_work", __name__, url_prefix="/replays")
WEEKS = 4
"""How far ahead the share in time is asked for from a replay."""


@dataclass(frozen=True, slots=True)
class InTime:
    """The share decided in time in the coming weeks, in per cent: as things stand, with the change, and between.

    Each is the mean, and between what it lies over the runs and over the range of the assessments together.
    """

    now: tuple[float, float, float]
    then: tuple[float, float, float]
    points: tuple[float, float, float]
    target: int


@blueprint.post("/<int:number>/in-time")
@needs_role("reviewer", "manager")
def ask(number: int) -> ResponseReturnValue:
    """Begin to work out what the assessments of a replay do to the share decided in time."""
    with reading() as session:
        extra = extra_of(session, number)
    if extra is None:
        raise NotFound("This replay tells no assessments.")
    return begin(Change(), WEEKS, extra)


def work_of(found: ReplayRow) -> dict[str, Any]:
    """Give what the page of a replay says of work: by team, assessments, and the share in time if that was asked."""
    with reading() as session:
        receivers = practice_from(session, wiring().rulebook).receivers
        live = book_with_drafts(session, wiring().files).in_force(london_day(moment()))
        run, extra = asked_of_replay(session, found.id), extra_of(session, found.id)
    told: dict[str, Any] = {"loads": by_team(found.result or {}, receivers), "works": WORK, "extra": extra, "run": run}
    told["not_live"] = "" if live.content_hash == found.baseline_hash else live.id
    if run is not None and run.result is not None:
        _, asked = question_of(run.change)
        return told | {"in_time": in_time(run.result, asked) if asked else None}
    return told | {"over": run is not None and moment() - run.seen_at > SILENT}


def in_time(result: Mapping[str, Any], extra: Extra) -> InTime:
    """Read what an answer says of a replay: the mean of the middle plan, and the ends that any of its plans reaches."""
    answers = result["answers"]
    plans = [answers[name] for name in extra.plans(Change()) if name in answers]
    middle = plans[0] if extra.more and plans else answers[NOW]

    def three(of: str) -> tuple[float, float, float]:
        among = [one[of]["in_time"] for one in (plans or [middle])]
        return middle[of]["in_time"]["mean"] * 100, *(
            100 * end for end in (min(one["low"] for one in among), max(one["high"] for one in among))
        )

    now = answers[NOW]["brings"]["in_time"]
    stands = (now["mean"] * 100, now["low"] * 100, now["high"] * 100)
    return InTime(stands, three("brings"), three("differs"), result["target"])
