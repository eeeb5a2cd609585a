"""Signatures under a version that goes live, each in a role; and the role of a safeguarding partner."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = ("contact_officer", "practitioner", "manager", "receiving_team", "reviewer", "admin", "auditor")
MORE = (*ROLES, "safeguarding_partner")


def upgrade() -> None:
    _allow(MORE)
    op.create_table(
        "threshold_sign_off",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("proposal_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_threshold_sign_off_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["threshold_proposal.id"], name=op.f("fk_threshold_sign_off_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_sign_off")),
        sa.UniqueConstraint("proposal_id", "by_id", name=op.f("uq_threshold_sign_off_proposal_id_by_id")),
    )


def downgrade() -> None:
    op.drop_table("threshold_sign_off")
    op.execute("DELETE FROM user_role WHERE role = 'safeguarding_partner'")
    _allow(ROLES)


def _allow(roles: tuple[str, ...]) -> None:
    """Let users have these roles and no other. SQLite cannot change a check, so there the table is made anew."""
    said = f"role IN ({', '.join(repr(role) for role in roles)})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_user_role_role_known"), "user_role", type_="check")
        op.create_check_constraint(op.f("ck_user_role_role_known"), "user_role", said)
        return
    table = sa.Table(
        "user_role",
        sa.MetaData(),
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.CheckConstraint(said, name=op.f("ck_user_role_role_known")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_role")),
        sa.UniqueConstraint("user_id", "role", name=op.f("uq_user_role_user_id_role")),
    )
    with op.batch_alter_table("user_role", copy_from=table, recreate="always"):
        pass
