"""One line of JSON for each thing worth knowing about the service itself. Never a person's data."""

import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
        "job",
        "epoch",
        "count",
        "error",
        "pid",
        "command",
        "user_id",  # a number: whose read a full disk kept from the audit, or who managed users until now
        "references",
    }
)


def set_up(*, quiet: bool = False) -> None:
    """Send logs to standard error as JSON. ``quiet`` keeps only warnings and worse."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def keep_allowed(_: Any, __: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Drop every key that is not known to be free of personal data."""
    return {key: value for key, value in said.items() if key in ALLOWED}


def log() -> Any:
    """Return the logger."""
    return structlog.get_logger()


def kind_and_place(wrong: BaseException) -> str:
    """Name an exception's kind, file and line. Its words may hold anything, so they are left out."""
    frames = traceback.extract_tb(wrong.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
    return f"{type(wrong).__name__} at {place}"
