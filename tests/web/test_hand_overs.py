"""A receiving team answers child by child: it accepts with a named lead, or declines with a reason."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from mash.db import reading, transaction
from mash.journeys.people import PersonGiven
from mash.models import HandOver, User, Viewing
from tests.web.arriving import arrive, contact_of, decided, rated, someone
from tests.web.conftest import Browser, SignInAs

PAGE = "/hand-overs"


@pytest.fixture
def team(app: Flask, sign_in_as: SignInAs) -> Browser:
    """Sign in as someone of the assessment team."""
    join(app, "Assessment team")
    return sign_in_as("receiving_team")


def join(app: Flask, name: str) -> None:
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(User).where(User.username == "receiving_team").values(team=name))


def offered(app: Flask, *people: PersonGiven) -> str:
    reference = arrive(app, *people)
    rated(app, reference, "amber")
    assert decided(app, reference, "child_and_family_assessment", 3) == "decide"
    return reference


def answer(app: Flask, browser: Browser, reference: str, how: str, which: int = 0, **said: str) -> int:
    contact = contact_of(app, reference)
    child, version = contact.children[which].id, str(contact.version)
    to = f"{PAGE}/{reference}/{child}/{how}"
    return browser.send("/account", to, **({"version": version} | said)).status_code


def hand_overs(app: Flask) -> list[tuple[str, str, str]]:
    with reading(app.extensions["mash"].database) as session:
        return [(row.state, row.lead, row.reason) for row in session.scalars(select(HandOver).order_by(HandOver.id))]


def test_an_empty_list_says_that_nothing_is_offered(team: Browser) -> None:
    assert "Nothing is offered to Assessment team now." in team.get(PAGE).text


def test_an_offer_says_what_is_asked_and_why_and_that_it_was_seen(app: Flask, team: Browser) -> None:
    reference = offered(app)
    page = team.get(PAGE).text
    for words in ("Jordan Ames, about 4", "Child and family assessment", "level 3", reference,
                  "Neglect over months, and it is getting worse.", "Agreed, in conversation"):  # fmt: skip
        assert words in page
    with reading(app.extensions["mash"].database) as session:
        mine = Viewing.user_id == someone(app, "receiving_team").user_id, Viewing.page == "hand_overs"
        assert session.scalars(select(Viewing.contact_id).where(*mine)).all() == [contact_of(app, reference).id]


def test_the_contact_leads_the_team_back_to_its_answer(app: Flask, team: Browser) -> None:
    reference = offered(app)
    link = f'href="{PAGE}#offer-{contact_of(app, reference).children[0].id}"'
    assert link in team.get(f"/contacts/{reference}").text
    join(app, "Early help hub")
    assert link not in team.get(f"/contacts/{reference}").text


def test_a_team_accepts_with_a_named_lead(app: Flask, team: Browser) -> None:
    reference = offered(app)
    assert answer(app, team, reference, "accept", lead="Rae Lead") == 303
    assert hand_overs(app) == [("accepted", "Rae Lead", "")]
    assert contact_of(app, reference).state == "handed_over"
    assert "Rae Lead leads from now on." in team.get(PAGE).text


def test_a_team_declines_with_a_reason_and_the_child_stays(app: Flask, team: Browser) -> None:
    reference = offered(app)
    assert answer(app, team, reference, "decline", reason="Open to another council") == 303
    assert hand_overs(app) == [("declined", "", "Open to another council")]
    assert contact_of(app, reference).state == "decided"


@pytest.mark.parametrize(
    ("how", "said", "words"),
    [
        ("accept", {"lead": " "}, "Enter the name of the lead practitioner"),
        ("decline", {"reason": ""}, "Say why your team declines"),
    ],
)
def test_an_answer_that_lacks_something_is_sent_back(
    app: Flask, team: Browser, how: str, said: dict[str, str], words: str
) -> None:
    reference = offered(app)
    contact = contact_of(app, reference)
    to = f"{PAGE}/{reference}/{contact.children[0].id}/{how}"
    refused = team.send(PAGE, to, version=str(contact.version), **said)
    assert refused.status_code == 422
    assert refused.text.count(words) == 2  # in the summary and beside the answer
    assert hand_overs(app) == [("offered", "", "")]


def test_siblings_are_answered_one_by_one(app: Flask, team: Browser) -> None:
    reference = offered(app, PersonGiven(forename="Ada", estimated_age=5), PersonGiven(forename="Bea", estimated_age=7))
    assert answer(app, team, reference, "accept", which=1, lead="Rae Lead") == 303
    page = team.get(PAGE).text
    assert "Ada, about 5" in page
    assert "Bea, about 7" not in page
    assert contact_of(app, reference).state == "decided"


def test_an_answer_to_a_page_that_is_out_of_date_is_refused(app: Flask, team: Browser) -> None:
    reference = offered(app)
    assert answer(app, team, reference, "accept", lead="Rae Lead", version="1") == 409
    assert hand_overs(app) == [("offered", "", "")]


def test_another_teams_offers_are_neither_seen_nor_answered(app: Flask, sign_in_as: SignInAs) -> None:
    reference = offered(app)
    join(app, "Early help hub")
    browser = sign_in_as("receiving_team")
    assert reference not in browser.get(PAGE).text
    assert answer(app, browser, reference, "accept", lead="Rae Lead") == 404


def test_someone_in_no_team_is_told_so(app: Flask, sign_in_as: SignInAs) -> None:
    reference = offered(app)
    page = sign_in_as("receiving_team").get(PAGE).text
    assert "You are in no team yet" in page
    assert reference not in page


@pytest.mark.parametrize("role", ["manager", "practitioner", "admin", "auditor"])
def test_answering_is_for_receiving_teams(sign_in_as: SignInAs, role: str) -> None:
    assert sign_in_as(role).get(PAGE).status_code == 403
