"""Keeps a picture of every page the browser tests hold to its promises, for a person to look at: `make pictures`.

Empty, full and refused come from tests/browser/test_empty_pages, test_full_pages and test_form_errors.
"""

import os
import re
from pathlib import Path

from playwright.sync_api import Page

FOLDER = "MASH_PICTURES"
"""The setting that names the folder; without it nothing is kept."""


def keep_picture(page: Page) -> None:
    """Keep the page as it stands, in light, in dark and in print, under the name of the test that shows it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    test, _, shown = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0].rpartition("::")
    state = shown.partition("[")[2] or shown
    name = re.sub(r"[^a-z0-9]+", "-", f"{Path(test).stem.removeprefix('test_')} {state}".lower()).strip("-")
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=place / f"{name}-light.png", full_page=True)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=place / f"{name}-dark.png", full_page=True)
    page.emulate_media(media="print", color_scheme="light")
    page.screenshot(path=place / f"{name}-print.png", full_page=True)
    page.emulate_media(media="screen")
