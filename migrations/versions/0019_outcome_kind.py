"""What kind each outcome is, for those that could be decided before versions named their own."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

KNOWN = {
    "no_further_action": "no_service",
    "information_given": "information",
    "advice": "advice",
    "signposting": "signposting",
    "early_help": "early_help",
    "another_authority": "another_authority",
    "child_and_family_assessment": "assessment",
    "passed_to_allocated_worker": "passed_on",
    "strategy_discussion": "strategy",
}


def upgrade() -> None:
    table = op.create_table(
        "outcome_kind",
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("outcome", name=op.f("pk_outcome_kind")),
    )
    op.create_index("ix_outcome_kind_kind", "outcome_kind", ["kind", "outcome"], unique=False)
    op.bulk_insert(table, [{"outcome": outcome, "kind": kind} for outcome, kind in KNOWN.items()])


def downgrade() -> None:
    op.drop_index("ix_outcome_kind_kind", table_name="outcome_kind")
    op.drop_table("outcome_kind")
