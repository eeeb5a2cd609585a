"""What holds of the page about one contact: who may open it, what it shows first, and that opening it is kept."""

import re
from datetime import timedelta

import pytest

from mash import clock
from mash.db import transaction
from mash.journeys.people import PersonGiven
from mash.journeys.receive import AgreementGiven, ChildGiven
from mash.models import Marker
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, decide, send, words


def test_opening_a_contact_is_kept_and_shows_what_was_reported(desk: Desk, sign_in_as: SignInAs) -> None:
    told = (AgreementGiven(kind="told", status="not_asked_unsafe", reason="He reads her post."),)
    reference = desk.contact("Ada", agreements=told, interim_action="Kept at school until 5pm", child_voice="I am cold")
    page = sign_in_as("practitioner").get(f"/contacts/{reference}")
    said = words(page.text)
    for part in ("Ada Sample", "No lunch again this week.", "Sam Invented", "Anytown Primary School", "I am cold",
                 "He reads her post.", "Kept at school until 5pm", "Not recorded, which is not a refusal",
                 "12 Made-up Street", "From the school", "Nobody has checked this address"):  # fmt: skip
        assert part in said, part
    assert desk.views(reference) == ["workspace"]


def test_nothing_personal_is_in_the_title_or_the_address(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact("Ada")
    title = sign_in_as("practitioner").get(f"/contacts/{reference}").text.partition("<title>")[2].partition("<")[0]
    assert title.strip() == f"Contact {reference} – MASH front door"


def test_an_empty_history_says_what_was_searched_and_when(desk: Desk, sign_in_as: SignInAs) -> None:
    said = words(sign_in_as("practitioner").get(f"/contacts/{desk.contact()}").text)
    assert "No earlier contacts found for this child or address." in said
    assert "Searched " in said
    assert "every child and adult here and the address" in said


def test_history_shows_earlier_contacts_of_the_child_and_of_the_home(desk: Desk, sign_in_as: SignInAs) -> None:
    ada = PersonGiven(council_id="A1", forename="Ada", surname="Sample")
    then = clock.now() - timedelta(days=40)
    first = desk.contact(at=then, children=(ChildGiven(person=ada),), address=None)
    other = desk.contact("Neighbour", at=then, adults=())
    browser = sign_in_as("practitioner")
    decide(browser, first, all__route="no_further_action", all__agreement="refused", all__lower="Seen at home.")
    reference = desk.contact(children=(ChildGiven(person=ada),))
    said = words(browser.get(f"/contacts/{reference}").text)
    assert "2 earlier contacts in 12 months" in said
    assert first in said
    assert other in said
    assert "about this address" in said


def test_a_placeholder_child_is_shown_as_what_is_known(desk: Desk, sign_in_as: SignInAs) -> None:
    boy = ChildGiven(person=PersonGiven(descriptor="Boy about 6 at number 14", estimated_age=6))
    said = words(sign_in_as("practitioner").get(f"/contacts/{desk.contact(children=(boy,))}").text)
    assert "Boy about 6 at number 14 , about 6" in said
    assert "Name not known" in said


@pytest.mark.parametrize(
    ("role", "status"),
    [("contact_officer", 404), ("practitioner", 404), ("manager", 200), ("auditor", 200), ("receiving_team", 404)],
)
def test_a_restricted_contact_is_refused_and_the_try_is_kept(
    desk: Desk, sign_in_as: SignInAs, role: str, status: int
) -> None:
    reference = desk.contact(restricted=True)
    assert sign_in_as(role).get(f"/contacts/{reference}").status_code == status
    assert desk.views(reference) == (["workspace"] if status == 200 else ["refused"])


@pytest.mark.parametrize("to", ["decision", "draft", "note", "screen", "red", "information", "skip"])
def test_a_form_sent_to_a_restricted_contact_is_refused_and_the_try_is_kept_once(
    desk: Desk, sign_in_as: SignInAs, to: str
) -> None:
    reference = desk.contact(restricted=True)
    answer = sign_in_as("practitioner").send("/account", f"/contacts/{reference}/{to}")
    assert answer.status_code == 404
    assert desk.views(reference) == ["refused"]


@pytest.mark.parametrize(("role", "status"), [("reviewer", 403), ("admin", 403), ("receiving_team", 404)])
def test_roles_without_work_here_do_not_open_it(desk: Desk, sign_in_as: SignInAs, role: str, status: int) -> None:
    assert sign_in_as(role).get(f"/contacts/{desk.contact()}").status_code == status


def test_a_contact_that_is_not_there_is_not_found(desk: Desk, sign_in_as: SignInAs) -> None:
    assert sign_in_as("practitioner").get("/contacts/C-26-99999").status_code == 404


def test_an_auditor_reads_and_is_offered_nothing_to_change(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    browser = sign_in_as("auditor")
    page = browser.get(f"/contacts/{reference}").text
    assert 'id="decision-form"' not in page
    sent = browser.client.post(f"/contacts/{reference}/decision", data=browser.tokens("/account"))
    assert sent.status_code == 403


def test_nothing_is_chosen_for_anyone_beforehand(desk: Desk, sign_in_as: SignInAs) -> None:
    page = sign_in_as("practitioner").get(f"/contacts/{desk.contact('Ada', 'Ben')}").text
    form = page.partition('id="decision-form"')[2].partition("</form>")[0]
    assert not re.search(r"<input[^>]* checked", form)
    assert 'value="present" selected' not in form


def test_a_child_marked_as_a_risk_shows_in_the_bar(desk: Desk, sign_in_as: SignInAs, people: dict[str, int]) -> None:
    reference = desk.contact()
    with transaction(desk.database) as session:
        person = desk.row(reference).children[0].person_id
        day = clock.now()
        told = {"by_id": people["manager"], "made_at": day, "review_on": day.date()}
        session.add(Marker(person_id=person, reason="Known to carry a knife", **told))
    said = words(sign_in_as("practitioner").get(f"/contacts/{reference}").text)
    assert "Risk to children marker: Ada Sample" in said
    assert "Known to carry a knife" in said


def test_whoever_else_has_it_open_is_named(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    sign_in_as("manager").get(f"/contacts/{reference}")
    decide(sign_in_as("practitioner"), reference, "draft", all__reason="Half written")
    said = words(sign_in_as("contact_officer").get(f"/contacts/{reference}").text)
    assert "Open: Invented practitioner" in said
    assert "Also viewing: Invented manager" in said
    assert "Invented practitioner has a draft" in said
    assert "Half written" not in said


def test_a_contact_is_screened_by_whoever_is_on_duty(desk: Desk, sign_in_as: SignInAs) -> None:
    reference = desk.contact()
    assert send(sign_in_as("contact_officer"), reference, "screen").status_code == 303
    assert desk.row(reference).state == "screened"
