"""The queue's page: what was asked of it, and the list that answers, in the order to do things or by a heading."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mash.queries import queue as queries
from mash.queries.asker import Asker, settled
from mash.queries.claims import Colleague, colleagues
from mash.queries.queue import VIEWS, Counts, Narrowed, QueueRow
from mash.queries.queue_order import SORTS, together
from mash.web.access import current
from mash.web.called import rated
from mash.web.contact_words import SHORT_SOURCES, SOURCE_GROUPS, TYPES
from mash.web.forms import Form
from mash.web.london import london_day
from mash.web.queue_lines import MINUTE, lines_of
from mash.web.schemas import FormSchema
from mash.web.shelf import Made, Shelf
from mash.web.tokens import Parts, parted, with_tokens
from mash.web.watching import unwatched
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
RATINGS = ("red", "amber", "green", "none")
DUE = {"overdue": "Overdue", "today": "Later today", "later": "After today"}
FROM = {group.lower().replace(" ", "-"): group for group in SOURCE_GROUPS}
NARROWING: Mapping[str, Collection[str]] = {"rating": RATINGS, "due": DUE, "from": FROM, "type": TYPES}
HEADINGS = {"rating": "Rating", "due": "Decision due", "from": "From", "type": "Type"}
SORTED = {"rating": ("{} first", "{} last"), "due": ("soonest first", "latest first"), "from": ("A to Z", "Z to A")}
NAMED = tuple(sorted(SHORT_SOURCES, key=lambda code: (SHORT_SOURCES[code], code)))
ASKED = ("view", *NARROWING, "sort")
MOST_AT_ONCE = 1000
REFERENCE = re.compile(r"C-\d\d-\d{1,9}\Z", re.ASCII)
"""How a contact is named in what a form says."""


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
        offered = narrowing()
        said = [f"{HEADINGS[name].lower()} {offered[name][value].lower()}" for name, value in self.chosen.items()]
        return "; ".join([TABS[self.view], *said, self.order])

    @property
    def order(self) -> str:
        """Say how the list is ordered."""
        if self.view in DONE:
            return {"decided": "the newest decision first"}.get(self.view, "the oldest decision first")
        by, red = self.sort.removeprefix("-"), rated("red")
        if not by:
            return f"{red.upper()} first, then due soonest"
        return f"{HEADINGS[by].lower()}, {SORTED[by][self.sort.startswith('-')].format(red.lower())}"

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


def narrowing() -> dict[str, Mapping[str, str]]:
    """Say what a list may be narrowed to, in words: ratings as the versions call them."""
    ratings = {code: rated(None if code == "none" else code) for code in RATINGS}
    return {"rating": ratings, "due": DUE, "from": FROM, "type": TYPES}


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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page of the queue is made from, and its lines as they stand in order."""

    shown: Sequence[QueueRow]
    next_place: str
    counts: Counts
    next_up: str
    colleagues: Sequence[Colleague]


_answers: Shelf[Answer] = Shelf(100)
_pages: Shelf[Parts] = Shelf(100)


def _answer(asked: Asked, after: tuple[int, ...] | None, who: Asker) -> Made[Answer]:
    with reading() as session:
        who = settled(session, who)
        rows, more = queries.queue_page(session, asked.view, who, asked.narrowed(), after)
        answer = Answer(
            shown=in_order(rows, asked),
            next_place="-".join(map(str, rows[-1].key)) if more else "",
            counts=queries.queue_counts(session, who),
            next_up=queries.next_reference_up(session, who),
            colleagues=() if asked.view in DONE else colleagues(session, day=day_of(who.at)),
        )
    # What is no longer in the queue may fall due unseen by the counts; then nothing is kept.
    unseen = asked.view in DONE and "due" in asked.chosen
    return Made(answer, who.at, who.at if unseen else answer.counts.turns_at)


def kept_page(asked: Asked, after: tuple[int, ...] | None) -> bytes:
    """Give the page as it is now: made anew, or kept from before with new tokens.

    A page shows who looks, their views, the list, the counts and the time in minutes. All of it changes only with the
    mark or with time, or when nobody watches the deadlines; only what waits to be said once does not, and a page that
    says it is not kept.
    """
    who, found = asker(), current()
    key = who.user_id, who.roles, who.day_starts, tuple(asked.here.items()), after, unwatched()

    def make() -> Made[Parts]:
        answer = _answers.get(key, who.at, lambda: _answer(asked, after, who), mark=found.mark)
        lines = lines_of(answer.thing.shown, who, done=asked.view in DONE)
        minute = who.at.replace(second=0, microsecond=0) + MINUTE
        page = _render(asked, after, answer.thing, lines.thing, Form(FormSchema()))
        return Made(parted(page), who.at, min(answer.until, lines.until, minute))

    made = make() if found.notices else _pages.get(key, who.at, make, mark=found.mark)
    return with_tokens(made.thing)


def refused_page(asked: Asked, form: Form) -> str:
    """Make the page with a form of it that was sent and refused, to show what was written in it."""
    who = asker()
    answer = _answer(asked, None, who).thing
    ticked, wrong = frozenset(form.value("ref")), "ref" in form.errors
    lines = lines_of(answer.shown, who, done=asked.view in DONE, ticked=ticked, wrong=wrong)
    return _render(asked, None, answer, lines.thing, form)


def _render(asked: Asked, after: tuple[int, ...] | None, answer: Answer, lines: Markup, form: Form) -> str:
    return render_template(
        "queue.html",
        asked=asked,
        view=asked.view,
        tabs=TABS,
        lines=lines,
        shown=len(answer.shown),
        counts=answer.counts,
        next_up=answer.next_up,
        narrowing=narrowing(),
        headings=HEADINGS,
        more=answer.next_place,
        paged=after is not None,
        colleagues=answer.colleagues,
        saved=current().preferences.get("queue_views", []),
        form=form,
    )
