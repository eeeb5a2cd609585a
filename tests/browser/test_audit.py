"""The pages of the audit in a real browser: sound when empty and full, and an alert reviewed without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from mash import clock
from mash.db import transaction
from mash.models import AuditRead, PrivacyAlert
from tests.browser.conftest import FrontDoor
from tests.browser.soundness import wrong_with

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
TIMES = "from=2020-01-01T10:00&to=2020-01-02T10:00"


def test_the_audit_is_sound_empty_and_full(empty_door: FrontDoor, barriers: Barriers) -> None:
    with empty_door.opened("auditor") as page:
        for path in ("/audit?what=searches", f"/audit/breach?{TIMES}", "/audit/alerts", "/audit/breach?from=&to="):
            page.goto(path)
            assert wrong_with(page, barriers) == [], path
    reference = empty_door.desk.contact("Ada")
    for _ in range(9):
        empty_door.desk.contact("Bea")
    with empty_door.opened("practitioner") as page:
        page.goto("/queue?view=everyone")
        page.goto(f"/contacts/{reference}")
        page.goto("/admin/users")
        page.goto("/audit/mine")
        expect(page.get_by_role("heading", level=1)).to_have_text("What you have read")
        assert wrong_with(page, barriers) == []
    with empty_door.opened("auditor") as page:
        now = clock.now()
        today = f"from={now:%Y-%m-%d}T00:00&to={now:%Y-%m-%d}T23:59"
        for path in ("/audit", f"/audit/contacts/{reference}", f"/audit/breach?{today}", "/audit?what=left"):
            page.goto(path)
            assert wrong_with(page, barriers) == [], path
        page.goto(f"/audit/contacts/{reference}")
        page.get_by_role("link", name="Who looked at Ada Sample").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Who looked at Ada Sample")
        assert wrong_with(page, barriers) == []


def test_an_alert_is_reviewed_without_scripts(empty_door: FrontDoor, barriers: Barriers) -> None:
    with empty_door.opened("practitioner") as page:
        page.goto(f"/contacts/{empty_door.desk.contact('Cai')}")
    with transaction(empty_door.database) as session:
        read = session.scalars(select(AuditRead).order_by(AuditRead.id.desc())).first()
        assert read
        said = {"pattern": "street", "data": {"searches": 3}, "hour": clock.now(), "at": clock.now()}
        session.add(PrivacyAlert(user_id=read.user_id, read_id=read.id, **said))
    with empty_door.opened("auditor", scripts=False) as page:
        page.goto("/audit/alerts")
        page.get_by_text("Review alert").click()
        page.get_by_role("button", name="Keep the review").click()
        page.get_by_role("link", name="Select what you made of it").first.click()
        page.get_by_label("It is explained").check()
        page.get_by_label("What you found").fill("She was asked to find the new tenants.")
        page.get_by_role("button", name="Keep the review").click()
        expect(page.get_by_role("table")).to_contain_text("She was asked to find the new tenants.")
    with empty_door.opened("auditor") as page:
        page.goto("/audit/alerts")
        assert wrong_with(page, barriers) == []
