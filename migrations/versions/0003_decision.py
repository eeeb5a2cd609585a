"""Ratings, decisions, oversight, hand-over and messages."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("to", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'cancelled', 'failed')", name=op.f("ck_message_state_known")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_message_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index("ix_message_waiting", "message", ["state", "hold_until"], unique=False)
    op.create_table(
        "oversight",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('acknowledged', 'agreed', 'changed', 'returned', 'directed', 'handed_to_night_team')",
            name=op.f("ck_oversight_kind_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_oversight_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_oversight_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight")),
    )
    op.create_index("ix_oversight_contact", "oversight", ["contact_id", "id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("own_level", sa.Integer(), nullable=True),
        sa.Column("rating", sa.String(length=64), nullable=True),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("extra_routes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("receiver", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lower_reason", sa.Text(), nullable=False),
        sa.Column("agreement_status", sa.String(length=64), nullable=True),
        sa.Column("contact_type", sa.String(length=64), nullable=False),
        sa.Column("sign_off", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("oversight_after", sa.Boolean(), nullable=False),
        sa.Column("advised_level", sa.Integer(), nullable=True),
        sa.Column("advised_route", sa.String(length=64), nullable=True),
        sa.Column("advice", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ruleset_id", sa.String(length=64), nullable=True),
        sa.Column("ruleset_hash", sa.String(length=64), nullable=True),
        sa.Column("recommended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('recommended', 'decided', 'returned', 'replaced')", name=op.f("ck_decision_status_known")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 9", name=op.f("ck_decision_level_known")),
        sa.ForeignKeyConstraint(["child_id"], ["child_on_contact.id"], name=op.f("fk_decision_child_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["recommended_by_id"], ["user.id"], name=op.f("fk_decision_recommended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_at", "decision", ["decided_at", "id"], unique=False)
    op.create_index("ix_decision_child", "decision", ["child_id", "id"], unique=False)
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("to_team", sa.String(length=200), nullable=False),
        sa.Column("lead", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("offered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('hand_over', 'step_down')", name=op.f("ck_hand_over_kind_known")),
        sa.CheckConstraint("state IN ('offered', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_hand_over_state_known")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_hand_over_answered_by_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child_on_contact.id"], name=op.f("fk_hand_over_child_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["user.id"], name=op.f("fk_hand_over_offered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index("ix_hand_over_child", "hand_over", ["child_id", "id"], unique=False)
    op.create_index("ix_hand_over_open", "hand_over", ["state", "route", "id"], unique=False)
    op.create_table(
        "rating",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("was", sa.String(length=64), nullable=True),
        sa.Column("proposed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN ('red', 'amber', 'green')", name=op.f("ck_rating_value_known")),
        sa.CheckConstraint("was IS NULL OR was IN ('red', 'amber', 'green')", name=op.f("ck_rating_was_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_rating_by_id")),
        sa.ForeignKeyConstraint(["child_id"], ["child_on_contact.id"], name=op.f("fk_rating_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    op.create_index("ix_rating_child", "rating", ["child_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("rating")
    op.drop_table("hand_over")
    op.drop_table("decision")
    op.drop_table("oversight")
    op.drop_table("message")
