"""An index behind figures and extracts of the hand-overs that were answered in a period."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ANSWERED = sa.text("answered_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_hand_over_answered",
        "hand_over",
        ["answered_at", "id"],
        unique=False,
        sqlite_where=ANSWERED,
        postgresql_where=ANSWERED,
    )


def downgrade() -> None:
    op.drop_index("ix_hand_over_answered", table_name="hand_over")
