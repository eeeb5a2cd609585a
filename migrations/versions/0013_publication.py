"""Thresholds going live: what was answered, who asked and agreed, what is published; and readings of movers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "going_live_note",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("draft_id", BIG, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('finding', 'example', 'equity', 'staff')", name=op.f("ck_going_live_note_kind_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_going_live_note_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["threshold_draft.id"], name=op.f("fk_going_live_note_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_going_live_note")),
    )
    op.create_index("ix_going_live_note_draft", "going_live_note", ["draft_id", "id"], unique=False)
    op.create_table(
        "threshold_proposal",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("draft_id", BIG, nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("repeats", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("open_contacts", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'approved', 'sent_back')", name=op.f("ck_threshold_proposal_state_known")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_threshold_proposal_answered_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["threshold_draft.id"], name=op.f("fk_threshold_proposal_draft_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_threshold_proposal_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_proposal")),
    )
    op.create_index("ix_threshold_proposal_draft", "threshold_proposal", ["draft_id", "id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("proposal_id", BIG, nullable=False),
        sa.Column("ruleset_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("repeats", sa.String(length=64), nullable=False),
        sa.Column("open_contacts", sa.String(length=64), nullable=False),
        sa.Column("replaces", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("approved_by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_off_by_id", BIG, nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_off_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_publication_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["threshold_proposal.id"], name=op.f("fk_publication_proposal_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user.id"], name=op.f("fk_publication_approved_by_id")),
        sa.ForeignKeyConstraint(["called_off_by_id"], ["user.id"], name=op.f("fk_publication_called_off_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_publication_proposal_id")),
    )
    op.create_table(
        "mover_reading",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("replay_id", BIG, nullable=False),
        sa.Column("child_id", BIG, nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('draft', 'in_force', 'neither')", name=op.f("ck_mover_reading_verdict_known")),
        sa.ForeignKeyConstraint(["replay_id"], ["replay.id"], name=op.f("fk_mover_reading_replay_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_mover_reading_by_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child_on_contact.id"], name=op.f("fk_mover_reading_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mover_reading")),
    )
    op.create_index("ix_mover_reading_child", "mover_reading", ["replay_id", "child_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_mover_reading_child", table_name="mover_reading")
    op.drop_table("mover_reading")
    op.drop_table("publication")
    op.drop_index("ix_threshold_proposal_draft", table_name="threshold_proposal")
    op.drop_table("threshold_proposal")
    op.drop_index("ix_going_live_note_draft", table_name="going_live_note")
    op.drop_table("going_live_note")
