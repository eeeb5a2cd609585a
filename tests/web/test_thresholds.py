"""The thresholds as anyone reads them, and the check before referring: public, nothing kept, drafts for the few."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mash import clock
from mash.db import Base, Database, reading, transaction
from mash.models import Replay
from mash.rules import RuleBook, RuleSet
from mash.web.threshold_words import document_of, matching
from tests.web.conftest import CSRF, ONCE, Browser, SignInAs
from tests.web.contacts import Desk, decide, words

DOCUMENT = "/thresholds/dn-2022-05"
SIDES = {"baseline": "dn-2021-01", "candidate": "dn-2022-05"}


def test_anyone_reads_the_versions_and_which_is_in_force(client: Browser) -> None:
    page = client.get("/thresholds").text
    assert "Levels of need, May 2022" in page
    assert "In force since Mon 2 May 2022" in page
    assert "Withdrawn" in page
    assert "OFFICIAL-SENSITIVE" not in page


def test_every_rule_of_a_version_stands_in_its_document_once(rulebook: RuleBook) -> None:
    for ruleset in rulebook.versions:
        document = document_of(ruleset)
        cards = [
            card.id
            for section in document.sections
            for group in (*section.rules, *section.indicators)
            for card in group.cards
        ]
        cards += [card.id for card in (*document.urgency, *document.routes, *document.strengths)]
        rules: tuple[Any, ...] = (
            *ruleset.rules,
            *(line for lines in ruleset.indicators.values() for line in lines if line.then.level),
        )
        others: tuple[Any, ...] = (
            *ruleset.urgency,
            *ruleset.route_rules,
            *ruleset.redirects,
            *ruleset.gates,
            *ruleset.offsets,
        )
        assert sorted(cards) == sorted(rule.id for rule in (*rules, *others, ruleset.not_a_child))


def test_a_word_is_found_wherever_a_rule_holds_it(client: Browser, rulebook: RuleBook) -> None:
    page = client.get(f"{DOCUMENT}?q=STRANGLING+weapon").text
    assert "Strangling, a weapon, a threat to kill" in page
    assert "Damp, disrepair or cramped home" not in page
    assert "Nothing in this version holds “zzz”." in client.get(f"{DOCUMENT}?q=zzz").text
    found = matching(document_of(rulebook.get("dn-2022-05")), ["zzz"])
    assert not (found.sections)
    assert not (found.urgency)
    assert not (found.routes)
    assert not (found.strengths)


@pytest.mark.parametrize(
    ("shape", "kind", "start"),
    [
        ("csv", "text/csv; charset=utf-8", b'\xef\xbb\xbf"level","rule"'),
        ("dmn", "application/xml; charset=utf-8", b"<?xml"),
        ("yaml", "application/yaml", b"# Levels of need, revision in force from May 2022"),
    ],
)
def test_a_version_is_taken_away_as_a_file(client: Browser, shape: str, kind: str, start: bytes) -> None:
    assert f'href="{DOCUMENT}.{shape}"' in client.get(DOCUMENT).text
    answer = client.get(f"{DOCUMENT}.{shape}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="dn-2022-05.{shape}"'
    assert answer.data.startswith(start)
    assert client.get(f"/thresholds/none.{shape}").status_code == 404


@pytest.mark.parametrize("path", ["/thresholds/none", f"{DOCUMENT}/rules/none", "/thresholds/none/rules/T-01"])
def test_what_is_not_there_says_so(client: Browser, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_rule_has_a_page(client: Browser, rulebook: RuleBook) -> None:
    ruleset = rulebook.get("dn-2022-05")
    some: tuple[Any, ...] = (
        *ruleset.level_rules()[::37],
        *ruleset.urgency[:1],
        *ruleset.gates[:1],
        *ruleset.offsets[:1],
    )
    for rule in some:
        answer = client.get(f"{DOCUMENT}/rules/{rule.id}")
        assert answer.status_code == 200, rule.id
        assert rule.source.split(",")[0].split("'")[0] in answer.text.replace("&#39;", "'"), rule.id


def test_contacts_of_a_rule_show_to_those_who_work_with_contacts_only(
    desk: Desk, client: Browser, sign_in_as: SignInAs
) -> None:
    reference = desk.contact(observed={"need-significant": "present"})
    browser = sign_in_as("practitioner")
    decide(browser, reference)
    met = "Contacts in which it was met"
    rule = next(one for one in desk.rulebook.get("dn-2022-05").rules if "need-significant" in str(one.when))
    path = f"{DOCUMENT}/rules/{rule.id}"
    assert reference in browser.get(path).text
    assert met not in client.get(path).text
    for role in ("reviewer", "receiving_team", "admin"):
        assert met not in sign_in_as(role).get(path).text


def test_a_draft_is_for_those_who_work_on_it(app: Flask, client: Browser, sign_in_as: SignInAs) -> None:
    made = app.extensions["mash"]
    live = made.files.get("dn-2022-05")
    draft: RuleSet = replace(live, version=replace(live.version, id="dn-draft", status="draft", use="replay_only"))
    app.extensions["mash"] = replace(made, files=replace(made.files, versions=(*made.files.versions, draft)))
    try:
        assert client.get("/thresholds/dn-draft").status_code == 404
        assert client.get("/thresholds/dn-draft.csv").status_code == 404
        assert "dn-draft" not in client.get("/thresholds").text
        browser = sign_in_as("reviewer")
        assert browser.get("/thresholds/dn-draft").status_code == 200
        assert browser.get("/thresholds/dn-draft.csv").status_code == 200
        assert "dn-draft" in browser.get("/thresholds").text
    finally:
        app.extensions["mash"] = made


def checked(client: Browser, **answers: object) -> str:
    page = client.get("/thresholds/check").text
    tokens = {"csrf_token": CSRF.search(page)[1], "form_token": ONCE.search(page)[1]}  # type: ignore[index]
    return words(client.client.post("/thresholds/check", data=tokens | answers).text)


def test_a_partner_sees_the_likely_level_why_and_what_will_be_asked(client: Browser) -> None:
    page = checked(client, seen=["ng-persistent", "po-substance-impact"], age="1")
    assert "3 Complex multiple" in page
    assert "Neglect over time or in several areas rule ng-persistent/L3" in page
    assert "What is not known could take it to level 4" in page
    assert "How long has it gone on?" in page
    assert "you may refer" in page


def test_nothing_ticked_is_not_nothing_wrong(client: Browser) -> None:
    assert "Tick at least one thing that you have seen or been told" in checked(client)
    assert "That is not the same as nothing being wrong" in checked(client, age="7")
    assert "Age in years must be a whole number between 0 and 25" in checked(client, age="seven")
    assert "ring adult social care" in checked(client, age="19")
    assert "Choose from the answers shown" in checked(client, seen=["no-such-thing"])


def test_the_check_keeps_nothing(client: Browser, database: Database) -> None:
    def rows() -> dict[str, int | None]:
        with reading(database) as session:
            return {
                name: session.scalar(select(func.count()).select_from(table))
                for name, table in Base.metadata.tables.items()
                if name != "open_page_count"  # of a network, keyed and cleared: never of what was asked
            }

    before = rows()
    checked(client, seen=["ng-persistent"])
    assert rows() == before


def test_a_reason_in_the_check_leads_to_its_rule(desk: Desk, client: Browser, sign_in_as: SignInAs) -> None:
    reference = desk.contact(observed={"need-significant": "present"})
    browser = sign_in_as("practitioner")
    decide(browser, reference, "check")
    links = re.findall(rf'href="({DOCUMENT}/rules/[^"]+)"', browser.get(f"/contacts/{reference}").text)
    assert links
    assert all(client.get(link).status_code == 200 for link in links)


def test_the_holes_of_the_2021_document_are_told_with_a_child_who_falls_in(sign_in_as: SignInAs) -> None:
    page = words(sign_in_as("reviewer").get("/thresholds/dn-2021-01/holes").text)
    assert "9 serious" in page
    assert "No child is assessed by a social worker unless they are in immediate danger" in page
    assert "A child Significant harm is likely later, though not today: present" in page


def test_an_answered_hole_is_shown_with_its_answer(sign_in_as: SignInAs) -> None:
    page = words(sign_in_as("practitioner").get("/thresholds/dn-2022-05/holes").text)
    assert "0 serious, 0 to look at, 2 answered" in page
    assert "Being offered help is not a risk" in page


def test_two_versions_are_compared_in_words_with_what_they_would_have_done(
    sign_in_as: SignInAs, client: Browser, database: Database, rulebook: RuleBook
) -> None:
    browser = sign_in_as("reviewer")
    went = browser.get("/thresholds/compare?old=dn-2021-01&new=dn-2022-05")
    assert went.location == "/thresholds/dn-2021-01...dn-2022-05"
    page = words(browser.get(went.location).text)
    assert "Which route" in page
    assert "Was: " in page
    assert "Replay the past by both" in page
    hashes = {f"{side}_hash": rulebook.get(id).content_hash for side, id in SIDES.items()}
    ids = {f"{side}_id": id for side, id in SIDES.items()}
    moments = dict.fromkeys(("asked_at", "seen_at", "finished_at"), clock.now())
    with transaction(database) as session:
        session.add(made := Replay(**hashes, **ids, **moments, code="-", command="-", state="done"))
        session.flush()
        number = made.id
    assert f"replay R-{number}" in words(browser.get(went.location).text)
    assert "These versions are the same" in browser.get("/thresholds/dn-2022-05...dn-2022-05").text
    assert browser.get("/thresholds/dn-2022-05...none").status_code == 404
    for path in ("/thresholds/dn-2022-05/holes", went.location):
        assert client.get(path).location.startswith("/sign-in")
        assert sign_in_as("receiving_team").get(path).status_code == 403
