"""A replay for the board: on paper, in words and pictures, with nobody in it who could be worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from mash.kinds import Kind
from mash.measures.board_report import Board, about, board_of, words
from mash.queries.replays import ReplayRow
from mash.replay.beside import MONTH
from mash.replay.past import WHO_NAMES
from mash.replay.report import GROUP_NAMES
from mash.replay.teams import EVERYONE, WORK, by_team
from mash.replay.text import AWAY
from mash.web.access import needs_role
from mash.web.flow import Flow, dots_of, flow_of
from mash.web.month_curve import month_curve
from mash.web.replay_sheets import KIND, workbook
from mash.web.replay_work import work_of
from mash.web.replays import READERS, find_replay, words_of

blueprint = Blueprint("replay_report", __name__, url_prefix="/replays")
BY_MONTH = GROUP_NAMES[MONTH]
FEWEST_WEEKS = 5
"""Over how many weeks whole children a week are five children at least, as numbers in sentences are."""


@blueprint.get("/<int:number>/report")
@needs_role(*READERS)
def show(number: int) -> str:
    """Show a replay as it may leave the team; it is printed, or kept as a PDF, by the browser."""
    found, said, board = _reported(number)
    work = work_of(found)
    months = [one for one in board.groups.get(BY_MONTH, ()) if one.name != "all"]
    more: dict[str, Any] = {
        "lines": words(said),
        "upto": date.fromisoformat(said["cohort"]["upto"]),
        "about": about,
        "by_level": board.by_level,
        "by_route": board.by_route,
        "flows": _flows(said, board),
        "away": board.away,
        "away_words": AWAY,
        "groups": [(name, rows, *dots_of(rows)) for name in WHO_NAMES.values() if (rows := board.groups.get(name))],
        "months": board.groups.get(BY_MONTH, ()),
        "curve": month_curve([replace(one, name=_month(one.name)) for one in months]),
        "asks": asks(said),
        "in_time": work.get("in_time"),
        "not_live": work["not_live"],
        "names": {"baseline": found.baseline_id, "candidate": found.candidate_id},
        "words": words_of(found),
    }
    return render_template("replay_report.html", replay=found, said=said, month=_month, **more)


@blueprint.get("/<int:number>/report.xlsx")
@needs_role(*READERS)
def sheets(number: int) -> Response:
    """Give the same report as a workbook."""
    found, said, board = _reported(number)
    book = workbook(said, words(said), board, words_of(found))
    named = {"Content-Disposition": f'attachment; filename="replay-R-{number}.xlsx"'}
    return Response(book, content_type=KIND, headers=named)


def _reported(number: int) -> tuple[ReplayRow, Mapping[str, Any], Board]:
    """Give a replay, what it found, and its tables with what must not leave the team hidden."""
    found = find_replay(number)
    if found.result is None:
        raise NotFound("This replay has no result to report.")
    board = board_of(found.result)
    if board is None:
        raise NotFound("This replay does not tell enough to hide by.")
    return found, found.result, board


def asks(said: Mapping[str, Any]) -> list[str]:
    """Say what a change asks of the service a week, to whole children: too roughly for a hidden number to be had."""
    loads = [one for one in by_team(said, {}) if one.team == EVERYONE and one.work != "all"]
    if not loads or loads[0].weeks < FEWEST_WEEKS:
        return []
    return [
        f"{WORK[one.work]}: about {one.a_week['baseline']:.0f} a week before, {one.a_week['candidate']:.0f} after."
        for one in loads
    ]


def _flows(said: Mapping[str, Any], board: Board) -> dict[str, Flow]:
    """Draw who moves between levels, and between routes; a route that passes a child on is no stronger than another."""
    routes: Sequence[Mapping[str, str]] = said.get("routes", ())
    aside = {one["route"] for one in routes if one["kind"] == Kind.PASSED_ON}
    levels = [str(number) for number in range(10)]
    ordered = [one["route"] for one in routes] or [*board.by_route.rows, *board.by_route.columns]
    return {"level": flow_of(board.by_level, levels), "route": flow_of(board.by_route, ordered, aside)}


def _month(month: str) -> str:
    """Write a month.

    >>> _month("2021-03")
    'Mar 2021'
    """
    return f"{date.fromisoformat(month + '-01'):%b %Y}"
