"""One contact's timeline: what happened, who did it, when and why; how each due time was worked out; who looked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Blueprint, render_template, request

from mash.clock import LONDON
from mash.journeys.contacts import NotFound
from mash.journeys.events import ERASED, as_written, kept_hash, proved_by
from mash.journeys.views import seen
from mash.queries.timeline import Happened, Timeline, timeline_of
from mash.web.access import actor, current, needs_role
from mash.web.called import rated, route_words
from mash.web.event_words import GROUPS, Names, Words, in_words
from mash.web.known_words import Seen, seen_then
from mash.web.wiring import moment, reading, transaction, wiring

blueprint = Blueprint("timeline", __name__)

HIDDEN_AT_FIRST = {"views": "Views", "drafts": "Drafts", "system": "System"}
SHOWN = {name: words for name, words in GROUPS.items() if name != "system"}
PAGES = {
    "workspace": "Viewed",
    "timeline": "Viewed the timeline",
    "search": "Shown in a search",
    "hand_overs": "Viewed as an offer to their team",
    "print": "Viewed for printing",
    "replay": "Read in a replay",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. ``then`` is what could be seen when something was decided."""

    at: datetime
    words: Words
    by: str
    quiet: bool = False
    then: Seen = field(default_factory=Seen)


@blueprint.get("/contacts/<reference>/timeline")
@needs_role("contact_officer", "practitioner", "manager", "auditor")
def show(reference: str) -> str:
    """Show the timeline, the newest first unless asked otherwise."""
    asked = [name for name in request.args.getlist("show") if name in {*SHOWN, *HIDDEN_AT_FIRST}]
    showing = asked or list(SHOWN)
    with reading() as session:
        found = timeline_of(session, reference, roles=current().roles, with_views="views" in showing)
    if found is None:
        raise NotFound(f"There is no contact {reference}.")
    with transaction() as session:
        seen(session, found.id, "timeline", actor(), moment())
    newest_first = request.args.get("order") != "oldest"
    return render_template(
        "timeline.html",
        found=found,
        days=_by_day(_entries(found, showing), newest_first=newest_first),
        showing=showing,
        groups=SHOWN | HIDDEN_AT_FIRST,
        newest_first=newest_first,
        broken=_broken(found.events),
    )


def _entries(found: Timeline, showing: Sequence[str]) -> list[Entry]:
    names = _names(found)
    entries = [_entry(event, found, names) for event in found.events]
    kept = [entry for entry in entries if entry.words.group in showing]
    kept += [Entry(at, Words(PAGES.get(page, f"Viewed: {page}")), name, quiet=True) for name, page, at in found.viewers]
    if "drafts" in showing:
        kept += [Entry(at, Words(f"Draft kept: {form}"), name, quiet=True) for name, form, at in found.drafts]
    return kept


def _names(found: Timeline) -> Names:
    facts = {code: fact.words for code, fact in wiring().rulebook.catalogue.facts.items()}
    children = {child.id: child.name for child in found.children}
    here = found.reference
    return Names(children, facts, lambda code: rated(code, here), lambda code: route_words(code, here))


def _entry(event: Happened, found: Timeline, names: Names) -> Entry:
    then = found.known_then.get(event.data.get("decision", 0))
    words = in_words(event.kind, event.data, names)
    shown = seen_then(wiring().rulebook, then, event.data)
    return Entry(event.at, words, event.by, quiet=words.group == "system", then=shown)


def _by_day(entries: Sequence[Entry], *, newest_first: bool) -> list[tuple[date, list[Entry]]]:
    days: dict[date, list[Entry]] = defaultdict(list)
    ordered = sorted(enumerate(entries), key=lambda pair: (pair[1].at, pair[0]), reverse=newest_first)
    for _, entry in ordered:
        days[entry.at.astimezone(LONDON).date()].append(entry)
    return list(days.items())


def _broken(events: Sequence[Happened]) -> list[int]:
    """Give the events that have not the hash that they were written with, nor were erased by a disposal."""
    proved = {proof for event in events for proof in proved_by(event)}
    return [
        event.seq
        for event in events
        if not ((event.seq, kept_hash(event)) in proved if event.data == ERASED else as_written(event))
    ]
