"""Tables and their constraints, one file an aggregate. Import the names from here."""

from mash.models.access import Draft, LoginAttempt, SubmittedForm, User, UserRole, UserSession, Viewing
from mash.models.contact import (
    AdultOnContact,
    Agreement,
    ChildOnContact,
    Clock,
    ClockMark,
    Contact,
    Incident,
    InformationRequest,
    Observation,
    ReferenceCounter,
)
from mash.models.decision import Decision, HandOver, Message, Oversight, Rating
from mash.models.events import Event, EventHead
from mash.models.people import Address, Episode, Marker, Person, Relationship
from mash.models.red import Escalation, PostHeld, RedTurn
from mash.models.service import (
    BankHoliday,
    ImportBatch,
    ImportRow,
    JobRun,
    Lease,
    LocalClosure,
    OpeningHours,
    Policy,
    RuleSetAdoption,
)

__all__ = [
    "Address",
    "AdultOnContact",
    "Agreement",
    "BankHoliday",
    "ChildOnContact",
    "Clock",
    "ClockMark",
    "Contact",
    "Decision",
    "Draft",
    "Episode",
    "Escalation",
    "Event",
    "EventHead",
    "HandOver",
    "ImportBatch",
    "ImportRow",
    "Incident",
    "InformationRequest",
    "JobRun",
    "Lease",
    "LocalClosure",
    "LoginAttempt",
    "Marker",
    "Message",
    "Observation",
    "OpeningHours",
    "Oversight",
    "Person",
    "Policy",
    "PostHeld",
    "Rating",
    "RedTurn",
    "ReferenceCounter",
    "Relationship",
    "RuleSetAdoption",
    "SubmittedForm",
    "User",
    "UserRole",
    "UserSession",
    "Viewing",
]
