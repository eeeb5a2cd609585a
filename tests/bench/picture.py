"""Take the README's pictures from a demonstration that is being served: of a contact being decided, or of any page.

.venv/bin/mash demo --serve                                     (in another terminal; it prints the passwords)
.venv/bin/python -m tests.bench.picture aisha PASSWORD
.venv/bin/python -m tests.bench.picture review PASSWORD --page /replays/1 --to .readme/replay.png
"""

import argparse
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from mash.config import HOUSE

PICTURE = HOUSE / ".readme" / "workspace.png"


def main() -> None:
    """Sign in, come to what is wanted, and take the picture of as much as stands on a screen."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("username")
    options.add_argument("password")
    options.add_argument("--url", default="http://127.0.0.1:8000")
    options.add_argument("--page", help="Of this page, in place of a contact being decided.")
    options.add_argument("--to", type=Path, default=PICTURE)
    asked = options.parse_args()
    asked.to.parent.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1366, "height": 1000})
        page.goto(f"{asked.url}/sign-in")
        page.fill("[name=username]", asked.username)
        page.fill("[name=password]", asked.password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.goto(asked.url + asked.page) if asked.page else decide(page, asked.url)
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=asked.to)
        browser.close()


def decide(page: Page, url: str) -> None:
    """Start the next contact and say a level, so that the check stands beside it."""
    page.goto(f"{url}/queue?view=unclaimed")
    page.get_by_role("button", name="Start next contact").click()
    page.wait_for_url("**/contacts/**")
    page.locator("[name=service][value=yes]").check(force=True)
    page.locator("[name$='-rating'][value=amber]").first.check(force=True)
    page.locator("[name$='-level'][value='3']").first.check(force=True)
    page.locator(".check").first.wait_for()


if __name__ == "__main__":
    main()
