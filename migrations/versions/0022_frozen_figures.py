"""The figures of each month as they stood when it was frozen, and the contacts behind each. Rows are only ever added."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("figure_freeze", "frozen_figure")


def upgrade() -> None:
    op.create_table(
        "figure_freeze",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_figure_freeze_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_freeze")),
        sa.UniqueConstraint("month", "number", name=op.f("uq_figure_freeze_month_number")),
    )
    op.create_table(
        "frozen_figure",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("freeze_id", BIG, nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("numerator", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("spread", sa.JSON(), nullable=True),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("inside", sa.LargeBinary(), nullable=False),
        sa.Column("out_of", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["freeze_id"], ["figure_freeze.id"], name=op.f("fk_frozen_figure_freeze_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_figure")),
        sa.UniqueConstraint("freeze_id", "measure", "part", name=op.f("uq_frozen_figure_freeze_id_measure_part")),
    )
    for table in TABLES:
        for statement in _only_added(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION {table}_only_added()")


def _only_added(table: str) -> list[str]:
    said = "frozen figures are only ever added"
    if op.get_bind().dialect.name == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
            for what in ("update", "delete")
        ]
    return [
        f"CREATE FUNCTION {table}_only_added() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{said}'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_added()",
    ]
