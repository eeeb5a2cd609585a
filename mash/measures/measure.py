"""What a published figure is made of, and the words that several of them share."""

from dataclasses import dataclass
from typing import Any

RECEIVED = "Contacts by the London day on which the council received them."
NO_CLOCK = "No clock: it says what came of contacts, not when."
CANCELLED = "Contacts cancelled as an error."
ON_CONTACT = "child on contact"
CHILDREN = "children on contacts received"
LIMITS = "The clock that judges the contact: one working day, or three for early help."
DECISIONS = "Decisions by the London day on which they were taken."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure. It is added up from terms, or read row by row where it has ``counts``, or ``not_held``.

    Attributes:
        id: Its code, on the command line and in files.
        name: Its name on the page.
        codes: What written definitions call it, such as ``domain K9``: see ``tests/data/guide_measures.csv``.
        numerator: The terms that are added up; see ``mash.measures.terms``.
        denominator: The terms it is a share of; empty for a plain count.
        counts: What is counted of the rows read, in words that finish "how many".
        out_of: What the rows read are; empty for a plain count.
        by: What its rows are parted by, such as ``rating``; empty for one figure alone.
        spread: What the middle, the ninth decile and the most are given in; empty where there is none.
        unit: What is counted.
        cohort: Which contacts belong to a period.
        clock: Which clock judges them.
        exclusions: What is left out.
        breaks: What a reader must know before comparing it with anything.
        parts: The figures it blends; it is never shown without them.
        headline: The figure that this one may only stand beside; empty if it may stand alone.
        now: Whether it is of this moment and of no period, so that no month's can be kept.
        not_held: Why the record cannot give it; empty for one that it gives.
    """

    id: str
    name: str
    codes: tuple[str, ...] = ()
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    counts: str = ""
    out_of: str = ""
    by: str = ""
    spread: str = ""
    unit: str = "contact"
    cohort: str = RECEIVED
    clock: str = NO_CLOCK
    exclusions: str = CANCELLED
    breaks: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    headline: str = ""
    now: bool = False
    not_held: str = ""

    @property
    def terms(self) -> tuple[str, ...]:
        return (*self.numerator, *self.denominator)


def of_children(id: str, name: str, counts: str, *codes: str, out_of: str = CHILDREN, **told: Any) -> Measure:
    """Make a share of children on contacts, of those received unless told otherwise."""
    return Measure(id=id, name=name, codes=codes, counts=counts, out_of=out_of, **({"unit": ON_CONTACT} | told))


def of_contacts(id: str, name: str, counts: str, out_of: str, *codes: str, **told: Any) -> Measure:
    """Make a share of contacts."""
    return Measure(id=id, name=name, codes=codes, counts=counts, out_of=out_of, **told)
