"""What is learnt each day of how the front door works, and questions about the weeks ahead with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('running', 'done', 'failed', 'cancelled')"


def upgrade() -> None:
    op.create_table(
        "learning",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pace", sa.Double(), nullable=False),
        sa.Column("looks", sa.JSON(), nullable=False),
        sa.Column("working", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fit", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning")),
        sa.UniqueConstraint("day", name=op.f("uq_learning_day")),
    )
    op.create_table(
        "capacity_run",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_capacity_run_state_known")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_capacity_run_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_run")),
    )
    op.create_index("ix_capacity_run_asked", "capacity_run", ["asked_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("capacity_run")
    op.drop_table("learning")
