"""Opening hours become a dated policy, phone numbers are found by any digits in a row, decisions say "none applies".

What was set for a day may be set again before it counts, so a policy may have several entries for one day.
"""

from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from alembic import op

from mash.models.people import phone_tails

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEARCHED = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
AT_A_TIME = 20_000
UNIQUE = "uq_policy_name_effective_from"


def upgrade() -> None:
    with op.batch_alter_table("policy") as policy:
        policy.drop_constraint(UNIQUE, type_="unique")
        policy.create_index("ix_policy_name", ["name", "effective_from"], unique=False)
    _hours_to_policy()
    op.drop_table("opening_hours")
    op.create_table(
        "none_applies",
        sa.Column("decision_id", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_none_applies_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_none_applies")),
    )
    tails = op.create_table(
        "phone_tail",
        sa.Column("tail", SEARCHED, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_tail_person_id")),
        sa.PrimaryKeyConstraint("tail", "person_id", name=op.f("pk_phone_tail")),
    )
    op.create_index("ix_phone_tail_person_id", "phone_tail", ["person_id"], unique=False)
    _fill(tails)


def _fill(tails: sa.Table) -> None:
    """Fill the tails of everyone's phone number, so many people at a time."""
    bind, after = op.get_bind(), 0
    people = sa.text("SELECT id, phone FROM person WHERE id > :after AND phone <> '' ORDER BY id LIMIT :most")
    while rows := bind.execute(people, {"after": after, "most": AT_A_TIME}).all():
        after = rows[-1][0]
        kept = [{"tail": tail, "person_id": row_id} for row_id, phone in rows for tail in phone_tails(phone)]
        if kept:
            bind.execute(tails.insert(), kept)


def downgrade() -> None:
    op.drop_table("none_applies")
    op.drop_table("phone_tail")
    op.create_table(
        "opening_hours",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("opens", sa.String(length=64), nullable=True),
        sa.Column("closes", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint("weekday", "effective_from", name=op.f("uq_opening_hours_weekday_effective_from")),
    )
    _only_the_last_set_for_a_day()
    _policy_to_hours()
    with op.batch_alter_table("policy") as policy:
        policy.drop_index("ix_policy_name")
        policy.create_unique_constraint(UNIQUE, ["name", "effective_from"])


def _hours_to_policy() -> None:
    bind = op.get_bind()
    weeks: dict[str, dict[str, list[str]]] = {}
    rows = bind.execute(sa.text("SELECT weekday, effective_from, opens, closes FROM opening_hours ORDER BY weekday"))
    for weekday, starts, opens, closes in rows:
        week = weeks.setdefault(str(starts), {})
        if opens and closes:
            week[str(weekday)] = [opens, closes]
    policy = _policy()
    for starts, weekdays in sorted(weeks.items()):
        day, content = date.fromisoformat(starts), {"from": starts, "weekdays": weekdays}
        told = {"effective_from": day, "content": content, "at": datetime.combine(day, time(), UTC), "reason": ""}
        bind.execute(policy.insert().values(name="opening_hours", **told))


def _policy_to_hours() -> None:
    bind, policy = op.get_bind(), _policy()
    hours = sa.table("opening_hours", *map(sa.column, ("weekday", "effective_from", "opens", "closes")))
    ours = policy.c.name == "opening_hours"
    for starts, content in bind.execute(sa.select(policy.c.effective_from, policy.c.content).where(ours)).all():
        for weekday in range(1, 8):
            opens, closes = content["weekdays"].get(str(weekday), (None, None))
            bind.execute(hours.insert().values(weekday=weekday, effective_from=starts, opens=opens, closes=closes))
    bind.execute(policy.delete().where(ours))


def _only_the_last_set_for_a_day() -> None:
    policy = _policy()
    later = policy.alias("later")
    same_day = later.c.name == policy.c.name, later.c.effective_from == policy.c.effective_from
    op.execute(policy.delete().where(sa.exists().where(*same_day, later.c.id > policy.c.id)))


def _policy() -> sa.TableClause:
    typed = {"effective_from": sa.Date(), "content": sa.JSON(), "at": sa.DateTime(timezone=True)}
    names = ("id", "name", "effective_from", "content", "by_id", "reason", "at")
    return sa.table("policy", *(sa.column(name, typed.get(name)) for name in names))
