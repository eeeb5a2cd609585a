"""A replay is no way to ask about one restricted child: not by a short period, and not by crossing its lists."""

from datetime import date

import pytest
from sqlalchemy import select, update

from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.freeze_history import freeze_history
from mash.models import ChildOnContact, Contact
from mash.queries import replays
from mash.queries.narrow_replays import too_narrow
from mash.queries.replay_work import extra_of, extras
from mash.rules import RuleBook, evaluate, read_facts
from mash.web.narrow_replays import faults_of
from tests.journeys.test_freeze_history import decide
from tests.web.conftest import SignInAs
from tests.web.test_replays import NEED, NEW, run

DAY = {f"{end}-{part}": number for end in ("since", "until") for part, number in zip(
    ("day", "month", "year"), ("13", "4", "2026"), strict=True)}  # fmt: skip
UNTIL = {name: answer for name, answer in DAY.items() if name.startswith("until")}
TODAY = date(2026, 11, 27)


@pytest.fixture
def past(database: Database, people: dict[str, int], rulebook: RuleBook) -> list[int]:
    """Decide seven children on one day and one 60 days later."""
    ruleset, by = rulebook.get(NEW), Actor(people["practitioner"], "Invented practitioner")
    advice = evaluate(ruleset, read_facts(rulebook.catalogue, NEED)).to_json()
    named = {"ruleset_id": NEW, "ruleset_hash": ruleset.content_hash, "advised_route": advice["route"]}
    days = [*[0] * 7, 60]
    return [decide(database, by, days=day, facts=NEED, advice=advice, **named) for day in days]


def restrict(database: Database, *children: int) -> None:
    with transaction(database) as session:
        theirs = select(ChildOnContact.contact_id).where(ChildOnContact.id.in_(children))
        session.execute(update(Contact).where(Contact.id.in_(theirs)).values(restricted=True))


@pytest.mark.parametrize("hide", [True, False])
def test_a_replay_of_a_day_is_open_only_to_those_who_may_see_restricted_records_whoever_is_in_it(
    database: Database, sign_in_as: SignInAs, past: list[int], hide: bool
) -> None:
    if hide:
        restrict(database, past[0])
    manager = sign_in_as("manager")
    place = run(manager, **DAY)
    asked = ["", "/children?list=everyone", f"/children/{past[1]}", "/report", "/report.xlsx"]
    read = ["/read", f"/read/{past[1]}"]
    for role, pages in (("reviewer", asked + read), ("safeguarding_partner", asked + read)):
        browser = sign_in_as(role)
        for page in pages:
            answer = browser.get(place + page)
            assert (answer.status_code, "fewer than 28 days or 100 children" in answer.text) == (403, True), page
    assert {manager.get(place + page).status_code for page in asked} == {200}
    number = int(place.rpartition("/")[2])
    with reading(database) as session:
        assert (extra_of(session, number), extras(session)) == (None, {})


def test_a_few_children_of_a_long_period_are_no_way_of_asking_either(sign_in_as: SignInAs, past: list[int]) -> None:
    few = run(sign_in_as("manager"), **{**UNTIL, "until-day": "11", "until-month": "6"})
    assert sign_in_as("reviewer").get(few).status_code == 403
    whole = run(sign_in_as("manager"), **{**UNTIL, "until-month": "7"})
    assert sign_in_as("reviewer").get(whole).status_code == 200


@pytest.mark.parametrize(
    ("since", "until", "children", "narrow"),
    [
        (date(2026, 5, 15), None, 500, False),  # up to the last day, 12 June, it is 29 days
        (date(2026, 5, 17), None, 500, True),
        (date(2026, 5, 17), date(2030, 1, 1), 500, True),
        (None, date(2026, 5, 10), 500, False),  # from the first day, 13 April, it is 28 days
        (date(2000, 1, 1), date(2026, 5, 9), 500, True),
        (None, date(2026, 5, 10), 99, True),
        (date(2000, 1, 1), date(2026, 6, 12), 8, False),  # all there is
    ],
)
def test_days_count_as_far_as_there_is_history(
    database: Database, past: list[int], since: date | None, until: date | None, children: int, narrow: bool
) -> None:
    freeze_history(database)
    with reading(database) as session:
        result = {"cohort": {"upto": "2026-06-12", "children": children}}
        assert too_narrow(session, since, until, result) is narrow
        assert too_narrow(session, since, until, None) is (narrow and children > 99)


def test_who_may_not_see_them_asks_for_whole_months_and_a_manager_for_any(
    sign_in_as: SignInAs, past: list[int]
) -> None:
    sent = sign_in_as("reviewer").send("/replays", baseline="dn-2021-01", candidate=NEW, **DAY)
    assert (sent.status_code, "Choose the first day of a month" in sent.text) == (422, True)
    assert "whole months" in sent.text
    assert "whole months" not in sign_in_as("manager").get("/replays").text


@pytest.mark.parametrize(
    ("since", "until", "wrong"),
    [
        (None, None, set()),
        (date(2026, 10, 1), None, set()),
        (date(2026, 2, 1), date(2026, 2, 28), set()),
        (date(2026, 2, 1), date(2026, 2, 27), {"until"}),
        (None, date(2026, 3, 30), {"until"}),
        (None, date(9999, 12, 30), set()),
        (date(2026, 10, 2), None, {"since"}),
        (date(2026, 11, 1), None, {"since"}),
    ],
)
def test_a_period_is_of_whole_months_and_long_enough(since: date | None, until: date | None, wrong: set[str]) -> None:
    assert faults_of(since, until, TODAY).keys() == wrong


def test_a_list_counts_what_it_may_show_and_tells_of_no_few_it_does_not(
    database: Database, sign_in_as: SignInAs, past: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer, manager = sign_in_as("reviewer"), sign_in_as("manager")
    place = run(reviewer)
    alike = [f"{place}/children?list=everyone", f"{place}/children?list=higher&candidate-level=3"]
    restrict(database, *past[:5])
    monkeypatch.setattr(replays, "MOST_LISTED", 2)
    for page in alike:
        told = reviewer.get(page).text
        assert ">3 children<" in told
        assert "restricted contacts are not listed or counted here" in told
        assert [f">Child {child}<" in told for child in past[5:]] == [True, True, False]  # what is cut, after the rest
        assert ">8 children<" in manager.get(page).text
    none = reviewer.get(f"{place}/children?list=lower").text
    assert "restricted contacts are not listed or counted here" in none
    restrict(database, past[5])
    for page in alike:
        assert "6 more children in this number, restricted: not listed here" in reviewer.get(page).text
        assert "restricted" not in manager.get(page).text.partition("<main")[2]
