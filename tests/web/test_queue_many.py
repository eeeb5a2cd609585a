"""Several contacts at once, the list on paper and as a file, views of one's own, and word between colleagues."""

import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.db import reading
from mash.journeys.people import PersonGiven
from mash.models import Event, Viewing
from tests.web.arriving import arrive, contact_of, rated, someone
from tests.web.conftest import Browser, SignInAs
from tests.web.test_queue import REFERENCE, hold, restrict

EVERYONE = "/queue?view=everyone"


def events(app: Flask, kind: str) -> list[dict[str, Any]]:
    with reading(app.extensions["mash"].database) as session:
        return list(session.scalars(select(Event.data).where(Event.kind == kind).order_by(Event.seq)))


def many(browser: Browser, do: str, *references: str, **more: Any) -> Any:
    return browser.send(EVERYONE, "/queue/many", do=do, ref=list(references), view="everyone", **more)


def test_several_are_taken_and_each_one_that_was_not_says_why(app: Flask, sign_in_as: SignInAs) -> None:
    free, held = arrive(app), arrive(app)
    hold(app, held, "manager")
    browser = sign_in_as("practitioner")
    answer = many(browser, "take", free, held)
    assert (answer.status_code, answer.location) == (303, "/queue?view=everyone")
    page = browser.get(answer.location).text
    for words in ("1 of 2 contacts taken; 1 not.", f"{held}: Someone else has this open", f"{free}: Yours."):
        assert words in page
    assert contact_of(app, free).claimed_by_id == someone(app, "practitioner").user_id


def test_several_are_given_to_a_colleague_who_sees_it_on_the_page_they_have_open(
    app: Flask, sign_in_as: SignInAs
) -> None:
    first, second = arrive(app), arrive(app)
    theirs, mine = sign_in_as("practitioner"), sign_in_as("manager")
    assert theirs.get("/told").status_code == 204
    to = str(someone(app, "practitioner").user_id)
    assert many(mine, "give", first, second, whom=to).status_code == 303
    assert f"Invented manager gave you {first}, {second}." in theirs.get("/told").text
    assert theirs.get("/told").status_code == 204
    assert REFERENCE.findall(theirs.get("/queue").text) == [first, second]


@pytest.mark.parametrize(
    ("do", "sent", "words"),
    [
        ("take", {"ref": []}, "Select at least one contact"),
        ("give", {}, "Select who to give them to"),
        ("give", {"whom": "999"}, "There is nobody like that on duty"),
        ("print", {}, "Say what you print them for"),
    ],
)
def test_what_cannot_be_done_to_several_is_said_and_the_ticks_stay(
    app: Flask, sign_in_as: SignInAs, do: str, sent: dict[str, Any], words: str
) -> None:
    reference = arrive(app)
    told = {"do": do, "ref": [reference], "view": "everyone", "rating": "none"} | sent
    answer = sign_in_as("practitioner").send(EVERYONE, "/queue/many", **told)
    assert answer.status_code == 422
    assert answer.text.count(words) == 2
    assert "<title>Error: " in answer.text
    assert bool(re.search(rf'value="{reference}"[^>]* checked', answer.text)) == bool(told["ref"])


def test_the_ticked_are_printed_and_what_is_gone_is_named(app: Flask, sign_in_as: SignInAs) -> None:
    kept, hidden, other = arrive(app, narrative="She has no bed."), arrive(app), arrive(app)
    restrict(app, hidden)
    page = many(sign_in_as("practitioner"), "print", kept, hidden, reason="Morning meeting")
    assert page.status_code == 200
    assert f"Not printed, for it is no longer in the queue: {hidden}" in page.text
    assert (kept in page.text, other in page.text) == (True, False)
    assert "For: Morning meeting" in page.text
    assert "She has no bed." in page.text
    assert [said["contacts"] for said in events(app, "list.printed")] == [1]
    with reading(app.extensions["mash"].database) as session:
        seen = session.scalars(select(Viewing.contact_id).where(Viewing.page == "print")).all()
    assert seen == [contact_of(app, kept).id]


def test_a_list_is_taken_out_only_with_what_it_is_for_which_is_kept(app: Flask, sign_in_as: SignInAs) -> None:
    red, amber = arrive(app), arrive(app)
    rated(app, red, "red")
    rated(app, amber, "amber")
    browser = sign_in_as("practitioner")
    asked = {"view": "everyone", "rating": "red"}
    refused = browser.send(EVERYONE, "/queue/out", do="csv", why=" ", **asked)
    assert (refused.status_code, "Say what the list is for" in refused.text) == (422, True)
    answer = browser.send(EVERYONE, "/queue/out", do="csv", why="Night team", **asked)
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["Reference"], row["Rating"]) for row in rows] == [(red, "Red")]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d", rows[0]["Decision due"])
    assert events(app, "list.exported") == [{"list": "queue", "asked": asked, "reason": "Night team", "contacts": 1}]
    with reading(app.extensions["mash"].database) as session:
        seen = session.scalars(select(Viewing.contact_id).where(Viewing.page == "csv")).all()
    assert seen == [contact_of(app, red).id]


def test_no_cell_of_the_file_runs_as_a_formula(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app, PersonGiven(descriptor="=1+1"), source_agency="=HYPERLINK(1)")
    answer = sign_in_as("practitioner").send(EVERYONE, "/queue/out", do="csv", why="Test", view="everyone")
    (row,) = csv.DictReader(StringIO(answer.data.decode("utf-8-sig")))
    assert (row["Source"], row["Children"][:5]) == ("'=HYPERLINK(1)", "'=1+1")


def test_views_of_ones_own_are_kept_under_a_name_and_nobody_else_sees_them(app: Flask, sign_in_as: SignInAs) -> None:
    browser, other = sign_in_as("practitioner"), sign_in_as("manager")
    asked = {"view": "everyone", "from": "police", "sort": "-due"}
    page = "/queue?view=everyone&from=police&sort=-due"
    answer = browser.send(page, "/queue/views", name="Police, last first", **asked)
    assert answer.location == page
    assert 'href="/queue?view=everyone&amp;from=police&amp;sort=-due" aria-current="true">Police, last first</a>' in (
        browser.get(page).text
    )
    assert "Police, last first" not in other.get("/queue").text
    for name, words in (("police, LAST first", "You already have a view"), ("", "Enter a name"), ("x" * 41, "40 char")):
        refused = browser.send(page, "/queue/views", name=name, **asked)
        assert (refused.status_code, words in refused.text) == (422, True)
    browser.send(page, "/queue/views/remove", name="Police, last first")
    assert browser.get(page).text.count("Police, last first") == 1  # only in what was just done
    assert "Police, last first" not in browser.get("/queue").text


def test_a_heading_sorts_and_says_so(app: Flask, sign_in_as: SignInAs) -> None:
    green, red = arrive(app), arrive(app)
    rated(app, green, "green")
    rated(app, red, "red")
    browser = sign_in_as("practitioner")
    page = browser.get("/queue?view=everyone&sort=-rating").text
    assert REFERENCE.findall(page) == [green, red]
    assert 'aria-sort="descending"' in page
    assert "Sorted by rating, red last." in page
    assert REFERENCE.findall(browser.get("/queue?view=everyone&sort=name").text) == [red, green]


def test_siblings_are_named_beside_each_other(app: Flask, sign_in_as: SignInAs) -> None:
    child = PersonGiven(forename="Jordan", surname="Ames", council_id="77")
    first, other, second = arrive(app, child), arrive(app), arrive(app, child)
    page = sign_in_as("practitioner").get(EVERYONE).text
    rows = [found.strip() for found in re.findall('<tr class="([^"]*)">', page)]
    assert REFERENCE.findall(page) == [first, second, second, first, other]
    assert rows == ["", "joined", ""]
    assert page.count("Same child as") == 2


def test_whoever_has_a_contact_is_asked_for_it_and_may_put_it_back(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    hold(app, reference, "manager")
    mine, theirs = sign_in_as("practitioner"), sign_in_as("manager")
    page = f"/queue/{reference}/take-over"
    assert "Ask Invented manager" in mine.get(page).text
    assert mine.send(page, f"/queue/{reference}/ask", words="I know them").status_code == 303
    told = theirs.get("/told").text
    for words in (f"Invented practitioner asks whether they may have {reference}.", "I know them", "Put it back"):
        assert words in told
    theirs.send("/queue", f"/queue/{reference}/release")
    assert "Nobody has this open now" in mine.get(page).text
    assert "Asked Invented manager for it" in mine.get(f"/contacts/{reference}/timeline").text


def test_word_from_a_colleague_waits_for_the_next_page_too(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    theirs = sign_in_as("practitioner")
    hold(app, reference, "practitioner")
    page = f"/queue/{reference}/take-over"
    sign_in_as("manager").send(page, reason="She is in court")
    assert f"took over {reference}. What you have drafted is kept." in theirs.get("/queue").text
    assert theirs.get("/told").status_code == 204


@pytest.mark.parametrize("path", ["/queue/many", "/queue/out", "/queue/views", "/queue/views/remove"])
def test_only_those_on_duty_have_a_queue(sign_in_as: SignInAs, path: str) -> None:
    assert sign_in_as("auditor").send("/account", path, ref="C-26-00001", why="x", name="x").status_code == 403


def test_more_than_a_hundred_at_once_are_refused_and_none_is_taken(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    ticked = [reference, *(f"C-26-{number:05}" for number in range(90000, 90100))]
    answer = sign_in_as("practitioner").send(EVERYONE, "/queue/many", ref=ticked, do="take", view="everyone")
    assert answer.status_code == 422
    assert "Select at most 100 contacts at once" in answer.text
    assert contact_of(app, reference).claimed_by_id is None


UNDO = re.compile(r'action="(/queue/many/undo/\d+)"')


def undone(browser: Browser) -> str:
    """Press Undo on the notice of the queue, and give the page that follows."""
    found = UNDO.search(browser.get(EVERYONE).text)
    assert found
    assert browser.send(EVERYONE, found[1]).status_code == 303
    return browser.get(EVERYONE).text


def test_taking_several_is_undone_with_one_press(app: Flask, sign_in_as: SignInAs) -> None:
    free, held = arrive(app), arrive(app)
    hold(app, held, "manager")
    browser = sign_in_as("practitioner")
    many(browser, "take", free, held, reason="She is in court.")
    page = undone(browser)
    for words in ("2 contacts put back.", f"{free}: Back in the queue.", f"{held}: Back with Invented manager."):
        assert words in page
    assert contact_of(app, free).claimed_by_id is None
    assert contact_of(app, held).claimed_by_id == someone(app, "manager").user_id
    assert len(events(app, "contact.share_undone")) == 2


def test_giving_several_is_undone_but_for_what_has_moved_on_and_for_five_minutes(
    app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = arrive(app), arrive(app)
    browser, to = sign_in_as("manager"), someone(app, "practitioner").user_id
    many(browser, "give", first, second, whom=str(to))
    found = UNDO.search(browser.get(EVERYONE).text)
    assert found
    many(sign_in_as("contact_officer"), "take", second, reason="She rang me.")
    assert sign_in_as("practitioner").send(EVERYONE, found[1]).status_code == 404
    browser.send(EVERYONE, found[1])
    page = browser.get(EVERYONE).text
    assert "1 of 2 contacts put back; 1 not." in page
    assert f"{second}: It has changed hands since." in page
    many(browser, "give", first, whom=str(to))
    again = UNDO.search(browser.get(EVERYONE).text)
    assert again
    late = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: late)
    browser.send(EVERYONE, again[1])
    assert "Five minutes have passed." in browser.get(EVERYONE).text
    assert contact_of(app, first).claimed_by_id == to
