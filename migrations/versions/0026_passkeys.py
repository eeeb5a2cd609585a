"""Passkeys, sign-ins proved by one, sign-ins that ended for another, and counts of pages opened without signing in."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("credential_hash", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_passkey_credential_hash")),
    )
    op.create_index("ix_passkey_user", "passkey", ["user_id"], unique=False)
    op.create_table(
        "strong_proof",
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["user_session.id"], name=op.f("fk_strong_proof_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_strong_proof")),
    )
    op.create_table(
        "session_displaced",
        sa.Column("session_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["user_session.id"], name=op.f("fk_session_displaced_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_displaced")),
    )
    op.create_table(
        "open_page_count",
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network", "minute", name=op.f("pk_open_page_count")),
    )


def downgrade() -> None:
    op.drop_table("open_page_count")
    op.drop_table("session_displaced")
    op.drop_table("strong_proof")
    op.drop_index("ix_passkey_user", table_name="passkey")
    op.drop_table("passkey")
