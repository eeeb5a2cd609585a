"""The lines of the queue as HTML: each written once for what it shows, and again when its words would be others."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import pairwise

from flask import current_app
from markupsafe import Markup

from mash.queries.asker import Asker
from mash.queries.queue import QueueRow
from mash.web.called import judging, tell_apart
from mash.web.shelf import Made, Shelf

MINUTE, INSTANT = timedelta(minutes=1), timedelta(microseconds=1)
_lines: Shelf[Markup] = Shelf(4000)


def lines_of(
    rows: Sequence[QueueRow], who: Asker, *, done: bool, ticked: AbstractSet[str] = frozenset(), wrong: bool = False
) -> Made[Markup]:
    """Write the lines of a list.

    Args:
        done: Whether it is a list of what was decided: there is nothing to take in it.
        ticked: The references to show as ticked.
        wrong: Whether a fault in what was ticked links to the first.
    """
    joined = {below.id for above, below in pairwise(rows) if below.id in {other.id for other in above.related}}
    tell_apart(row.reference for row in rows)
    made = [
        _line(row, who, done, row.id in joined, row.reference in ticked, wrong and not number)
        for number, row in enumerate(rows)
    ]
    return Made(Markup("").join(one.thing for one in made), who.at, min((one.until for one in made), default=who.at))


def _line(row: QueueRow, who: Asker, done: bool, joined: bool, ticked: bool, first: bool) -> Made[Markup]:
    """Write one line, or take it from what was written: its key is everything that it shows but the time.

    What it calls the rating and outcomes is the version's that judges the contact.
    """
    told = row, done, row.claimed_by_id == who.user_id, joined, ticked, first
    version = judging(row.reference)

    def make() -> Made[Markup]:
        line = current_app.jinja_env.get_template("macros/queue.html").module.line  # type: ignore[attr-defined]
        return Made(line(*told), who.at, turns_at(row, who.at, who.day_ends))

    return _lines.get((told, version and version.content_hash), who.at, make)


def turns_at(row: QueueRow, at: datetime, day_ends: datetime) -> datetime:
    """Say from when on a line's words may be others: at the next minute before or after it is due, when an agency's
    answer falls due, or when the day ends.

    What falls due does so the instant after, so a minute before that lasts to its very end and one after does not.
    """
    turns = [day_ends, *(due + INSTANT for _, due in row.details.waiting_for if at <= due)]
    if row.due_at and at <= row.due_at:
        turns.append(row.due_at - (row.due_at - at) // MINUTE * MINUTE + INSTANT)
    elif row.due_at:
        turns.append(row.due_at + ((at - row.due_at) // MINUTE + 1) * MINUTE)
    return min(turns)
