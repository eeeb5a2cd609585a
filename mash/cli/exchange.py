"""Command ``thresholds export``: a threshold document for other people's tools. Needs no database."""

from pathlib import Path

import click

from mash.cli.documents import read_document, thresholds
from mash.exchange.beyond import beyond
from mash.exchange.dmn import to_dmn


@thresholds.command("export", epilog="Exit codes: 0 done, 1 a file was refused or not written, 2 wrong usage.")
@click.argument("document", metavar="[VERSION|FILE]", required=False)
@click.option("--format", "shape", type=click.Choice(["dmn"]), default="dmn", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def export(document: str | None, shape: str, output: Path | None) -> None:
    """Write a threshold document as DMN 1.3 decision tables, for a modeller or another engine.

    What decision tables cannot say is told beside it, and stands in the file as a note. Without a name, the version
    in force today is written.

    \b
    mash thresholds export dn-2022-05 --format dmn -o levels.dmn
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    ruleset = read_document(document).ruleset
    text = to_dmn(ruleset)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
    click.echo("What these decisions leave out:", err=True)
    for each in beyond(ruleset):
        click.echo(f"- {each}.", err=True)
