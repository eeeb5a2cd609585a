"""The workflow's vocabulary: each state, move, role, outcome and rating once, with the words a person reads for it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A stable code with the words shown for it; codes are found whatever their case or hyphens."""

    words: str

    def __new__(cls, code: str, words: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.words = words
        return member

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        tidy = str(value).strip().lower().replace("-", "_").replace(" ", "_")
        return next((member for member in cls if member.value.lower() == tidy), None)


class State(Term):
    """Where a contact stands."""

    RECEIVED = "received", "New"
    SCREENED = "screened", "Screened"
    RATED = "rated", "Rated"
    WAITING_FOR_INFORMATION = "waiting_for_information", "Waiting for information"
    WITH_MANAGER = "with_manager", "With manager"
    DECIDED = "decided", "Decided"
    HANDED_OVER = "handed_over", "Handed over"
    STEPPED_DOWN = "stepped_down", "Stepped down"
    CLOSED = "closed", "Closed"
    REOPENED = "reopened", "Reopened"
    CANCELLED = "cancelled", "Cancelled"


class Move(Term):
    """What a person may do to a contact; the words are those of the button."""

    SCREEN = "screen", "Screen"
    RATE = "rate", "Rate"
    ASK_INFORMATION = "ask_information", "Ask for information"
    INFORMATION_IN = "information_in", "Record the reply"
    RECOMMEND = "recommend", "Recommend to a manager"
    DECIDE = "decide", "Decide"
    AGREE = "agree", "Agree"
    CHANGE = "change", "Change"
    RETURN_IT = "return_it", "Return for more work"
    INFORM = "inform", "Close as information only"
    OFFER = "offer", "Offer the hand-over"
    ACCEPT = "accept", "Accept the hand-over"
    DECLINE = "decline", "Decline the hand-over"
    STEP_DOWN = "step_down", "Step down"
    CLOSE = "close", "Close"
    REOPEN = "reopen", "Reopen"
    CANCEL = "cancel", "Cancel as an error"


class Role(Term):
    """What a person is here to do. Reviewers, partners, administrators and auditors move nothing."""

    CONTACT_OFFICER = "contact_officer", "contact officer"
    PRACTITIONER = "practitioner", "qualified social worker"
    MANAGER = "manager", "manager"
    RECEIVING_TEAM = "receiving_team", "receiving team"
    REVIEWER = "reviewer", "threshold reviewer"
    ADMIN = "admin", "administrator"
    AUDITOR = "auditor", "auditor"
    SAFEGUARDING_PARTNER = "safeguarding_partner", "safeguarding partner"


class Rating(Term):
    """How soon, not how serious: a rating never decides an outcome. None is not yet rated."""

    RED = "red", "Red"
    AMBER = "amber", "Amber"
    GREEN = "green", "Green"

    @property
    def urgency(self) -> int:
        """Three for red, two for amber, one for green."""
        return {"red": 3, "amber": 2, "green": 1}[self.value]


class Agreement(Term):
    """A parent's or carer's agreement to a service. None is not recorded, which is not a refusal."""

    GIVEN_VERBALLY = "given_verbally", "Agreed, in conversation"
    GIVEN_IN_WRITING = "given_in_writing", "Agreed, in writing"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"
    NOT_ASKED_UNSAFE = "not_asked_unsafe", "Not asked: would raise risk"
    NOT_ASKED_OTHER = "not_asked_other", "Not asked: another reason"
    UNABLE_TO_ASK = "unable_to_ask", "Tried, could not reach them"
    NOT_NEEDED = "not_needed", "Not needed"

    @property
    def given(self) -> bool:
        """Whether somebody agreed and has not taken it back."""
        return self in {Agreement.GIVEN_VERBALLY, Agreement.GIVEN_IN_WRITING}

    @property
    def against(self) -> bool:
        """Whether somebody said no, at first or later."""
        return self in {Agreement.REFUSED, Agreement.WITHDRAWN}


class HandOver(Term):
    """Where a child's hand-over to the receiving service stands."""

    NOT_OFFERED = "not_offered", "Not offered yet"
    OFFERED = "offered", "Offered, not answered yet"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


def one_of(words: Sequence[str]) -> str:
    """Join words as a person would: "a", "a or b", "a, b or c"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
