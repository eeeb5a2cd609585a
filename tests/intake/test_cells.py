"""Cells: dates are read one way only, text is cleaned and not changed, and nothing at all makes a cell fail."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.intake.cells import LONDON, Moment, Unreadable, age, age_on, as_text, day, fold, moment, number, prose, tidy
from mash.intake.identifiers import nhs_number, postcode, upn, upn_letter

APRIL = date(2020, 4, 19)


@pytest.mark.parametrize(
    "written",
    [
        datetime(2020, 4, 19),  # noqa: DTZ001
        APRIL,
        "19/04/2020",
        "19-04-2020",
        "19.4.2020",
        "2020-04-19",
        "2020-04-19 00:00:00",
        "2020-04-19T00:00:00.000",
        "2020-Apr-19 00:00:00",
        "19/04/2020 00:00",
        "19 April 2020",
        "19-apr-2020",
        "\u00a019/04/2020 ",
    ],
)
def test_a_day_is_read_however_it_is_written(written: object) -> None:
    assert moment(written) == Moment(APRIL, None)


def test_the_day_comes_first() -> None:
    assert day("03/04/2020") == date(2020, 4, 3)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("04/19/2020", "month should be"),
        ("01/02/14", "two digits"),
        ("May be 8 Jan 2000", "not a date"),
        ("20200419", "a number"),
        (43940, "a number"),
        (43940.5, "a number"),
        ("2026-W01-1", "not a date"),
        ("31/02/2020", "exists"),
        ("19/04/2020 25:00", "exists"),
        ("19 Marvellous 2020", "not a date"),
        ("19 Martian 2020", "exists"),
        ("19/04/0020", "likely year"),
        ("19/04/2020 10:15 PM", "not a date"),
        ("١٩/٠٤/٢٠٢٠", "not a date"),
        (time(9), "not a date"),
        (timedelta(hours=9), "not a date"),
        (True, "not a date"),
    ],
)
def test_a_date_that_would_have_to_be_guessed_is_refused_with_how_to_mend_it(written: object, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        moment(written)
    assert refused.value.mend


def test_a_time_without_a_zone_is_london_time_and_one_with_a_zone_is_turned_into_it() -> None:
    assert moment("02/07/2026 10:15").at == datetime(2026, 7, 2, 9, 15, tzinfo=UTC)
    assert moment("2026-07-02T23:30:00Z") == Moment(date(2026, 7, 3), datetime(2026, 7, 3, 0, 30, tzinfo=LONDON))
    assert moment("2026-07-02T10:15:00+01:00").at == datetime(2026, 7, 2, 9, 15, tzinfo=UTC)


def test_midnight_alone_is_a_day_without_a_time() -> None:
    assert moment("02/07/2026 00:00").at is None
    assert moment("2026-07-01T23:00:00Z").at is not None


def test_a_spreadsheets_rounding_does_not_lose_a_second() -> None:
    assert moment(datetime(2026, 7, 2, 10, 14, 59, 999_990)).at == datetime(2026, 7, 2, 10, 15, tzinfo=LONDON)  # noqa: DTZ001


def test_short_text_loses_hard_spaces_curly_marks_and_what_a_database_cannot_hold() -> None:
    assert tidy("Dustin\u00a0Hazlett") == "Dustin Hazlett"
    assert tidy(" O\u2019Hara \u2013  Bell\x00\ud800 ") == "O'Hara - Bell"
    assert tidy("5A \x96 LA services") == "5A - LA services"
    assert tidy("'=1+1") == tidy("\u2019=1+1") == "=1+1"


def test_a_narrative_keeps_its_lines_and_quotation_marks() -> None:
    assert prose("He said \u201cno\u201d.\r\n\r\nThen  left.\x00 ") == "He said \u201cno\u201d.\n\nThen  left."


def test_a_whole_number_has_no_decimal_point() -> None:
    assert as_text(1001.0) == "1001"
    assert as_text(6.5) == "6.5"


def test_an_age_is_whole_years_and_minus_one_is_unborn() -> None:
    assert [age("6.138261464750171"), age("12"), age(-1), age("0.5")] == [6, 12, -1, 0]


@pytest.mark.parametrize("written", ["six", "-2", "121", "-0.5", "1_0", "１２", "1,000", "1e2"])
def test_an_age_that_is_not_a_plain_number_of_years_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        age(written)


def test_an_age_counts_birthdays() -> None:
    assert age_on(date(2020, 2, 29), date(2026, 2, 28)) == 5
    assert age_on(date(2020, 2, 29), date(2026, 3, 1)) == 6


def test_an_nhs_number_is_checked_by_its_last_digit() -> None:
    assert nhs_number("943 476 5919").value == "9434765919"
    assert nhs_number("943-476-5918").value is None
    assert nhs_number("9434765919 0").value is None
    assert nhs_number("0000000060").value is None


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_no_two_nhs_numbers_differ_in_one_digit(nine: str, place: int, change: int) -> None:
    sound = [nine + last for last in "0123456789" if nhs_number(nine + last).value]
    assert len(sound) <= 1
    for value in sound:
        other = str((int(value[place]) + change) % 10)
        assert nhs_number(value[:place] + other + value[place + 1 :]).value is None


def test_a_pupil_number_is_held_to_its_shape_and_its_letter_is_worked_out() -> None:
    assert upn("b801 2000 05001").value == "B801200005001"
    assert upn("I801200005001").value is None
    assert upn_letter("A207000016049") == "P"
    assert upn_letter("B80120000500A") in "ABCDEFGHJKLMNPQRTUVWXYZ"


@pytest.mark.parametrize(
    ("given", "written"),
    [("dn13bu", "DN1 3BU"), ("SW1A 1AA", "SW1A 1AA"), ("DN1 3B", None), ("unknown", None)],
)
def test_a_postcode_has_one_space_or_is_not_one(given: str, written: str | None) -> None:
    assert postcode(given) == written


ANYTHING = st.one_of(
    st.text(st.characters(codec=None, exclude_categories=())),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.none(),
)


def _fault(read: Callable[[object], object], value: object) -> Unreadable | None:
    try:
        read(value)
    except Unreadable as fault:
        return fault
    return None


@given(ANYTHING)
def test_any_cell_is_read_or_refused_with_a_reason(value: object) -> None:
    for fault in (_fault(moment, value), _fault(number, value), _fault(age, value)):
        assert fault is None or (fault.what and fault.mend)


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_can_be_stored_and_cleaning_it_twice_changes_nothing(text: str) -> None:
    for clean in (tidy, prose, fold):
        once = clean(text)
        once.encode()
        assert "\x00" not in once
        assert clean(once) == once


@given(st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001
def test_a_moment_written_out_comes_back(when: datetime) -> None:
    when = when.replace(microsecond=0, second=max(when.second, 1))
    for written in (f"{when:%d/%m/%Y %H:%M:%S}", when.isoformat(), f"{when:%Y-%b-%d %H:%M:%S}"):
        assert moment(written) == Moment(when.date(), when.replace(tzinfo=LONDON))
