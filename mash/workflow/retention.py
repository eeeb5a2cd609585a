"""How long a contact is kept after it is closed: a dated policy, held as data. It advises; two people decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.kinds import TO_SOCIAL_CARE, Kind

CLASSES = ("social_care", "early_help", "no_service", "cancelled")


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long one class of record is kept: so many years after the youngest child's birth, or after closing."""

    after: str
    years: int
    ground: str

    def __post_init__(self) -> None:
        if self.after not in {"birth", "closing"} or not 1 <= self.years <= 100 or not self.ground.strip():
            raise ValueError("A record is kept from birth or closing on, for 1 to 100 years, on a named ground.")


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """What holds from a given day, for each class of record."""

    starts: date
    classes: Mapping[str, Keeping]

    def __post_init__(self) -> None:
        if set(self.classes) != set(CLASSES):
            raise ValueError(f"A retention policy says how long each of these is kept: {', '.join(CLASSES)}.")

    def due_on(self, record_class: str, *, closed: date, births: Sequence[date | None]) -> date:
        """Return the first day on which a contact need not be kept. One unknown birth makes it count from closing.

        It is never before the contact has been closed for as long as what nobody acted on is kept.
        """
        keeping = self.classes[record_class]
        known = [birth for birth in births if birth is not None]
        if keeping.after == "closing" or len(known) < len(births) or not known:
            return years_after(closed, keeping.years)
        return max(years_after(max(known), keeping.years), years_after(closed, self.classes["cancelled"].years))


def class_of(kinds: Sequence[Kind | None], *, cancelled: bool) -> str:
    """Name the class of a contact by the strongest thing that came of it; what is not known counts as the strongest."""
    if cancelled:
        return "cancelled"
    if not kinds or any(kind is None or kind in TO_SOCIAL_CARE or kind is Kind.ANOTHER_AUTHORITY for kind in kinds):
        return "social_care"
    return "early_help" if Kind.EARLY_HELP in kinds else "no_service"


def years_after(day: date, years: int) -> date:
    """Return the same day so many years on; 1 March for 29 February in a year that has none.

    >>> years_after(date(2024, 2, 29), 25)
    datetime.date(2049, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def retention_policies_from(document: Mapping[str, Any]) -> tuple[RetentionPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If a class is missing, or is kept for no time or on no ground.
    """
    policies = (
        RetentionPolicy(
            date.fromisoformat(entry["from"]), {name: Keeping(**said) for name, said in entry["classes"].items()}
        )
        for entry in document["policies"]
    )
    return tuple(sorted(policies, key=lambda policy: policy.starts))
