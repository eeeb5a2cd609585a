"""Backups taken, legal holds and disposals; an event's data may be erased by a disposal alone."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NO_UPDATE = "CREATE TRIGGER event_no_update BEFORE UPDATE ON event"
REFUSED = " BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
STAYS = ("seq", "contact_id", "kind", "at", "by_id", "actor", "prev_hash", "hash")
ERASED = '{"erased": true}'
ONLY_ERASED = {
    "sqlite": (
        "DROP TRIGGER event_no_update",
        f"{NO_UPDATE} WHEN NOT (NEW.data = '{ERASED}'"  # noqa: S608  # our own names
        f" AND {' AND '.join(f'NEW.{name} IS OLD.{name}' for name in STAYS)}"
        f" AND EXISTS (SELECT 1 FROM event_erasure WHERE event_erasure.seq = OLD.seq)){REFUSED}",
    ),
    "postgresql": (
        "DROP TRIGGER event_no_change ON event",
        "CREATE TRIGGER event_no_change BEFORE DELETE OR TRUNCATE ON event"
        " FOR EACH STATEMENT EXECUTE FUNCTION event_only_added()",
        "CREATE FUNCTION event_only_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608  # our own names
        f" IF NEW.data::text = '{ERASED}'"
        f" AND ({', '.join(f'NEW.{name}' for name in STAYS)})"
        f" IS NOT DISTINCT FROM ({', '.join(f'OLD.{name}' for name in STAYS)})"
        " AND EXISTS (SELECT 1 FROM event_erasure WHERE event_erasure.seq = OLD.seq) THEN RETURN NEW; END IF;"
        " RAISE EXCEPTION 'events are only ever added'; END $$",
        "CREATE TRIGGER event_only_erased BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION event_only_erased()",
    ),
}
NEVER_CHANGED = {
    "sqlite": ("DROP TRIGGER event_no_update", NO_UPDATE + REFUSED),
    "postgresql": (
        "DROP TRIGGER event_only_erased ON event",
        "DROP FUNCTION event_only_erased()",
        "DROP TRIGGER event_no_change ON event",
        "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON event"
        " FOR EACH STATEMENT EXECUTE FUNCTION event_only_added()",
    ),
}
TABLES = ("event_erasure", "disposal", "legal_hold", "backup_taken")


def upgrade() -> None:
    op.create_table(
        "backup_taken",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", BIG, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_taken")),
    )
    op.create_index("ix_backup_taken_at", "backup_taken", ["at", "id"], unique=False)
    op.create_table(
        "legal_hold",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_legal_hold_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_legal_hold_contact_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_legal_hold_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_contact", "legal_hold", ["contact_id", "id"], unique=False)
    op.create_table(
        "disposal",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("record_class", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", BIG, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_by_id IS NOT NULL", name=op.f("ck_disposal_decided_by_someone")
        ),
        sa.CheckConstraint("state IN ('proposed', 'kept', 'disposed')", name=op.f("ck_disposal_state_known")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_disposal_two_people")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_disposal_contact_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_disposal_decided_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user.id"], name=op.f("fk_disposal_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
    )
    op.create_index("ix_disposal_contact", "disposal", ["contact_id", "id"], unique=False)
    op.create_index("ix_disposal_state", "disposal", ["state", "id"], unique=False)
    op.create_table(
        "event_erasure",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("disposal_id", BIG, nullable=False),
        sa.Column("kept_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["disposal_id"], ["disposal.id"], name=op.f("fk_event_erasure_disposal_id")),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], name=op.f("fk_event_erasure_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_erasure")),
    )
    op.create_index("ix_event_erasure_disposal_id", "event_erasure", ["disposal_id"], unique=False)
    for statement in ONLY_ERASED[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in NEVER_CHANGED[op.get_bind().dialect.name]:
        op.execute(statement)
    for table in TABLES:
        op.drop_table(table)
