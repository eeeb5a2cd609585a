"""Pictures: what is drawn is what the table says, each number opens as many, and no small number leaves the team."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask

from mash import clock
from mash.db import transaction
from mash.models import ChildOnContact, Contact, HandOver
from mash.web.drawings import BAR_LONGEST, bars, lines
from tests.web.arriving import arrive, decided, rated
from tests.web.conftest import Browser, SignInAs
from tests.web.test_queue import restrict

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
MONTH = "month=2026-04&months=1"
PAGES = ("came-back", "outcomes", "sources", "strands", "children", "early-help")
NUMBER = re.compile(r'href="(/timeliness/(?:pictures|contacts)/[^"]*)">([\d,]+)</a>')


@pytest.fixture(autouse=True)
def at_eleven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def a_month(app: Flask) -> dict[str, str]:
    """Let a referral, an offer of early help, a closing that came back, and a restricted contact be on record."""
    told = {"referral": "6", "helped": "2A", "closed": "6", "again": "1A", "hidden": "6"}
    made = {name: arrive(app, ago=timedelta(days=4), source_code=source) for name, source in told.items()}
    for name in ("referral", "helped", "hidden"):
        rated(app, made[name], "amber")
    for name in ("referral", "hidden"):
        decided(app, made[name], "child_and_family_assessment", 3)
    decided(app, made["helped"], "early_help", 3)
    restrict(app, made["hidden"])
    with transaction(app.extensions["mash"].database) as session:
        of = {name: session.query(Contact).filter_by(reference=made[name]).one() for name in ("closed", "again")}
        of["closed"].children[0].outcome = "no_further_action"
        of["closed"].decided_at, of["closed"].state = NOW - timedelta(days=40), "closed"
        of["again"].children[0].person_id = of["closed"].children[0].person_id
        of["again"].received_at = NOW - timedelta(days=30)
    return made


def rows_of(browser: Browser, address: str) -> int:
    """Count the rows of a list, those hidden from the reader included."""
    page = browser.get(unescape(address)).text
    hidden = re.search(r"(\d+) more (?:contact )?in this number|(\d+) more contacts? in this number", page)
    return page.count('<th scope="row">') + (int(hidden[1] or hidden[2]) if hidden else 0)


@pytest.mark.parametrize("role", ["practitioner", "manager"])
def test_every_number_of_every_page_opens_as_many(app: Flask, sign_in_as: SignInAs, role: str) -> None:
    made = a_month(app)
    browser, opened = sign_in_as(role), 0
    for page in (*(f"pictures/{page}" for page in PAGES), "charts", "years"):
        shown = browser.get(f"/timeliness/{page}?month=2026-04&months=12").text
        for address, number in NUMBER.findall(shown):
            assert rows_of(browser, address) == int(number), address
            opened += 1
            if role == "practitioner":
                assert made["hidden"] not in browser.get(unescape(address)).text
    assert opened > 40


def test_the_drawing_and_the_sentence_say_what_the_table_says(app: Flask, sign_in_as: SignInAs) -> None:
    a_month(app)
    page = sign_in_as("manager").get(f"/timeliness/pictures/outcomes?{MONTH}").text
    assert "Became a referral: 50.0% in April 2026 (2 of 4)." in page
    assert cells(page, "April 2026")[:2] == ["50.0%", "25.0%"]
    assert cells(page, "April 2026")[4:7] == ["4", "4", "2"]
    sources = sign_in_as("manager").get(f"/timeliness/pictures/sources?{MONTH}").text
    assert "Police: 100.0%, England 28.5%." in sources
    assert cells(sources, "Police")[-3:] == ["3", "2", "1"]
    assert "tables C1, C3 and C5, year to 31 March 2024" in sources


def cells(page: str, name: str) -> list[str]:
    """Read a row's numbers."""
    found = next(one for one in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if f'row">{name}</th>' in one)
    return [re.sub(r"<.*?>|\s", "", cell) for cell in re.findall(r'<td class="num">(.*?)</td>', found, re.DOTALL)]


def test_who_came_back_stands_beside_what_was_in_time(app: Flask, sign_in_as: SignInAs) -> None:
    a_month(app)
    page = sign_in_as("auditor").get("/timeliness/pictures/came-back?month=2026-04").text
    assert cells(page, "March 2026") == ["–", "0", "0", "–", "0", "0"]
    back = page.split('id="came-back"')[1].split("</section>")[0]
    assert "Back within 28 days: 100.0% in March 2026 (1 of 1)." in back
    assert "England 22.4% (139,080 of 621,880)" in page


def test_an_offer_stands_with_the_service_that_has_it(app: Flask, sign_in_as: SignInAs) -> None:
    made = a_month(app)
    with transaction(app.extensions["mash"].database) as session:
        child = session.query(ChildOnContact).join(Contact).filter(Contact.reference == made["helped"]).one()
        offer = session.query(HandOver).filter_by(child_id=child.id).one()
        team, offer.state, offer.answered_at = offer.to_team, "accepted", offer.offered_at + timedelta(hours=26)
    page = sign_in_as("manager").get(f"/timeliness/pictures/early-help?{MONTH}").text
    assert cells(page, team) == ["100.0%", "0.0%", "1", "1", "0", "0", "0"]
    assert "1 day 2h" in page


def test_outside_the_team_there_is_no_contact_no_small_number_and_no_sum_to_take_it_from(
    app: Flask, sign_in_as: SignInAs
) -> None:
    a_month(app)
    for _ in range(8):
        arrive(app, ago=timedelta(days=2), source_code="2A")
    browser = sign_in_as("reviewer")
    for page in (*(f"pictures/{page}" for page in PAGES), "charts", "years"):
        shown = browser.get(f"/timeliness/{page}?month=2026-04&months=1").text
        assert not re.search(r"C-26-\d|/timeliness/(pictures|contacts)/[a-z-]+/", shown)
    sources = browser.get(f"/timeliness/pictures/sources?{MONTH}").text
    assert set(cells(sources, "Police")) == {"c"}
    assert ">Together<" not in sources
    assert "May 2025 to April 2026" in sources
    assert "rows have numbers too small to leave the team" in sources
    assert browser.get("/timeliness/pictures/sources/received").status_code == 403


@pytest.mark.parametrize(
    "path", ["nothing", "sources/nothing", "nothing/received", "conversion/received?group=20264x", "none/none"]
)
def test_what_there_is_none_of_is_not_found(sign_in_as: SignInAs, path: str) -> None:
    assert sign_in_as("manager").get(f"/timeliness/pictures/{path}").status_code == 404


@pytest.mark.parametrize("asked", ["", "month=2026-13&months=7", "year=1066&measure=none&weeks=9"])
def test_a_page_of_an_empty_record_says_so(sign_in_as: SignInAs, asked: str) -> None:
    browser = sign_in_as("manager")
    for page in PAGES:
        shown = browser.get(f"/timeliness/pictures/{page}?{asked}")
        assert "There is nothing to show of these days." in shown.text
    assert "nothing to judge yet" in browser.get(f"/timeliness/charts?{asked}").text
    assert "The record holds no month of both 2025 and 2026." in browser.get(f"/timeliness/years?{asked}").text


def test_a_figure_that_is_neither_good_nor_bad_is_higher_or_lower_than_usual(app: Flask, sign_in_as: SignInAs) -> None:
    for week in range(2, 12):
        for number in range(12 if week == 2 else 1):
            arrive(app, ago=timedelta(weeks=week, minutes=number))
    page = sign_in_as("manager").get("/timeliness/charts?weeks=13").text
    received = page.split('id="contacts-received"')[1].split("</section>")[0]
    assert "<td>higher</td>" in received
    assert 'class="chart__higher"' in received
    assert not re.search(r"<td>(better|worse)</td>", received)
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", received)


def test_years_are_written_as_the_reports_write_them(app: Flask, sign_in_as: SignInAs) -> None:
    for days in (0, 1, 2, 365, 366):
        arrive(app, ago=timedelta(days=days))
    browser = sign_in_as("auditor")
    assert cells(browser.get("/timeliness/years").text, "April") == ["2", "3", "+1+50.0%"]
    assert cells(browser.get("/timeliness/years?year=2025").text, "April") == ["–", "2", ""]


def test_a_line_has_a_gap_where_nothing_is_known_and_names_stand_apart() -> None:
    drawn = lines(["a", "b", "c"], [("one", [50.0, None, 100.0]), ("two", [None, None, 99.0])])
    assert drawn
    one = next(series for series in drawn.series if series.words == "one")
    assert one.path.count("M") == 2
    assert [y for _, y in one.points] == [140.0, 14.0]
    heights = sorted(series.words_y for series in drawn.series)
    assert heights[1] - heights[0] >= 15
    assert lines(["a"], [("one", [None])]) is None


def test_the_longest_bar_is_of_the_largest_share_or_mark() -> None:
    drawn = bars([("a", 10.0, "10%", 20.0), ("b", 5.0, "5%", None)])
    assert drawn
    assert [bar.width for bar in drawn.bars] == [BAR_LONGEST / 2, BAR_LONGEST / 4]
    assert drawn.bars[0].mark == 210 + BAR_LONGEST
    assert bars([]) is None
