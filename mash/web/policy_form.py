"""What the form of a dated policy is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import fields

from mash.web.schemas import DayMonthYear, FormSchema, SafeText, Whole

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """How one policy is asked for.

    Attributes:
        name: As in the database.
        title, about: What it is called, and what it is for in a sentence.
        fields: What is asked, by name, in the page's order, where this or that holds.
        start: Fills the fields from what holds.
        read: Makes the policy of the answers and of what holds; raises PolicyRefused naming the answer at fault.
    """

    name: str
    title: str
    about: str
    fields: Callable[[Content], Mapping[str, fields.Field[Any]]]
    start: Callable[[Content], dict[str, Any]]
    read: Callable[[dict[str, Any], Content], dict[str, Any]]

    def schema(self, held: Content) -> FormSchema:
        """Make the schema: its fields where this holds, then the day it begins and why."""
        asked = {
            **self.fields(held),
            "starts": DayMonthYear(called="The day it begins", empty="Enter the day it begins", latest=2100),
            "reason": SafeText(longest=500, empty="Say why it changes", called="Reason"),
        }
        return cast("FormSchema", FormSchema.from_dict(asked, name=self.name)())


def whole_number(called: str, most: int, least: int = 1) -> Whole:
    """Ask for a whole number that must be given."""
    return Whole(least=least, most=most, called=called, empty=f"{called}: enter a whole number")
