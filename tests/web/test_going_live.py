"""The page of a draft on its way: what is left to do, and the list that says who approved what."""

import pytest

from mash import clock
from mash.config import HOUSE
from mash.db import Database, transaction
from mash.models import ThresholdDraft
from tests.web.conftest import SignInAs

NAME = "dn-2027-01"


@pytest.fixture
def draft(database: Database, people: dict[str, int]) -> str:
    text = (
        next((HOUSE / "thresholds").glob("2022*.yaml")).read_text("utf-8").replace("id: dn-2022-05", f"id: {NAME}", 1)
    )
    text = text.replace("status: live\n  use: live", "status: draft\n  use: replay_only", 1)
    kept = {"name": NAME, "title": "A draft", "based_on": "dn-2022-05", "revision": 1, "text": text}
    with transaction(database) as session:
        at = clock.now()
        session.add(ThresholdDraft(**kept, by_id=people["reviewer"], at=at, changed_at=at))
    return f"/thresholds/{NAME}/approve"


def test_the_page_says_what_is_left_and_keeps_a_note(sign_in_as: SignInAs, draft: str) -> None:
    manager = sign_in_as("manager")
    page = manager.get(draft).text
    assert "Replay exactly this text against the version in force" in page
    day = {"day-day": "1", "day-month": "12", "day-year": "2026"}
    sent = manager.send(draft, f"{draft}/note", kind="staff", about="", words="Ask about attendance.", **day)
    assert sent.status_code == 303
    assert "Ask about attendance." in manager.get(draft).text
    assert manager.send(draft, f"{draft}/ask").status_code == 422
    assert NAME in manager.get("/thresholds").text


def test_a_practitioner_does_not_open_it(sign_in_as: SignInAs, draft: str) -> None:
    assert sign_in_as("practitioner").get(draft).status_code == 403
