"""A contact beside the version that judges it: what that version offers and calls things, for the page about it."""

from collections.abc import Mapping

from mash.journeys.practice import Practice
from mash.journeys.routes import routes_of
from mash.kinds import Kind
from mash.rules import RuleSet
from mash.web import version_words
from mash.web.called import rated_by
from mash.web.contact_words import TYPES
from mash.workflow.routes import Route, Routes

QUICK_TYPES = {code: words for code, words in TYPES.items() if code != "service_request"}


class Versioned:
    """A contact with the local practice and the version that judges it; None where no version does."""

    practice: Practice
    ruleset: RuleSet | None

    @property
    def quick_types(self) -> dict[str, str]:
        return QUICK_TYPES

    @property
    def quick_outcomes(self) -> dict[str, str]:
        return version_words.quick_outcomes(self.routes_here)

    @property
    def levels(self) -> Mapping[str, str]:
        return version_words.level_words(self.ruleset)

    @property
    def ratings(self) -> Mapping[str, str]:
        return version_words.ratings_offered(self.ruleset)

    def rated_words(self, code: str | None) -> str:
        return rated_by(self.ruleset, code, self.practice.rulebook)

    @property
    def routes_here(self) -> Routes:
        return routes_of(self.ruleset, self.practice.rulebook)

    @property
    def routes(self) -> dict[str, str]:
        return version_words.routes_offered(self.routes_here)

    @property
    def follows(self) -> dict[str, str]:
        return version_words.follows(self.routes_here)

    def route_words(self, code: str | None) -> str:
        route = self.routes_here.get(code)
        return route.words if route else ""

    def is_kind(self, code: str | None, kind: str) -> bool:
        """Whether an outcome on record is of a kind."""
        route = self.routes_here.get(code)
        return route is not None and route.kind == kind

    @property
    def lower(self) -> Route | None:
        """What a child is stepped down to; None where the version has no early help."""
        return next(iter(self.routes_here.of(Kind.EARLY_HELP)), None)

    @property
    def extra_routes(self) -> dict[str, str]:
        return {} if self.ruleset is None else {note.key: note.name for note in self.ruleset.extra_routes.values()}
