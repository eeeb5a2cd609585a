"""The forms of what is watched and kept: reading that raises an alert, backups, and how long a record is kept."""

from collections.abc import Mapping
from typing import Any

from mash.web.keeping_words import PRIVACY, RECORD_CLASSES
from mash.web.policy_form import Content, PolicyForm, whole_number
from mash.web.schemas import Choice, SafeText
from mash.workflow.privacy import USUAL

AFTER = {"birth": "The youngest child’s birth", "closing": "The day it was closed"}
BACKUP = {
    "every_minutes": ("A backup every, in minutes", 7 * 24 * 60),
    "alarm_after_minutes": ("Said to be missing after, in minutes", 7 * 24 * 60),
    "keep_all_hours": ("Every one is kept for, in hours", 24 * 366),
    "keep_daily_days": ("The last of each day is kept for, in days", 3660),
}
"""What each number of the backup policy is called, and the most it may be."""


def _start_retention(content: Content) -> dict[str, Any]:
    return {
        f"{part}-{name}": content["classes"][name][part]
        for name in RECORD_CLASSES
        for part in ("after", "years", "ground")
    }


def _read_retention(said: dict[str, Any], _: Content) -> dict[str, Any]:
    parts = ("after", "years", "ground")
    return {"classes": {name: {part: said[f"{part}-{name}"] for part in parts} for name in RECORD_CLASSES}}


def _retention_fields() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, words in RECORD_CLASSES.items():
        found[f"after-{name}"] = Choice(AFTER, empty=f"{words}: choose what it is counted from")
        found[f"years-{name}"] = whole_number(words, 100)
        found[f"ground-{name}"] = SafeText(longest=300, empty=f"{words}: say on what ground", called="Ground")
    return found


KEEPING: Mapping[str, PolicyForm] = {
    "privacy": PolicyForm(
        "privacy",
        "What reading raises an alert",
        "Counted within one hour. An alert proves nothing: an auditor looks at each, and no work waits for it.",
        lambda _: {name: whole_number(called, 10_000) for name, called in PRIVACY.items()},
        lambda content: {name: {**USUAL, **content}[name] for name in PRIVACY},
        lambda said, _: {name: said[name] for name in PRIVACY},
    ),
    "backups": PolicyForm(
        "backup",
        "How often backups are taken",
        "And how long they are kept. The newest is always kept.",
        lambda _: {name: whole_number(called, most) for name, (called, most) in BACKUP.items()},
        lambda content: {name: content[name] for name in BACKUP},
        lambda said, _: {name: said[name] for name in BACKUP},
    ),
    "retention": PolicyForm(
        "retention",
        "How long a record is kept",
        "Past its day one person proposes and another decides. Nothing goes by itself.",
        lambda _: _retention_fields(),
        _start_retention,
        _read_retention,
    ),
}
"""Their forms, by the last part of the address."""
