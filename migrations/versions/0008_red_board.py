"""Who has a red, turn by turn; who was told that nobody has it; who is in post; what the database is for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "red_turn",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("to_id", BIG, nullable=True),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('taken', 'given', 'night', 'undone')", name=op.f("ck_red_turn_kind_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_red_turn_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_red_turn_contact_id")),
        sa.ForeignKeyConstraint(["to_id"], ["user.id"], name=op.f("fk_red_turn_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_turn")),
    )
    op.create_index("ix_red_turn_contact", "red_turn", ["contact_id", "id"], unique=False)
    op.execute(  # until now a red was only ever taken up, and that was kept as oversight alone
        "INSERT INTO red_turn (contact_id, kind, by_id, team, taken_by, told, at) "
        "SELECT contact_id, 'taken', by_id, '', '', '', at FROM oversight WHERE kind = 'acknowledged' ORDER BY id"
    )
    op.create_table(
        "escalation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("clock_id", BIG, nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_escalation_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("clock_id", "post", name=op.f("uq_escalation_clock_id_post")),
    )
    op.create_table(
        "post_held",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("post IN ('deputy', 'head_of_service')", name=op.f("ck_post_held_post_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_post_held_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_post_held_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_held")),
    )
    op.create_index("ix_post_held_user", "post_held", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('practice')", name=op.f("ck_installation_purpose_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )


def downgrade() -> None:
    op.drop_table("installation")
    op.drop_index("ix_post_held_user", table_name="post_held")
    op.drop_table("post_held")
    op.drop_table("escalation")
    op.drop_index("ix_red_turn_contact", table_name="red_turn")
    op.drop_table("red_turn")
