"""The red board: a manager takes up a red with one press, and everyone sees that it was taken up."""

from flask import Flask
from sqlalchemy import select, update

from mash.db import transaction
from mash.models import Clock, Contact, Oversight
from tests.web.arriving import arrive, decided, rated
from tests.web.conftest import SignInAs


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
        f"{reference} has waited 0 minutes for a manager.",
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
    assert practitioner.send("/queue", f"/red/{red}/acknowledge").status_code == 403
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
