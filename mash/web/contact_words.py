"""What codes about a contact are called on every page: types, channels, sources, outcomes, clocks."""

from collections.abc import Mapping

from flask.sansio.app import App

from mash.intake.codes import SOURCES as SOURCE_CODES
from mash.intake.our_codes import CHANNELS as CHANNEL_CODES
from mash.workflow.clocks import CLOCKS
from mash.workflow.words import Agreement, State

__all__ = ["CHANNELS", "SOURCES", "SOURCE_GROUPS", "TYPES", "set_up", "source_words", "words_of"]

TYPES = {
    "service_request": "Request for a service",
    "statutory_check": "Statutory check",
    "information_share": "Information shared",
    "advice": "Asks for advice",
    "notification": "Notification",
}
CHANNELS = {code.code: code.label for code in CHANNEL_CODES.codes}
SOURCES = {code.code: code.label for code in SOURCE_CODES.codes}
SHORT_SOURCES = {code: label.split(",")[0] for code, label in SOURCES.items()}
SOURCE_GROUPS: Mapping[str, tuple[str, ...]] = {group: tuple(codes) for group, codes in SOURCE_CODES.groups().items()}
SHORT_CLOCKS = {
    "social-care": "Social care clock",
    "early-help": "Early help clock",
}


def words_of(code: str) -> str:
    """Write a code that has no words of its own so that it can at least be read.

    >>> words_of("open_case_information")
    'Open case information'
    """
    return code.replace("_", " ").replace("-", " ").capitalize()


def type_words(code: str) -> str:
    """Name a type of contact."""
    return TYPES.get(code) or words_of(code)


def channel_words(code: str) -> str:
    """Name a channel."""
    return CHANNELS.get(code) or words_of(code)


def source_words(code: str) -> str:
    """Name a kind of source in short; an unknown code is shown as it is, and none as not recorded."""
    return SHORT_SOURCES.get(code) or code or "Source not recorded"


def state_words(code: str) -> str:
    """Name a state."""
    return State(code).words if code in set(State) else words_of(code)


def agreement_words(code: str | None) -> str:
    """Name a standing of agreement; none is not recorded, which is not a refusal."""
    return Agreement(code).words if code in set(Agreement) else words_of(code or "not recorded")


def clock_words(name: str) -> str:
    """Say what a clock is for."""
    return CLOCKS[name].words if name in CLOCKS else words_of(name)


def set_up(app: App) -> None:
    """Give templates these words as filters."""
    app.jinja_env.filters.update(
        type_words=type_words,
        channel_words=channel_words,
        source_words=source_words,
        state_words=state_words,
        agreement_words=agreement_words,
        clock_words=clock_words,
    )
