"""The mark that is another after every change to anything that lists show."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "change_mark",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_mark")),
    )
    op.execute("INSERT INTO change_mark (mark) VALUES ('')")


def downgrade() -> None:
    op.drop_table("change_mark")
