"""Eighty ways to abuse what goes out as a file or on paper: each is refused, comes out as words, or raises an alert."""

import csv
import io
from datetime import timedelta
from itertools import product

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys.people import PersonGiven
from mash.journeys.seal_reads import seal_reads
from mash.journeys.watch_reading import watch_reading
from mash.models import Event, PrivacyAlert
from tests.faults.corpus import SHEET
from tests.web.arriving import arrive
from tests.web.conftest import SignInAs
from tests.web.test_extracts import ASKED, PAGE, at, at_once, downloads
from tests.web.test_queue import restrict

__all__ = ["at", "at_once"]
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes a cell that begins so for a formula."""
HEADS = ("=", "+", "-", "@", "\t=", " =")
BODIES = (
    'HYPERLINK("http://x","y")',
    "cmd|' /C calc'!A0",
    "1+1",
    "SUM(A1:A9)",
    "DDE(1)",
    "IMPORTXML(1)",
    "RTD(1)",
    "WEBSERVICE(1)",
)
FORMULAS = tuple(dict.fromkeys([*SHEET, *(head + body for head, body in product(HEADS, BODIES))]))[:50]
OUT = {"do": "csv", "view": "everyone"}


def test_none_of_fifty_formulas_runs_in_a_list_or_an_extract(app: Flask, sign_in_as: SignInAs) -> None:
    assert len(FORMULAS) == 50
    for formula in FORMULAS:
        arrive(app, PersonGiven(descriptor=formula), source_agency=formula, ago=timedelta(days=1))
    listed = sign_in_as("practitioner").send("/queue?view=everyone", "/queue/out", why="Test", **OUT)
    rows = list(csv.reader(io.StringIO(listed.data.decode("utf-8-sig"))))
    assert len(rows) > len(FORMULAS)
    assert [cell for row in rows for cell in row if cell.startswith(RUNS)] == []
    manager = sign_in_as("manager")
    manager.send(PAGE, **ASKED)
    (address,) = downloads(manager)
    book = openpyxl.load_workbook(io.BytesIO(manager.get(address).data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []


@pytest.mark.parametrize(
    ("role", "path", "said"),
    [
        *((role, "/queue/out", OUT | {"why": "All"}) for role in ("reviewer", "auditor", "admin", "receiving_team")),
        *((role, PAGE, ASKED) for role in ("practitioner", "contact_officer", "auditor", "admin", "reviewer")),
        *((role, "/audit/out", {"why": "All"}) for role in ("manager", "practitioner", "admin", "reviewer")),
        *((role, "/subject-access/1/file", {}) for role in ("auditor", "practitioner", "admin", "contact_officer")),
    ],
)
def test_whoever_may_not_take_it_gets_nothing(sign_in_as: SignInAs, role: str, path: str, said: dict[str, str]) -> None:
    answer = sign_in_as(role).send("/account", path, **said)
    assert (answer.status_code, "Content-Disposition" in answer.headers) == (403, False)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/queue/out", OUT | {"why": " "}),
        ("/queue/out", OUT),
        (PAGE, ASKED | {"reason": ""}),
        (PAGE, ASKED | {"what": "everything"}),
        (PAGE, ASKED | {"since-year": "1066"}),
        (PAGE, ASKED | {"until-year": "2025"}),
        (PAGE, ASKED | {"since-day": "*"}),
    ],
)
def test_without_a_reason_and_a_true_period_nothing_leaves(
    sign_in_as: SignInAs, database: Database, path: str, said: dict[str, str]
) -> None:
    answer = sign_in_as("manager").send("/account", path, **said)
    assert answer.status_code == 422
    with reading(database) as session:
        kinds = ("list.exported", "extract.asked", "subject.file_written")
        assert not session.scalars(select(Event.seq).where(Event.kind.in_(kinds))).all()


def test_a_wide_open_list_holds_nothing_that_its_taker_may_not_know_of(app: Flask, sign_in_as: SignInAs) -> None:
    secret, plain = arrive(app), arrive(app)
    restrict(app, secret)
    for view in ("everyone", "", "%", "*", "everyone' OR 1=1"):
        text = sign_in_as("practitioner").send("/queue", "/queue/out", do="csv", why="All", view=view).text
        assert secret not in text
    assert plain in sign_in_as("practitioner").send("/queue", "/queue/out", why="All", **OUT).text


def test_five_files_in_an_hour_raise_an_alert_and_four_do_not(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app)
    worker, database = sign_in_as("practitioner"), app.extensions["mash"].database
    for taken in range(1, 6):
        assert worker.send("/queue", "/queue/out", why="Again", **OUT).status_code == 200
        with transaction(database) as session:
            seal_reads(session, at=clock.now())
            watch_reading(session, at=clock.now())
            alerts = set(session.scalars(select(PrivacyAlert.pattern)))
        assert ("many_exports" in alerts) is (taken == 5), (taken, alerts)
