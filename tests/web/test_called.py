"""Each contact's rating and outcome is called what the version that judges that contact calls it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask

from mash import clock
from mash.config import HOUSE
from mash.db import Database, reading
from mash.journeys.practice import practice_from
from mash.rules import RuleBook, load_ruleset
from mash.web.called import rated as called
from mash.web.versioned import Versioned
from mash.workflow.calendar import london_day
from tests.web.arriving import arrive, decided, rated
from tests.web.conftest import SignInAs

FAMILY_HELP = next((HOUSE / "thresholds" / "elsewhere").glob("*.yaml"))
ROW = re.compile(r'<tr class="rated-red.*?</tr>', re.DOTALL)
MARK = re.compile(r'mark--red">.*?</svg>\s*(\w+)</span>', re.DOTALL)
REFERENCE = re.compile(r"C-\d\d-\d{5}")


@pytest.fixture
def both(app: Flask, rulebook: RuleBook) -> Iterator[tuple[str, str]]:
    """Give two red contacts: one from before Family Help began, which leaves it as it was, and one from today."""
    theirs = replace(load_ruleset(FAMILY_HELP, rulebook.catalogue), transition=("version_at_receipt", ""))
    book = rulebook.succeeded_by(theirs, london_day(clock.now()))
    kept, app.extensions["mash"] = app.extensions["mash"], replace(app.extensions["mash"], files=book)
    before, since = arrive(app, ago=timedelta(days=2)), arrive(app)
    for reference in (before, since):
        rated(app, reference, "red")
    yield before, since
    app.extensions["mash"] = kept


def test_a_list_names_each_rating_as_its_own_version_does(
    sign_in_as: SignInAs, both: tuple[str, str], app: Flask
) -> None:
    browser = sign_in_as("manager")
    for _ in range(2):  # made, and made again with its lines as they were written
        page = browser.get("/queue?view=everyone&rating=red").text
        assert "Red or Urgent" in page
        rows = {REFERENCE.findall(row)[0]: MARK.findall(row)[0] for row in ROW.findall(page)}
        assert rows == dict(zip(both, ("Red", "Urgent"), strict=True))
        rated(app, arrive(app), "green")  # the page is made anew
    board = browser.get("/red").text
    assert sorted(MARK.findall(board)) == ["Red", "Urgent"]
    out = browser.send("/queue", "/queue/out", view="everyone", rating="red", why="A review", do="csv").text
    told = {row[0]: row[1] for row in csv.reader(StringIO(out.lstrip("\ufeff")))}
    assert (told[both[0]], told[both[1]]) == ("Red", "Urgent")


def test_the_board_and_a_clock_are_called_as_the_version_in_force_calls_the_rating(
    app: Flask, sign_in_as: SignInAs, both: tuple[str, str], rulebook: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:  # a template that was compiled while an earlier version was in force
        before.setitem(app.extensions, "mash", replace(app.extensions["mash"], files=rulebook))
        with app.test_request_context():
            said = app.jinja_env.from_string('{{ "red"|rated_now }}')
    with app.test_request_context():
        assert said.render() == "Urgent"
    browser = sign_in_as("manager")
    board = browser.get("/red").text
    assert re.search(r"<h1[^>]*>Urgent board</h1>", board)
    assert re.search(r"<title>.*Urgent board", board)
    assert '<a href="/red" aria-current="page">Urgent board</a>' in board
    assert "No urgent contact is being worked." in board
    rows = ROW.findall(browser.get("/queue?view=everyone&rating=red").text)
    assert re.findall(r"\w+ clock", next(row for row in rows if both[1] in row)) == ["Urgent clock"]


def test_a_timeline_and_a_page_name_ratings_and_outcomes_as_the_version_that_judges_the_contact_does(
    sign_in_as: SignInAs, both: tuple[str, str], app: Flask
) -> None:
    before, since = both
    decided(app, since, "family_help", 3)
    decided(app, before, "early_help", 2)
    browser = sign_in_as("manager")
    said = {reference: browser.get(f"/contacts/{reference}/timeline").text for reference in both}
    assert "Rated RED" in said[before]
    assert "Rated URGENT" in said[since]
    assert "level 3, family help" in said[since]
    assert "rated ordinary" in said[since]
    assert "Early help" in browser.get(f"/contacts/{before}").text
    assert "Ended" in browser.get("/thresholds").text  # the version that Family Help followed
    assert MARK.findall(browser.get(f"/contacts/{since}").text)[0] == "Urgent"


@pytest.mark.usefixtures("people", "both")
def test_what_no_version_judges_is_called_on_its_page_as_in_a_list(app: Flask, database: Database) -> None:
    with app.test_request_context(), reading(database) as session:
        shown = Versioned()
        shown.practice, shown.ruleset = practice_from(session, app.extensions["mash"].rulebook), None
        for code in ("red", "amber", None):
            assert shown.rated_words(code) == called(code)
        assert called("red") == "Red or Urgent"


def test_where_all_call_them_the_same_the_record_is_not_asked(app: Flask, sign_in_as: SignInAs) -> None:
    rated(app, arrive(app), "red")
    browser = sign_in_as("manager")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mash.web.called.judged_by_each", None)
        assert MARK.findall(browser.get("/queue?view=everyone").text) == ["Red"]
