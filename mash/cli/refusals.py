"""What is said on the terminal when a command is stopped, and the exit code that goes with it. One table."""

from dataclasses import dataclass

from mash.backup.manifest import BackupRefused
from mash.cli import NOT_AVAILABLE, REFUSED
from mash.config import Misconfigured
from mash.db import Unavailable
from mash.intake.tables import FileRefused
from mash.journeys.contacts import NotFound, Stale
from mash.journeys.passwords import PasswordRefused
from mash.journeys.purpose import WrongPlace
from mash.journeys.sample.ahead import StoppedShort
from mash.journeys.sample.write import AlreadyUsed
from mash.journeys.users import UserRefused
from mash.replay.frame import NotAFrame
from mash.replay.from_file import HistoryRefused
from mash.replay.proof import NotProven
from mash.rules import DocumentRefused, FactsRefused, NoRuleSetInForce, VersionRefused
from mash.rules.book import ThresholdsChanged
from mash.workflow.contact import MoveRefused

REFUSALS = (
    AlreadyUsed,
    BackupRefused,
    DocumentRefused,
    FactsRefused,
    FileRefused,
    HistoryRefused,
    NoRuleSetInForce,
    NotFound,
    NotProven,
    PasswordRefused,
    Stale,
    UserRefused,
    VersionRefused,
)
STOPS = (Misconfigured, NotAFrame, StoppedShort, ThresholdsChanged, Unavailable, WrongPlace)


@dataclass(frozen=True, slots=True)
class Said:
    """Lines for standard error, and the exit code."""

    code: int
    lines: tuple[str, ...]


def said_of(wrong: Exception) -> Said | None:
    """Return what to say of an exception; None for one that nobody foresaw, which should show where it came from."""
    if isinstance(wrong, MoveRefused):
        return Said(REFUSED, wrong.objections)
    if isinstance(wrong, REFUSALS):
        return Said(REFUSED, tuple(str(wrong).splitlines()))
    if isinstance(wrong, STOPS):
        return Said(NOT_AVAILABLE, tuple(str(wrong).splitlines()))
    return None
