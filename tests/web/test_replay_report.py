"""The report of a replay for the board: its curve by month, its workbook, and nothing hidden told by either."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from mash.db import Database, transaction
from mash.measures.board_report import Group, board_of
from mash.measures.suppress import HIDDEN
from mash.models import Replay
from mash.replay.compare import Cohort, Period
from mash.replay.past import Past, frozen
from mash.replay.rehearse import rehearse
from mash.replay.report import report
from mash.rules import RuleBook
from mash.web.month_curve import month_curve
from tests.web.conftest import SignInAs
from tests.web.test_replays import child as one_child
from tests.web.test_replays import run

child = one_child
"""The fixture of one decided child."""
OLD, NEW = "dn-2021-01", "dn-2022-05"


@pytest.fixture
def said(rulebook: RuleBook) -> dict[str, Any]:
    """Report on the children of three months, of whom every other is moved, and on a few in one more."""
    need = {"age_years": 9, "pb-domestic-abuse": "present", "contact_type": "service_request"}
    pasts = []
    for number in range(94):
        day = date(2021, 1, 4) + timedelta(days=number)
        facts = need if number % 2 else {"age_years": 9, "contact_type": "service_request"}
        pasts.append(Past(str(number), day, facts, {"level": "3", "rating": "amber", "route": "early_help"}))
    frame, period = frozen(pasts), Period()
    cohort = Cohort([frame], rulebook.catalogue, [frame.digest()])
    old, new = rulebook.get(OLD), rulebook.get(NEW)
    told = report(rehearse(cohort, old, new, period, rulebook=rulebook), old, new, cohort, period, None)
    proof = {"same": {}, "drift": {}, "listed": [], "no_advice": 94}
    return told | {"code": "1", "command": f"mash replay {OLD} {NEW}", "proof": proof}


def test_the_curve_and_the_workbook_hold_what_the_tables_show_and_no_more(
    sign_in_as: SignInAs, child: int, database: Database, said: dict[str, Any]
) -> None:
    at = run(sign_in_as("reviewer"))
    with transaction(database) as session:
        session.scalars(select(Replay)).one().result = said
    browser = sign_in_as("auditor")
    page = browser.get(f"{at}/report").text
    assert page.count('class="months__before"') == page.count('class="months__after"') == 1
    assert "Assessments and enquiries begun: about 0 a week before, 4 after." in page
    assert f'href="{at}/report.xlsx"' in page
    got = browser.get(f"{at}/report.xlsx")
    book = load_workbook(BytesIO(got.data))
    board = board_of(said)
    assert board is not None
    rows = list(book["Month received"].iter_rows(min_row=2, max_col=4, values_only=True))
    assert rows == [(one.name, one.children, one.before, one.after) for one in board.groups["Month received"]]
    hidden = [row for row in rows if HIDDEN in row]
    assert {str(row[0]) for row in hidden} >= {"2021-04"}  # eight children, and another month with them
    assert page.count(f">{HIDDEN}</abbr>") >= sum(row.count(HIDDEN) for row in hidden)
    level = list(book["By level"].iter_rows(values_only=True))
    assert level[-1][-1] == said["cohort"]["children"] == 94
    assert list(level[0])[1:] == [*("Level 1", "Level 3"), "All"]
    assert browser.get(f"{at}/report.xlsx").data == got.data


def month(name: str, children: int | str, before: int | str, after: int | str) -> Group:
    return Group(name, children, before, after, None, None, by_chance=False)


def test_a_line_breaks_off_at_a_month_that_is_hidden() -> None:
    months = [month("a", 100, 0, 50), month("b", HIDDEN, HIDDEN, HIDDEN), month("c", 100, 20, 40)]
    found = month_curve([*months, month("d", 100, 10, HIDDEN)])
    assert found is not None
    assert [line.split()[0].split(",")[0] for line in found.after] == ["52.0", "486.7"]
    assert [len(line.split()) for line in found.before] == [2, 2]
    assert (found.hidden, [share for share, _ in found.ticks]) == (2, [0, 25, 50])
    assert month_curve(months[:2]) is None
