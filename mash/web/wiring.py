"""What every page stands on: the database, the settings, the rule book, and the time of this request."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g, has_app_context
from sqlalchemy.orm import Session

from mash import clock, db
from mash.backup.pages_key import FollowedKey
from mash.config import Config
from mash.journeys.practice import Practice, practice_from
from mash.openid import Provider
from mash.queries.rule_books import book_with_published
from mash.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the application was made with.

    Attributes:
        files: The thresholds of the folder.
        secret: The secret behind form tokens and counted tries, and for a day the one before, as its files say now.
        provider: The council's own sign-in provider; None where there is none.
    """

    database: db.Database
    settings: Config
    files: RuleBook
    secret: FollowedKey
    provider: Provider | None = None

    @property
    def key(self) -> str:
        """The secret in use."""
        return self.secret.read().now

    @property
    def keys(self) -> tuple[str, ...]:
        """The secrets that count as of this request, the one in use first."""
        return self.secret.read().accepted(moment())

    @property
    def rulebook(self) -> RuleBook:
        """Every version in force by a file or published here, as of this request; outside one, as of now."""
        if has_app_context() and "rulebook" in g:
            kept: RuleBook = g.rulebook
            return kept
        with db.reading(self.database) as session:
            book = book_with_published(session, self.files)
        if has_app_context():
            g.rulebook = book
        return book


def wiring() -> Wiring:
    """Return what this application was made with."""
    made: Wiring = current_app.extensions["mash"]
    return made


@contextmanager
def transaction() -> Generator[Session]:
    """Commit once at the end, or not at all."""
    with db.transaction(wiring().database) as session:
        yield session


@contextmanager
def reading() -> Generator[Session]:
    """Look without changing."""
    with db.reading(wiring().database) as session:
        yield session


def practice_in(session: Session) -> Practice:
    """Return the local practice as of this request, read once, by a session that is open."""
    if "rulebook" not in g:
        g.rulebook = book_with_published(session, wiring().files)
    if "practice" not in g:
        g.practice = practice_from(session, g.rulebook)
    practice: Practice = g.practice
    return practice


def moment() -> datetime:
    """Return the time of this request, the same however often it is asked."""
    if "moment" not in g:
        g.moment = clock.now()
    at: datetime = g.moment
    return at
