"""Command ``import``: bring in contacts and history from the sector's own files, row by row, safe to send again."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import click

from mash import clock, config
from mash.cli import REFUSED
from mash.cli.opening import SETTINGS, fold_all, opened, practice_here, rulebook_of
from mash.db import Database, reading, transaction
from mash.intake import COLUMNS, KINDS, RowProblem, RowResult, SourceFile, open_file
from mash.journeys.actor import Actor
from mash.journeys.import_check import Check
from mash.journeys.import_contacts import Importer, begin, finish
from mash.journeys.practice import Practice, practice_from
from mash.queries.rule_books import book_with_published
from mash.rules import RuleBook
from mash.web.csv_out import csv_line

BY = Actor.system("cli:import")
AT_ONCE = 200
SHOWN = 50
WORDS = {
    "made": "made",
    "already_there": "already there",
    "readable": "readable",
    "refused": "refused",
    "warnings": "with a warning",
}


@click.command(
    "import",
    epilog="Exit codes: 0 every row is in, 1 some rows were refused (the rest are in) or the file cannot be read, "
    "2 wrong usage, 3 the database or a setting cannot be used.",
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--beside",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An SSD file that goes with it, such as ssd_person.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Read and report; change nothing. Goes by the database's policies where there is one.",
)
@click.option(
    "--problems",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every refusal and warning here, as CSV.",
)
@click.option("--columns", is_flag=True, help="Print the columns of our own fuller file, and stop.")
@click.option("--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True)
def import_(
    file: Path | None, beside: tuple[Path, ...], dry_run: bool, problems: Path | None, columns: bool, shape: str
) -> None:
    """Bring in contacts, children and history from FILE.

    Reads the Ofsted Annex A workbook (xlsx, Lists 1 to 3) and its CSV form, the Standard Safeguarding Dataset's
    contacts CSV, and our own fuller CSV, one row a child; which it is, is seen from its content. Every row is made,
    is already there, or is refused with its line, column, reason and how to mend it. The same file twice changes
    nothing; if it is stopped half-way, run it again.

    \b
    mash import annex-a.xlsx --dry-run
    mash import ssd_contacts.csv --beside ssd_person.csv
    mash import --columns
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    if columns:
        print_columns(shape)
        return
    if file is None:
        raise click.UsageError("Name a file, or ask for the --columns of our own.")
    source = open_file(file, clock.today(), beside=beside)
    source.require_day_first()
    if shape == "words":
        for note in source.notes:
            click.echo(f"Note: {note}")
    told, settings = Told(problems), config.from_environment()
    if dry_run:
        here = practice_here(settings)
        counts = read_only(source, told, here.practice)
        report(source, counts, told, shape, read_by=here.settings)
    else:
        with opened(settings) as database:
            counts = bring_in(database, source, told, rulebook_of(settings))
        report(source, counts, told, shape)
    if counts["refused"]:
        sys.exit(REFUSED)


class Told:
    """What was wrong with rows: the first few to show, all of them to a file if one is named."""

    def __init__(self, path: Path | None) -> None:
        self.shown: list[RowProblem] = []
        self.count = 0
        self._path = path
        if path:
            try:
                path.write_text(csv_line(("line", "column", "given", "what", "mend", "severity")), encoding="utf-8")
            except OSError as wrong:
                raise click.BadParameter(
                    f"cannot write to {path} ({wrong.strerror})", param_hint="--problems"
                ) from wrong

    def tell(self, row: RowResult) -> None:
        lines = []
        self.count += len(row.problems)
        self.shown.extend(row.problems[: SHOWN - len(self.shown)])
        for problem in row.problems:
            cells = (str(problem.line), problem.column, problem.given, problem.what, problem.mend, problem.severity)
            lines.append(csv_line(cells))
        if self._path and lines:
            with self._path.open("a", encoding="utf-8") as out:
                out.writelines(lines)


def in_words(problem: RowProblem) -> str:
    """Write a problem on one line: how serious, where, what and how to mend it."""
    table = f"{problem.table} " if problem.table else ""
    where = f"{table}line {problem.line}, {problem.column or 'whole row'}"
    return f"{problem.severity}: {where}: {problem.what} {problem.mend}"


def read_only(source: SourceFile, told: Told, practice: Practice) -> Counter[str]:
    """Read every row and change nothing."""
    counts: Counter[str] = Counter()
    check = Check(practice.due_at, practice.rulebook.catalogue, clock.now())
    with click.progressbar(
        map(check.look, source.rows()), length=source.total, label="Reading", file=sys.stderr
    ) as rows:
        for row in rows:
            told.tell(row)
            counts["refused" if row.record is None else "readable"] += 1
            counts["warnings"] += bool(row.problems) and row.record is not None
    return counts


def bring_in(database: Database, source: SourceFile, told: Told, rulebook: RuleBook) -> Counter[str]:
    """Bring the rows in, some at a time, so that what has come in stays if this is stopped."""
    with reading(database) as session:
        practice = practice_from(session, book_with_published(session, rulebook))
    check = Check(practice.due_at, rulebook.catalogue, clock.now())
    digest = hashlib.sha256(source.path.read_bytes()).hexdigest()
    with transaction(database) as session:
        named = {"file_hash": digest, "name": source.path.name, "form": source.format.value}
        batch = begin(session, **named, by=BY, at=clock.now()).id
    importer, counts = Importer(batch, BY, practice), Counter[str]()
    with click.progressbar(several(map(check.look, source.rows())), label="Bringing in", file=sys.stderr) as some:
        for rows in some:
            with transaction(database) as session:
                counts += importer.take(session, rows, at=clock.now())
            for row in rows:
                told.tell(row)
    with transaction(database) as session:
        finish(session, batch, counts, by=BY, at=clock.now())
    fold_all(database)
    return counts


def several(rows: Iterator[RowResult]) -> Iterator[list[RowResult]]:
    """Take rows some at a time."""
    while some := list(islice(rows, AT_ONCE)):
        yield some


def report(source: SourceFile, counts: Counter[str], told: Told, shape: str, *, read_by: str = "") -> None:
    """Say what came of the file; of one that was only read, by whose policies, a key of SETTINGS."""
    if shape == "json":
        said: dict[str, Any] = {"file": source.path.name, "format": source.format, "notes": list(source.notes)}
        said |= {"dry_run": True, "settings": read_by} if read_by else {"dry_run": False}
        found = {"problems": [asdict(problem) for problem in told.shown], "problems_in_all": told.count}
        click.echo(json.dumps(said | {"counts": dict(counts)} | found, ensure_ascii=False))
        return
    for problem in told.shown:
        click.echo(in_words(problem))
    if told.count > len(told.shown):
        click.echo(f"And {told.count - len(told.shown):,} more. To see all of them, name a file with --problems.")
    click.echo(", ".join(f"{counts[key]:,} {word}" for key, word in WORDS.items() if counts[key]) or "No rows.")
    if read_by:
        click.echo(SETTINGS[read_by])
        click.echo("Nothing was changed.")


def print_columns(shape: str) -> None:
    """Print the columns of our own fuller file."""
    if shape == "json":
        rows = [asdict(column) for column in COLUMNS]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for column in COLUMNS:
        required = " (required)" if column.required else ""
        click.echo(f"{column.name}{required}: {column.words}. {KINDS[column.kind]}. Such as: {column.example}")
