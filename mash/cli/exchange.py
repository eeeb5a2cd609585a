"""Commands ``thresholds export`` and ``import``: threshold documents to and from other people's tools. No database."""

from pathlib import Path

import click

from mash.cli.documents import read_document, thresholds
from mash.exchange.beyond import beyond
from mash.exchange.dmn import to_dmn
from mash.exchange.table import to_rows
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
