"""Signing in, in a real browser, with a keyboard, and without barriers."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_the_sign_in_page_has_no_barriers(page: Page, barriers: Callable[[Page], list[str]]) -> None:
    page.goto("/sign-in")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert barriers(page) == []


def test_someone_signed_in_finds_their_first_page_without_barriers(
    sign_in_as: Callable[[str], Page], barriers: Callable[[Page], list[str]]
) -> None:
    page = sign_in_as("manager")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/sign-in" not in page.url
    assert barriers(page) == []


def test_a_barrier_would_be_found(page: Page, barriers: Callable[[Page], list[str]]) -> None:
    page.goto("/sign-in")
    page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
    assert any(found.startswith("label") for found in barriers(page))
