"""Two people at one contact, a form sent twice, a server that goes away: nothing is overwritten and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from time import sleep

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update

from mash import clock
from mash.db import reading, transaction
from mash.models import Contact, Draft, UserSession
from tests.browser.conftest import FrontDoor, sign_in
from tests.browser.soundness import wrong_with
from tests.browser.ways import Mouse

pytestmark = pytest.mark.browser
MINE = "Her grandmother has stopped coming, and nobody else is in the house at night."
THEIRS = "He has been seen at school every day and has an aunt next door."


def decide(page: Page, reason: str, route: str = "early_help", go: str = "Save and stay") -> None:
    """Fill a decision in and save it."""
    fill_in(page, reason, route)
    page.get_by_role("button", name=go, exact=True).click()


def fill_in(page: Page, reason: str, route: str = "early_help") -> None:
    mouse = Mouse(page)
    answers = {"service": "yes", "all-rating": "amber", "all-level": "2", "all-route": route}
    for name, value in {**answers, "all-agreement": "given_verbally"}.items():
        mouse.choose(name, value)
    page.get_by_label("No indicators apply").click()
    mouse.write(page.get_by_label("Reason for your decision"), reason)


def reason(page: Page) -> str:
    return page.get_by_label("Reason for your decision").input_value()


def test_whoever_saves_second_sees_both_sides_and_loses_nothing(
    door: FrontDoor, barriers: Callable[[Page], list[str]]
) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as mine, door.opened("colleague") as theirs:
        for page in (mine, theirs):
            page.goto(f"/contacts/{reference}")
        decide(theirs, THEIRS)
        expect(theirs.locator(".notice")).to_contain_text(f"{reference} saved")
        decide(mine, MINE, "advice")
        expect(mine.get_by_role("heading", level=1)).to_have_text("This contact changed while you were working")
        expect(mine.get_by_role("alert")).to_contain_text("Invented colleague decided for a child")
        for words in (MINE, THEIRS):
            expect(mine.get_by_role("cell", name=words)).to_be_visible()
        assert wrong_with(mine, barriers) == []
        mine.get_by_role("button", name="Add mine as a note").click()
        expect(mine.get_by_role("region", name="Oversight and notes")).to_contain_text(MINE)
        expect(mine.get_by_role("region", name="What was decided")).to_contain_text(THEIRS)
    assert door.desk.events(reference).count("child.decided") == 1


def test_whoever_saves_second_may_still_save_theirs_when_nothing_is_decided_yet(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as mine, door.opened("colleague") as theirs:
        for page in (mine, theirs):
            page.goto(f"/contacts/{reference}")
        theirs.get_by_role("button", name="Mark as screened").click()
        expect(theirs.locator(".notice")).to_contain_text("is screened")
        decide(mine, MINE)
        expect(mine.get_by_role("heading", level=1)).to_have_text("This contact changed while you were working")
        mine.get_by_role("button", name="Save mine now and open next").click()
        expect(mine.locator(".notice").first).to_contain_text(f"{reference} saved: level 2, early help.")
    assert door.desk.events(reference).count("child.decided") == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_pressing_twice_decides_once(door: FrontDoor, *, scripts: bool) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner", scripts=scripts) as page:
        page.goto(f"/contacts/{reference}")
        fill_in(page, MINE)
        page.get_by_role("button", name="Save and stay", exact=True).dblclick()
        expect(page.get_by_role("region", name="What was decided")).to_contain_text(MINE)
    assert door.desk.events(reference).count("child.decided") == 1


def test_a_form_sent_again_decides_once(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        with page.expect_request(lambda one: one.method == "POST" and one.url.endswith("/decision")) as sent:
            decide(page, MINE)
        expect(page.get_by_role("region", name="What was decided")).to_contain_text(MINE)
        kept = {name: sent.value.headers[name] for name in ("content-type", "origin", "referer")}
        again = page.request.post(sent.value.url, data=sent.value.post_data_buffer, headers=kept, max_redirects=0)
        assert (again.status, again.headers["location"]) == (303, f"/contacts/{reference}")
    assert door.desk.events(reference).count("child.decided") == 1


def test_going_back_shows_what_was_decided_and_no_form_to_save_again(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        decide(page, MINE)
        expect(page.get_by_role("region", name="What was decided")).to_contain_text(MINE)
        page.go_back()
        expect(page.get_by_role("region", name="What was decided")).to_contain_text(MINE)
        expect(page.get_by_role("button", name="Save and stay", exact=True)).to_have_count(0)


def is_kept(door: FrontDoor, reference: str) -> bool:
    written = select(Draft.data).join(Contact, Contact.id == Draft.contact_id).where(Contact.reference == reference)
    with reading(door.database) as session:
        return any(MINE in str(data) for data in session.scalars(written))


def until_kept(door: FrontDoor, reference: str) -> None:
    """Wait for what was written to reach the database: nothing shows the end of a request that outlives its page."""
    for _ in range(100):
        if is_kept(door, reference):
            return
        sleep(0.1)
    raise AssertionError("The draft was lost.")


def test_a_check_that_takes_long_does_not_put_back_what_was_there_before(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    held: list[Route] = []
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        page.route("**/check", lambda route: held.append(route))  # noqa: PLW0108  # it must be one of ours to be marked
        with page.expect_request("**/check"):
            Mouse(page).choose("all-rating", "amber")
        Mouse(page).write(page.get_by_label("Reason for your decision"), MINE)
        until_kept(door, reference)
        with page.expect_response("**/check"):
            held[0].continue_()
        assert is_kept(door, reference)


def test_what_is_half_written_is_there_after_leaving_the_page(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        Mouse(page).choose("all-rating", "amber")
        Mouse(page).write(page.get_by_label("Reason for your decision"), MINE)
        page.get_by_role("link", name="Queue", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My queue")
        until_kept(door, reference)
        until_kept(door, reference)
        page.goto(f"/contacts/{reference}")
        assert reason(page) == MINE
        expect(page.locator("input[name='all-rating'][value='amber']")).to_be_checked()


def test_a_draft_cut_off_by_leaving_the_page_is_sent_again(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    held: list[Route] = []
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        page.route("**/draft", lambda route: route.continue_() if held else held.append(route))
        with page.expect_request("**/draft"):
            Mouse(page).write(page.get_by_label("Reason for your decision"), MINE)
        page.get_by_role("link", name="Queue", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My queue")
        until_kept(door, reference)
        page.goto(f"/contacts/{reference}")
        assert reason(page) == MINE


def test_what_is_half_written_outlives_the_server_and_the_page_says_so_meanwhile(door: FrontDoor) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("practitioner", expecting="ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET") as page:
        page.goto(f"/contacts/{reference}")
        box, saved = page.get_by_label("Reason for your decision"), page.locator(".draft-state[role='status']")
        Mouse(page).write(box, MINE)
        expect(saved).to_contain_text("Draft saved")
        with door.away():
            Mouse(page).write(box, f" {THEIRS}")
            expect(saved).to_contain_text("not saved")
        expect(saved).to_contain_text("Draft saved")
    with door.opened("practitioner") as page:
        page.goto(f"/contacts/{reference}")
        assert set(reason(page).split(". ")) >= {MINE[:-1]}
        assert THEIRS in reason(page)


def test_a_form_sent_after_the_sign_in_lapsed_is_kept_and_offered_again(
    door: FrontDoor, barriers: Callable[[Page], list[str]]
) -> None:
    reference = door.desk.contact("Ada")
    with door.opened("leaver") as page:
        page.goto(f"/contacts/{reference}")
        page.get_by_text("Add a note").click()
        page.get_by_role("textbox", name="Note").fill(MINE)
        with transaction(door.database) as session:
            mine = UserSession.user_id == door.actor("leaver").user_id
            session.execute(update(UserSession).where(mine).values(seen_at=clock.now() - timedelta(hours=1)))
        page.get_by_role("button", name="Add the note").click()
        expect(page.locator(".notice")).to_contain_text("You had been signed out.")
        assert wrong_with(page, barriers) == []
        sign_in(page, "leaver")
        expect(page.get_by_role("heading", level=1)).to_have_text("What you sent was kept")
        assert wrong_with(page, barriers) == []
        page.get_by_role("button", name="Send it now").click()
        expect(page.get_by_role("region", name="Oversight and notes")).to_contain_text(MINE)
