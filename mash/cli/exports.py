"""Command ``export``: the sector's own files written from the record, each time with a reason that is kept."""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import click
from sqlalchemy.orm import Session

from mash import clock
from mash.cli.opening import opened
from mash.db import reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.export import SHEETS, Written, annex_a, extension, note_export, ssd
from mash.measures.extract_rows import year_before
from mash.measures.extracts import Period

BY = Actor.system("cli:export")
WHAT = ("annex-a", "ssd", "extension")
SSD_YEARS = 6
ANNEX_A_MONTHS = 6


def _day(_context: click.Context, _option: click.Parameter, written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise click.BadParameter("write a day such as 2026-11-27") from None


@click.command(epilog="Exit codes: 0 written, 2 wrong usage or no place to write to, 3 the database is not available.")
@click.argument("what", metavar="WHAT", type=click.Choice(WHAT))
@click.option("--reason", required=True, help="Why it is taken. It is kept for ever, with who took it and when.")
@click.option("--out", default=".", type=click.Path(file_okay=False, path_type=Path), help="The folder to write to.")
@click.option("--from", "first", callback=_day, metavar="DAY", help="The first day; as far back as the format asks.")
@click.option("--to", "last", callback=_day, metavar="DAY", help="The last day, on which ages are given; today.")
@click.option("--layout", type=click.Choice(sorted(SHEETS)), default="ofsted", show_default=True, help="Of annex-a.")
def export(what: str, reason: str, out: Path, first: date | None, last: date | None, layout: str) -> None:
    """Write an extract of contacts, early help and referrals. It holds children's data: keep it safe.

    WHAT is annex-a (Ofsted's child-level Lists 1 to 3, of six months, as a workbook), ssd (the Standard Safeguarding
    Dataset's contacts, early help episodes, referrals and children, of six years, as CSV) or extension (what neither
    carries: times, rating, level, route, reason, whether in time and why late; the columns of mash import --columns).
    The same record and days give the same bytes, and mash import reads each of them.

    \b
    mash export annex-a --reason "Ofsted, notified 27 November" --layout tools
    mash export ssd --reason "Regional return" --from 2024-04-01 --to 2025-03-31 --out returns
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    if not reason.strip():
        raise click.BadParameter("say why it is taken", param_hint="--reason")
    until = last or clock.today()
    period = Period(first or _usual_first(what, until), until)
    if period.last < period.first:
        raise click.UsageError("--to is before --from.")
    with opened() as database, tempfile.TemporaryDirectory() as held:
        with reading(database) as session:
            counts = _write(session, what, Path(held), period, layout)
        files = sorted(Path(held).iterdir())
        told = {"what": what, "first": period.first, "last": period.last, "reason": reason.strip()}
        with transaction(database) as session:  # nothing leaves before it is on the chain
            note_export(session, **told, counts=counts, files=files, by=BY, at=clock.now())  # type: ignore[arg-type]
        _hand_out(files, out)
    for name, count in counts.items():
        click.echo(f"{name}: {count:,} rows")
    click.echo("Written: " + ", ".join(str(out / file.name) for file in files))


def _write(session: Session, what: str, folder: Path, period: Period, layout: str) -> Written:
    if what == "annex-a":
        return annex_a(session, folder, period, layout=layout)
    return ssd(session, folder, period) if what == "ssd" else extension(session, folder, period)


def _usual_first(what: str, last: date) -> date:
    if what == "annex-a":
        months = last.year * 12 + last.month - 1 - ANNEX_A_MONTHS
        return date(months // 12, months % 12 + 1, min(last.day, 28))
    first = last
    for _ in range(SSD_YEARS):
        first = year_before(first)
    return first


def _hand_out(files: list[Path], out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copyfile(file, out / file.name)
    except OSError as wrong:
        raise click.BadParameter(f"cannot write to {out} ({wrong.strerror})", param_hint="--out") from wrong
