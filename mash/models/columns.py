"""The few kinds of column that every table is made of."""

from typing import Annotated, Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, text
from sqlalchemy.orm import mapped_column

from mash.db import BIG

Id = Annotated[int, mapped_column(BIG, primary_key=True, autoincrement=True)]
Code = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(200))]
SearchName = Annotated[str, mapped_column(String(200).with_variant(String(200, collation="C"), "postgresql"))]
Words = Annotated[str, mapped_column(Text)]
UserRef = Annotated[int, mapped_column(BIG, ForeignKey("user.id"))]
ContactRef = Annotated[int, mapped_column(BIG, ForeignKey("contact.id"))]
ChildRef = Annotated[int, mapped_column(BIG, ForeignKey("child_on_contact.id"))]
AddressRef = Annotated[int, mapped_column(BIG, ForeignKey("address.id"))]
PersonRef = Annotated[int, mapped_column(BIG, ForeignKey("person.id"))]


def one_of(column: str, *values: str) -> CheckConstraint:
    """Hold a column to a short closed list, named after the column."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def only(condition: str) -> dict[str, Any]:
    """Narrow an index to the rows of which a condition holds, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
