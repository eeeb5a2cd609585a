"""A replay for the board: on paper, in words and pictures, with nobody in it who could be worked out."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from mash.measures.board_report import about, board_of, words
from mash.replay.past import WHO_NAMES
from mash.replay.text import AWAY
from mash.web.access import needs_role
from mash.web.flow import dots_of, flow_of
from mash.web.replays import READERS, find_replay, words_of

blueprint = Blueprint("replay_report", __name__, url_prefix="/replays")


@blueprint.get("/<int:number>/report")
@needs_role(*READERS)
def show(number: int) -> str:
    """Show a replay as it may leave the team; it is printed, or kept as a PDF, by the browser."""
    found = find_replay(number)
    if found.result is None:
        raise NotFound("This replay has no result to report.")
    said, board = found.result, board_of(found.result)
    if board is None:
        raise NotFound("This replay does not tell enough to hide by.")
    more: dict[str, Any] = {
        "lines": words(said),
        "upto": date.fromisoformat(said["cohort"]["upto"]),
        "about": about,
        "by_level": board.by_level,
        "flow": flow_of(board.by_level),
        "by_route": board.by_route,
        "away": board.away,
        "away_words": AWAY,
        "groups": [(name, rows, *dots_of(rows)) for name in WHO_NAMES.values() if (rows := board.groups.get(name))],
        "names": {"baseline": found.baseline_id, "candidate": found.candidate_id},
        "words": words_of(found),
    }
    return render_template("replay_report.html", replay=found, said=said, **more)
