"""The red board: a manager takes up a red with one press, and everyone sees that it was taken up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from flask import Flask
from sqlalchemy import select, update

from mash import clock
from mash.db import Database, transaction
from mash.journeys.actor import Actor
from mash.journeys.escalate import escalate
from mash.journeys.leading import note_run
from mash.journeys.users import make_user
from mash.models import Clock, Contact, Oversight
from tests.web.arriving import arrive, decided, rated
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.contacts import fields_of


def test_with_nothing_red_every_part_says_so(sign_in_as: SignInAs) -> None:
    page = sign_in_as("manager").get("/red").text
    for words in (
        "No red contacts are open.",
        "No recommendation waits for a manager.",
        "No red contact is being worked.",
        "No agreed red contact waits to be handed over.",
        "No red contact has been taken up today.",
    ):
        assert words in page


def test_a_red_waits_for_a_manager_until_one_has_it(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app, danger_now=True)
    rated(app, reference, "red", reason="Bruise on a baby who cannot move")
    manager = sign_in_as("manager")
    page = manager.get("/red").text
    for words in (
        "1 open, 1 not taken up",
        f"{reference} was rated red just now and waits for a manager.",
        "since just now",
        "I have this",
        "Bruise on a baby who cannot move",
        "by Invented practitioner",
        "Reported as in danger now.",
    ):
        assert words in page
    assert "<title>(1) Red board" in page
    assert manager.send("/red", f"/red/{reference}/acknowledge").location == "/red"
    page = manager.get("/red").text
    assert "1 open, 0 not taken up" in page
    assert "Invented manager has had this since" in page
    assert "1 of 1" in page
    assert "taken up within 30 minutes" in page


def test_pressing_twice_takes_it_up_once(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    rated(app, reference, "red")
    manager = sign_in_as("manager")
    tokens = manager.tokens("/red")
    answers = [manager.client.post(f"/red/{reference}/acknowledge", data=tokens).status_code for _ in range(2)]
    assert answers == [303, 303]
    with transaction(app.extensions["mash"].database) as session:
        assert len(session.scalars(select(Oversight)).all()) == 1


def test_only_what_waits_can_be_taken_up_and_only_by_a_manager(app: Flask, sign_in_as: SignInAs) -> None:
    red, amber = arrive(app), arrive(app)
    rated(app, red, "red")
    rated(app, amber, "amber")
    assert sign_in_as("manager").send("/red", f"/red/{amber}/acknowledge").status_code == 404
    practitioner = sign_in_as("practitioner")
    assert "I have this" not in practitioner.get("/red").text
    practitioner.send("/queue", f"/red/{red}/acknowledge")
    assert "This is for a manager" in practitioner.get("/red").text
    with transaction(app.extensions["mash"].database) as session:
        running = select(Clock.stopped_at).where(Clock.name == "red-acknowledge")
        assert session.scalars(running).all() == [None]


def test_what_is_recommended_waits_with_the_manager_whatever_its_rating(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app, narrative="A baby has bruises.")
    rated(app, reference, "red")
    assert decided(app, reference, "child_and_family_assessment", 3) == "recommend"
    manager = sign_in_as("manager")
    page = manager.get("/red").text
    assert page.count(f'Open<span class="govuk-visually-hidden"> {reference}') == 1
    assert "Child and family assessment, level 3, by Invented practitioner" in page
    manager.send("/red", f"/red/{reference}/acknowledge")
    page = manager.get("/red").text
    assert f'Review<span class="govuk-visually-hidden"> {reference}' in page
    assert "No red contact is being worked." in page


def test_the_moving_part_is_the_board_alone(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    rated(app, reference, "red")
    part = sign_in_as("manager").get("/red/live").text
    assert reference in part
    assert "<html" not in part


def test_a_restricted_red_is_for_managers(app: Flask, sign_in_as: SignInAs) -> None:
    reference = arrive(app)
    rated(app, reference, "red")
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(Contact).where(Contact.reference == reference).values(restricted=True))
    assert reference not in sign_in_as("practitioner").get("/red").text
    assert reference in sign_in_as("manager").get("/red").text


@contextmanager
def freeze() -> Iterator[None]:
    """Let no time pass: what a board shows changes each minute by itself."""
    with patch.object(clock, "now", return_value=clock.now()):
        yield


def red(app: Flask, **told: object) -> str:
    reference = arrive(app, **told)  # type: ignore[arg-type]
    rated(app, reference, "red", reason="Bruise on a baby who cannot move")
    return reference


def test_what_was_taken_up_is_undone_from_the_notice(app: Flask, sign_in_as: SignInAs) -> None:
    reference = red(app)
    manager = sign_in_as("manager")
    manager.send("/red", f"/red/{reference}/acknowledge")
    page = manager.get("/red").text
    tokens = fields_of(page, f"/red/{reference}/undo")
    manager.client.post(f"/red/{reference}/undo", data=tokens)
    page = manager.get("/red").text
    assert f"Undone. {reference} stands where it stood before." in page
    assert "1 open, 1 not taken up" in page


def give(manager: Browser, reference: str, to: str) -> None:
    manager.client.post(f"/red/{reference}/give", data=manager.tokens("/red") | {"to": to})


def test_a_red_is_given_to_a_named_manager_who_is_told_and_takes_it_up(
    app: Flask, sign_in_as: SignInAs, database: Database
) -> None:
    with transaction(database) as session:
        told = {"password": PASSWORD, "by": Actor.system("test"), "at": clock.now()}
        joy = make_user(session, username="joy", name="Joy Cole", roles=["manager"], **told).id  # type: ignore[arg-type]
    reference, manager, other = red(app), sign_in_as("manager"), sign_in_as("joy")
    assert "Joy Cole" in manager.get("/red").text
    give(manager, reference, str(joy))
    page = manager.get("/red").text
    assert "Joy Cole is asked to take up" in page
    assert "Given to Joy Cole" in page
    assert "1 open, 1 not taken up" in page
    page = other.get("/red").text
    assert f"Invented manager has given you {reference}, which needs a manager now." in page
    assert "Given to you" in page
    other.send("/red", f"/red/{reference}/acknowledge")
    assert "Joy Cole has had this since" in manager.get("/red").text
    give(manager, reference, "no such person")
    assert "Choose somebody on duty to give it to." in manager.get("/red").text


def test_the_night_team_takes_a_red_with_a_receipt_and_it_is_taken_back(app: Flask, sign_in_as: SignInAs) -> None:
    reference, manager = red(app), sign_in_as("manager")
    page = f"/red/{reference}/night"
    assert "Emergency duty team" in manager.get(page).text
    answer = manager.send(page, team="Emergency duty team", taken_by="", taken_at="5 past", told="Bruise, police there")
    assert answer.status_code == 422
    for words in ("Enter who took it", "When they took it must be a time", "Bruise, police there", "<title>Error: "):
        assert words in answer.text
    said = {"team": "Emergency duty team", "taken_by": "Pat <b>Moor</b>", "taken_at": "", "told": "Bruise, at home"}
    answer = manager.send(page, **said)
    shown = manager.get(answer.location).text
    for words in ("Pat &lt;b&gt;Moor", "Bruise, at home", "Invented manager", reference):
        assert words in shown
    board = manager.get("/red").text
    assert "With the night team" in board
    assert "1 open, 0 not taken up" in board
    manager.send("/red", f"/red/{reference}/acknowledge")
    assert "With the night team" not in manager.get("/red").text
    assert "Pat &lt;b&gt;Moor" in manager.get(answer.location).text


def test_a_receipt_is_found_only_with_its_own_contact_and_by_who_may_know_of_it(
    app: Flask, sign_in_as: SignInAs
) -> None:
    reference, other, manager = red(app), red(app), sign_in_as("manager")
    said = {"team": "Emergency duty team", "taken_by": "Pat", "taken_at": "", "told": "Bruise"}
    receipt = manager.send(f"/red/{reference}/night", **said).location
    assert manager.get(receipt.replace(reference, other)).status_code == 404
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(Contact).where(Contact.reference == reference).values(restricted=True))
    practitioner = sign_in_as("practitioner")
    for path in (receipt, f"/red/{reference}/night"):
        assert practitioner.get(path).status_code == 404
    assert practitioner.send(f"/red/{other}/night", f"/red/{reference}/night", **said).status_code == 404


def test_the_board_says_who_is_told_next_who_was_and_that_nobody_watches(
    app: Flask, sign_in_as: SignInAs, people: dict[str, int]
) -> None:
    reference, manager = red(app), sign_in_as("manager")
    page = manager.get("/red").text
    assert "Deputy manager is told at" in page
    assert "Nobody is told by this service when red contacts wait too long." in page
    admin = sign_in_as("admin")
    user = f"/admin/users/{people['manager']}"
    assert admin.send(user, f"{user}/post", post="deputy").status_code == 303
    with transaction(app.extensions["mash"].database) as session:
        assert escalate(session, at=clock.now() + timedelta(minutes=31)) == 1
        note_run(session, job="deadlines", started_at=clock.now(), finished_at=clock.now(), result="")
    page = manager.get("/red").text
    assert f"{reference} needs a manager now, and none has taken it up after 31 minutes." in page
    assert "(Invented manager)" in page
    assert "Nobody is told by this service" not in page


def test_a_post_is_for_managers(sign_in_as: SignInAs, people: dict[str, int]) -> None:
    admin, user = sign_in_as("admin"), f"/admin/users/{people['practitioner']}"
    answer = admin.send(user, f"{user}/post", post="deputy")
    assert answer.status_code == 422
    assert "role of manager first" in answer.text
    assert admin.send(user, f"{user}/post", post="mayor").status_code == 422


def test_an_open_board_is_told_nothing_twice(app: Flask, sign_in_as: SignInAs) -> None:
    red(app)
    manager = sign_in_as("manager")
    with freeze():
        tag = manager.get("/red/live").headers["ETag"]
        assert manager.get("/red/live", headers={"If-None-Match": tag}).status_code == 304
        red(app)
        assert manager.get("/red/live", headers={"If-None-Match": tag}).status_code == 200


def test_initials_alone_are_shown_to_who_asked_for_them(app: Flask, sign_in_as: SignInAs) -> None:
    red(app)
    manager = sign_in_as("manager")
    assert "Jordan A" in manager.get("/red").text
    manager.send("/account", "/account/preferences", density="standard", initials="yes")
    page = manager.get("/red").text
    assert "Jordan" not in page
    assert '<span class="child">J A' in page
