"""What the version that judges a contact offers on its form, in that version's words: levels, ratings, outcomes."""

from collections.abc import Mapping

from mash.kinds import INFORMING, Kind
from mash.rules import RuleSet
from mash.workflow.routes import Routes
from mash.workflow.words import Rating

OFFERED = (
    Kind.ASSESSMENT,
    Kind.STRATEGY,
    Kind.EARLY_HELP,
    Kind.PASSED_ON,
    Kind.ADVICE,
    Kind.SIGNPOSTING,
    Kind.ANOTHER_AUTHORITY,
    Kind.NO_SERVICE,
)
MEANT = {Rating.RED: "manager now", Rating.AMBER: "today", Rating.GREEN: "in time"}
HELD = range(1, 10)
"""The levels that a record can hold: offered by number where no version says how many there are."""


def routes_offered(routes: Routes) -> dict[str, str]:
    """Name what may happen next."""
    enquiry = ", section 47: goes ahead at once"
    return {route.key: route.words + (enquiry if route.kind is Kind.STRATEGY else "") for route in routes.of(*OFFERED)}


def follows(routes: Routes) -> dict[str, str]:
    """Say of each outcome whether somebody then receives the child, so that the form asks what belongs to it."""
    return {route.key: "closes" if route.closes else "receives" for route in routes.of(*OFFERED)}


def quick_outcomes(routes: Routes) -> dict[str, str]:
    """Name what a contact that asks for no service may come to."""
    return {route.key: route.done or route.words for route in routes.of(*INFORMING)}


def usual_outcome(routes: Routes, came_as: str) -> str:
    """Return what such a contact comes to unless somebody says otherwise: advice if it asked for that."""
    wanted = Kind.ADVICE if came_as == "advice" else Kind.INFORMATION
    return next((route.key for route in routes.of(wanted, *INFORMING)), "")


def rating_words(ruleset: RuleSet | None) -> dict[str, str]:
    """Name the ratings of a version by their strength, the most urgent first."""
    if ruleset is None:
        return {rating.value: rating.words for rating in Rating}
    named = {rating.urgency: rating.name for rating in ruleset.ratings}
    return {rating.value: named[rating] for rating in Rating if rating in named}


def ratings_offered(ruleset: RuleSet | None) -> dict[str, str]:
    """Name the ratings with what each asks of the service."""
    return {code: f"{words}: {MEANT[Rating(code)]}" for code, words in rating_words(ruleset).items()}


def urgency_of(ruleset: RuleSet, key: str) -> str:
    """Return the strength of a rating that the rules gave."""
    return next((rating.urgency for rating in ruleset.ratings if rating.key == key), "")


def level_words(ruleset: RuleSet | None) -> Mapping[str, str]:
    """Name each level of a version by its number."""
    if ruleset is None:
        return {str(number): f"Level {number}" for number in HELD}
    return {str(level.ordinal): f"{level.ordinal} {level.name}" for level in ruleset.levels}
