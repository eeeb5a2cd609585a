"""A real browser on a real server: Debian's chromium, the application in threads, one encrypted file a test."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from mash.config import Config

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


@pytest.fixture(scope="session")
def barriers() -> Callable[[Page], list[str]]:
    """Return what finds barriers on a page for people with disabilities, each as the rule and the place."""
    axe = Axe()

    def find(page: Page) -> list[str]:
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        return [f"{rule['id']}: {node['target']}" for rule in found.response["violations"] for node in rule["nodes"]]

    return find
