"""A change hidden in a copy of a version is found by following the links of the replay pages, and nothing else."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mash.config import HOUSE
from mash.db import Database
from mash.journeys.actor import Actor
from mash.rules import RuleBook, load_ruleset
from tests.journeys.test_freeze_history import decide
from tests.web.conftest import SignInAs
from tests.web.test_replays import NEW, child, run

__all__ = ["child"]


@dataclass(frozen=True)
class Planted:
    """A change, and a child whom it would turn away: `after` is where in the text it begins, `shown` what names it."""

    after: str
    was: str
    now: str
    facts: dict[str, Any]
    shown: str
    part: str


NEEDS = {"po-substance-some": "present", "hl-weight-worry": "present"}
CHANGES = {
    "an age from 2 years to 1": Planted(
        "  pc-harsh-discipline:",
        "{level: L3, when: {fact: age_years, under: 2}, basis: s17}",
        "{level: L3, when: {fact: age_years, under: 1}, basis: s17}",
        {"age_years": 1, "pc-harsh-discipline": "present"},
        "pc-harsh-discipline",
        "pc-harsh-discipline/L3/3",
    ),
    "a window from 12 months to 6": Planted(
        "- id: C-24",
        "fact: contacts_12m",
        "fact: contacts_6m",
        {"age_years": 9, "contacts_12m": 5, "contacts_6m": 1, **NEEDS},
        "C-24",
        "C-24",
    ),
    "a gate that no longer hears a withdrawal": Planted(
        "- id: G-EH",
        "refused: [refused, withdrawn]",
        "refused: [refused]",
        {"age_years": 9, "agreement_service": "withdrawn", "would_need_grow_without_help": "yes", **NEEDS},
        "G-EH",
        "",
    ),
}


def plant(app: Flask, rulebook: RuleBook, folder: Path, change: Planted) -> None:
    """Put a draft beside the versions that differs from the one in force in one place of many."""
    text = (HOUSE / "thresholds" / "2022-05-02-need-and-likely-harm.yaml").read_text()
    before, mark, after = text.partition(change.after)
    changed = before + mark + after.replace(change.was, change.now, 1)
    assert changed != text
    path = folder / "2022-05-02-planted.yaml"
    path.write_text(changed.replace(f"id: {NEW}", "id: planted", 1))
    book = RuleBook(rulebook.catalogue, (*rulebook.versions, load_ruleset(path, rulebook.catalogue)))
    app.extensions["mash"] = replace(app.extensions["mash"], files=book)


@pytest.mark.parametrize("hidden", CHANGES)
def test_a_hidden_change_is_found_from_the_pages_alone(
    app: Flask,
    sign_in_as: SignInAs,
    child: int,
    database: Database,
    people: dict[str, int],
    rulebook: RuleBook,
    tmp_path: Path,
    hidden: str,
) -> None:
    change = CHANGES[hidden]
    plant(app, rulebook, tmp_path, change)
    by = Actor(people["practitioner"], "Invented practitioner")
    hurt = decide(database, by, facts={"contact_type": "service_request", **change.facts}, advice=None)
    browser = sign_in_as("reviewer")
    page = browser.get(run(browser, baseline=NEW, candidate="planted")).text
    assert f"planted would refer 1 fewer of 2 children than {NEW}" in page
    edits = page.partition('id="edits"')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="row">([^<]+)', edits)[0] == change.shown
    alone = re.search(r'href="([^"]+list=alone_[0-9]+_lower)">1</a>', edits)
    assert alone
    by_it = browser.get(alone[1]).text
    assert f"by {change.shown} alone" in by_it
    assert re.findall(r'href="/replays/[0-9]+/children/([0-9]+)"', by_it) == [str(hurt)]
    lower = re.search(r'Lower: <a class="govuk-link" href="([^"]+)"', page)
    assert lower
    one = re.search(r'href="(/replays/\d+/children/\d+)"', browser.get(lower[1]).text)
    assert one
    assert one[1].endswith(f"/{hurt}")
    trace = browser.get(one[1]).text
    if change.part:
        row = next(row for row in trace.split("<tr>") if f"{change.part} " in row)
        assert "Here they part" in row
    summaries = re.findall(r'<p class="strong">([^<]+)</p>', trace)
    assert len(set(summaries)) == 2
