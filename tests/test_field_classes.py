"""Every field of every table has a class, none is classed that is not there, and the assessment tells of each."""

import pytest
from click.testing import CliRunner
from sqlalchemy import Column, Integer, MetaData, Table

from mash.cli import main
from mash.db import Base
from mash.models.field_classes import OF_A_FIELD, OF_A_TABLE, FieldClass, class_of

TABLES = Base.metadata.sorted_tables
FIELDS = {f"{table.name}.{column.name}": column for table in TABLES for column in table.columns}


def test_every_field_has_a_class_and_none_that_is_not_there() -> None:
    assert {table.name for table in TABLES} == set(OF_A_TABLE)
    assert set(OF_A_FIELD) <= set(FIELDS)
    assert {class_of(column) for column in FIELDS.values()} == set(FieldClass)
    new = Table("unthought_of", MetaData(), Column("id", Integer))
    with pytest.raises(KeyError):
        class_of(new.c.id)


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("contact.narrative", FieldClass.SPECIAL),
        ("contact.referrer_phone", FieldClass.REFERRER),
        ("contact.claimed_by_id", FieldClass.TRAIL),
        ("person.surname", FieldClass.IDENTITY),
        ("second_factor.secret", FieldClass.ENTRY),
        ("user.password_hash", FieldClass.ENTRY),
        ("policy.content", FieldClass.PLAIN),
    ],
)
def test_what_matters_most_is_classed_as_such(field: str, wanted: FieldClass) -> None:
    assert class_of(FIELDS[field]) is wanted


def test_the_assessment_lists_every_field() -> None:
    said = CliRunner().invoke(main, ["dpia"]).output
    assert [field for field in FIELDS if field not in said] == []
