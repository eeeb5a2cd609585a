"""The published tables come out to the digit of a history with those totals, by the command as anyone would run it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mash.cli import main
from mash.config import Config
from mash.db import Database, transaction
from mash.journeys.fold_figures import fold
from mash.measures.registry import MEASURES
from mash.measures.terms import TERMS
from tests.factories import MONDAY
from tests.intake.writers import write_records
from tests.measures import published
from tests.processes import environment

WINTER_2020_TO_2021 = {
    "January": (2091, 1970, "-121 -5.8%"),
    "February": (1955, 1982, "+27 +1.4%"),
    "March": (2104, 2810, "+706 +33.6%"),
}
WINTER_2021_TO_2022 = {
    "January": (1970, 2490, "+520 +26.4%"),
    "February": (1982, 2134, "+152 +7.7%"),
    "March": (2810, 2439, "-371 -13.2%"),
}
SUMMER_2020_TO_2021 = {"April": (1706, 2292), "May": (1678, 2543), "June": (1970, 2533), "July": (1909, 2335)}
MARCH_2022 = {
    "request-share": (1634, 2439, 67),
    "other-share": (805, 2439, 33),
    "early-help-share": (244, 2439, 10),
    "assessment-share": (390, 2439, 16),
    "no-service-share": (1805, 2439, 74),
    "early-help-of-requests": (229, 1634, 14),
    "assessment-of-requests": (310, 1634, 19),
    "no-service-of-requests": (1095, 1634, 67),
}


def run(settings: Config, *words: str) -> Result:
    return CliRunner().invoke(main, ["figures", *words], env=environment(settings))


def as_json(settings: Config, *words: str) -> Any:
    said = run(settings, *words, "--format", "json")
    assert said.exit_code == 0, said.output
    return json.loads(said.output)


def rows(table: dict[str, Any]) -> dict[str, tuple[int, int, str]]:
    return {row["month"]: (row["earlier"], row["later"], row["written"]) for row in table["rows"]}


def test_the_three_published_tables_and_march_2022(database: Database, settings: Config) -> None:
    published.bring(database)
    published_as_it_was(settings)
    with transaction(database) as session:
        fold(session, at=MONDAY, limit=100_000)
    published_as_it_was(settings)
    a_month_that_one_year_lacks_has_no_difference(settings)
    shares = as_json(settings, "early-help-of-requests", "--from", "2022-03", "--leaving-team")["rows"][0]
    assert (shares["numerator"], shares["denominator"], shares["percentage"]) == (229, 1634, 14.0)


def published_as_it_was(settings: Config) -> None:
    years = ("--years", "2020-2021,2021-2022")
    first, second = as_json(settings, "contacts-by-month", *years, "--months", "1-3")["tables"]
    winter = rows(first)
    assert winter.pop("Total") == (6150, 6762, "+612 +10.0%")
    assert winter == WINTER_2020_TO_2021
    winter = rows(second)
    assert winter.pop("Total") == (6762, 7063, "+301 +4.5%")
    assert winter == WINTER_2021_TO_2022
    (summer,) = as_json(settings, "contacts-by-month", "--years", "2020-2021", "--months", "4-7")["tables"]
    found = rows(summer)
    assert found.pop("Total") == (7263, 9703, "+2,440 +33.6%")
    assert {month: row[:2] for month, row in found.items()} == SUMMER_2020_TO_2021
    said = as_json(settings, "conversion", "--from", "2022-03")
    shares = {row["measure"]: (row["numerator"], row["denominator"], round(row["percentage"])) for row in said["rows"]}
    assert shares == MARCH_2022
    assert "of the 390 that did, 80 were not recorded as requests at receipt" in said["notes"][0]
    assert "12.7% of all contacts, not 16%" in said["notes"][0]
    table = run(settings, "contacts-by-month", *years).output
    assert "March        2,104   2,810  +706 +33.6%" in table
    assert "August" not in table  # nothing is on record of it, which is not that nobody called


def a_month_that_one_year_lacks_has_no_difference(settings: Config) -> None:
    (table,) = as_json(settings, "contacts-by-month", "--years", "2021-2022")["tables"]
    april = next(row for row in table["rows"] if row["month"] == "April")
    assert (april["earlier"], april["later"], april["difference"], april["percentage"]) == (2292, None, None, None)
    assert table["rows"][-1]["earlier"] == 6762


def test_contacts_brought_in_by_our_own_file_are_counted(database: Database, settings: Config, tmp_path: Path) -> None:
    given = [("2021", 7), ("2022", 4)]
    records = [
        {"contact_id": f"{year}-{n}", "received_at": f"0{n + 1}/03/{year} 10:15", "child_id": f"{year}{n}"}
        for year, many in given
        for n in range(many)
    ]
    path = write_records(tmp_path / "own.csv", records)
    assert CliRunner().invoke(main, ["migrate"], env=environment(settings)).exit_code == 0
    done = CliRunner().invoke(main, ["import", str(path)], env=environment(settings))
    assert done.exit_code == 0, done.output
    whole = rows(as_json(settings, "contacts-by-month", "--years", "2021-2022")["tables"][0])
    assert whole == {"March": (7, 4, "-3 -42.9%"), "Total": (7, 4, "-3 -42.9%")}
    leaving = as_json(settings, "contacts-by-month", "--years", "2021-2022", "--leaving-team")["tables"][0]
    assert [(row["earlier"], row["later"], row["difference"]) for row in leaving["rows"]] == [(7, "c", None)] * 2
    open_late = as_json(settings, "late-and-open", "--from", "2022-03")["rows"]
    assert open_late[0]["numerator"] == 4


@pytest.mark.parametrize(
    "words",
    [
        ("contacts-by-month",),
        ("contacts-by-month", "--years", "2020"),
        ("contacts-by-month", "--years", "2020-2021", "--months", "13-14"),
        ("conversion", "--from", "March"),
        ("late-and-open", "--from", "2022-03", "--to", "2022-01"),
        ("how-many",),
    ],
)
def test_what_cannot_be_answered_is_wrong_usage(database: Database, settings: Config, words: tuple[str, ...]) -> None:
    assert run(settings, *words).exit_code == 2


def test_every_measure_says_what_it_is_made_of_and_a_blend_names_its_parts() -> None:
    for measure in MEASURES.values():
        assert set(measure.terms) <= set(TERMS)
        assert all((measure.name, measure.unit, measure.cohort, measure.clock, measure.exclusions))
        blends = len(measure.denominator) > 1
        assert bool(measure.parts) == blends
        if blends:
            parts = [term for part in measure.parts for term in MEASURES[part].terms]
            assert sorted(parts) == sorted(measure.terms)


def test_what_flatters_or_blends_is_never_given_alone(database: Database, settings: Config) -> None:
    given = {row["measure"] for row in as_json(settings, "blended-in-time-decided", "--from", "2022-03")["rows"]}
    kinds = ("social-care", "early-help", "blended")
    assert given == {f"{kind}-in-time{ending}" for kind in kinds for ending in ("", "-decided")}
