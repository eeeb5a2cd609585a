"""The outcomes that versions of the thresholds know, in the workflow's terms: of one version, or of all there are."""

from functools import lru_cache

from mash.kinds import Outcome
from mash.rules import RuleBook, RuleSet
from mash.workflow.routes import Route, Routes


def routes_of(ruleset: RuleSet | None, book: RuleBook) -> Routes:
    """Give what may be decided on a contact that a version judges, beside what other versions call theirs.

    Where no version judges it, whatever any version knows may be decided, so that nothing waits for want of one.
    """
    known = _known(book)
    return Routes(known, known) if ruleset is None else Routes(_own(ruleset), known)


@lru_cache(maxsize=16)
def _known(book: RuleBook) -> dict[str, Route]:
    """Give every outcome of the book, the newest version's word for each, and those of the catalogue."""
    found = {outcome.key: _as_route(outcome) for outcome in book.catalogue.outcomes}
    for ruleset in book.versions:
        found |= _own(ruleset)
    return found


@lru_cache(maxsize=64)
def _own(ruleset: RuleSet) -> dict[str, Route]:
    found = {
        route.key: Route(route.key, route.short or route.name, route.kind, place, route.team, route.done)
        for place, route in enumerate(ruleset.routes)
    }
    found |= {one.route: Route(one.route, one.name, one.kind, team=one.team) for one in ruleset.redirects}
    return found | {outcome.key: _as_route(outcome) for outcome in ruleset.outcomes}


def _as_route(outcome: Outcome) -> Route:
    return Route(outcome.key, outcome.name, outcome.kind, done=outcome.done)
