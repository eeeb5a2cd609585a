"""The form for a contact recorded while someone talks: its fields, what is checked, and what it says as an approach.

Children and adults are numbered rows. A row left blank counts for nothing.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields
from typing_extensions import override

from mash.clock import LONDON
from mash.intake.codes import ETHNICITIES as ETHNICITY_CODES
from mash.web.contact_words import CHANNELS, SOURCES, TYPES
from mash.web.filters import time as time_words
from mash.web.forms import Form
from mash.web.london import london_moment
from mash.web.schemas import Choice, DayMonthYear, FormSchema, SafeText, Tick, Whole
from mash.workflow.words import Agreement

MOST_ROWS = 12
LONGEST_PREGNANCY = timedelta(days=310)
PAST_DUE = timedelta(days=28)
YES_NO = {"yes": "Yes", "no": "No", "unknown": "Not known"}
IDENTITIES = {
    "open": "May be told to the family",
    "withheld": "Known to us, not to be told to the family",
    "anonymous": "Anonymous",
}
TOLD = {"yes": "Yes", "no": "No", "not_asked_unsafe": "No: telling them would raise risk"}
AGREEMENTS = {term.value: term.words for term in Agreement}
SEXES = {"F": "Girl or woman", "M": "Boy or man", "U": "Not known"}
ETHNICITIES = {code.code: code.label for code in ETHNICITY_CODES.codes}
CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE)


class TimeOfDay(fields.Field[time | None]):
    """A time as people write it: 2:05pm, 14:05, 1405, 2pm. Empty is None."""

    def __init__(self, *, called: str, **more: Any) -> None:
        super().__init__(load_default=None, **more)
        self.called = called

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> time | None:
        text = value.strip() if isinstance(value, str) else ""
        if not text:
            return None
        found = CLOCK.fullmatch(text) if text.isascii() else None
        if found is None or not (found[2] or found[3]):
            raise ValidationError(f"{self.called} must be a time, like 2:05pm or 14:05")
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
        if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
            raise ValidationError(f"{self.called} must be a time, like 2:05pm or 14:05")
        return time(hour % 12 + (12 if half == "pm" else 0), minute) if half else time(hour, minute)


def _about() -> dict[str, Any]:
    return {
        "type": Choice(TYPES, empty="Select what kind of contact it is"),
        "narrative": SafeText(longest=20_000, empty="Say what this is about", called="What this is about"),
        "child_voice": SafeText(longest=4000, called="What the child said"),
        "danger_now": Choice(YES_NO),
        "interim_action": SafeText(longest=4000, called="What was done already"),
        "channel": Choice(CHANNELS),
        "received": DayMonthYear(called="Date received", earliest=2012),  # when our calendar begins
        "received_time": TimeOfDay(called="Time received"),
        "happened": DayMonthYear(called="Date it happened", earliest=1950),
        "happened_time": TimeOfDay(called="Time it happened"),
        "source_code": Choice(SOURCES),
        "source_agency": SafeText(called="Organisation"),
        "referrer_name": SafeText(called="Name"),
        "referrer_role": SafeText(called="Role"),
        "referrer_phone": SafeText(longest=30, called="Phone"),
        "referrer_email": SafeText(called="Email"),
        "referrer_identity": Choice(IDENTITIES),
        "told": Choice(TOLD),
        "told_reason": SafeText(longest=1000, called="Why"),
        "agreement": Choice(AGREEMENTS),
        "address": SafeText(longest=500, called="Address"),
        "postcode": SafeText(longest=10, called="Postcode"),
        "address_source": SafeText(called="Where the address comes from"),
        "address_verified": Tick(),
        "address_protected": Tick(),
        "children": Whole(least=0, most=MOST_ROWS, called="Children"),
        "adults": Whole(least=0, most=MOST_ROWS, called="Adults"),
        "hinted": Tick(),
    }


def _spoken(row: str) -> str:
    """Name a row for a message, such as ``Child 1``."""
    kind = row.rstrip("0123456789")
    return f"{kind.capitalize()} {row.removeprefix(kind)}"


def _person(row: str) -> dict[str, Any]:
    return {
        f"{row}_forename": SafeText(called="First name"),
        f"{row}_surname": SafeText(called="Surname"),
        f"{row}_born": DayMonthYear(called=f"{_spoken(row)} date of birth"),
        f"{row}_known": Whole(least=0, most=2**31, called="Choice"),
    }


def _child(row: str) -> dict[str, Any]:
    return _person(row) | {
        f"{row}_sex": Choice(SEXES),
        f"{row}_unborn": Tick(),
        f"{row}_due": DayMonthYear(called=f"{_spoken(row)} due date"),
        f"{row}_descriptor": SafeText(called="Description"),
        f"{row}_age": Whole(least=0, most=25, called=f"{_spoken(row)} age"),
        f"{row}_ethnicity": Choice(ETHNICITIES),
        f"{row}_language": SafeText(called="Language"),
        f"{row}_interpreter": Choice(YES_NO),
        f"{row}_school": SafeText(called="School or nursery"),
        f"{row}_gp": SafeText(called="GP"),
    }


def _adult(row: str) -> dict[str, Any]:
    return _person(row) | {
        f"{row}_relation": SafeText(called="Relationship"),
        f"{row}_phone": SafeText(longest=30, called="Phone"),
        f"{row}_lives": Choice(YES_NO),
        f"{row}_responsibility": Choice(YES_NO),
        f"{row}_alleged": Tick(),
    }


def child_rows(form: Form) -> list[str]:
    """Name the form's rows for children, such as ``child1``."""
    return _rows(form, "child")


def adult_rows(form: Form) -> list[str]:
    """Name the form's rows for adults."""
    return _rows(form, "adult")


def _rows(form: Form, kind: str) -> list[str]:
    numbers = (name.removeprefix(kind).partition("_") for name in form.schema.fields if name.startswith(kind))
    return [f"{kind}{number}" for number, _, what in numbers if what == "forename"]


def schema(children: int, adults: int) -> FormSchema:
    """Make the schema of a form with so many rows of each."""
    made = _about()
    for number in range(1, children + 1):
        made |= _child(f"child{number}")
    for number in range(1, adults + 1):
        made |= _adult(f"adult{number}")
    return FormSchema.from_dict(made, name="RecordSchema")()  # type: ignore[return-value]  # it returns our subclass


def blank_form(at: datetime) -> Form:
    """Make the form as it opens: one child, one adult, and the time it is now as when it was received."""
    here = at.astimezone(LONDON)
    received = {"day": str(here.day), "month": str(here.month), "year": str(here.year)}
    return Form(schema(1, 1), {"received": received, "received_time": time_words(at)})


FOLDS = {"unnamed": ("unborn", "due", "descriptor", "age"), "more": ("ethnicity", "language", "interpreter", "gp")}


def unfolded(form: Form, row: str) -> set[str]:
    """Name the folds of a child's row that hold an answer or a problem, and so are to be open."""
    return {fold for fold, names in FOLDS.items() if any(_holds(form, f"{row}_{name}") for name in names)}


def _holds(form: Form, name: str) -> bool:
    given = form.value(name)
    return name in form.errors or bool(any(given.values()) if isinstance(given, dict) else given)


def is_blank(form: Form, row: str) -> bool:
    """Say whether nothing was written in a row."""
    return not any(
        form.data.get(name) for name in form.schema.fields if name.startswith(f"{row}_") and not name.endswith("_known")
    )


def received_at(form: Form, at: datetime) -> datetime:
    """Return when the contact was received; now, where the form says neither day nor time."""
    day, clock = form.data["received"], form.data["received_time"]
    if day is None and clock is None:
        return at
    return london_moment(day or at.astimezone(LONDON).date(), clock or time())


def problems(form: Form, at: datetime) -> Mapping[str, str]:
    """List what is wrong across answers that are each sound alone."""
    data, found = form.data, {}
    if data["received"] and data["received_time"] is None:
        found["received_time"] = "Enter the time it was received"
    elif received_at(form, at) > at:
        found["received"] = "When it was received must be now or earlier"
    if data["happened_time"] and data["happened"] is None:
        found["happened"] = "Enter the date it happened"
    elif data["happened"] and london_moment(data["happened"], data["happened_time"] or time()) > at:
        found["happened"] = "When it happened must be now or earlier"
    if data["referrer_identity"] == "anonymous" and data["referrer_name"]:
        found["referrer_identity"] = "You gave a name. Take it out, or choose not to be told to the family"
    today = at.astimezone(LONDON).date()
    for row in [*child_rows(form), *adult_rows(form)]:
        found |= _row_problems(data, row, today)
    return found


def _row_problems(data: Mapping[str, Any], row: str, today: date) -> dict[str, str]:
    born, due = data[f"{row}_born"], data.get(f"{row}_due")
    if born and born > today:
        return {f"{row}_born": f"{_spoken(row)} date of birth must be in the past"}
    if born and (due or data.get(f"{row}_unborn")):
        return {f"{row}_born": f"{_spoken(row)} is not born yet, so has a due date and no date of birth"}
    if due and not today - PAST_DUE <= due <= today + LONGEST_PREGNANCY:
        return {f"{row}_due": f"{_spoken(row)} due date must be in the next 10 months"}
    return {}
