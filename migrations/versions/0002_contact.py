"""Contacts, the children and adults on them, what is known and asked, and the clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("strand", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_table(
        "reference_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_reference_counter")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("external_key", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("rating", sa.String(length=64), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("queue_rank", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("type_at_receipt", sa.String(length=64), nullable=False),
        sa.Column("type_at_decision", sa.String(length=64), nullable=True),
        sa.Column("source_code", sa.String(length=64), nullable=False),
        sa.Column("source_given", sa.String(length=200), nullable=False),
        sa.Column("source_agency", sa.String(length=200), nullable=False),
        sa.Column("referrer_name", sa.String(length=200), nullable=False),
        sa.Column("referrer_role", sa.String(length=200), nullable=False),
        sa.Column("referrer_phone", sa.String(length=200), nullable=False),
        sa.Column("referrer_email", sa.String(length=200), nullable=False),
        sa.Column("referrer_identity", sa.String(length=64), nullable=False),
        sa.Column("referrer_level", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_precision", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("child_voice", sa.Text(), nullable=False),
        sa.Column("danger_now", sa.Boolean(), nullable=True),
        sa.Column("interim_action", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address_source", sa.String(length=200), nullable=False),
        sa.Column("address_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruleset_id", sa.String(length=64), nullable=True),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("claimed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "rating IS NULL OR rating IN ('red', 'amber', 'green')", name=op.f("ck_contact_rating_known")
        ),
        sa.CheckConstraint("received_precision IN ('minute', 'day')", name=op.f("ck_contact_received_precision_known")),
        sa.CheckConstraint(
            "referrer_identity IN ('open', 'withheld', 'anonymous')", name=op.f("ck_contact_referrer_identity_known")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'screened', 'rated', 'waiting_for_information', 'with_manager', 'decided', 'handed_over', 'stepped_down', 'closed', 'reopened', 'cancelled')",
            name=op.f("ck_contact_state_known"),
        ),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_contact_address_id")),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["user.id"], name=op.f("fk_contact_claimed_by_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_contact_incident_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_contact_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("external_key", name=op.f("uq_contact_external_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_contact_reference")),
    )
    op.create_index(op.f("ix_contact_address_id"), "contact", ["address_id"], unique=False)
    op.create_index("ix_contact_claimed", "contact", ["claimed_by_id", "queue_rank", "due_at", "id"], unique=False)
    op.create_index("ix_contact_decided", "contact", ["decided_at", "id"], unique=False)
    op.create_index(op.f("ix_contact_incident_id"), "contact", ["incident_id"], unique=False)
    op.create_index("ix_contact_queue", "contact", ["queue_rank", "due_at", "id"], unique=False)
    op.create_index("ix_contact_received", "contact", ["received_at", "id"], unique=False)
    op.create_index("ix_contact_state", "contact", ["state", "queue_rank", "due_at", "id"], unique=False)
    op.create_table(
        "adult_on_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation", sa.String(length=200), nullable=False),
        sa.Column("lives_there", sa.Boolean(), nullable=True),
        sa.Column("parental_responsibility", sa.Boolean(), nullable=True),
        sa.Column("alleged_to_harm", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_adult_on_contact_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_adult_on_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adult_on_contact")),
        sa.UniqueConstraint("contact_id", "person_id", name=op.f("uq_adult_on_contact_contact_id_person_id")),
    )
    op.create_index(op.f("ix_adult_on_contact_person_id"), "adult_on_contact", ["person_id"], unique=False)
    op.create_table(
        "child_on_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_key", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rating", sa.String(length=64), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("route", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("hand_over", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_to", sa.String(length=64), nullable=True),
        sa.Column("open_worker", sa.String(length=200), nullable=False),
        sa.Column("open_team", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "hand_over IS NULL OR hand_over IN ('offered', 'accepted', 'declined')",
            name=op.f("ck_child_on_contact_hand_over_known"),
        ),
        sa.CheckConstraint(
            "rating IS NULL OR rating IN ('red', 'amber', 'green')", name=op.f("ck_child_on_contact_rating_known")
        ),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 9", name=op.f("ck_child_on_contact_level_known")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_child_on_contact_address_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_child_on_contact_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_child_on_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_on_contact")),
        sa.UniqueConstraint("external_key", name=op.f("uq_child_on_contact_external_key")),
        sa.UniqueConstraint("contact_id", "person_id", name=op.f("uq_child_on_contact_contact_id_person_id")),
    )
    op.create_index(op.f("ix_child_on_contact_address_id"), "child_on_contact", ["address_id"], unique=False)
    op.create_index("ix_child_on_contact_person", "child_on_contact", ["person_id", "contact_id"], unique=False)
    op.create_table(
        "clock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("reading", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_clock_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
        sa.UniqueConstraint("contact_id", "name", "started_at", name=op.f("uq_clock_contact_id_name_started_at")),
    )
    op.create_index(
        "ix_clock_running",
        "clock",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("stopped_at IS NULL"),
        postgresql_where=sa.text("stopped_at IS NULL"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_draft_contact_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_draft_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("user_id", "contact_id", "form", name=op.f("uq_draft_user_id_contact_id_form")),
    )
    op.create_index(op.f("ix_draft_contact_id"), "draft", ["contact_id"], unique=False)
    op.create_table(
        "information_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_kind", sa.String(length=64), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_by", sa.String(length=200), nullable=False),
        sa.Column("searched_with", sa.String(length=200), nullable=False),
        sa.Column("sensitivity", sa.String(length=64), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes_decision", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "reply_kind IS NULL OR reply_kind IN ('supplied', 'nothing_held', 'not_known', 'cannot_share', 'partial', 'none')",
            name=op.f("ck_information_request_reply_kind_known"),
        ),
        sa.CheckConstraint(
            "sensitivity IN ('record', 'mash_only', 'named')", name=op.f("ck_information_request_sensitivity_known")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_information_request_asked_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_information_request_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_request")),
    )
    op.create_index("ix_information_request_contact", "information_request", ["contact_id", "id"], unique=False)
    op.create_table(
        "viewing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_viewing_contact_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_viewing_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewing")),
    )
    op.create_index("ix_viewing_contact", "viewing", ["contact_id", "id"], unique=False)
    op.create_index("ix_viewing_user", "viewing", ["user_id", "at"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authorised_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('told', 'service', 'checks', 'lawful_basis', 'override')", name=op.f("ck_agreement_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('given_verbally', 'given_in_writing', 'refused', 'withdrawn', 'not_asked_unsafe', 'not_asked_other', 'unable_to_ask', 'not_needed', 'yes', 'no', 'recorded')",
            name=op.f("ck_agreement_status_known"),
        ),
        sa.ForeignKeyConstraint(["authorised_by_id"], ["user.id"], name=op.f("fk_agreement_authorised_by_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_agreement_by_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child_on_contact.id"], name=op.f("fk_agreement_child_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_agreement_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index("ix_agreement_contact", "agreement", ["contact_id", "kind", "id"], unique=False)
    op.create_table(
        "clock_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("clock_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('approaching', 'late', 'unacknowledged')", name=op.f("ck_clock_mark_stage_known")
        ),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_clock_mark_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_mark")),
        sa.UniqueConstraint("clock_id", "stage", name=op.f("uq_clock_mark_clock_id_stage")),
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("standing", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("standing IN ('fact', 'reported', 'opinion')", name=op.f("ck_observation_standing_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_observation_by_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child_on_contact.id"], name=op.f("fk_observation_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
    )
    op.create_index(
        "uq_observation_current",
        "observation",
        ["child_id", "code"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("observation")
    op.drop_table("clock_mark")
    op.drop_table("agreement")
    op.drop_table("viewing")
    op.drop_table("information_request")
    op.drop_table("draft")
    op.drop_table("clock")
    op.drop_table("child_on_contact")
    op.drop_table("adult_on_contact")
    op.drop_table("contact")
    op.drop_table("reference_counter")
    op.drop_table("incident")
