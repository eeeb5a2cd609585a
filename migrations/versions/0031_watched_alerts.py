"""Alerts of a watched record, kept apart by whose it is: several in an hour of one reader, one a person."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOT_WATCHED = sa.text("pattern <> 'watched_person'")
LATER_OF_AN_HOUR = """
    DELETE FROM privacy_alert WHERE EXISTS (
        SELECT 1 FROM privacy_alert AS first WHERE first.id < privacy_alert.id AND first.hour = privacy_alert.hour
        AND first.pattern = privacy_alert.pattern AND first.user_id = privacy_alert.user_id
    )
"""
THEIR_REVIEWS = """
    DELETE FROM privacy_review WHERE alert_id IN (
        SELECT later.id FROM privacy_alert AS later JOIN privacy_alert AS first ON first.id < later.id
        AND first.hour = later.hour AND first.pattern = later.pattern AND first.user_id = later.user_id
    )
"""


def upgrade() -> None:
    with op.batch_alter_table("privacy_alert") as table:
        table.drop_constraint(op.f("uq_privacy_alert_pattern_user_id_hour"), type_="unique")
    op.create_index(
        "ix_privacy_alert_hour",
        "privacy_alert",
        ["pattern", "user_id", "hour"],
        unique=True,
        sqlite_where=NOT_WATCHED,
        postgresql_where=NOT_WATCHED,
    )
    op.create_table(
        "watched_alert",
        sa.Column("alert_id", BIG, autoincrement=False, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["privacy_alert.id"], name=op.f("fk_watched_alert_alert_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_watched_alert_user_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_watched_alert")),
        sa.UniqueConstraint("user_id", "person_id", "hour", name=op.f("uq_watched_alert_user_id_person_id_hour")),
    )


def downgrade() -> None:
    op.drop_table("watched_alert")
    op.execute(THEIR_REVIEWS)
    op.execute(LATER_OF_AN_HOUR)
    op.drop_index("ix_privacy_alert_hour", table_name="privacy_alert")
    with op.batch_alter_table("privacy_alert") as table:
        table.create_unique_constraint(op.f("uq_privacy_alert_pattern_user_id_hour"), ["pattern", "user_id", "hour"])
