"""What most commands begin with: an open database that is up to date, and the thresholds on disk."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DatabaseError

from mash import clock, config, migrate
from mash.config import Config, Misconfigured
from mash.db import Database, Unavailable, open_database, reading, transaction, why
from mash.journeys.fold_figures import fold
from mash.journeys.practice import Practice, practice_from
from mash.journeys.purpose import require_purpose
from mash.queries.rule_books import book_with_published
from mash.rules import RuleBook
from mash.workflow.calendar import shipped_calendar
from mash.workflow.clock_policy import shipped_clock_policies

FOLDED_AT_ONCE = 50_000
SETTINGS = {
    "installation": "By the dated policies, the calendar and the thresholds of the database here.",
    "shipped": "By the policies and the calendar that come with the service: there is no database here.",
}


@dataclass(frozen=True, slots=True)
class Here:
    """What deadlines go by, and whose it is: a key of SETTINGS."""

    practice: Practice
    settings: str


@contextmanager
def opened(settings: Config | None = None, *, guarded: bool = True) -> Generator[Database]:
    """Open the database that the environment names, and close it after.

    Args:
        guarded: Whether to refuse one in which what keeps the events from being changed is gone. Only who looks for
            changes opens such a one.

    Raises:
        Misconfigured: If a setting or a key cannot be used.
        Unavailable: If there is no database, its tables are of another version, or it is damaged where they are read.
        WrongPlace: If it is for practice and these settings are not, or the other way round.
    """
    settings = settings or config.from_environment()
    database = open_database(settings)
    try:
        _require_ours(database, settings, guarded=guarded)
        yield database
    finally:
        database.engine.dispose()


def _require_ours(database: Database, settings: Config, *, guarded: bool) -> None:
    try:
        migrate.require_up_to_date(database, settings.migrations, guarded=guarded)
        with reading(database) as session:
            require_purpose(session, practice=settings.practice)
    except DatabaseError as wrong:
        raise Unavailable(why(wrong)) from wrong


def practice_here(settings: Config) -> Here:
    """Read the practice of the database, or where there is none that which comes with the service.

    Raises:
        Misconfigured, Unavailable, DocumentRefused, ThresholdsChanged: As the parts do.
    """
    files = rulebook_of(settings)
    if settings.embedded and not settings.database_file.exists():
        return Here(Practice(files, shipped_calendar(), shipped_clock_policies(), (), {}), "shipped")
    with opened(settings) as database, reading(database) as session:
        return Here(practice_from(session, book_with_published(session, files)), "installation")


def book_in_force(settings: Config) -> RuleBook:
    """Read every version of the thresholds: the files, and what was published in the database if there is one.

    Raises:
        Misconfigured, Unavailable, DocumentRefused, ThresholdsChanged: As the parts do.
    """
    files = rulebook_of(settings)
    if settings.embedded and not settings.database_file.exists():
        return files
    with opened(settings) as database, reading(database) as session:
        return book_with_published(session, files)


def rulebook_of(settings: Config) -> RuleBook:
    """Read every version of the thresholds.

    Raises:
        Misconfigured: If the folder or its catalogue is not there.
        DocumentRefused: If a file is wrong, with every problem.
    """
    try:
        return RuleBook.load(settings.thresholds)
    except OSError as wrong:
        raise Misconfigured(
            f"Cannot read thresholds at {wrong.filename} ({wrong.strerror}). Set MASH_THRESHOLDS."
        ) from wrong


def fold_all(database: Database) -> None:
    """Fold all that has happened into the sums that figures are read from, so that no page waits for it."""
    more = True
    while more:
        with transaction(database) as session:
            more = fold(session, at=clock.now(), limit=FOLDED_AT_ONCE) == FOLDED_AT_ONCE
