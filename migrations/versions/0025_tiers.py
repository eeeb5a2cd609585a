"""Who is kept from a record or let in to it by name, restrictions and their lifting, emergencies, parts revealed."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "restriction",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("ground", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.Column("lift_asked_by_id", BIG, nullable=True),
        sa.Column("lift_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", BIG, nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lifted_by_id IS NULL OR lift_asked_by_id IS NOT NULL", name=op.f("ck_restriction_lifting_is_asked_for")),
        sa.CheckConstraint("lifted_by_id <> lift_asked_by_id", name=op.f("ck_restriction_two_people_lift")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_restriction_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_restriction_contact_id")),
        sa.ForeignKeyConstraint(["lift_asked_by_id"], ["user.id"], name=op.f("fk_restriction_lift_asked_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user.id"], name=op.f("fk_restriction_lifted_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_restriction_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_index("ix_restriction_contact", "restriction", ["contact_id"], unique=False)
    op.create_index("ix_restriction_person", "restriction", ["person_id"], unique=False)
    op.create_index("ix_restriction_review", "restriction", ["lifted_at", "review_on", "id"], unique=False)
    op.create_table(
        "named_access",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("search_name", sa.String(length=200), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.CheckConstraint("kind IN ('let_in', 'kept_from', 'conflict', 'emergency')", name=op.f("ck_named_access_kind_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_named_access_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_named_access_contact_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_named_access_ended_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_named_access_person_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_named_access_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_access")),
    )
    op.create_index("ix_named_access_contact", "named_access", ["contact_id"], unique=False)
    op.create_index("ix_named_access_person", "named_access", ["person_id"], unique=False)
    op.create_index("ix_named_access_user", "named_access", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "break_glass",
        sa.Column("access_id", BIG, autoincrement=False, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by_id", BIG, nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding", sa.String(length=64), nullable=True),
        sa.Column("review_words", sa.Text(), nullable=False),
        sa.CheckConstraint("finding IS NULL OR finding IN ('right', 'wrong')", name=op.f("ck_break_glass_finding_known")),
        sa.CheckConstraint("reviewed_by_id <> user_id", name=op.f("ck_break_glass_reviewed_by_another")),
        sa.ForeignKeyConstraint(["access_id"], ["named_access.id"], name=op.f("fk_break_glass_access_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_break_glass_contact_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user.id"], name=op.f("fk_break_glass_reviewed_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_break_glass_user_id")),
        sa.PrimaryKeyConstraint("access_id", name=op.f("pk_break_glass")),
    )
    op.create_index("ix_break_glass_contact", "break_glass", ["contact_id"], unique=False)
    op.create_index("ix_break_glass_waiting", "break_glass", ["reviewed_at", "review_due_at", "access_id"], unique=False)
    op.create_table(
        "reveal",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_reveal_contact_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reveal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reveal")),
    )
    op.create_index("ix_reveal_contact", "reveal", ["contact_id", "user_id", "until"], unique=False)
    op.create_table(
        "originator",
        sa.Column("request_id", BIG, autoincrement=False, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("may_widen", sa.Boolean(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_originator_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["information_request.id"], name=op.f("fk_originator_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_originator")),
    )
    op.create_table(
        "named_reader",
        sa.Column("request_id", BIG, autoincrement=False, nullable=False),
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_named_reader_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["information_request.id"], name=op.f("fk_named_reader_request_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_named_reader_user_id")),
        sa.PrimaryKeyConstraint("request_id", "user_id", name=op.f("pk_named_reader")),
    )


def downgrade() -> None:
    op.drop_table("named_reader")
    op.drop_table("originator")
    op.drop_index("ix_reveal_contact", table_name="reveal")
    op.drop_table("reveal")
    op.drop_index("ix_break_glass_contact", table_name="break_glass")
    op.drop_index("ix_break_glass_waiting", table_name="break_glass")
    op.drop_table("break_glass")
    op.drop_index("ix_named_access_contact", table_name="named_access")
    op.drop_index("ix_named_access_person", table_name="named_access")
    op.drop_index("ix_named_access_user", table_name="named_access")
    op.drop_table("named_access")
    op.drop_index("ix_restriction_contact", table_name="restriction")
    op.drop_index("ix_restriction_person", table_name="restriction")
    op.drop_index("ix_restriction_review", table_name="restriction")
    op.drop_table("restriction")
