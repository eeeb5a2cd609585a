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
from mash.backup.pages_key import BEFORE, NAME, FollowedKey, pages_key, put_anew
from mash.cli import main
from mash.cli.ready import require_settings
from mash.config import Config, Misconfigured
from mash.db import Database, reading, transaction
from mash.journeys import password_link, second_factor
from mash.journeys.actor import Actor
from mash.journeys.throttle import FREE_BY_ACCOUNT
from mash.models import Event
from tests.processes import environment
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.contacts import Desk, fields_of
from tests.web.test_second_step import Hands, add_app


def rotate(app: Flask) -> None:
    """Change the secret by the command. The pages go on running."""
    wiring = app.extensions["mash"]
    done = CliRunner().invoke(main, ["keys", "rotate", "--only", "pages"], env=environment(wiring.settings))
    assert done.exit_code == 0, done.output


@pytest.fixture(autouse=True)
def own_secret(app: Flask) -> Iterator[None]:
    """Give the application the secret of this test's own folder, and take it away again."""
    before, folder = app.extensions["mash"].secret, app.extensions["mash"].settings.folder
    app.extensions["mash"] = replace(app.extensions["mash"], secret=FollowedKey(folder))
    yield
    app.extensions["mash"] = replace(app.extensions["mash"], secret=before)


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


def test_pages_that_run_take_codes_at_once_and_forget_no_try(
    app: Flask, sign_in_as: SignInAs, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands(monkeypatch)
    totp, _ = add_app(sign_in_as("manager"), hands)
    for _ in range(FREE_BY_ACCOUNT):
        assert client.sign_in("auditor", "not it at all").status_code == 422
    put_anew(app.extensions["mash"].settings.folder, hands.at)  # and nothing sealed anew yet
    assert client.sign_in("auditor", "not it at all").status_code == 429
    for sealed in (False, True):
        if sealed:
            rotate(app)
        code = totp.at(hands.on())
        said = {"username": "manager", "password": PASSWORD, "next": "/account"}
        assert Browser(app.test_client()).send("/sign-in", code=code, **said).status_code == 303


def test_a_secret_that_cannot_be_read_leaves_running_pages_theirs_and_is_refused_at_the_start(
    settings: Config,
) -> None:
    followed, put = FollowedKey(settings.folder), put_anew(settings.folder, clock.now())
    assert followed.read() == put
    (settings.folder / NAME).write_text("half of a")
    assert followed.read() == put
    (settings.folder / NAME).unlink()
    assert followed.read() == put
    (settings.folder / BEFORE).chmod(0o644)
    with pytest.raises(Misconfigured, match="Others on this machine"):
        require_settings(settings)


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
