"""Replay pages: run one, read it from the words down to one child, and never a name on the way."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.run_replay import Asked, begin_replay, cancel_replay, run_replay
from mash.models import ChildOnContact, Contact, Decision, Replay, ReplaySegment, User, Viewing
from mash.replay.compare import Period
from mash.rules import RuleBook, evaluate, read_facts
from tests.journeys.test_freeze_history import decide
from tests.web.conftest import Browser, SignInAs

OLD, NEW = "dn-2021-01", "dn-2022-05"
NEED = {"age_years": 9, "pb-domestic-abuse": "present", "contact_type": "service_request"}


@pytest.fixture
def child(database: Database, people: dict[str, int], rulebook: RuleBook) -> int:
    """Decide one child in need whom the early 2021 document would have turned away."""
    ruleset = rulebook.get(NEW)
    advice = evaluate(ruleset, read_facts(rulebook.catalogue, NEED)).to_json()
    named = {"ruleset_id": NEW, "ruleset_hash": ruleset.content_hash, "advised_route": advice["route"]}
    return decide(database, Actor(people["practitioner"], "Invented practitioner"), facts=NEED, advice=advice, **named)


def wait_for(number: int) -> None:
    for thread in threading.enumerate():
        if thread.name == f"replay-{number}":
            thread.join(30)


def run(browser: Browser, **answers: str) -> str:
    """Ask for a replay on the page, wait for it, and return where it is."""
    sent = browser.send("/replays", **({"baseline": OLD, "candidate": NEW} | answers))
    assert sent.status_code == 303, sent.text
    wait_for(int(sent.location.rpartition("/")[2]))
    return sent.location


def seen_in_a_replay(database: Database, child: int) -> list[str]:
    """Name who looked at a child of a replay, in order."""
    with reading(database) as session:
        looked = select(User.username).join(Viewing, Viewing.user_id == User.id).where(Viewing.page == "replay")
        theirs = Viewing.contact_id == session.get_one(ChildOnContact, child).contact_id
        assert session.scalar(select(Viewing.id).where(Viewing.page == "replay", ~theirs)) is None
        return list(session.scalars(looked.order_by(Viewing.id)))


def test_from_the_words_down_to_one_child_every_figure_is_a_link(
    sign_in_as: SignInAs, child: int, database: Database
) -> None:
    browser = sign_in_as("reviewer")
    page = browser.get(run(browser)).text
    assert f"{NEW} would refer 1 more of 1 children than {OLD}: 0 before, 1 after." in page
    cell = re.search(
        r'href="([^"]*baseline-route=early_help[^"]*candidate-route=child_and_family_assessment[^"]*)"', page
    )
    assert cell
    listed = browser.get(cell[1].replace("&amp;", "&")).text
    assert "1 child" in listed
    one = re.search(r'href="(/replays/\d+/children/\d+)"', listed)
    assert one
    assert one[1].endswith(f"/{child}")
    trace = browser.get(one[1]).text
    assert seen_in_a_replay(database, child) == ["reviewer"]
    assert browser.get(one[1].replace("children", "read")).status_code == 200
    assert seen_in_a_replay(database, child) == ["reviewer", "reviewer"]
    assert browser.get(one[1][: -len(str(child))] + "999999").status_code == 404
    assert seen_in_a_replay(database, child) == ["reviewer", "reviewer"]
    assert trace.count("Here they part") >= 1
    assert "M-04" in trace
    assert "Level 3" in trace
    for text in (listed, trace):
        assert "Mon 13 Apr 2026" in text  # as every page writes a day
    for text in (page, listed, trace):
        assert "Robin" not in text
        assert "Sample" not in text


def test_each_list_that_the_page_links_opens(sign_in_as: SignInAs, child: int) -> None:
    browser = sign_in_as("reviewer")
    page = browser.get(run(browser)).text
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/replays/\d+/children[^"]*)"', page)}
    assert any("list=everyone" in link for link in links)
    assert any("list=away_people_baseline" in link for link in links)
    assert any(re.search(r"[?]candidate-level=3$", link) for link in links)  # the total of a column
    assert len(links) > 20
    for link in links:
        assert ">1 child<" in browser.get(link).text, link


def test_the_list_shows_what_was_run_and_by_whom(sign_in_as: SignInAs, child: int) -> None:
    browser = sign_in_as("reviewer")
    assert "No replays yet" in browser.get("/replays").text
    run(browser)
    listed = browser.get("/replays").text
    assert f"{OLD} to {NEW}" in listed
    assert "Invented reviewer" in listed


def test_a_period_that_ends_before_it_begins_is_refused(sign_in_as: SignInAs, child: int) -> None:
    days = {"since-day": "2", "since-month": "3", "since-year": "2022", "until-day": "1", "until-month": "3"}
    sent = sign_in_as("reviewer").send("/replays", baseline=OLD, candidate=NEW, **days, **{"until-year": "2022"})
    assert sent.status_code == 422
    assert "Choose a last day after the first day" in sent.text


def test_a_version_edited_since_it_advised_gives_the_reason_and_no_result(
    sign_in_as: SignInAs, child: int, database: Database
) -> None:
    with transaction(database) as session:
        session.scalars(select(Decision)).one().ruleset_hash = "another"
    browser = sign_in_as("reviewer")
    page = browser.get(run(browser)).text
    assert "There is no result" in page
    assert "has been edited since it advised" in page


def test_a_replay_still_running_can_be_left_and_stopped(
    sign_in_as: SignInAs, child: int, database: Database, rulebook: RuleBook
) -> None:
    asked = Asked(rulebook.get(OLD), rulebook.get(NEW), Period())
    with transaction(database) as session:
        number = begin_replay(session, asked, by=Actor.system("test"), at=clock.now()).id
    browser, page = sign_in_as("reviewer"), f"/replays/{number}"
    assert "You can leave this page" in browser.get(page).text
    assert browser.send(page, f"{page}/cancel").status_code == 303
    run_replay(database, rulebook, number, asked, clock.now)
    with reading(database) as session:
        assert session.get_one(Replay, number).state == "cancelled"
        assert session.get_one(Replay, number).result is None
        assert session.scalars(select(ReplaySegment)).all() == []


def test_a_replay_whose_process_ended_says_so(
    sign_in_as: SignInAs, child: int, database: Database, rulebook: RuleBook
) -> None:
    asked = Asked(rulebook.get(OLD), rulebook.get(NEW), Period())
    with transaction(database) as session:
        long_ago = clock.now() - timedelta(hours=1)
        number = begin_replay(session, asked, by=Actor.system("test"), at=long_ago).id
    assert "ended without a result" in sign_in_as("reviewer").get(f"/replays/{number}").text


def test_the_same_history_gives_the_same_result_to_the_byte(child: int, database: Database, rulebook: RuleBook) -> None:
    asked = Asked(rulebook.get(OLD), rulebook.get(NEW), Period())
    kept = []
    for _ in range(2):
        with transaction(database) as session:
            number = begin_replay(session, asked, by=Actor.system("test"), at=clock.now()).id
        run_replay(database, rulebook, number, asked, clock.now)
        with reading(database) as session:
            frames = session.scalars(select(ReplaySegment).where(ReplaySegment.replay_id == number)).all()
            kept.append((session.get_one(Replay, number).result, [frame.content for frame in frames]))
    assert kept[0] == kept[1]
    assert kept[0][1]


def test_a_finished_replay_is_not_stopped_any_more(child: int, database: Database, rulebook: RuleBook) -> None:
    asked = Asked(rulebook.get(OLD), rulebook.get(NEW), Period())
    with transaction(database) as session:
        number = begin_replay(session, asked, by=Actor.system("test"), at=clock.now()).id
    run_replay(database, rulebook, number, asked, clock.now)
    with transaction(database) as session:
        cancel_replay(session, number, at=clock.now())
    with reading(database) as session:
        assert session.get_one(Replay, number).state == "done"


@pytest.mark.parametrize("role", ["practitioner", "contact_officer", "receiving_team", "admin"])
def test_others_may_not_see_replays(sign_in_as: SignInAs, role: str) -> None:
    assert sign_in_as(role).get("/replays").status_code == 403


def test_an_auditor_reads_and_runs_none(sign_in_as: SignInAs, child: int) -> None:
    browser = sign_in_as("auditor")
    page = browser.get("/replays").text
    assert "Run a replay" not in page
    assert browser.client.post("/replays", data=browser.tokens("/account")).status_code == 403


@pytest.mark.parametrize("path", ["/replays/9", "/replays/9/children?list=lower", "/replays/9/children/3"])
def test_what_is_not_there_is_not_found(sign_in_as: SignInAs, path: str) -> None:
    assert sign_in_as("reviewer").get(path).status_code == 404


def test_a_child_of_a_restricted_contact_is_shown_only_to_those_who_may_know_of_it(
    database: Database, sign_in_as: SignInAs, child: int
) -> None:
    browser = sign_in_as("reviewer")
    place = run(browser)
    listed, trace = f"{place}/children?list=higher", f"{place}/children/{child}"
    assert browser.get(trace).status_code == 200
    with transaction(database) as session:
        session.execute(update(Contact).values(restricted=True))
    assert f"Child {child}" not in browser.get(listed).text
    assert browser.get(trace).status_code == 404
    manager = sign_in_as("manager")
    assert f"Child {child}" in manager.get(listed).text
    assert manager.get(trace).status_code == 200


def test_the_children_who_move_are_read_one_by_one_and_others_views_are_seen_only_after_ones_own(
    sign_in_as: SignInAs, child: int
) -> None:
    reviewer = sign_in_as("reviewer")
    begin = f"{run(reviewer)}/read"
    page = reviewer.get(begin).location
    assert page == f"{begin}/{child}"
    assert reviewer.send(page, verdict="in_force").status_code == 422
    done = reviewer.send(page, verdict="in_force", reason="A need was met before.")
    assert (done.status_code, done.location) == (303, begin)
    assert "You have read every child who moves" in reviewer.get(begin).text
    manager = sign_in_as("manager")
    assert "A need was met before." not in manager.get(page).text
    result = begin.removesuffix("/read")
    assert "1 of 1 read by somebody, 0 by two or more" in manager.get(result).text
    assert "What readers said" not in manager.get(result).text
    manager.send(page, verdict="draft")
    for reader in (manager, reviewer, sign_in_as("auditor")):
        told = reader.get(result).text
        assert "Readers disagree on 1 child" in told
        assert "What readers said" in told
    seen = manager.get(page).text
    assert "A need was met before." in seen
    assert "1 of them disagrees" in seen
    assert f"child {child}" in manager.get(begin).text


def test_who_only_audits_reads_no_movers(sign_in_as: SignInAs, child: int) -> None:
    at = run(sign_in_as("reviewer"))
    assert sign_in_as("auditor").get(f"{at}/read").status_code == 403


def test_the_report_for_the_board_says_the_direction_first_and_how_to_run_it_again(
    sign_in_as: SignInAs, child: int, database: Database
) -> None:
    browser = sign_in_as("auditor")
    at = run(sign_in_as("reviewer"))
    assert f'href="{at}/report"' in browser.get(at).text
    page = browser.get(f"{at}/report").text
    words = page.partition('id="in-words"')[2]
    said = f"Of fewer than 6 children, {NEW} would refer fewer than 6 more than {OLD}: none before, fewer than 6 after."
    assert said in words
    assert words.index("would refer") < words.index("<svg") < words.index("<table")
    with reading(database) as session:
        result = session.scalars(select(Replay)).one().result
    assert result
    for exact in (result["baseline"]["hash"], result["candidate"]["hash"], result["cohort"]["digest"], result["code"]):
        assert exact in page
    assert f"mash replay {OLD} {NEW}" in page
    tables = re.findall(r'class="num">(?:<strong>)?(\d+)', page)
    assert set(tables) <= {"0"}  # one child: every number that counts them is hidden
    assert "/children" not in page


def test_a_replay_kept_before_it_told_enough_to_hide_by_has_no_report(
    sign_in_as: SignInAs, child: int, database: Database
) -> None:
    at = run(sign_in_as("reviewer"))
    with transaction(database) as session:
        kept = session.scalars(select(Replay)).one()
        result = kept.result or {}
        kept.result = result | {"moved": {name: told for name, told in result["moved"].items() if name != "statutory"}}
    browser = sign_in_as("auditor")
    assert browser.get(f"{at}/report").status_code == 404
    page = browser.get(at).text
    assert "For a report for the board, run it again" in page
    assert f"{at}/report" not in page


def test_there_is_no_report_without_a_result(sign_in_as: SignInAs, database: Database, rulebook: RuleBook) -> None:
    asked = Asked(rulebook.get(OLD), rulebook.get(NEW), Period())
    with transaction(database) as session:
        number = begin_replay(session, asked, by=Actor.system("test"), at=clock.now()).id
    assert sign_in_as("reviewer").get(f"/replays/{number}/report").status_code == 404


def test_a_child_to_whom_people_gave_no_rating_is_behind_its_cell(
    sign_in_as: SignInAs, child: int, database: Database
) -> None:
    with transaction(database) as session:
        session.scalars(select(Decision)).one().rating = None
    browser = sign_in_as("reviewer")
    page = browser.get(run(browser)).text
    link = re.search(r'href="([^"]*decided-rating=not\+recorded&amp;baseline-rating[^"]*)"', page)
    assert link
    assert ">1 child<" in browser.get(link[1].replace("&amp;", "&")).text
