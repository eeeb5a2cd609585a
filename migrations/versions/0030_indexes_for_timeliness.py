"""Indexes behind figures of requests and referrals, and behind the replies that are late now."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

UNANSWERED = sa.text("replied_at IS NULL")
DECIDED = sa.text("decided_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_information_request_sent", "information_request", ["sent_at", "id"], unique=False)
    op.create_index(
        "ix_information_request_unanswered",
        "information_request",
        ["due_at", "id"],
        unique=False,
        sqlite_where=UNANSWERED,
        postgresql_where=UNANSWERED,
    )
    op.create_index("ix_episode_started", "episode", ["kind", "started_on"], unique=False)
    op.drop_index("ix_episode_kind", table_name="episode")
    op.create_index(
        "ix_child_on_contact_decided",
        "child_on_contact",
        ["decided_at", "id"],
        unique=False,
        sqlite_where=DECIDED,
        postgresql_where=DECIDED,
    )


def downgrade() -> None:
    op.drop_index("ix_child_on_contact_decided", table_name="child_on_contact")
    op.create_index("ix_episode_kind", "episode", ["kind"], unique=False)
    op.drop_index("ix_episode_started", table_name="episode")
    op.drop_index("ix_information_request_unanswered", table_name="information_request")
    op.drop_index("ix_information_request_sent", table_name="information_request")
