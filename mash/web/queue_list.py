"""The queue's page: what was asked of it, and the list that answers, in the order to do things or by a heading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mash.queries import queue as queries
from mash.queries.claims import colleagues
from mash.queries.queue import VIEWS, Asker, Narrowed, QueueRow
from mash.queries.queue_order import SORTS, together
from mash.web.access import current
from mash.web.contact_words import SHORT_SOURCES, SOURCE_GROUPS, TYPES
from mash.web.forms import Form
from mash.web.london import london_day
from mash.web.schemas import FormSchema
from mash.web.wiring import moment, reading
from mash.workflow.calendar import london_day as day_of

ON_DUTY = ("contact_officer", "practitioner", "manager")
TABS = {
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "everyone": "Everyone",
    "waiting": "Waiting for information",
    "to-hand-over": "To hand over",
    "decided": "Decided today",
}
DONE = frozenset({"to-hand-over", "decided"})
RATINGS = {"red": "Red", "amber": "Amber", "green": "Green", "none": "Not rated"}
DUE = {"overdue": "Overdue", "today": "Later today", "later": "After today"}
FROM = {group.lower().replace(" ", "-"): group for group in SOURCE_GROUPS}
NARROWING: Mapping[str, Mapping[str, str]] = {"rating": RATINGS, "due": DUE, "from": FROM, "type": TYPES}
HEADINGS = {"rating": "Rating", "due": "Decision due", "from": "From", "type": "Type"}
SORTED = {"rating": ("red first", "red last"), "due": ("soonest first", "latest first"), "from": ("A to Z", "Z to A")}
NAMED = tuple(sorted(SHORT_SOURCES, key=lambda code: (SHORT_SOURCES[code], code)))
ASKED = ("view", *NARROWING, "sort")
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which view was asked for, what it is narrowed to and how it is sorted, in codes that an address may hold."""

    view: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""

    @property
    def here(self) -> dict[str, Any]:
        return {"view": self.view, **self.chosen, **({"sort": self.sort} if self.sort else {})}

    @property
    def words(self) -> str:
        """Say in words what the list is: its view, what it is narrowed to, its order."""
        said = [f"{HEADINGS[name].lower()} {NARROWING[name][value].lower()}" for name, value in self.chosen.items()]
        return "; ".join([TABS[self.view], *said, self.order])

    @property
    def order(self) -> str:
        """Say how the list is ordered."""
        if self.view in DONE:
            return {"decided": "the newest decision first"}.get(self.view, "the oldest decision first")
        by = self.sort.removeprefix("-")
        return (
            f"{HEADINGS[by].lower()}, {SORTED[by][self.sort.startswith('-')]}" if by else "RED first, then due soonest"
        )

    def narrowed(self, references: Sequence[str] = ()) -> Narrowed:
        return Narrowed(
            rating=self.chosen.get("rating", ""),
            due=self.chosen.get("due", ""),
            sources=SOURCE_GROUPS[FROM[self.chosen["from"]]] if "from" in self.chosen else (),
            type=self.chosen.get("type", ""),
            sort=self.sort,
            named=NAMED,
            references=tuple(references),
        )


def asked_from(said: MultiDict[str, str] | Mapping[str, str]) -> Asked:
    """Read what was asked; what is not one of our codes asks nothing."""
    view, sort = said.get("view", "mine"), said.get("sort", "")
    view = view if view in VIEWS else "mine"
    chosen = {name: said.get(name, "") for name in NARROWING}
    known = {name: value for name, value in chosen.items() if value in NARROWING[name]}
    return Asked(view, known, sort if view not in DONE and sort.removeprefix("-") in SORTS else "")


def asker() -> Asker:
    """Return who asks for a list, and the day it is."""
    found, at = current(), moment()
    starts, ends = london_day(at)
    return Asker(user_id=found.user_id, roles=found.roles, at=at, day_starts=starts, day_ends=ends)


def in_order(rows: Sequence[QueueRow], asked: Asked) -> Sequence[QueueRow]:
    """Stand contacts that belong together below each other, unless the list is sorted by a heading."""
    if asked.sort or asked.view in DONE:
        return rows
    return together(rows, {row.id: [other.id for other in row.related] for row in rows})


def whole_list(session: Session, asked: Asked, references: Sequence[str] = ()) -> tuple[list[QueueRow], bool]:
    """Give every row of a list, for paper or a file, and whether there were too many for that."""
    rows: list[QueueRow] = []
    more, after = True, None
    while more and len(rows) < MOST_AT_ONCE:
        found, more = queries.queue_page(session, asked.view, asker(), asked.narrowed(references), after)
        rows += found
        after = rows[-1].key if rows else None
    return list(in_order(rows, asked)), more


def queue_page(asked: Asked, after: tuple[int, ...] | None = None, *, form: Form | None = None) -> str:
    """Make the page.

    Args:
        form: A form of the page that was sent and refused, to show what was written in it.
    """
    who = asker()
    with reading() as session:
        rows, more = queries.queue_page(session, asked.view, who, asked.narrowed(), after)
        counts = queries.queue_counts(session, who)
        next_up = queries.next_reference_up(session, who)
        others = [] if asked.view in DONE else colleagues(session, day=day_of(who.at))
    shown = in_order(rows, asked)
    return render_template(
        "queue.html",
        asked=asked,
        view=asked.view,
        tabs=TABS,
        rows=shown,
        joined=_joined(shown),
        counts=counts,
        next_up=next_up,
        narrowing=NARROWING,
        headings=HEADINGS,
        more="-".join(map(str, rows[-1].key)) if more else "",
        paged=after is not None,
        colleagues=others,
        saved=current().preferences.get("queue_views", []),
        form=form or Form(FormSchema()),
    )


def _joined(rows: Sequence[QueueRow]) -> set[int]:
    """Name the rows that belong with the row above them."""
    return {below.id for above, below in pairwise(rows) if below.id in {other.id for other in above.related}}
