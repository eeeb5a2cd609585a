"""Signing in with a council account, in a real browser and at a real provider: in, asked again, and out from there."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from mash import clock
from mash.config import ROLES, Config
from mash.db import reading, transaction
from mash.models import Event, FreshProof, Identity, User, UserSession
from mash.provider import ProviderSettings, usual_posts
from mash.rules import RuleBook
from mash.web.proof import FRESH
from tests.browser.conftest import PATIENCE, FrontDoor, front_door
from tests.browser.soundness import USUAL, wrong_with
from tests.oidc.running import CLIENT_ID, SECRET, Running, running

pytestmark = pytest.mark.browser
Barriers = Callable[[Page], list[str]]
MEMBERS: dict[str, dict[str, object]] = {
    "noor.hale": {"name": "Noor Hale", "roles": ["mash.practitioner", "something.else"]},
    "kit.abbot": {"name": "Kit Abbot", "roles": ["mash.admin"]},
    "sam.ferris": {"name": "Sam Ferris"},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def council_door(
    migrated_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    rulebook: RuleBook,
    browser: Browser,
    provider: Running,
) -> Iterator[FrontDoor]:
    """Serve an installation whose people sign in at the provider."""
    folder = tmp_path_factory.mktemp("council")
    shutil.copytree(migrated_folder, folder / "var")
    (folder / "secret").touch(0o600)
    (folder / "secret").write_text(SECRET)
    ours = ProviderSettings(provider.issuer, CLIENT_ID, folder / "secret", usual_posts(ROLES))
    settings = Config(folder=folder / "var", secure_cookies=False, oidc=ours)
    with front_door(settings, rulebook, browser, folder / "shots") as opened:
        provider.answer_for(opened.url, MEMBERS)
        yield opened


@contextmanager
def a_desk(door: FrontDoor, *, scripts: bool = True) -> Iterator[Page]:
    """Open a browser of its own, which may go to the provider."""
    with ExitStack() as after:
        context = door.browser.new_context(base_url=door.url, viewport=USUAL, java_script_enabled=scripts)
        after.callback(context.close)
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def at_provider(page: Page, who: str) -> None:
    """Sign somebody in on the provider's own page."""
    page.locator('input[name="login"]').fill(who)
    page.locator('input[name="password"]').fill("anything")
    page.locator('button[type="submit"]').click()


def come_in(page: Page, who: str, path: str = "/account") -> None:
    page.goto(path)
    page.get_by_role("button", name="Sign in with your council account").click()
    at_provider(page, who)


def user_named(door: FrontDoor, name: str) -> User | None:
    with reading(door.database) as session:
        return session.scalars(select(User).where(User.name == name)).one_or_none()


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_comes_in_by_their_council_account_to_the_page_they_wanted(
    council_door: FrontDoor, barriers: Barriers, scripts: bool
) -> None:
    with a_desk(council_door, scripts=scripts) as page:
        page.goto("/account")
        expect(page.get_by_label("Username")).to_be_hidden()
        if scripts:
            assert wrong_with(page, barriers) == []
        come_in(page, "noor.hale")
        page.wait_for_url("**/account")
        expect(page.locator(".menu summary")).to_contain_text("Noor Hale")
    noor = user_named(council_door, "Noor Hale")
    assert noor is not None
    assert noor.username == "noor.hale"
    assert {held.role for held in noor.roles} == {"practitioner"}
    with reading(council_door.database) as session:
        assert session.query(Identity).filter_by(user_id=noor.id, issuer=council_door_issuer(council_door)).count() == 1


def council_door_issuer(door: FrontDoor) -> str:
    assert door.settings.oidc
    return door.settings.oidc.issuer


def test_the_local_form_beneath_lets_in_when_the_provider_cannot(council_door: FrontDoor) -> None:
    with a_desk(council_door) as page:
        page.goto("/sign-in?next=/account")
        page.get_by_text("Sign in with a username and password kept here").click()
        page.get_by_label("Username").fill("manager")
        page.get_by_label("Password", exact=True).fill("violet kettle march")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_url(re.compile("/account$"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_who_has_no_role_is_told_so_and_no_account_is_made(council_door: FrontDoor, barriers: Barriers) -> None:
    with a_desk(council_door) as page:
        come_in(page, "sam.ferris")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your council account gives you no role here")
        assert wrong_with(page, barriers) == []
        page.get_by_role("link", name="Sign in another way").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert user_named(council_door, "Sam Ferris") is None


def test_what_matters_more_asks_the_provider_again_and_the_form_is_kept(
    council_door: FrontDoor, barriers: Barriers
) -> None:
    with a_desk(council_door) as page:
        come_in(page, "kit.abbot", "/admin/users/new")
        page.get_by_label("Name", exact=True).fill("Lee Marsh")
        page.get_by_label("Username").fill("lee.marsh")
        page.get_by_label("Practitioner").check()
        with transaction(council_door.database) as session:
            kit = session.scalars(select(User).where(User.name == "Kit Abbot")).one()
            for one in session.scalars(select(UserSession).where(UserSession.user_id == kit.id)):
                session.add(FreshProof(session_id=one.id, proved_at=clock.now() - FRESH - timedelta(minutes=1)))
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in again")
        assert wrong_with(page, barriers) == []
        page.get_by_role("button", name="Sign in again with your council account").click()
        at_provider(page, "kit.abbot")
        page.wait_for_url("**/sign-in/kept")
    with reading(council_door.database) as session:
        assert session.query(Event).filter_by(kind="sign_in.proved_again", by_id=kit.id).count() == 1


def test_signing_out_at_the_provider_ends_the_sign_in_here(council_door: FrontDoor) -> None:
    with a_desk(council_door) as page:
        come_in(page, "noor.hale")
        page.wait_for_url("**/account")
        page.goto(f"{council_door_issuer(council_door)}/session/end")
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_role("heading")).to_contain_text("Sign-out Success")
        page.goto(f"{council_door.url}/account")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
