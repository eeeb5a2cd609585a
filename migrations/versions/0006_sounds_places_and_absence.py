"""What finds people by sound and homes by street, filled for everyone already kept; and days on which staff are away."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from mash.models.people import place_words, sounds_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEARCHED = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
AT_A_TIME = 20_000


def upgrade() -> None:
    sounds = op.create_table(
        "name_sound",
        sa.Column("sound", sa.String(64), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_name_sound_person_id")),
        sa.PrimaryKeyConstraint("sound", "person_id", name=op.f("pk_name_sound")),
    )
    op.create_index("ix_name_sound_person_id", "name_sound", ["person_id"], unique=False)
    places = op.create_table(
        "place_word",
        sa.Column("word", SEARCHED, nullable=False),
        sa.Column("address_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_place_word_address_id")),
        sa.PrimaryKeyConstraint("word", "address_id", name=op.f("pk_place_word")),
    )
    op.create_table(
        "absence",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_absence_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_absence_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_user", "absence", ["user_id", "last_day"], unique=False)
    op.create_index("ix_absence_days", "absence", ["last_day", "id"], unique=False)
    _fill(sounds, "SELECT id, search_name FROM person WHERE id > :after ORDER BY id LIMIT :most", sounds_of)
    _fill(places, 'SELECT id, "key" FROM address WHERE id > :after ORDER BY id LIMIT :most', place_words)


def _fill(table: sa.Table, statement: str, parts: Callable[[str], tuple[str, ...]]) -> None:
    """Fill a table of (part, id) pairs, so many rows at a time."""
    word, owner = (column.name for column in table.columns)
    after = 0
    while rows := op.get_bind().execute(sa.text(statement), {"after": after, "most": AT_A_TIME}).all():
        after = rows[-1][0]
        pairs = [{word: part, owner: row_id} for row_id, text in rows for part in parts(text)]
        if pairs:
            op.get_bind().execute(table.insert(), pairs)


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_table("place_word")
    op.drop_table("name_sound")
