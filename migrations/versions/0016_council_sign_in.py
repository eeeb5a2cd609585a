"""Accounts at the council's sign-in provider, the sign-ins that came by it, and what may be used once only."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_identity_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index("ix_identity_user", "identity", ["user_id"], unique=False)
    op.create_table(
        "council_session",
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("identity_id", BIG, nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["user_session.id"], name=op.f("fk_council_session_session_id")),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_council_session_identity_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_council_session")),
    )
    op.create_index("ix_council_session_sid", "council_session", ["sid"], unique=False)
    op.create_table(
        "used_once",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_used_once")),
    )
    op.create_index("ix_used_once_until", "used_once", ["until"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_used_once_until", table_name="used_once")
    op.drop_table("used_once")
    op.drop_index("ix_council_session_sid", table_name="council_session")
    op.drop_table("council_session")
    op.drop_index("ix_identity_user", table_name="identity")
    op.drop_table("identity")
