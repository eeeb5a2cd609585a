"""What figures are added up from, and what the scheduler has told of."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "figure_contact",
        sa.Column("contact_id", BIG, autoincrement=False, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("request", sa.Boolean(), nullable=False),
        sa.Column("request_decided", sa.Boolean(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("plain_kind", sa.String(length=64), nullable=False),
        sa.Column("plain_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plain_in_time", sa.Boolean(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_figure_contact_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_figure_contact")),
    )
    op.create_index("ix_figure_contact_received", "figure_contact", ["received_on", "contact_id"], unique=False)
    op.create_index("ix_figure_contact_decided", "figure_contact", ["decided_on", "contact_id"], unique=False)
    op.create_index("ix_figure_contact_due", "figure_contact", ["due_at", "contact_id"], unique=False)
    op.create_index(
        "ix_figure_contact_unsettled",
        "figure_contact",
        ["contact_id"],
        unique=False,
        sqlite_where=sa.text("NOT settled"),
        postgresql_where=sa.text("NOT settled"),
    )
    op.create_table(
        "figure_day",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", "day", name=op.f("pk_figure_day")),
    )
    op.create_table(
        "figure_mark",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("definitions", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_mark")),
    )
    op.create_table(
        "stage_mark",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("subject IN ('clock', 'request')", name=op.f("ck_stage_mark_subject_known")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_stage_mark_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_mark")),
        sa.UniqueConstraint("subject", "subject_id", "stage", name=op.f("uq_stage_mark_subject_subject_id_stage")),
    )
    op.create_index("ix_stage_mark_contact", "stage_mark", ["contact_id", "id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("message_id", BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'given_up')", name=op.f("ck_delivery_state_known")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_delivery_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_next", "delivery", ["state", "next_try_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_delivery_next", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index("ix_stage_mark_contact", table_name="stage_mark")
    op.drop_table("stage_mark")
    op.drop_table("figure_mark")
    op.drop_table("figure_day")
    op.drop_index("ix_figure_contact_unsettled", table_name="figure_contact")
    op.drop_index("ix_figure_contact_due", table_name="figure_contact")
    op.drop_index("ix_figure_contact_decided", table_name="figure_contact")
    op.drop_index("ix_figure_contact_received", table_name="figure_contact")
    op.drop_table("figure_contact")
