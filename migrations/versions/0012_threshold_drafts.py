"""Thresholds being written: drafts, their revisions and what was said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "threshold_draft",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("based_on", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'proposed', 'published', 'abandoned')", name=op.f("ck_threshold_draft_state_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_threshold_draft_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_draft")),
        sa.UniqueConstraint("name", name=op.f("uq_threshold_draft_name")),
    )
    op.create_table(
        "draft_revision",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("draft_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["threshold_draft.id"], name=op.f("fk_draft_revision_draft_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_draft_revision_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_revision")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_draft_revision_draft_id_number")),
    )
    op.create_table(
        "draft_comment",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("draft_id", BIG, nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answers", BIG, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["threshold_draft.id"], name=op.f("fk_draft_comment_draft_id")),
        sa.ForeignKeyConstraint(["answers"], ["draft_comment.id"], name=op.f("fk_draft_comment_answers")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_draft_comment_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
    )
    op.create_index("ix_draft_comment_draft", "draft_comment", ["draft_id", "rule", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_draft_comment_draft", table_name="draft_comment")
    op.drop_table("draft_comment")
    op.drop_table("draft_revision")
    op.drop_table("threshold_draft")
