"""What a contact's rating and outcomes are called in a list: as the version that judges that contact calls them.

Where every version calls them the same, which is usual, nothing is asked of the record. Otherwise a page that lists
contacts looks for their versions at once (`tell_apart`), and one that shows a single contact as it comes to it.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import g
from flask.sansio.app import App
from jinja2 import pass_context
from jinja2.runtime import Context
from sqlalchemy.exc import OperationalError

from mash.db import Unavailable
from mash.journeys.routes import routes_of
from mash.queries.judging import judged_by_each
from mash.rules import NoRuleSetInForce, RuleBook, RuleSet
from mash.rules.book import ThresholdsChanged
from mash.web.contact_words import SHORT_CLOCKS
from mash.web.version_words import rating_words
from mash.web.wiring import moment, reading, wiring
from mash.workflow.calendar import london_day
from mash.workflow.words import Rating

NOT_RATED = "Not rated"


def tell_apart(references: Iterable[str | None]) -> None:
    """Look for the versions that judge the contacts of a list, if it matters which."""
    if not _alike(wiring().rulebook):
        _look([one for one in references if one])


def judging(reference: str | None) -> RuleSet | None:
    """Give the version that judges a contact; None where none does, or where all call things the same."""
    if reference is None or _alike(wiring().rulebook):
        return None
    if reference not in _known():
        _look([reference])
    return _known()[reference]


def rated(rating: str | None, reference: str | None = None) -> str:
    """Name a rating as the version that judges a contact does; of no contact, as any version does."""
    return rated_by(judging(reference), rating, wiring().rulebook) if rating else NOT_RATED


def rated_now(rating: str) -> str:
    """Name a rating as the version in force does, where no contact is spoken of; as is usual where none can be had."""
    try:
        named = rating_words(wiring().rulebook.in_force(london_day(moment())))
    except (NoRuleSetInForce, ThresholdsChanged, Unavailable, OperationalError):
        named = {}
    return named.get(rating) or Rating(rating).words


def short_clock(name: str | None, reference: str | None = None) -> str:
    """Name a contact's clock in short; that of its most urgent rating as its version calls the rating."""
    return f"{rated('red', reference)} clock" if name == "red" else SHORT_CLOCKS.get(name or "", "")


def rated_by(ruleset: RuleSet | None, rating: str | None, book: RuleBook) -> str:
    """Name a rating as a version does; without one, or where it has no such rating, as those of a book do."""
    if not rating:
        return NOT_RATED
    own = rating_words(ruleset) if ruleset else {}
    return own.get(rating) or ratings_of(book).get(rating) or rating.capitalize()


def route_words(code: str | None, reference: str | None = None) -> str:
    """Name an outcome as the version that judges a contact does; of no contact, as the newest version that has it."""
    route = routes_of(judging(reference), wiring().rulebook).get(code)
    return route.words if route else ""


@lru_cache(maxsize=16)
def ratings_of(book: RuleBook) -> dict[str, str]:
    """Name each rating as the versions of a book do, every name once, such as “Red or Urgent”."""
    named: dict[str, list[str]] = {rating.value: [] for rating in Rating}
    for version in book.versions:
        for code, words in rating_words(version).items():
            if words not in named[code]:
                named[code].append(words)
    return {code: " or ".join(words) for code, words in named.items() if words}


@lru_cache(maxsize=16)
def _alike(book: RuleBook) -> bool:
    """Say whether every version names each rating and outcome that it has as every other does."""
    said: set[tuple[str, str]] = set()
    for version in book.versions:
        said |= set(rating_words(version).items())
        said |= {(key, route.words) for key, route in routes_of(version, book).own.items()}
    return len(said) == len({code for code, _ in said})


def _known() -> dict[str, RuleSet | None]:
    if "judging" not in g:
        g.judging = {}
    known: dict[str, RuleSet | None] = g.judging
    return known


def _look(references: Iterable[str]) -> None:
    wanted = [one for one in references if one not in _known()]
    if not wanted:
        return
    with reading() as session:
        found = judged_by_each(session, wiring().rulebook, wanted, moment())
    _known().update({one: found.get(one) for one in wanted})


def _asked_each_time(filter: Callable[..., str]) -> Callable[..., str]:
    """Keep a filter of a constant from being worked out once, when its template is compiled."""

    @pass_context
    def ask(context: Context, *said: Any) -> str:
        return filter(*said)

    return ask


def set_up(app: App) -> None:
    """Give templates these words as filters."""
    words: dict[str, Callable[..., str]] = {"rated": rated, "rated_now": rated_now}
    words |= {"route_words": route_words, "short_clock": short_clock}
    app.jinja_env.filters.update({name: _asked_each_time(filter) for name, filter in words.items()})
