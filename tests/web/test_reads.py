"""How often a page about a contact asks the database: as often for a large family as for one child, and not often."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from mash.db import Database
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import SOUND, Desk, fields_of

MOST = {"open": 37, "check": 30}
"""Statements, with who is signed in, what is kept of the visit or the form, and whom the answer told of."""


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Note every statement that is sent while this is open."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("PRAGMA"):
            said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine, "before_cursor_execute", note)


def asked(desk: Desk, browser: Browser, *names: str) -> dict[str, int]:
    """Count what opening a contact and checking it takes."""
    reference = desk.contact(*names)
    path = f"/contacts/{reference}"
    with counted(desk.database) as opening:
        page = browser.get(path).text
    fields = fields_of(page, f"{path}/decision") | dict(SOUND) | {"go": "check"}
    with counted(desk.database) as checking:
        headers = {"X-Mash": "1", "X-CSRFToken": fields["csrf_token"]}
        answer = browser.client.post(f"{path}/check", data=fields, headers=headers)
    assert answer.status_code == 200
    assert "check--" in answer.text
    return {"open": len(opening), "check": len(checking)}


def test_a_page_asks_no_more_for_four_children_than_for_one_and_not_often(desk: Desk, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("practitioner")
    asked(desk, browser, "Ola")  # an earlier contact about the home, for both that follow
    one = asked(desk, browser, "Ada")
    four = asked(desk, browser, "Bea", "Cai", "Dot", "Eve")
    assert four == one
    assert all(one[act] <= most for act, most in MOST.items()), one
