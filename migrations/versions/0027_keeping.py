"""Backups taken, legal holds, disposals, and requests for access; an event's data may be erased by a disposal alone."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0020"
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
TABLES = ("access_item", "access_request", "event_erasure", "disposal", "legal_hold", "backup_taken")


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
    op.create_table(
        "access_request",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("identity_seen", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("opened_by_id", BIG, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_by_id", BIG, nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", BIG, nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state <> 'signed_off' OR signed_by_id IS NOT NULL", name=op.f("ck_access_request_signed_by_someone")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'finished', 'signed_off', 'refused')", name=op.f("ck_access_request_state_known")
        ),
        sa.CheckConstraint(
            "signed_by_id IS NULL OR signed_by_id <> finished_by_id", name=op.f("ck_access_request_two_people")
        ),
        sa.ForeignKeyConstraint(["finished_by_id"], ["user.id"], name=op.f("fk_access_request_finished_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_access_request_opened_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_request_person_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user.id"], name=op.f("fk_access_request_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )
    op.create_index("ix_access_request_person", "access_request", ["person_id", "id"], unique=False)
    op.create_table(
        "access_item",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("request_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("decided", sa.String(length=64), nullable=True),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided IS NULL OR decided IN ('give', 'part', 'withhold')", name=op.f("ck_access_item_decided_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_access_item_by_id")),
        sa.ForeignKeyConstraint(["request_id"], ["access_request.id"], name=op.f("fk_access_item_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_item")),
    )
    op.create_index("ix_access_item_request", "access_item", ["request_id", "position"], unique=False)
    for statement in ONLY_ERASED[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in NEVER_CHANGED[op.get_bind().dialect.name]:
        op.execute(statement)
    for table in TABLES:
        op.drop_table(table)
