"""Nobody is there by default; the first administrator comes in by a link that expires and works once."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from mash import clock
from mash.cli import main
from mash.config import Config
from mash.db import Database, reading
from mash.journeys.first_admin import LASTS
from mash.models import User
from tests.processes import environment
from tests.web.conftest import Browser, SignInAs

LEE = {"name": "Lee Marsh", "username": "lee", "password": "anvil comet harvest"}


def link(settings: Config, key: str, code: int = 0) -> str:
    (settings.folder / "web.key").touch(mode=0o600)
    (settings.folder / "web.key").write_text(key)
    said = CliRunner().invoke(main, ["users", "first-admin"], env=environment(settings))
    assert said.exit_code == code, said.output
    return said.output.splitlines()[-1]


@pytest.fixture
def key(client: Browser) -> str:
    found: str = client.client.application.extensions["mash"].key
    return found


def test_the_link_makes_one_administrator_once(client: Browser, settings: Config, key: str, database: Database) -> None:
    with reading(database) as session:
        assert session.query(User).count() == 0
    address = link(settings, key)
    assert client.send(address, **LEE | {"password": "short"}).status_code == 422
    tokens = client.tokens(address)
    assert client.send(address, **LEE).location == "/sign-in"
    assert client.sign_in("lee", LEE["password"], next="/admin/users").location == "/admin/users"
    assert client.get(address).status_code == 404
    assert client.client.post(address, data=tokens | LEE | {"username": "kim"}).status_code in {400, 404}
    assert "already" in link(settings, key, code=1)


@pytest.mark.parametrize("code", ["", "1-2", "x-", "99999999999-abc", "²-a"])
def test_a_made_up_code_is_nowhere(client: Browser, code: str) -> None:
    assert client.get(f"/first-administrator/{code}").status_code == 404


def test_after_half_an_hour_the_link_is_nowhere(
    client: Browser, settings: Config, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, then = link(settings, key), clock.now() + LASTS + timedelta(seconds=1)
    assert client.get(address).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: then)
    assert client.get(address).status_code == 404


def test_where_somebody_manages_users_no_code_counts(sign_in_as: SignInAs, settings: Config, key: str) -> None:
    sign_in_as("admin")
    assert "already" in link(settings, key, code=1)
