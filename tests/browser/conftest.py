"""A real browser on a real server: Debian's chromium, the application in threads, one encrypted file a test."""

import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from mash import clock
from mash.config import Config
from mash.db import Database, transaction
from mash.journeys.actor import Actor
from mash.journeys.sign_in import token_hash
from mash.models import UserSession
from mash.queries.access import LONGEST

SECONDS = 1000


@pytest.fixture
def settings(migrated_folder: Path, tmp_path: Path) -> Config:
    """Give one database only: what a page shows does not depend on which."""
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var", secure_cookies=False)


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """Serve the application on this machine, and return where."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once. None here is a failure: what a page looks like is part of what we promise."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """Open a page at a usual size. Anything the page complains about fails the test at its end."""
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(10 * SECONDS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda wrong: complaints.append(str(wrong)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert [said for said in complaints if "Failed to load resource" not in said] == []


@pytest.fixture
def sign_in_as(page: Page, url: str, database: Database, cast: dict[str, Actor]) -> Callable[[str], Page]:
    """Sign in as whoever has a role, without the wait for a password: ``sign_in_as("manager")``."""

    def sign_in(role: str) -> Page:
        token, at = secrets.token_urlsafe(32), clock.now()
        who = cast[role].user_id
        with transaction(database) as session:
            session.add(
                UserSession(
                    token_hash=token_hash(token), user_id=who, started_at=at, seen_at=at, expires_at=at + LONGEST
                )
            )
        page.context.add_cookies([{"name": "mash", "value": token, "url": url}])
        return page

    return sign_in


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page], list[str]]:
    """Return what finds barriers on a page for people with disabilities, each as the rule and the place."""
    axe = Axe()

    def find(page: Page) -> list[str]:
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        return [f"{rule['id']}: {node['target']}" for rule in found.response["violations"] for node in rule["nodes"]]

    return find
