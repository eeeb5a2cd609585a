"""Who read what, the chain that seals it, and alerts about patterns in it; nothing of it may be changed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOT_SHOWN = sa.text("outcome <> 'shown'")
ONLY_ADDED = {"audit_list": "id", "audit_read": "id", "audit_seal": "seq"}
"""Tables whose rows are only ever added, with their keys; ``audit_listed`` has three columns in its own."""


def upgrade() -> None:
    _audit()
    _privacy()
    op.execute("INSERT INTO audit_head (id, seq, last_id, hash) VALUES (1, 0, 0, '')")
    op.execute("INSERT INTO privacy_mark (id, read_id) VALUES (1, 0)")
    _guard()


def _audit() -> None:
    op.create_table(
        "audit_list",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_list")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_list_hash")),
    )
    op.create_table(
        "audit_listed",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("list_id", BIG, autoincrement=False, nullable=False),
        sa.CheckConstraint("kind IN ('contact', 'person')", name=op.f("ck_audit_listed_kind_known")),
        sa.ForeignKeyConstraint(["list_id"], ["audit_list.id"], name=op.f("fk_audit_listed_list_id")),
        sa.PrimaryKeyConstraint("kind", "number", "list_id", name=op.f("pk_audit_listed")),
    )
    op.create_index("ix_audit_listed_list", "audit_listed", ["list_id"], unique=False)
    op.create_table(
        "audit_read",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.String(length=200), nullable=False),
        sa.Column("list_id", BIG, nullable=True),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("outcome IN ('shown', 'refused', 'not_found')", name=op.f("ck_audit_read_outcome_known")),
        sa.ForeignKeyConstraint(["list_id"], ["audit_list.id"], name=op.f("fk_audit_read_list_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_audit_read_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_read")),
    )
    for name, columns in {"at": ["at"], "user": ["user_id", "at"], "list": ["list_id", "at"], "page": ["page", "at"]}.items():
        op.create_index(f"ix_audit_read_{name}", "audit_read", columns, unique=False)
    op.create_index("ix_audit_read_refused", "audit_read", ["at"], unique=False, sqlite_where=NOT_SHOWN, postgresql_where=NOT_SHOWN)
    op.create_table(
        "audit_seal",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("first_id", BIG, nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("late", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("prev_hash", name=op.f("uq_audit_seal_prev_hash")),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _privacy() -> None:
    op.create_table(
        "privacy_alert",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("pattern", sa.String(length=64), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_id", BIG, nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["read_id"], ["audit_read.id"], name=op.f("fk_privacy_alert_read_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_privacy_alert_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_alert")),
        sa.UniqueConstraint("pattern", "user_id", "hour", name=op.f("uq_privacy_alert_pattern_user_id_hour")),
    )
    op.create_index("ix_privacy_alert_user", "privacy_alert", ["user_id", "id"], unique=False)
    op.create_table(
        "privacy_review",
        sa.Column("alert_id", BIG, autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('explained', 'raised')", name=op.f("ck_privacy_review_answer_known")),
        sa.ForeignKeyConstraint(["alert_id"], ["privacy_alert.id"], name=op.f("fk_privacy_review_alert_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_privacy_review_by_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_privacy_review")),
    )
    op.create_table(
        "privacy_mark",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("read_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_mark")),
    )


def _guard() -> None:
    """Refuse whatever is not a new row. On SQLite, INSERT OR REPLACE deletes without asking the trigger on DELETE."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$"
        )
        for table in (*ONLY_ADDED, "audit_listed"):
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added()"
            )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
    for table in (*ONLY_ADDED, "audit_listed"):
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refuse}")
    for table, key in {**ONLY_ADDED, "event": "seq"}.items():
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608  # names of our own tables
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}")


def downgrade() -> None:
    for table in ("privacy_mark", "privacy_review", "privacy_alert", "audit_head", "audit_seal", "audit_read", "audit_listed", "audit_list"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_added()")
    else:
        op.execute("DROP TRIGGER event_no_replace")
