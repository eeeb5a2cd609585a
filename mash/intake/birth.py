"""When a child was, or will be, born: what dates and ages say together, and where they disagree."""

from dataclasses import dataclass
from datetime import date, timedelta

from mash.intake.cells import age_on
from mash.intake.codeset import Coded, Method
from mash.intake.row import Row

ADULT = 18
PREGNANCY = timedelta(weeks=40)
OVERDUE = timedelta(weeks=3)


@dataclass(frozen=True, slots=True)
class Birth:
    """A date of birth, or a due date, or an age in whole years that someone gave; all ``None`` when not known."""

    date_of_birth: date | None = None
    due_date: date | None = None
    unborn: Coded | None = None
    estimated_age: int | None = None


def annex_a_birth(row: Row, *, on: date | None) -> Birth:
    """Read Annex A's date of birth and age, where an unborn child is aged -1 and the date is the day due.

    Args:
        on: The day of the contact or episode; ``None`` if it could not be read.
    """
    day, age = row.day("date_of_birth"), row.age("age")
    if age == -1 or (day and day > row.reading.today):
        if age != -1:
            row.warn("date_of_birth", "This birth is after today; it is read as a due date.", "Give the age as -1.")
        _check_due(row, "date_of_birth", due=day, on=on)
        return Birth(due_date=day, unborn=Coded("-1", "yes", Method.CODE))
    if day is None:
        return Birth(estimated_age=age)
    if on:
        check_birth(row, "date_of_birth", born=day, on=on)
        if age is not None and not age_on(day, on) - 1 <= age <= age_on(day, row.reading.today) + 1:
            row.warn("age", f"The age does not fit the date of birth {day:%d/%m/%Y}, which is used.", "Check both.")
    return Birth(date_of_birth=day)


def dated_birth(row: Row, *, on: date | None) -> Birth:
    """Read a date of birth and a due date held in two columns. Both are kept if both are given, with a warning."""
    born, due = row.past_day("date_of_birth"), row.day("due_date")
    check_dates(row, born=born, due=due, on=on)
    return Birth(date_of_birth=born, due_date=due, unborn=Coded(f"{due:%d/%m/%Y}", "yes", Method.CODE) if due else None)


def check_dates(row: Row, *, born: date | None, due: date | None, on: date | None) -> None:
    """Warn of a date of birth or a due date that does not fit the day, and of both together."""
    if born and due:
        row.warn("due_date", "There is a date of birth and a due date too.", "Keep the one that is true now.")
    if born and on:
        check_birth(row, "date_of_birth", born=born, on=on)
    if not born:
        _check_due(row, "due_date", due=due, on=on)


def check_birth(row: Row, name: str, *, born: date, on: date) -> None:
    """Warn of a date of birth that makes an adult, or a child not conceived by the day. Source: CIN rule 8606."""
    if age_on(born, on) >= ADULT:
        row.warn(name, f"This makes the child {age_on(born, on)} on the day.", "Check the year of birth.")
    elif born - on > PREGNANCY:
        row.warn(name, "This birth is more than 40 weeks after the day.", "Check both dates.")


def _check_due(row: Row, name: str, *, due: date | None, on: date | None) -> None:
    if due and on and on - due > OVERDUE:
        row.warn(name, "This due date had long passed on the day.", "If the child was born, give the date of birth.")
    elif due and on and due - on > PREGNANCY:
        row.warn(name, "This due date is more than 40 weeks after the day.", "Check both dates.")
