"""Two people dispose of a contact by its pages, which are sound in any width."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mash import clock
from mash.cli.opening import fold_all
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.set_up import keep_shipped
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with
from tests.factories import a_child, a_contact

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
LONG_AGO = datetime(2010, 3, 1, 9, tzinfo=UTC)


def test_one_proposes_another_decides_and_a_tombstone_stays(empty_door: FrontDoor, barriers: Barriers) -> None:
    with transaction(empty_door.database) as session:
        keep_shipped(session, "retention", by=Actor.system("test"), at=clock.now())
        child = a_child(session, date_of_birth=date(1990, 1, 1))
        times: dict[str, Any] = {"received_at": LONG_AGO, "entered_at": LONG_AGO, "closed_at": LONG_AGO}
        reference = a_contact(session, children=(child,), state="closed", queue_rank=None, **times).reference
    with empty_door.opened("auditor") as page:
        page.goto("/retention")
        assert wrong_with(page, barriers) == []
        page.get_by_role("link", name=reference).click()
        page.get_by_role("button", name="Save").click()
        assert wrong_with(page, barriers) == []
        page.get_by_label("Propose it for disposal").check()
        page.get_by_label("Why?").fill("Read whole; nothing keeps it.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name=reference)).to_have_count(0)  # not for who proposed it
    fold_all(empty_door.database)  # as the scheduler does every minute
    with empty_door.opened("manager") as page:
        page.goto("/retention")
        page.get_by_role("link", name=reference).click()
        page.get_by_label("Dispose of it").check()
        page.get_by_label("Why?").fill("Agreed.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Disposed of")).to_be_visible()
        assert wrong_with(page, barriers) == []
