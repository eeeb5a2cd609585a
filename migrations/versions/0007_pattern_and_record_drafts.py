"""A written view of a pattern of contacts with its reviews, and drafts of what is not recorded yet; a contact's messages."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pattern_view",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("counted", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("last_reference", sa.String(length=64), nullable=True),
        sa.Column("last_closed_by", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'disputed', 'reviewed', 'set_aside')", name=op.f("ck_pattern_view_state_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_pattern_view_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_pattern_view_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_view")),
    )
    op.create_index("ix_pattern_view_contact", "pattern_view", ["contact_id", "id"], unique=False)
    op.create_index("ix_pattern_view_state", "pattern_view", ["state", "id"], unique=False)
    op.create_table(
        "pattern_review",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("view_id", BIG, nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('holds', 'differs')", name=op.f("ck_pattern_review_answer_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_pattern_review_by_id")),
        sa.ForeignKeyConstraint(["view_id"], ["pattern_view.id"], name=op.f("fk_pattern_review_view_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_review")),
    )
    op.create_index("ix_pattern_review_view", "pattern_review", ["view_id", "id"], unique=False)
    op.create_table(
        "record_draft",
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_record_draft_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_record_draft")),
    )
    op.create_index("ix_message_contact", "message", ["contact_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_message_contact", table_name="message")
    op.drop_table("record_draft")
    op.drop_index("ix_pattern_review_view", table_name="pattern_review")
    op.drop_table("pattern_review")
    op.drop_index("ix_pattern_view_state", table_name="pattern_view")
    op.drop_index("ix_pattern_view_contact", table_name="pattern_view")
    op.drop_table("pattern_view")
