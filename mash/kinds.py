"""What kinds of route there are: what each asks of the service, whatever a version calls it. Nothing is named by key.

A version of the thresholds gives each of its routes a kind (thresholds/README.md, section 2). Who receives a child,
which clock runs, what a manager signs, what is counted and what a national code says follow from the kind alone.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The duty that a route is, weakest first."""

    NO_SERVICE = "no_service"
    INFORMATION = "information"
    ADVICE = "advice"
    SIGNPOSTING = "signposting"
    EARLY_HELP = "early_help"
    ANOTHER_AUTHORITY = "another_authority"
    ASSESSMENT = "assessment"
    PASSED_ON = "passed_on"
    STRATEGY = "strategy"

    @property
    def closes(self) -> bool:
        """Whether nobody receives the child after such a route."""
        return self in CLOSING

    @property
    def voluntary(self) -> bool:
        """Whether it goes ahead only with a parent's or carer's agreement."""
        return self is Kind.EARLY_HELP


INFORMING = (Kind.INFORMATION, Kind.ADVICE, Kind.SIGNPOSTING)
"""What a contact that asks for no service may be closed with, without rating or level."""

CLOSING = (Kind.NO_SERVICE, *INFORMING)

ASSESSED = (Kind.ASSESSMENT, Kind.STRATEGY)
"""A referral to social care: a statutory assessment or enquiry begins."""

TO_SOCIAL_CARE = (*ASSESSED, Kind.PASSED_ON)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contact may come to that no rule gives and a person may choose; `done` says that it was done."""

    key: str
    name: str
    kind: Kind
    done: str = ""
