"""A reader outside the team lays one table of figures beside another and finds no number that either hides."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from mash import clock
from tests.web.arriving import arrive
from tests.web.conftest import SignInAs

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_april(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def row(page: str, name: str) -> list[str]:
    """Read the numbers of the first row that begins with this."""
    found = next(one for one in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if re.search(rf'row">\s*{name}', one))
    return [re.sub(r"<.*?>|\s", "", cell) for cell in re.findall(r'<td class="num">(.*?)</td>', found, re.DOTALL)]


def test_the_first_year_on_record_hides_small_numbers_though_there_is_no_total(
    app: Flask, sign_in_as: SignInAs
) -> None:
    for days in (0, 1, 2):
        arrive(app, ago=timedelta(days=days))
    inside, outside = sign_in_as("manager"), sign_in_as("reviewer")
    for address in ("/timeliness/years?measure=request-share", "/timeliness?years=2025-2026"):
        assert row(inside.get(address).text, "April") == ["–", "3", ""]
        assert row(outside.get(address).text, "April") == ["–", "c", ""]
