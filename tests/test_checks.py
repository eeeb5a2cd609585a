"""The list of acceptance checks is whole: each has its tests, each test is there, each page is looked at."""

import ast
import re

from flask import Flask

from mash.config import HOUSE
from tests.browser import test_empty_pages, test_full_pages
from tests.checks import BY_HAND, CHECKS, NOT_YET
from tests.web.routes import rules

WANTED = {*range(1, 13), *range(14, 35), *range(36, 39)}
"""The checks that a machine holds. 13 is for a person; 35, 39 and 40 come with thresholds and audit."""
NO_PAGE = {
    "/",
    "/health",
    "/healthz",
    "/readyz",
    "/metrics",
    "/told",
    "/queue/new",
    "/red/live",
    "/thresholds/compare",
    "/replays/<int:number>/report.xlsx",
    "/timeliness/extracts/<int:number>",
    "/subject-access/<int:number>/file/<int:written>",
}
"""Addresses that lead on, answer a script or a watch, or give a file, and so are no page of their own."""
ELSEWHERE = {
    "/audit": "browser/test_audit.py",
    "/audit/alerts": "browser/test_audit.py",
    "/audit/breach": "browser/test_audit.py",
    "/audit/contacts/<reference>": "browser/test_audit.py",
    "/audit/mine": "browser/test_audit.py",
    "/audit/people/<int:person_id>": "browser/test_audit.py",
    "/sign-in/kept": "browser/test_together.py",
    "/sign-in/council": "browser/test_council.py",
    "/sign-in/council/back": "browser/test_council.py",
    "/sign-in/second": "browser/test_second_step.py",
    "/first-administrator/<code>": "browser/test_second_step.py",
    "/sign-in/again": "browser/test_second_step.py",
    "/passkeys/ask/<purpose>": "browser/test_passkeys.py",
    "/password/<code>": "browser/test_passkeys.py",
    "/account/passkeys": "browser/test_passkeys.py",
    "/account/stay": "browser/test_second_step.py",
    "/account/app": "browser/test_second_step.py",
    "/timeliness/forecast": "browser/test_ahead.py",
    "/timeliness/capacity": "browser/test_ahead.py",
    "/timeliness/capacity/<int:number>": "browser/test_ahead.py",
    "/replays": "browser/test_replays.py",
    "/replays/<int:number>": "browser/test_replays.py",
    "/replays/<int:number>/children": "browser/test_replays.py",
    "/replays/<int:number>/children/<int:child>": "browser/test_replays.py",
    "/replays/<int:number>/report": "browser/test_replays.py",
    "/replays/<int:number>/read": "browser/test_replays.py",
    "/replays/<int:number>/read/<int:child>": "browser/test_replays.py",
    "/retention": "browser/test_retention.py",
    "/retention/<reference>": "browser/test_retention.py",
    "/retention/proposals/<int:number>": "browser/test_retention.py",
    "/subject-access": "browser/test_subject_access.py",
    "/subject-access/new": "browser/test_subject_access.py",
    "/subject-access/<int:number>": "browser/test_subject_access.py",
    "/subject-access/<int:number>/parts/<int:place>": "browser/test_subject_access.py",
    "/thresholds/import": "browser/test_threshold_import.py",
    "/restricted": "browser/test_restricted.py",
    "/contacts/<reference>/restrict": "browser/test_restricted.py",
    "/emergency": "browser/test_restricted.py",
    "/account/conflicts": "browser/test_restricted.py",
    "/red/<reference>/night/<int:number>": "browser/test_red_board.py",
    "/admin/settings": "browser/test_settings.py",
    "/admin/settings/<slug>": "browser/test_settings.py",
    "/admin/settings/closed-days": "browser/test_settings.py",
    "/thresholds/<draft>/edit": "browser/test_draft_pages.py",
    "/thresholds/<draft>/edit/<section>/<item>": "browser/test_draft_pages.py",
    "/thresholds/<draft>/history": "browser/test_draft_pages.py",
    "/thresholds/<draft>/try": "browser/test_draft_pages.py",
}
"""Pages that only an act leads to: looked at by the test of that act."""


def test_every_check_is_held_by_tests_or_by_a_script_for_a_person() -> None:
    assert set(CHECKS) == WANTED
    assert all(CHECKS.values())
    assert {number: (HOUSE / "tests" / name).is_file() for number, name in BY_HAND.items()} == {13: True}
    assert set(NOT_YET) <= WANTED


def test_every_test_that_holds_a_check_is_there() -> None:
    named = {name for names in CHECKS.values() for name in names}
    there = set()
    for path in {name.partition("::")[0] for name in named}:
        tree = ast.parse((HOUSE / "tests" / path).read_text())
        there |= {f"{path}::{one.name}" for one in tree.body if isinstance(one, ast.FunctionDef)}
    assert sorted(named - there) == []
    assert all(name.partition("::")[2].startswith("test_") for name in named)


def test_every_page_is_among_those_that_are_looked_at(app: Flask) -> None:
    shown = [one.path for one in test_full_pages.PAGES.values()]
    shown += [one.path for one in test_empty_pages.PAGES.values()]
    looked_at = [re.sub(r"\{[^}]*\}", "C-26-00001", path).partition("?")[0] for path in shown]
    missing = []
    for rule in rules(app):
        pattern = re.compile(re.sub(r"<[^>]+>", "[^/]+", rule.rule))
        page = "GET" in (rule.methods or ()) and rule.rule not in NO_PAGE and "<version>" not in rule.rule
        if page and rule.rule not in ELSEWHERE and not any(pattern.fullmatch(path) for path in looked_at):
            missing.append(rule.rule)
    assert missing == []
    assert all("wrong_with" in (HOUSE / "tests" / path).read_text() for path in ELSEWHERE.values())
