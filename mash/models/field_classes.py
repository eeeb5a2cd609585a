"""What class of data each field of each table holds: the level at which it is guarded, and what a DPIA is told of it.

A table has a class of its own, the most sensitive of what it holds; fields that hold something else have theirs. A
field that nobody thought of here has its table's, and a table that nobody thought of has none: a test refuses it.
"""

from collections.abc import Iterable, Mapping
from enum import Enum

from sqlalchemy import Column, Table


class FieldClass(Enum):
    """A class of data, in words, the most sensitive first."""

    ENTRY = "Secrets and hashes by which somebody comes in"
    SPECIAL = "What is said of a child or family: harm, health, offending, ethnicity, decisions"
    IDENTITY = "Who somebody is, where they are and how they are reached"
    REFERRER = "Who made contact"
    TRAIL = "What a worker did or looked at, and when"
    WORKER = "Who works here"
    PLAIN = "Nobody’s: rules, policies, clocks, counts and the service’s own running"


_BY_CLASS: Mapping[FieldClass, str] = {
    FieldClass.ENTRY: """
        fresh_proof login_attempt passkey recovery_code second_factor sign_in_step strong_proof
        used_once user_session
    """,
    FieldClass.SPECIAL: """
        adult_on_contact agreement break_glass child_on_contact contact decision disposal draft episode
        event hand_over history_segment import_row information_request legal_hold marker mover_reading
        named_access observation originator oversight pattern_review pattern_view rating record_draft
        red_turn restriction reveal subject_item
    """,
    FieldClass.IDENTITY: """
        address message name_sound person phone_tail place_word relationship subject_person
        subject_request watch_mark
    """,
    FieldClass.TRAIL: """
        audit_head audit_list audit_listed audit_read audit_seal council_session delivery event_erasure
        event_head named_reader open_page_count privacy_alert privacy_mark privacy_review watched_alert
        session_displaced submitted_form viewing
    """,
    FieldClass.WORKER: """
        absence escalation identity post_held user user_role
    """,
    FieldClass.PLAIN: """
        backup_taken bank_holiday capacity_run change_mark clock clock_mark draft_comment draft_revision
        figure_contact figure_day figure_freeze figure_mark frozen_figure going_live_note import_batch
        incident installation job_run learning lease local_closure none_applies outcome_kind policy
        publication reference_counter replay replay_segment rule_set_adoption stage_mark threshold_draft
        threshold_proposal threshold_sign_off
    """,
}
OF_A_TABLE: Mapping[str, FieldClass] = {name: one for one, names in _BY_CLASS.items() for name in names.split()}
OF_A_FIELD: Mapping[str, FieldClass] = {
    "user.password_hash": FieldClass.ENTRY,
    "contact.referrer_name": FieldClass.REFERRER,
    "contact.referrer_role": FieldClass.REFERRER,
    "contact.referrer_phone": FieldClass.REFERRER,
    "contact.referrer_email": FieldClass.REFERRER,
    "contact.source_agency": FieldClass.REFERRER,
    "contact.source_given": FieldClass.REFERRER,
    "contact.address_id": FieldClass.IDENTITY,
    "child_on_contact.address_id": FieldClass.IDENTITY,
    "named_access.address_key": FieldClass.IDENTITY,
    "named_access.search_name": FieldClass.IDENTITY,
    "named_access.born": FieldClass.IDENTITY,
    "person.ethnicity": FieldClass.SPECIAL,
    "person.ethnicity_given": FieldClass.SPECIAL,
    "person.disabilities": FieldClass.SPECIAL,
    "person.gender": FieldClass.SPECIAL,
    "clock.late_reason": FieldClass.SPECIAL,
    "mover_reading.reason": FieldClass.SPECIAL,
    "passkey.name": FieldClass.WORKER,
}


def class_of(column: Column[object]) -> FieldClass:
    """Give the class of a field.

    Raises:
        KeyError: If nobody gave its table one.
    """
    table = column.table.name
    if f"{table}.{column.name}" in OF_A_FIELD:
        return OF_A_FIELD[f"{table}.{column.name}"]
    if (
        any(key.column.table.name == "user" for key in column.foreign_keys)
        and OF_A_TABLE[table] is not FieldClass.ENTRY
    ):
        return FieldClass.WORKER if OF_A_TABLE[table] is FieldClass.WORKER else FieldClass.TRAIL
    return OF_A_TABLE[table]


def by_class(tables: Iterable[Table]) -> dict[FieldClass, list[str]]:
    """List every field under its class, as ``table.field``."""
    found: dict[FieldClass, list[str]] = {one: [] for one in FieldClass}
    for table in tables:
        for column in table.columns:
            found[class_of(column)].append(f"{table.name}.{column.name}")
    return found
