"""Tables and their constraints, one file an aggregate. Import the names from here."""

from mash.models.access import (
    Absence,
    Draft,
    LoginAttempt,
    RecordDraft,
    SubmittedForm,
    User,
    UserRole,
    UserSession,
    Viewing,
)
from mash.models.audit import AuditHead, AuditList, AuditListed, AuditRead, AuditSeal
from mash.models.contact import (
    AdultOnContact,
    Agreement,
    ChildOnContact,
    Clock,
    ClockMark,
    Contact,
    Incident,
    Observation,
    ReferenceCounter,
)
from mash.models.council import CouncilSession, Identity, UsedOnce
from mash.models.decision import Decision, HandOver, Message, NoneApplies, Oversight, PatternReview, PatternView, Rating
from mash.models.events import Event, EventHead
from mash.models.figures import FigureContact, FigureDay, FigureMark
from mash.models.frozen import FigureFreeze, FrozenFigure
from mash.models.information_request import InformationRequest
from mash.models.keeping import BackupTaken, Disposal, EventErasure, LegalHold
from mash.models.outcome_kind import OutcomeKind, of_kind
from mash.models.passkey import Passkey, StrongProof
from mash.models.people import Address, Episode, Marker, NameSound, Person, PhoneTail, PlaceWord, Relationship
from mash.models.privacy import PrivacyAlert, PrivacyMark, PrivacyReview, WatchedAlert
from mash.models.publication import GoingLiveNote, MoverReading, Proposal, Publication, ThresholdSignOff
from mash.models.red import Escalation, PostHeld, RedTurn
from mash.models.replay import HistorySegment, Replay, ReplaySegment
from mash.models.second_factor import FreshProof, RecoveryCode, SecondFactor, SignInStep
from mash.models.service import (
    BankHoliday,
    ChangeMark,
    ImportBatch,
    ImportRow,
    Installation,
    JobRun,
    Lease,
    LocalClosure,
    Policy,
    RuleSetAdoption,
)
from mash.models.sign_in import OpenPageCount, SessionDisplaced
from mash.models.staffing import CapacityRun, Learning
from mash.models.subject import SubjectItem, SubjectPerson, SubjectRequest, WatchMark
from mash.models.threshold import DraftComment, DraftRevision, ThresholdDraft
from mash.models.tiers import BreakGlass, NamedAccess, NamedReader, Originator, Restriction, Reveal
from mash.models.watching import Delivery, StageMark

__all__ = [
    "Absence",
    "Address",
    "AdultOnContact",
    "Agreement",
    "AuditHead",
    "AuditList",
    "AuditListed",
    "AuditRead",
    "AuditSeal",
    "BackupTaken",
    "BankHoliday",
    "BreakGlass",
    "CapacityRun",
    "ChangeMark",
    "ChildOnContact",
    "Clock",
    "ClockMark",
    "Contact",
    "CouncilSession",
    "Decision",
    "Delivery",
    "Disposal",
    "Draft",
    "DraftComment",
    "DraftRevision",
    "Episode",
    "Escalation",
    "Event",
    "EventErasure",
    "EventHead",
    "FigureContact",
    "FigureDay",
    "FigureFreeze",
    "FigureMark",
    "FreshProof",
    "FrozenFigure",
    "GoingLiveNote",
    "HandOver",
    "HistorySegment",
    "Identity",
    "ImportBatch",
    "ImportRow",
    "Incident",
    "InformationRequest",
    "Installation",
    "JobRun",
    "Learning",
    "Lease",
    "LegalHold",
    "LocalClosure",
    "LoginAttempt",
    "Marker",
    "Message",
    "MoverReading",
    "NameSound",
    "NamedAccess",
    "NamedReader",
    "NoneApplies",
    "Observation",
    "OpenPageCount",
    "Originator",
    "OutcomeKind",
    "Oversight",
    "Passkey",
    "PatternReview",
    "PatternView",
    "Person",
    "PhoneTail",
    "PlaceWord",
    "Policy",
    "PostHeld",
    "PrivacyAlert",
    "PrivacyMark",
    "PrivacyReview",
    "Proposal",
    "Publication",
    "Rating",
    "RecordDraft",
    "RecoveryCode",
    "RedTurn",
    "ReferenceCounter",
    "Relationship",
    "Replay",
    "ReplaySegment",
    "Restriction",
    "Reveal",
    "RuleSetAdoption",
    "SecondFactor",
    "SessionDisplaced",
    "SignInStep",
    "StageMark",
    "StrongProof",
    "SubjectItem",
    "SubjectPerson",
    "SubjectRequest",
    "SubmittedForm",
    "ThresholdDraft",
    "ThresholdSignOff",
    "UsedOnce",
    "User",
    "UserRole",
    "UserSession",
    "Viewing",
    "WatchMark",
    "WatchedAlert",
    "of_kind",
]
