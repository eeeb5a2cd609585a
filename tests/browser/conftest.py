"""Real browsers on a real server: Debian's chromium, ``mash serve`` as a process, encrypted files."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    StorageState,
    expect,
    sync_playwright,
)
from sqlalchemy import select, update

from mash import clock
from mash.config import Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.set_up import set_up
from mash.journeys.sign_in import token_hash
from mash.journeys.users import make_user
from mash.models import FreshProof, User, UserSession
from mash.rules import RuleBook
from tests.browser.heartbeat import Heartbeat
from tests.browser.soundness import USUAL
from tests.processes import Serving, serving
from tests.web.contacts import Desk

PATIENCE = 20_000
"""Milliseconds. It is long because a busy machine is not a broken promise."""
PASSWORD = "violet kettle march"
TEAMS = {"early_help": "Early help hub", "assessment": "Assessment team", "allocated": "Allocated team"}
PEOPLE = {
    **{role: (role, "") for role in ("contact_officer", "practitioner", "manager", "reviewer", "admin", "auditor")},
    **{name: ("receiving_team", team) for name, team in TEAMS.items()},
    "colleague": ("practitioner", ""),
    "leaver": ("contact_officer", ""),
}
"""Who may sign in: username to role and team."""
BARRIERS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class FrontDoor:
    """A served database, the browser, and the people who are signed in to it, each once."""

    settings: Config
    database: Database
    rulebook: RuleBook
    browser: Browser
    shots: Path
    after: ExitStack
    heartbeat: Heartbeat
    serving: Serving | None = None
    states: dict[str, StorageState] = field(default_factory=dict)
    contexts: dict[tuple[str, bool], tuple[BrowserContext, list[str]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        assert self.serving
        return f"http://127.0.0.1:{self.serving.port}"

    @property
    def log(self) -> Path:
        """Name the file that holds what the server logged."""
        return self.shots.parent / "server.log"

    @property
    def desk(self) -> Desk:
        """Give a way to receive contacts, and to see what became of them."""
        return Desk(self.database, self.rulebook)

    def actor(self, username: str) -> Actor:
        """Return somebody as they act."""
        with reading(self.database) as session:
            return Actor.of(session.scalars(select(User).where(User.username == username)).one())

    @contextmanager
    def opened(self, who: str = "", *, scripts: bool = True, expecting: str = "") -> Iterator[Page]:
        """Open a page as somebody, or as nobody. What the page complains of, or asks elsewhere for, fails the test.

        Args:
            expecting: A pattern of what it may complain of.
        """
        context, complaints = self._context(who, scripts=scripts)
        self._keep_signed_in(who)
        complaints.clear()
        page = context.new_page()
        try:
            yield page
        except BaseException:
            page.screenshot(path=self.shots / f"failed-{len(list(self.shots.iterdir()))}.png", full_page=True)
            raise
        finally:
            page.close()
        assert [one for one in complaints if not (expecting and re.search(expecting, one))] == []

    def _context(self, who: str, *, scripts: bool) -> tuple[BrowserContext, list[str]]:
        """Give somebody's browser, which keeps what it fetched between tests as any browser would."""
        if (who, scripts) not in self.contexts:
            state = self._signed_in(who) if who else None
            made = self.browser.new_context(
                base_url=self.url,
                storage_state=state,
                java_script_enabled=scripts,
                viewport=USUAL,
                reduced_motion="reduce",
            )
            made.set_default_timeout(PATIENCE)
            self.after.callback(made.close)
            self.contexts[who, scripts] = made, _listen(made, self.url)
        return self.contexts[who, scripts]

    @contextmanager
    def alone(self, who: str) -> Iterator[Page]:
        """Sign somebody in in a browser of their own, whose sign-in no other test uses; it ends with it."""
        context = self.browser.new_context(base_url=self.url, viewport=USUAL)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto("/sign-in")
        sign_in(page, who)
        page.wait_for_url(re.compile("^(?!.*sign-in)"))
        yield page
        tokens = [cookie["value"] for cookie in context.cookies() if cookie["name"] == "mash"]
        context.close()
        with transaction(self.database) as session:
            mine = UserSession.token_hash.in_([token_hash(token) for token in tokens]), UserSession.ended_at.is_(None)
            session.execute(update(UserSession).where(*mine).values(ended_at=clock.now()))

    @contextmanager
    def away(self) -> Iterator[None]:
        """Kill the server; start it again on the same port afterwards."""
        assert self.serving
        port = str(self.serving.port)
        self.serving.kill()
        try:
            yield
        finally:
            self.serving = self.after.enter_context(serving(self.settings, "--port", port, log=self.log))

    def _keep_signed_in(self, who: str) -> None:
        """Let a sign-in that other tests used long ago be as it was when it began: a slow machine lets none lapse."""
        if who in self.states:
            tokens = [cookie["value"] for cookie in self.states[who]["cookies"] if cookie["name"] == "mash"]
            mine = UserSession.token_hash.in_([token_hash(token) for token in tokens])
            at = clock.now()
            with transaction(self.database) as session:
                session.execute(update(UserSession).where(mine).values(started_at=at, seen_at=at))
                proofs = FreshProof.session_id.in_(select(UserSession.id).where(mine))
                session.execute(update(FreshProof).where(proofs).values(proved_at=at))

    def _signed_in(self, who: str) -> StorageState:
        """Sign somebody in by the page for it, the first time they are asked for."""
        if who not in self.states:
            with self.opened() as page:
                page.goto("/sign-in")
                sign_in(page, who)
                page.wait_for_url(re.compile("^(?!.*sign-in)"))
                self.states[who] = page.context.storage_state()
                page.context.clear_cookies()
        return self.states[who]


def sign_in(page: Page, who: str) -> None:
    """Sign somebody in on the page for it."""
    page.get_by_label("Username").fill(who)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _listen(context: BrowserContext, url: str) -> list[str]:
    """Keep what pages complain of: scripts that fail, broken policy, what did not load, what was asked elsewhere."""
    complaints: list[str] = []
    answered: set[str] = set()

    def said(message: ConsoleMessage) -> None:
        expected = (
            message.text.startswith("Failed to load resource") and message.location["url"].partition("#")[0] in answered
        )
        if message.type in {"error", "warning"} and not expected:
            complaints.append(f"{message.text} ({message.location['url']})")

    # A page that answers "no" is answered; the browser calls that a resource that failed to load.
    # So is a form whose problems a script is told, which is then sent again as any form is.
    def heard(one: Response) -> None:
        if one.request.is_navigation_request() or one.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            answered.add(one.url)

    context.on("response", heard)
    context.on("console", said)
    context.on("weberror", lambda wrong: complaints.append(str(wrong.error)))
    context.on("request", lambda one: complaints.append(one.url) if not one.url.startswith((url, "data:")) else None)
    return complaints


@contextmanager
def front_door(settings: Config, rulebook: RuleBook, browser: Browser, shots: Path, *words: str) -> Iterator[FrontDoor]:
    """Set a database up with people, serve it, and stop the server at the end."""
    database, at, by = open_database(settings), clock.now(), Actor.system("test")
    shots.mkdir(exist_ok=True)
    with ExitStack() as after:
        after.callback(database.engine.dispose)
        heartbeat = Heartbeat(database)
        after.callback(heartbeat.end)
        with transaction(database) as session:
            set_up(session, rulebook=rulebook, by=by, at=at)
            for name, (role, team) in PEOPLE.items():
                told: dict[str, Any] = {"username": name, "name": f"Invented {name}".replace("_", " ")}
                make_user(session, roles=[role], team=team, password=PASSWORD, by=by, at=at, **told)
        door = FrontDoor(settings, database, rulebook, browser, shots, after, heartbeat)
        door.serving = after.enter_context(serving(settings, *words, log=door.log))
        yield door


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once. None here is a failure: what a page looks like is part of what we promise."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def door(
    migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory, rulebook: RuleBook, browser: Browser
) -> Iterator[FrontDoor]:
    """Serve one installation on an encrypted file; each test receives contacts of its own."""
    with _new(migrated_folder, tmp_path_factory.mktemp("door"), rulebook, browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def empty_door(
    migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory, rulebook: RuleBook, browser: Browser
) -> Iterator[FrontDoor]:
    """Serve a new installation to which no contact has come."""
    with _new(migrated_folder, tmp_path_factory.mktemp("empty"), rulebook, browser) as opened:
        yield opened


@contextmanager
def _new(migrated: Path, folder: Path, rulebook: RuleBook, browser: Browser) -> Iterator[FrontDoor]:
    shutil.copytree(migrated, folder / "var")
    settings = Config(folder=folder / "var", secure_cookies=False)
    with front_door(settings, rulebook, browser, folder / "shots") as opened:
        yield opened


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page], list[str]]:
    """Return what finds barriers on a page for people with disabilities, each as the rule and the place."""
    axe = Axe()

    def find(page: Page) -> list[str]:
        found = axe.run(page, options={"runOnly": BARRIERS, "resultTypes": ["violations"]})
        return [f"{rule['id']}: {node['target']}" for rule in found.response["violations"] for node in rule["nodes"]]

    return find
