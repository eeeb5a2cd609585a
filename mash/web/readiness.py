"""Is this process ready for requests? The database answers, its tables are those of this program, the thresholds hold.

That deadlines are not being watched is said beside it and takes no page away: people must be able to go on deciding.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mash import migrate
from mash.config import Config
from mash.db import Database, Unavailable, reading
from mash.journeys.set_up import require_adopted
from mash.queries import health
from mash.rules import RuleBook
from mash.rules.book import ThresholdsChanged

KEPT = timedelta(seconds=2)
"""How long an answer is given again, so that whoever asks without end costs nothing."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found, each a sentence, empty where all is well."""

    at: datetime
    database: str = ""
    migrations: str = ""
    thresholds: str = ""
    scheduler: str = ""

    @property
    def ready(self) -> bool:
        return not (self.database or self.migrations or self.thresholds)


class Looker:
    """Looks at what readiness stands on, once in a while."""

    def __init__(self, settings: Config, files: RuleBook) -> None:
        self._settings, self._files = settings, files
        self._last: Readiness | None = None
        self._looking = threading.Lock()

    def look(self, database: Database, at: datetime) -> Readiness:
        """Say whether the service is ready. One looks at a time; the others take what it found."""
        with self._looking:
            if self._last is None or not timedelta() <= at - self._last.at < KEPT:
                self._last = self._look(database, at)
            return self._last

    def _look(self, database: Database, at: datetime) -> Readiness:
        try:
            migrated = _migrations(database, self._settings.migrations)
            if migrated:
                return Readiness(at, migrations=migrated)
            with reading(database) as session:
                thresholds, scheduler = self._thresholds(session), health.of_scheduler(health.watched_last(session), at)
        except (SQLAlchemyError, Unavailable):
            return Readiness(at, database="The database does not answer.")
        return Readiness(at, thresholds=thresholds, scheduler=scheduler)

    def _thresholds(self, session: Session) -> str:
        try:
            require_adopted(session, self._files)
        except ThresholdsChanged as wrong:
            return str(wrong)
        return ""


def _migrations(database: Database, scripts: Path) -> str:
    found, wanted = migrate.revision(database), _head(scripts)
    return "" if found == wanted else f"The database is at version {found or 'none'}; this needs {wanted}."


@cache
def _head(scripts: Path) -> str | None:
    return migrate.head(scripts)
