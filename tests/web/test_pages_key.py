"""The pages' secret is changed under people's hands: what they hold goes on counting for a day, and no longer."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.backup.pages_key import BEFORE, pages_key, put_anew
from mash.cli import main
from mash.config import Misconfigured
from mash.db import Database, reading, transaction
from mash.journeys import password_link, second_factor
from mash.journeys.actor import Actor
from mash.models import Event
from tests.processes import environment
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk, fields_of


def rotate(app: Flask) -> None:
    """Change the secret by the command, and start the pages again."""
    wiring = app.extensions["mash"]
    done = CliRunner().invoke(main, ["keys", "rotate", "--only", "pages"], env=environment(wiring.settings))
    assert done.exit_code == 0, done.output
    app.extensions["mash"] = replace(wiring, secret=pages_key(wiring.settings.folder))
    app.config["SECRET_KEY"] = app.extensions["mash"].key


@pytest.fixture(autouse=True)
def own_secret(app: Flask) -> Iterator[None]:
    """Give the application the secret of this test's own folder, and take it away again."""
    before, folder = app.extensions["mash"].secret, app.extensions["mash"].settings.folder
    app.extensions["mash"] = replace(app.extensions["mash"], secret=pages_key(folder))
    app.config["SECRET_KEY"] = app.extensions["mash"].key
    yield
    app.extensions["mash"] = replace(app.extensions["mash"], secret=before)
    app.config["SECRET_KEY"] = before.now


def test_open_forms_and_links_count_for_a_day_more_and_nobody_is_signed_out(
    app: Flask, sign_in_as: SignInAs, desk: Desk, people: dict[str, int]
) -> None:
    worker, reference = sign_in_as("practitioner"), desk.contact("Ada")
    page = f"/contacts/{reference}"
    first, second = (fields_of(worker.get(page).text, f"{page}/note") for _ in range(2))
    old = app.extensions["mash"].key
    with transaction(desk.database) as session:
        by, whose = Actor.system("test"), people["auditor"]
        link = password_link.give_link(session, user_id=whose, key=old, by=by, at=clock.now())
    rotate(app)
    assert app.extensions["mash"].key != old
    assert worker.client.post(f"{page}/note", data=first | {"text": "Still here."}).status_code == 303
    stranger = Browser(app.test_client())
    assert stranger.get(f"/password/{link}").status_code == 200
    other = sign_in_as("practitioner")
    assert other.client.post(f"{page}/note", data=second | {"text": "Not theirs."}).status_code == 400
    os.utime(app.extensions["mash"].settings.folder / BEFORE, (0, 0))
    app.extensions["mash"] = replace(app.extensions["mash"], secret=pages_key(app.extensions["mash"].settings.folder))
    assert worker.client.post(f"{page}/note", data=second | {"text": "Too late."}).status_code == 400
    assert stranger.get(f"/password/{link}").status_code == 404
    assert worker.get(page).status_code == 200
    with reading(desk.database) as session:
        assert session.scalars(select(Event.kind).where(Event.kind == "pages_key.rotated")).all()


def test_apps_and_recovery_codes_go_on_counting_however_often_it_is_changed(
    app: Flask, database: Database, people: dict[str, int]
) -> None:
    me, at = people["manager"], clock.now()
    with transaction(database) as session:
        key = app.extensions["mash"].key
        secret = second_factor.begin(session, user_id=me, key=key, at=at)
        code = pyotp.TOTP(secret).at(at)
        papers = second_factor.confirm(session, user_id=me, code=code, key=key, by=Actor.system("test"), at=at)
    for number, later in enumerate((at + timedelta(minutes=5), at + timedelta(minutes=9))):
        rotate(app)
        key = app.extensions["mash"].key
        with transaction(database) as session:
            assert second_factor.check(session, user_id=me, code=papers[number], key=key, at=later)
            assert second_factor.check(session, user_id=me, code=pyotp.TOTP(secret).at(later), key=key, at=later)


def test_stopped_halfway_it_is_begun_again_and_nothing_sealed_is_lost(
    app: Flask, database: Database, people: dict[str, int]
) -> None:
    folder = app.extensions["mash"].settings.folder
    with transaction(database) as session:
        secret = second_factor.begin(session, user_id=people["manager"], key=pages_key(folder).now, at=clock.now())
    put_anew(folder, clock.now())  # and killed before anything was sealed anew
    rotate(app)
    with reading(database) as session:
        assert second_factor.secret_of(session, user_id=people["manager"], key=pages_key(folder).now) == secret
    (folder / BEFORE).chmod(0o644)
    with pytest.raises(Misconfigured, match="Others on this machine"):
        pages_key(folder)
