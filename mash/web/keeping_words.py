"""What the policies of what is watched and kept say, in plain words."""

from collections.abc import Mapping
from typing import Any

from mash.workflow.privacy import USUAL

PRIVACY = {
    "records": "Records opened",
    "records_after_hours": "Records opened while closed",
    "margin_minutes": "While closed begins after, in minutes",
    "streets": "Searches for a street, without a number or name",
    "searches_without_opening": "Searches that opened nothing",
    "unrelated": "Old records opened of people with whom one has no work",
    "exports": "Files and lists taken out",
}
"""What each number of the privacy policy is called."""
FROM = {"birth": "the youngest child’s birth", "closing": "closing"}
RECORD_CLASSES = {
    "social_care": "Came to social care",
    "early_help": "Came to early help",
    "no_service": "No service followed",
    "cancelled": "Cancelled",
}


def privacy_lines(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say from how many on each pattern of reading raises an alert."""
    said = {**USUAL, **content}
    return [
        (called, f"{said[name]}{'' if 'minutes' in name else ' within an hour'}") for name, called in PRIVACY.items()
    ]


def backup_lines(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say how often backups are taken and how long they are kept."""
    return [
        ("A backup is taken every", f"{content['every_minutes']} minutes"),
        ("It is said to be missing after", f"{content['alarm_after_minutes']} minutes"),
        ("Every one is kept for", f"{content['keep_all_hours']} hours"),
        ("The last of each day is kept for", f"{content['keep_daily_days']} days"),
    ]


def retention_lines(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say how long each class of record is kept, and on what ground."""
    return [
        (
            words,
            f"{said['years']} {'year' if said['years'] == 1 else 'years'} from {FROM[said['after']]}. {said['ground']}",
        )
        for name, words in RECORD_CLASSES.items()
        for said in (content["classes"][name],)
    ]
