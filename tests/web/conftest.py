"""The application over an encrypted database with every table, and people signed in to it."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from mash import clock, log
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys import passwords
from mash.journeys.actor import Actor
from mash.journeys.users import make_user
from mash.models import ThresholdDraft
from mash.queries.access import ROLES
from mash.rules import RuleBook
from mash.web import draft_checks
from mash.web.app import create_app
from tests.web.contacts import Desk

PASSWORD = "violet kettle march"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
ONCE = re.compile(r'name="form_token" value="([^"]+)"')
SignInAs = Callable[..., "Browser"]
Logged = Callable[[], str]


@pytest.fixture(scope="session")
def rulebook() -> RuleBook:
    """Read the shipped thresholds once."""
    return RuleBook.load(HOUSE / "thresholds")


@pytest.fixture(scope="session", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Hash at the least cost: what it costs in earnest is tested on its own."""
    in_earnest = passwords.hasher
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords.nobody.cache_clear()
    yield
    passwords.hasher = in_earnest
    passwords.nobody.cache_clear()


@pytest.fixture
def settings(migrated_folder: Path, tmp_path: Path) -> Config:
    """Give the settings of a new installation on one machine: every table, no rows."""
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var", secure_cookies=False)


@pytest.fixture(scope="session")
def made_once(migrated_folder: Path, rulebook: RuleBook) -> Flask:
    """Make the application once: reading its templates takes longer than most tests."""
    settings = Config(folder=migrated_folder, secure_cookies=False)
    return create_app(open_database(settings), settings, rulebook)


@pytest.fixture
def app(made_once: Flask, database: Database, settings: Config) -> Iterator[Flask]:
    """Give the application over this test's own database; whatever a test wires into it is gone with the test."""
    wired = made_once.extensions["mash"]
    made_once.extensions["mash"] = replace(wired, database=database, settings=settings)
    yield made_once
    made_once.extensions["mash"] = wired


@pytest.fixture
def client(app: Flask) -> "Browser":
    """Open a browser that nobody has signed in with."""
    return Browser(app.test_client())


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """Add one person for each role, whose username is the role. Return their ids."""
    with transaction(database) as session:
        return {
            role: make_user(
                session,
                username=role,
                name=f"Invented {role.replace('_', ' ')}",
                roles=[role],
                password=PASSWORD,
                by=Actor.system("test"),
                at=clock.now(),
            ).id
            for role in ROLES
        }


@pytest.fixture
def sign_in_as(app: Flask, people: dict[str, int]) -> SignInAs:
    """Open a browser and sign in as whoever has a role: ``sign_in_as("manager")``."""

    def sign_in(username: str, password: str = PASSWORD) -> Browser:
        browser = Browser(app.test_client())
        answer = browser.sign_in(username, password)
        assert answer.status_code == 303, answer.text
        return browser

    return sign_in


@pytest.fixture
def desk(database: Database, people: dict[str, int], rulebook: RuleBook) -> Desk:
    """Give a way to receive contacts and to see what became of them."""
    return Desk(database, rulebook)


@pytest.fixture
def logged() -> Iterator[Logged]:
    """Give what the log has said since the test began."""
    before, said = structlog.get_config(), StringIO()
    log.set_up()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
    yield said.getvalue
    structlog.configure(**before)


class Browser:
    """A test client that sends forms as a page of ours would: with the page's own tokens."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def send(self, page: str, to: str | None = None, **answers: Any) -> TestResponse:
        """Open a page and send its form (or another's, at ``to``) with these answers."""
        return self.client.post(to or page, data=self.tokens(page) | answers)

    def tokens(self, page: str) -> dict[str, str]:
        """Take the two tokens from a page."""
        text = self.client.get(page).text
        found = {"csrf_token": CSRF.search(text), "form_token": ONCE.search(text)}
        return {name: match.group(1) for name, match in found.items() if match}

    def sign_in(self, username: str, password: str = PASSWORD, next: str = "/") -> TestResponse:
        return self.send("/sign-in", username=username, password=password, next=next)

    @property
    def token(self) -> str:
        """Return the token that the browser holds; empty for none."""
        cookie = self.client.get_cookie("mash")
        return cookie.value if cookie else ""

    @token.setter
    def token(self, value: str) -> None:
        self.client.set_cookie("mash", value)


@pytest.fixture
def draft(checked_draft: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Give a draft whose holes nobody looks for, which takes seconds for each text."""
    monkeypatch.setattr(draft_checks, "_look", lambda *_: ())
    return checked_draft


@pytest.fixture
def checked_draft(sign_in_as: SignInAs) -> Browser:
    """Begin a draft from the version in force; give the browser of the reviewer who did."""
    browser, title = sign_in_as("reviewer"), "Levels of need, April 2027"
    sent = browser.send("/thresholds", "/thresholds/drafts", based_on="dn-2022-05", title=title, name="dn-2027-04")
    assert (sent.status_code, sent.location) == (303, "/thresholds/dn-2027-04/edit"), sent.text
    return browser


@pytest.fixture
def kept(database: Database) -> Callable[[], ThresholdDraft]:
    def now() -> ThresholdDraft:
        with reading(database) as session:
            return session.scalars(select(ThresholdDraft)).one()

    return now
