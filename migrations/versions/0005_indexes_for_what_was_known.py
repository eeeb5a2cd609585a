"""Indexes behind what was known of a child: earlier observations, superseded or not, and which kinds are kept."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_observation_child", "observation", ["child_id", "id"], unique=False)
    op.create_index("ix_episode_kind", "episode", ["kind"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_episode_kind", table_name="episode")
    op.drop_index("ix_observation_child", table_name="observation")
