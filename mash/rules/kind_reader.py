"""Read what kind of route each is, and how urgent each rating; what is left unsaid follows from what is said."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mash.kinds import CLOSING, Kind, Outcome
from mash.rules.parts import Rating, Redirect, Route
from mash.rules.source import Entry

URGENCIES = ("green", "amber", "red")
ENQUIRY = "section 47"
STATUTORY = (Kind.ASSESSMENT, Kind.STRATEGY)
SERVING = (Kind.EARLY_HELP, Kind.ANOTHER_AUTHORITY)
ELSEWHERE = (Kind.PASSED_ON, Kind.ANOTHER_AUTHORITY)
CHOSEN = (*CLOSING, Kind.EARLY_HELP, Kind.ANOTHER_AUTHORITY)
BESIDE = (Kind.INFORMATION, Kind.SIGNPOSTING, Kind.ANOTHER_AUTHORITY)


def with_kinds(entry: Entry, routes: Sequence[Route]) -> tuple[Route, ...]:
    """Return the routes, each with its kind: as the file says, or as `closes`, `statutory` and `basis` say."""
    kinds = _said(routes)
    found = []
    for item, route in zip(entry.items(), routes, strict=True):
        kind, fields = kinds[route.key], item.mapping()
        if "kind" in fields:
            may_be = CLOSING if route.closes else STATUTORY if route.statutory else SERVING
            kind = _kind(fields["kind"], may_be)
        found.append(replace(route, kind=kind, team=fields["team"].text() if "team" in fields else ""))
    return tuple(found)


def _said(routes: Sequence[Route]) -> dict[str, Kind]:
    """Say what kind each route is by what else the file says of it; thresholds/README.md, section 2, has the table."""
    statutory = [route.key for route in routes if route.statutory]
    enquiries = [route.key for route in routes if route.statutory and ENQUIRY in route.basis] or statutory[-1:]
    ended = next((route.key for route in routes if route.closes), "")

    def kind(route: Route) -> Kind:
        if route.closes:
            return Kind.NO_SERVICE if route.key == ended else Kind.ADVICE
        if not route.statutory:
            return Kind.EARLY_HELP
        return Kind.STRATEGY if route.key in enquiries else Kind.ASSESSMENT

    return {route.key: kind(route) for route in routes}


def _kind(entry: Entry, may_be: Iterable[Kind]) -> Kind:
    return Kind(entry.one_of([kind.value for kind in may_be], "kind"))


def redirect_kind(found: dict[str, Entry]) -> Kind:
    """Return the kind of a redirect: passed on, unless it says another."""
    return _kind(found["kind"], ELSEWHERE) if "kind" in found else Kind.PASSED_ON


def read_outcomes(entry: Entry, may_be: Iterable[Kind] = CHOSEN) -> tuple[Outcome, ...]:
    """Read what a contact may come to: key, name and kind of each."""
    found: dict[str, Outcome] = {}
    for item in entry.items():
        fields = item.fields(("key", "name", "kind"), ("done",))
        key = fields["key"].text()
        if key in found:
            raise item.wrong(f"the key '{key}' is used twice", "Give each its own key")
        done = fields["done"].text() if "done" in fields else ""
        found[key] = Outcome(key, fields["name"].text(), _kind(fields["kind"], may_be), done)
    return tuple(found.values())


def with_names(routes: Sequence[Route], entry: Entry | None, shared: Sequence[Outcome]) -> tuple[Route, ...]:
    """Return the routes with what lists call them: the catalogue's name, unless the version lists its own outcomes."""
    called = {} if entry is not None else {outcome.key: outcome for outcome in shared}
    return tuple(
        replace(route, short=called[route.key].name, done=called[route.key].done) if route.key in called else route
        for route in routes
    )


def outcomes_beside(
    entry: Entry | None, shared: Sequence[Outcome], routes: Sequence[Route], redirects: Sequence[Redirect]
) -> tuple[Outcome, ...]:
    """Return the version's own further outcomes; where it lists none, the catalogue's of the kinds it has no route of.

    Raises:
        Wrong: If one that the version lists has the key of a route.
    """
    if entry is None:
        kinds = {route.kind for route in routes}
        return tuple(one for one in shared if one.kind in BESIDE and one.kind not in kinds)
    taken = {route.key for route in routes} | {redirect.route for redirect in redirects}
    own = read_outcomes(entry)
    for item, outcome in zip(entry.items(), own, strict=True):
        if outcome.key in taken:
            raise item.wrong(f"'{outcome.key}' is one of the routes already", "Give the outcome its own key")
    return own


def with_urgencies(entry: Entry, ratings: Sequence[Rating]) -> tuple[Rating, ...]:
    """Return the ratings, each with its strength: as the file says, or by its key, or by its place among them."""
    found: list[Rating] = []
    for place, (item, rating) in enumerate(zip(entry.items(), ratings, strict=True)):
        fields = item.mapping()
        if "urgency" in fields:
            urgency = fields["urgency"].one_of(URGENCIES, "urgency")
        elif rating.key in URGENCIES:
            urgency = rating.key
        else:
            urgency = URGENCIES[0 if place == 0 else 2 if place == len(ratings) - 1 else 1]
        if found and URGENCIES.index(urgency) < URGENCIES.index(found[-1].urgency):
            raise item.wrong(f"'{rating.key}' is less urgent than the one before it", "List ratings least urgent first")
        found.append(replace(rating, urgency=urgency))
    return tuple(found)
