"""The header: everything a role may open stands in it; of many places, those of now and then under "More"."""

import re

from flask import Flask

from mash.web.navigation import HOMES, PLACES
from tests.web.conftest import SignInAs


def header(page: str) -> tuple[str, str]:
    """Split the navigation into its line and what is under "More", empty where nothing is."""
    found = re.search(r'<nav class="places".*?</nav>', page, re.DOTALL)
    assert found
    line, _, more = found.group().partition("<details")
    return line, more


def names(part: str) -> list[str]:
    return re.findall(r'<a href="[^"]+"[^>]*>(.*?)</a>', part)


def test_a_manager_loses_nothing_and_sees_where_they_are_though_it_is_under_more(sign_in_as: SignInAs) -> None:
    manager = sign_in_as("manager")
    line, more = header(manager.get("/red").text)
    theirs = [place for place in PLACES if "manager" in place.roles]
    assert names(line) == [place.words for place in theirs if not place.now_and_then]
    assert names(more) == [place.words for place in theirs if place.now_and_then] != []
    assert 'href="/red" aria-current="page"' in line
    assert "aria-current" not in more
    line, more = header(manager.get("/retention").text)
    assert "aria-current" not in line
    assert '<summary aria-current="true">More: Retention</summary>' in more
    assert 'href="/retention" aria-current="page"' in more


def test_whoever_has_few_places_has_them_all_on_the_line(sign_in_as: SignInAs) -> None:
    line, more = header(sign_in_as("auditor").get("/retention").text)
    assert more == ""
    assert 'href="/retention" aria-current="page"' in line


def test_every_place_and_home_is_a_page(app: Flask) -> None:
    pages = {rule.rule for rule in app.url_map.iter_rules()}
    assert {place.path for place in PLACES} | {path for _, path in HOMES} <= pages
