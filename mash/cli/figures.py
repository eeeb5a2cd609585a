"""Command ``figures``: the published figures, with numerator, denominator and definition, from the record."""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

from mash import clock
from mash.cli.opening import opened
from mash.db import reading
from mash.journeys.practice import calendar_from
from mash.measures.every import every_figure, held
from mash.measures.figures import by_period, month_of, months, reconciled, with_company, year_on_year
from mash.measures.frozen import Freeze, freezes, freezings
from mash.measures.leaving import held_back, held_back_beside
from mash.measures.outside import to_hide
from mash.measures.registry import CONVERSION, MEASURES
from mash.measures.written import csv_table, definition, figure_rows, table_of

YEAR_ON_YEAR = "contacts-by-month"
CHOICES = (YEAR_ON_YEAR, "conversion", "every", "list", *MEASURES)


def _years(_context: click.Context, _option: click.Parameter, written: str | None) -> list[tuple[int, int]]:
    pairs = []
    for part in (written or "").split(",") if written else []:
        if not (found := re.fullmatch(r"\s*(\d{4})-(\d{4})\s*", part)):
            raise click.BadParameter("write two years for each table, such as 2020-2021,2021-2022")
        pairs.append((int(found[1]), int(found[2])))
    return pairs


def _only(_context: click.Context, _option: click.Parameter, written: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", written)
    if not found or not 1 <= int(found[1]) <= int(found[2]) <= 12:
        raise click.BadParameter("write the first and last month as numbers, such as 1-3")
    return int(found[1]), int(found[2])


def _month(_context: click.Context, _option: click.Parameter, written: str | None) -> date | None:
    try:
        return date.fromisoformat(f"{written}-01") if written else None
    except ValueError:
        raise click.BadParameter("write a month such as 2022-03") from None


@click.command(epilog="Exit codes: 0 done, 2 wrong usage, 3 the database is not available.")
@click.argument("figure", metavar="FIGURE", type=click.Choice(CHOICES))
@click.option("--years", callback=_years, help="contacts-by-month: which years, such as 2020-2021,2021-2022.")
@click.option("--months", "only", default="1-12", callback=_only, help="contacts-by-month: only these months, as 4-7.")
@click.option(
    "--from", "first", callback=_month, metavar="MONTH", help="The first month, such as 2022-03; this one if left out."
)
@click.option("--to", "last", callback=_month, metavar="MONTH", help="The last month; the first if left out.")
@click.option(
    "--outside",
    "--leaving-team",
    "leaving",
    is_flag=True,
    help="Hide numbers from 1 to 5, and what would give one back.",
)
@click.option("--as-frozen", "frozen", is_flag=True, help="As they were frozen after each month, the newest freezing.")
@click.option("--format", "shape", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
def figures(
    figure: str,
    years: list[tuple[int, int]],
    only: tuple[int, int],
    first: date | None,
    last: date | None,
    leaving: bool,
    frozen: bool,
    shape: str,
) -> None:
    """Give a figure from the record, with its numerator, its denominator and what it is made of.

    FIGURE is contacts-by-month (months of two years beside one another, with difference and percentage), conversion
    (the shares that came to a service, and how they meet), every (all that the record gives), list (each measure's
    definition, also of what it cannot give), or one measure by its id. Months are London's. A blended figure comes with
    its parts, one that flatters with the one that does not.

    \b
    mash figures contacts-by-month --years 2020-2021,2021-2022 --months 1-3
    mash figures conversion --from 2022-03 --format json
    mash figures blended-in-time --from 2022-01 --to 2022-03
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    if figure == "list":
        click.echo(_listed(shape))
        return
    if figure == YEAR_ON_YEAR and frozen:
        raise click.UsageError("Months of two years are read as they stand now; freeze dates are on the other figures.")
    if figure == YEAR_ON_YEAR and not years:
        raise click.UsageError("Give --years, such as --years 2020-2021.")
    with opened() as database, reading(database) as session:
        begins = first or clock.today()
        if last and last < begins.replace(day=1):
            raise click.UsageError("--to is before --from.")
        if figure == YEAR_ON_YEAR:
            found = _year_on_year(session, years, only, leaving=leaving)
        else:
            ids = CONVERSION if figure == "conversion" else held() if figure == "every" else (figure,)
            read = _frozen if frozen else _by_month
            found = read(session, ids, months(begins, month_of(last or begins)[1]), leaving=leaving)
    if shape == "csv":
        click.echo(csv_table(found["rows"] if "rows" in found else found["tables"]), nl=False)
        return
    as_json = {"figure": figure, **found}
    click.echo(json.dumps(as_json, ensure_ascii=False, indent=1) if shape == "json" else _words(found))


def _year_on_year(
    session: Session, years: list[tuple[int, int]], only: tuple[int, int], *, leaving: bool
) -> dict[str, Any]:
    at, tables = clock.now(), []
    for earlier, later in years:
        rows = year_on_year(session, "contacts-received", earlier, later, at, only)
        hidden = held_back_beside(session, "contacts-received", (earlier, later), at, only, leaving=leaving)
        tables.append({"earlier": earlier, "later": later, "rows": table_of(rows, hidden)})
    measures = [definition(MEASURES["contacts-received"])]
    return {"as_of": at.isoformat(timespec="seconds"), "measures": measures, "tables": tables}


def _by_month(
    session: Session, ids: Iterable[str], periods: list[tuple[date, date]], *, leaving: bool
) -> dict[str, Any]:
    """Give months as they stand now. What leaves the team gives away nothing that a month's freezings hide.

    So what is hidden is the same whichever of a month's figures are asked for.
    """
    at, calendar, wanted = clock.now(), calendar_from(session), {one.id for one in with_company(ids)}
    read = held() if leaving else ids
    found = [one for period in periods for one in every_figure(session, read, *period, at, calendar)]
    hidden = held_back(session, periods, at, found, leaving=leaving)
    whole = [] if leaving or tuple(ids) != CONVERSION else by_period(session, ids, periods, at)
    measures = dict.fromkeys([*(one.measure for one in found), *(MEASURES[id] for id in ids)])
    return {
        "as_of": at.isoformat(timespec="seconds"),
        "measures": [definition(one) for one in measures if one.id in wanted],
        "rows": figure_rows([one for one in found if one.measure.id in wanted], hidden),
        "notes": [note for one in whole for note in reconciled(one)],
    }


def _frozen(session: Session, ids: Iterable[str], periods: list[tuple[date, date]], *, leaving: bool) -> dict[str, Any]:
    """Give months as they were frozen, with when and why; a month that never was is said, not worked out.

    What is hidden is the same whichever of a month's figures are asked for, and goes by its earlier freezings too.
    """
    wanted = {one.id for one in with_company(ids)}
    kept = {first: freezes(session, first) for first, _ in periods}
    past = {first: freezings(session, first) for first in kept}
    found = [one for of in past.values() for one in (of[-1] if of else [])]
    hidden = to_hide(found, [one for of in past.values() for one in of[:-1]]) if leaving else None
    told = [f"{first:%Y-%m}: {_freeze_words(of[0]) if of else 'not frozen'}" for first, of in kept.items()]
    measures = dict.fromkeys(one.measure for one in found if one.measure.id in wanted)
    return {
        "measures": [definition(one) for one in measures],
        "rows": figure_rows([one for one in found if one.measure.id in wanted], hidden),
        "notes": told,
    }


def _freeze_words(freeze: Freeze) -> str:
    words = f"frozen {freeze.at.isoformat(timespec='minutes')}"
    return f"{words}, number {freeze.number}: {freeze.reason}" if freeze.reason else words


def _listed(shape: str) -> str:
    if shape == "json":
        return json.dumps([definition(one) for one in MEASURES.values()], ensure_ascii=False, indent=1)
    return "\n\n".join(_defined(definition(one)) for one in MEASURES.values())


def _defined(one: dict[str, Any]) -> str:
    head = f"{one['id']}: {one['name']} (unit: {one['unit']})"
    if "not_held_because" in one:
        return f"{head}\n  Not held, because {one['not_held_because']}."
    lines = [
        head,
        f"  Cohort: {one['cohort']}",
        f"  Clock: {one['clock']}",
    ]
    lines += [f"  Left out: {one['exclusions']}", *(f"  Know this: {said}" for said in one["known_breaks"])]
    return "\n".join(lines)


def _words(found: dict[str, Any]) -> str:
    blocks = [_year_table(table) for table in found.get("tables", ())]
    if rows := found.get("rows"):
        blocks.append("\n".join(_row_words(row) for row in rows))
    blocks += ["\n".join(found["notes"])] if found.get("notes") else []
    blocks += [_defined(one) for one in found["measures"]]
    return "\n\n".join(blocks)


def _year_table(table: dict[str, Any]) -> str:
    lines = [f"{'':10}{table['earlier']:>8}{table['later']:>8}  Difference"]
    for row in table["rows"]:
        numbers = [
            f"{row[year]:,}" if isinstance(row[year], int) else row[year] or "-" for year in ("earlier", "later")
        ]
        lines.append(f"{row['month']:10}{numbers[0]:>8}{numbers[1]:>8}  {row['written']}".rstrip())
    return "\n".join(lines)


def _row_words(row: dict[str, Any]) -> str:
    said = f"{row['from'][:7]}  {', '.join(filter(None, (row['measure'], row.get('part', '')))):32}"
    if "denominator" not in row:
        return f"{said} {row['numerator']:>8}"
    share = "-" if row["percentage"] is None else f"{row['percentage']}%"
    spread = row.get("spread") or {}
    took = "  middle {middle}, nine in ten within {ninth}, most {most} {unit}".format(**spread) if spread else ""
    return f"{said} {share:>7}  {row['numerator']} of {row['denominator']}{took}"
