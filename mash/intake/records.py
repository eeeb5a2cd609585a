"""What a file becomes: one child on one contact, one episode of history, and what was wrong with a row. Values only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from mash.intake.cells import Moment, fold
from mash.intake.codeset import Coded, Method
from mash.intake.identifiers import Checked


class Severity(StrEnum):
    """Whether the row was left out, or came in with something to look at."""

    REFUSED = "refused"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one cell, and how to mend it.

    ``line`` counts rows as a spreadsheet shows them, the first being 1. ``column`` is the file's own heading, blank for
    the whole row. ``given`` is the cell as it stands, cut to 80 characters.
    """

    line: int
    column: str
    given: str
    what: str
    mend: str
    severity: Severity
    table: str = ""


@dataclass(frozen=True, slots=True)
class Adult:
    """A parent, carer or other adult, as a file names them."""

    name: str
    relation: str | None = None
    date_of_birth: date | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """An indicator or protective factor with what was seen: present, absent or unknown, and how much of it."""

    code: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """One child on one contact.

    ``key`` is the same each time the same row is sent, and no other row of a file has it; ``contact_key`` is shared by
    the children of one contact. All else is ``None`` or empty when the file does not say. Missing is not "no".
    """

    key: str
    contact_key: str
    received_at: Moment
    contact_id: str | None = None
    event_at: Moment | None = None
    sent_at: Moment | None = None
    entered_at: Moment | None = None
    channel: Coded | None = None
    type_at_receipt: Coded | None = None
    type_at_decision: Coded | None = None
    source: Coded | None = None
    source_label: str | None = None
    source_agency: str | None = None
    referrer_name: str | None = None
    referrer_role: str | None = None
    referrer_phone: str | None = None
    referrer_email: str | None = None
    referrer_identity: Coded | None = None
    referrer_level: Coded | None = None
    narrative: str | None = None
    immediate_danger: Coded | None = None
    address: str | None = None
    postcode: str | None = None
    address_source: str | None = None
    address_verified_on: date | None = None
    address_protected: Coded | None = None
    second_address: str | None = None
    second_postcode: str | None = None
    parents: tuple[Adult, ...] = ()
    other_adults: tuple[Adult, ...] = ()
    family_told: Coded | None = None
    family_told_on: date | None = None
    agreement_service: Coded | None = None
    agreement_checks: Coded | None = None
    lawful_basis: Coded | None = None
    override_reason: str | None = None
    override_by: str | None = None
    override_at: Moment | None = None
    incident_reference: str | None = None
    police_grade: Coded | None = None
    dash_score: int | None = None
    edt_interim_action: str | None = None
    acknowledged_at: Moment | None = None
    feedback_at: Moment | None = None

    child_id: str | None = None
    child_number: str | None = None
    forename: str | None = None
    surname: str | None = None
    known_as: str | None = None
    date_of_birth: date | None = None
    due_date: date | None = None
    unborn: Coded | None = None
    estimated_age: int | None = None
    descriptor: str | None = None
    sex: Coded | None = None
    gender: Coded | None = None
    ethnicity: Coded | None = None
    language: str | None = None
    interpreter: Coded | None = None
    religion: str | None = None
    disability: tuple[Coded, ...] = ()
    nhs_number: Checked | None = None
    upn: Checked | None = None
    school: str | None = None
    gp: str | None = None
    child_location: str | None = None
    home_authority: str | None = None
    child_voice: str | None = None
    indicators: tuple[Observed, ...] = ()
    case_status: Coded | None = None
    allocated_team: str | None = None
    allocated_worker: str | None = None
    rating: Coded | None = None
    rated_at: Moment | None = None
    rated_by: str | None = None
    level: Coded | None = None
    route: Coded | None = None
    recommended_by: str | None = None
    decided_at: Moment | None = None
    decided_by: str | None = None
    reason: str | None = None
    outcomes: tuple[Coded, ...] = ()
    early_help_receiver: str | None = None
    closed_at: Moment | None = None


class EpisodeKind(StrEnum):
    """What kind of history an episode is."""

    EARLY_HELP = "early_help"
    REFERRAL = "referral"


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRow:
    """One early help episode or one referral of one child, known from another system.

    ``referrals_12m`` is the count the sender gave, not ours. ``ended_on`` is ``None`` while open or when not given.
    """

    key: str
    kind: EpisodeKind
    child_id: str
    started_on: date
    episode_id: str | None = None
    ended_on: date | None = None
    source: Coded | None = None
    source_label: str | None = None
    no_further_action: Coded | None = None
    primary_need: Coded | None = None
    referrals_12m: int | None = None
    organisation: str | None = None
    team: str | None = None
    worker: str | None = None
    reason: str | None = None
    end_reason: str | None = None
    date_of_birth: date | None = None
    due_date: date | None = None
    unborn: Coded | None = None
    estimated_age: int | None = None
    gender: Coded | None = None
    ethnicity: Coded | None = None


@dataclass(frozen=True, slots=True)
class RowResult:
    """What one row became. ``record`` is ``None`` exactly when a problem refused the row."""

    table: str
    line: int
    record: ContactRow | EpisodeRow | None
    problems: tuple[RowProblem, ...]


def natural_key(kind: str, *parts: str) -> str:
    """Join the parts that identify a row, so that no two lists of parts give one key.

    >>> natural_key("ssd", "C1", "P9")
    'ssd:C1|P9'
    """
    return f"{kind}:" + "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def code_or_digest(coded: Coded | None) -> str:
    """Stand for a coded cell in a key: its code in the tables shipped here, else a digest of the words.

    A spelling that this council confirms later keeps its digest, so that confirming it does not make a second row.
    """
    if coded is None:
        return ""
    shipped = coded.method not in {Method.ALIAS, Method.UNMAPPED}
    return coded.code if shipped and coded.code else "~" + digest(coded.given)


def digest(*texts: str) -> str:
    """Shorten texts to 16 hexadecimal digits; letter case, spacing and punctuation make no difference."""
    return blake2b("\x1f".join(map(fold, texts)).encode(), digest_size=8).hexdigest()
