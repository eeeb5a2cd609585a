"""Commands ``thresholds export`` and ``import``: threshold documents to and from other people's tools. No database."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import click

from mash import config
from mash.cli import REFUSED
from mash.cli.documents import document_path, read_document, thresholds
from mash.exchange.beyond import beyond
from mash.exchange.dmn import to_dmn
from mash.exchange.drafting import Settled, headed, kept_beside, loaded, settle, with_levels
from mash.exchange.match import judge
from mash.exchange.sheet import Sheet, SheetRefused, read_sheet
from mash.exchange.table import to_rows
from mash.rules import RuleBook, RuleSet
from mash.web.csv_out import csv_line


@thresholds.command("export", epilog="Exit codes: 0 done, 1 a file was refused or not written, 2 wrong usage.")
@click.argument("document", metavar="[VERSION|FILE]", required=False)
@click.option("--format", "shape", type=click.Choice(["dmn", "csv"]), default="dmn", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def export(document: str | None, shape: str, output: Path | None) -> None:
    """Write a threshold document as DMN 1.3 decision tables, or as a table for a spreadsheet.

    DMN is for a modeller or another engine. What decision tables cannot say is told beside it, and stands in the file
    as a note. CSV has a row for each rule that gives a level or a duty, in words. Without a name, the version in force
    today is written.

    \b
    mash thresholds export dn-2022-05 --format dmn -o levels.dmn
    mash thresholds export dn-2022-05 --format csv -o levels.csv
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    ruleset = read_document(document).ruleset
    if shape == "csv":
        _write("".join(map(csv_line, to_rows(ruleset))), output, "utf-8-sig")
        return
    _write(to_dmn(ruleset), output, "utf-8")
    click.echo("What these decisions leave out:", err=True)
    for each in beyond(ruleset):
        click.echo(f"- {each}.", err=True)


def _write(text: str, output: Path | None, encoding: str) -> None:
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding=encoding)


@thresholds.command("import", epilog="Exit codes: 0 done, 1 the table or the draft was refused, 2 wrong usage.")
@click.argument("table", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "name", required=True, help="The new version's id, never used before.")
@click.option("--title", required=True, help="The new version's title.")
@click.option("--from", "begins", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day, as 2027-04-01.")
@click.option(
    "--based-on", metavar="VERSION|FILE", help="Take all else from this version. Without it: the one in force."
)
@click.option("--take-near", is_flag=True, help="Use the nearest indicator for words that are only alike.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def import_(
    table: Path, name: str, title: str, begins: datetime, based_on: str | None, output: Path | None, *, take_near: bool
) -> None:
    """Make a draft version from a table of descriptors, each with its level.

    Its columns: descriptor and level; indicator (a code), gives, source and condition if you have them. Levels, and
    the ratings and legal bases under gives, are those of the version it is based on, whatever it calls them. Each row
    is matched to an indicator by its code or its words; how, and what was not matched, is told line by line. All that
    the table does not say stays as in that version. The draft is for replay only.

    \b
    mash thresholds import levels.csv --id dn-2027-04 --title "Levels of need, April 2027" --from 2027-04-01 -o new.yaml
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    try:
        sheet = read_sheet(table.read_bytes())
    except SheetRefused as refused:
        _refuse(f"{table.name}: {refused}")
    path = document_path(based_on)
    ruleset = read_document(str(path)).ruleset
    judged = judge(sheet, ruleset)
    nearest = {one.row.line: one.near[0].code for one in judged if one.near} if take_near else {}
    settled = settle(judged, nearest)
    for line in _told(table.name, sheet, settled, ruleset):
        click.echo(line, err=True)
    if any(one.id == name for one in RuleBook.load(config.from_environment().thresholds).versions):
        raise click.BadParameter(f"the id {name} is taken, and an id is never used again", param_hint="--id")
    if not settled.rows:
        _refuse(f"{table.name}: no row could be matched, so no draft is made.")
    text = with_levels(path.read_text(encoding="utf-8"), settled.rows, ruleset)
    text = headed(text, id=name, title=title, begins=begins.date(), based_on=ruleset, table=table.name)
    loaded(text, ruleset.catalogue, output.name if output else name)
    _write(text, output, "utf-8")


def _told(file: str, sheet: Sheet, settled: Settled, ruleset: RuleSet) -> Iterator[str]:
    """Say how each row was matched, then what could not be used, then what is kept beside rows."""
    for code, one in settled.rows.items():
        share = next((f", {near.share}% alike: “{near.words}”" for near in one.near if near.code == code), "")
        level = ruleset.levels[one.level].key
        yield f"Line {one.row.line}: “{one.row.descriptor}” is {code}, {one.sure}{share}; {level}."
    faults = sorted((*sheet.faults, *settled.faults), key=lambda fault: fault.line)
    yield f"{file}: {len(settled.rows)} indicators matched; {len(faults)} things to look at."
    yield from map(str, faults)
    yield from map(str, kept_beside(settled.rows, ruleset))


def _refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(REFUSED)
