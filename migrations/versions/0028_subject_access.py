"""Requests for one's own records with each part of them, and people whose record is watched when it is read."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("watch_mark", "subject_item", "subject_person", "subject_request")


def upgrade() -> None:
    op.create_table(
        "subject_request",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("standing", sa.String(length=64), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("identity_how", sa.Text(), nullable=False),
        sa.Column("identity_by_id", BIG, nullable=True),
        sa.Column("identity_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended_reason", sa.Text(), nullable=False),
        sa.Column("extended_by_id", BIG, nullable=True),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_by_id", BIG, nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", BIG, nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(length=64), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ended_as IS NULL OR ended_as IN ('given', 'refused', 'withdrawn')",
            name=op.f("ck_subject_request_ended_as_known"),
        ),
        sa.CheckConstraint(
            "standing IN ('themself', 'parent', 'representative')", name=op.f("ck_subject_request_standing_known")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'ready', 'signed', 'closed')", name=op.f("ck_subject_request_state_known")
        ),
        sa.CheckConstraint("signed_by_id <> ready_by_id", name=op.f("ck_subject_request_two_people_release")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_subject_request_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_subject_request_ended_by_id")),
        sa.ForeignKeyConstraint(["extended_by_id"], ["user.id"], name=op.f("fk_subject_request_extended_by_id")),
        sa.ForeignKeyConstraint(["identity_by_id"], ["user.id"], name=op.f("fk_subject_request_identity_by_id")),
        sa.ForeignKeyConstraint(["ready_by_id"], ["user.id"], name=op.f("fk_subject_request_ready_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user.id"], name=op.f("fk_subject_request_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_request")),
    )
    op.create_index("ix_subject_request_state", "subject_request", ["state", "due_on", "id"], unique=False)
    op.create_table(
        "subject_person",
        sa.Column("request_id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_subject_person_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["subject_request.id"], name=op.f("fk_subject_person_request_id")),
        sa.PrimaryKeyConstraint("request_id", "person_id", name=op.f("pk_subject_person")),
    )
    op.create_index(op.f("ix_subject_person_person_id"), "subject_person", ["person_id"], unique=False)
    op.create_table(
        "subject_item",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("of_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposal", sa.String(length=64), nullable=False),
        sa.Column("proposed_ground", sa.String(length=64), nullable=False),
        sa.Column("proposed_why", sa.Text(), nullable=False),
        sa.Column("proposed_marked", sa.Text(), nullable=False),
        sa.Column("marked", sa.Text(), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=True),
        sa.Column("ground", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('release', 'part', 'withhold')", name=op.f("ck_subject_item_answer_known")
        ),
        sa.CheckConstraint("proposal IN ('release', 'part', 'withhold')", name=op.f("ck_subject_item_proposal_known")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_subject_item_contact_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_subject_item_decided_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["subject_request.id"], name=op.f("fk_subject_item_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_item")),
        sa.UniqueConstraint("request_id", "place", name=op.f("uq_subject_item_request_id_place")),
    )
    op.create_index("ix_subject_item_contact", "subject_item", ["contact_id"], unique=False)
    op.create_table(
        "watch_mark",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_watch_mark_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_watch_mark_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_watch_mark_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_mark")),
    )
    op.create_index("ix_watch_mark_person", "watch_mark", ["person_id", "ended_at"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
