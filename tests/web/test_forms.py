"""What a form takes, what it refuses, and that nothing anyone wrote is lost on the way."""

from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnprocessableEntity

from mash.web.forms import Form
from mash.web.schemas import Choice, Choices, DayMonthYear, FormSchema, Password, SafeText, Tick, Whole
from tests.web.conftest import SignInAs


class Sample(FormSchema):
    reason = SafeText(longest=20, empty="Enter the reason for your decision", called="Reason")
    note = SafeText(longest=20, called="Note")
    level = Choice({"1": "One", "2": "Two"}, empty="Select a level of need")
    born = DayMonthYear(called="Date of birth", earliest=1990, latest=2030)
    calls = Whole(least=1, most=50, called="Number of contacts")
    seen = Choices(("a", "b"))
    sure = Tick()


def posted(*pairs: tuple[str, str], **more: Any) -> Form:
    return Form(Sample()).post(MultiDict([("reason", "Because"), ("level", "1"), *pairs]), **more)


def problem(**answers: str) -> str:
    return next(iter(Form(Sample()).post(MultiDict({"reason": "x", "level": "1"} | answers)).errors.values()), "")


def test_answers_come_out_as_what_they_are() -> None:
    form = posted(
        ("born-day", "2"),
        ("born-month", "03"),
        ("born-year", "2017"),
        ("calls", "7"),
        ("seen", "a"),
        ("seen", "b"),
        ("sure", "yes"),
    )
    assert form.errors == {}
    assert form.data == {
        "reason": "Because",
        "note": "",
        "level": "1",
        "born": date(2017, 3, 2),
        "calls": 7,
        "seen": ["a", "b"],
        "sure": True,
    }


def test_problems_are_said_in_the_order_of_the_page_and_lead_to_their_answers() -> None:
    form = Form(Sample()).post(MultiDict({"born-day": "31", "born-month": "2", "born-year": "2017"}))
    assert form.summary == [
        {"text": "Enter the reason for your decision", "href": "#reason"},
        {"text": "Select a level of need", "href": "#level"},
        {"text": "Date of birth must be a real date, like 24 11 2026", "href": "#born-day"},
    ]
    assert form.value("born") == {"day": "31", "month": "2", "year": "2017"}


@pytest.mark.parametrize("extra", ["role", "is_admin", "user_id", "version", "csrf-token"])
def test_an_answer_that_was_not_asked_for_is_refused(extra: str) -> None:
    with pytest.raises(UnprocessableEntity):
        posted((extra, "admin"))


def test_our_own_tokens_and_named_buttons_are_not_answers() -> None:
    assert posted(("csrf_token", "x"), ("form_token", "y"), ("stay", "1"), buttons=("stay",)).errors == {}
    with pytest.raises(UnprocessableEntity):
        posted(("stay", "1"))


def test_two_answers_to_one_question_are_refused() -> None:
    with pytest.raises(UnprocessableEntity):
        posted(("level", "2"))


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "Zoë O’Brien-Łuczak",
        "👩‍👧",
        "'; DROP TABLE user;--",
        "{{7*7}}",
        "مرحبا",
        "a\u202eb",
        "=1+1",
    ],
)
def test_words_are_kept_as_they_were_written(words: str) -> None:
    form = Form(Sample()).post(MultiDict({"reason": words, "level": "1"}))
    assert form.errors == ({} if len(words) <= 20 else {"reason": "Reason must be 20 characters or less"})
    assert form.value("reason") == words
    if not form.errors:
        assert form.data["reason"] == words


@pytest.mark.parametrize("words", ["a\0b", "a\ud800b", "\udfff"])
def test_what_no_keyboard_makes_is_refused(words: str) -> None:
    assert problem(reason=words) == "Reason has a character that cannot be kept. Type it again"


def test_line_ends_count_once() -> None:
    assert problem(reason="123456789\r\n1234567890") == ""
    assert problem(reason="123456789\r\n12345678901") == "Reason must be 20 characters or less"


def test_a_password_keeps_its_spaces() -> None:
    assert Password(longest=50, empty="Enter").deserialize("  two ends  ") == "  two ends  "


@pytest.mark.parametrize(
    "given", ["1_0", "\uff17", "1.9", "1e1", "+7", "0x7", "seven", "7 7", "99999999999", "NaN", "0", "51", "-1"]
)
def test_a_number_is_plain_digits_between_its_ends(given: str) -> None:
    assert problem(calls=given) == "Number of contacts must be a whole number between 1 and 50"


@pytest.mark.parametrize(("given", "number"), [("1", 1), (" 50 ", 50), ("007", 7)])
def test_a_number_may_have_spaces_around_it(given: str, number: int) -> None:
    assert posted(("calls", given)).data["calls"] == number


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("2", "", "2017", "Date of birth must include a month"),
        ("", "", "2017", "Date of birth must include a day and month"),
        ("29", "2", "2017", "Date of birth must be a real date, like 24 11 2026"),
        ("2", "3", "17", "Date of birth must be a real date, like 24 11 2026"),
        ("2", "13", "2017", "Date of birth must be a real date, like 24 11 2026"),
        ("-2", "3", "2017", "Date of birth must be a real date, like 24 11 2026"),
        ("２", "3", "2017", "Date of birth must be a real date, like 24 11 2026"),
        ("W1", "1", "2026", "Date of birth must be a real date, like 24 11 2026"),
        ("2", "3", "1989", "Date of birth must be between 1990 and 2030"),
        ("2", "3", "2031", "Date of birth must be between 1990 and 2030"),
    ],
)
def test_a_date_is_three_plain_numbers(day: str, month: str, year: str, said: str) -> None:
    assert problem(**{"born-day": day, "born-month": month, "born-year": year}) == said


def test_a_choice_is_one_of_those_shown() -> None:
    assert problem(level="3") == "Select a level of need"
    assert problem(seen="c") == "Choose from the answers shown"


def test_a_schema_refuses_what_it_does_not_know_from_any_sender() -> None:
    with pytest.raises(ValidationError):
        Sample().load({"reason": "x", "level": "1", "user_id": "7"})


def test_after_a_problem_every_answer_is_still_there(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("admin")
    answer = browser.send("/admin/users/new", name="", username="lee <b>", team="Hub & Co", roles="auditor")
    assert answer.status_code == 422
    assert "<title>Error: Add a user – MASH front door</title>" in answer.text
    assert 'value="lee &lt;b&gt;"' in answer.text
    assert 'value="Hub &amp; Co"' in answer.text
    assert '<a href="#name">Enter the person’s name</a>' in answer.text
    assert 'value="auditor" checked' in answer.text
    assert '<p id="name-error" class="govuk-error-message">' in answer.text
