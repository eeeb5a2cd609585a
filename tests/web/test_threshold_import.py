"""A reviewer sends a table, sees what each row means, and makes a draft of it; nothing is taken that was not sure."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from mash.db import Database, reading
from mash.exchange.drafting import loaded
from mash.models import ThresholdDraft
from mash.rules import RuleBook
from tests.web.conftest import Browser, SignInAs

PAGE, LIVE = "/thresholds/import", "dn-2022-05"
TABLE = (
    "descriptor,level,source\nSometimes hungry or poorly fed,L3,Our document\nBullies other pupils,L3,\n"
    "Lives near a volcano,L2,\n<b>&amp;,L9,\n"
)


@pytest.fixture
def reviewer(sign_in_as: SignInAs) -> Browser:
    return sign_in_as("reviewer")


def look(browser: Browser, content: bytes) -> TestResponse:
    return browser.send(PAGE, based_on=LIVE, table=(BytesIO(content), "levels.csv"))


def make(browser: Browser, **answers: str) -> TestResponse:
    return browser.send(PAGE, f"{PAGE}/draft", based_on=LIVE, **{"table": TABLE, **answers})


def drafts(database: Database) -> list[ThresholdDraft]:
    with reading(database) as session:
        return list(session.scalars(select(ThresholdDraft)))


def test_what_each_row_means_is_shown_and_nothing_kept(reviewer: Browser, database: Database) -> None:
    answer = look(reviewer, TABLE.encode())
    assert answer.status_code == 200
    page = answer.text
    assert "1 matched, 1 unsure, 2 not used. Nothing is kept yet." in page
    assert "By the same words" in page
    assert 'name="row-3"' in page
    assert "75% alike: Bullies other children" in page
    assert "No indicator of the catalogue has words near these." in page
    assert "No level is called “L9”." in page
    assert "&lt;b&gt;&amp;amp;,L9" in page
    assert drafts(database) == []


def test_a_draft_has_the_rows_that_are_sure_and_those_that_were_chosen(
    reviewer: Browser, database: Database, rulebook: RuleBook
) -> None:
    sent = make(reviewer, name="dn-2027-04", title="Levels, April 2027", **{"row-3": "bh-bullying-others"})
    assert (sent.status_code, sent.location) == (303, "/thresholds/dn-2027-04/edit"), sent.text
    assert "The draft dn-2027-04 is begun from your table" in reviewer.get("/thresholds").text
    draft = drafts(database)[0]
    made, live = loaded(draft.text, rulebook.catalogue, "x"), rulebook.get(LIVE)
    assert (draft.based_on, made.id, made.status) == (LIVE, "dn-2027-04", "draft")
    assert [line.source for line in made.indicators["pc-hunger-occasional"]] == ["Our document"]
    assert [made.indicators[code][0].then.level for code in ("pc-hunger-occasional", "bh-bullying-others")] == [2, 2]
    changed = {code for code in made.indicators if made.indicators[code] != live.indicators[code]}
    assert changed == {"pc-hunger-occasional", "bh-bullying-others"}


def test_a_row_that_is_unsure_is_left_out_unless_chosen(
    reviewer: Browser, database: Database, rulebook: RuleBook
) -> None:
    assert make(reviewer, name="dn-2027-04", title="Levels").status_code == 303
    made = loaded(drafts(database)[0].text, rulebook.catalogue, "x")
    assert made.indicators["bh-bullying-others"] == rulebook.get(LIVE).indicators["bh-bullying-others"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"name": LIVE, "title": "T"}, f"The name {LIVE} is taken"),
        ({"name": "No Name", "title": "T"}, "Give it a short name of small letters"),
        ({"name": "dn-2027-04"}, "Give the draft a title"),
        ({"name": "dn-2027-04", "title": "T", "row-3": "pc-hunger-occasional"}, "Choose one of the answers shown"),
        ({"name": "dn-2027-04", "title": "T", "table": "descriptor,level\nLives near a volcano,L2"}, "No row gives"),
        ({"name": "dn-2027-04", "title": "T", "table": "descriptor"}, "There is no column called level."),
        (
            {
                "name": "dn-2027-04",
                "title": "T",
                "table": "descriptor,level\nBullies other children,L2\nBullies other pupils,L3",
                "row-3": "bh-bullying-others",
            },
            "Line 3: another row of the table gives bh-bullying-others a level",
        ),
    ],
)
def test_a_draft_that_cannot_be_made_says_why(
    reviewer: Browser, database: Database, answers: dict[str, str], said: str
) -> None:
    answer = make(reviewer, **answers)
    assert answer.status_code == 422
    assert said in answer.text
    assert drafts(database) == []


def test_a_table_that_cannot_be_read_says_why(reviewer: Browser) -> None:
    answer = look(reviewer, b"descriptor,level\n\xff,L1")
    assert answer.status_code == 422
    assert "Line 2: It is not text in UTF-8. Save it from the spreadsheet as CSV UTF-8." in answer.text
    assert "Choose a table to send" in reviewer.send(PAGE, based_on=LIVE).text
    assert reviewer.send(PAGE, based_on="none", table=(BytesIO(b"x"), "x.csv")).status_code == 422


def test_only_reviewers_bring_tables_in(app: Flask, sign_in_as: SignInAs) -> None:
    assert sign_in_as("manager").get(PAGE).status_code == 403
    assert "Make a draft from a table" not in sign_in_as("manager").get("/thresholds").text
