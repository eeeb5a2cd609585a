"""Command ``replay``: rehearse a threshold change on history before it touches a child."""

import json
import sys
from contextlib import nullcontext, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mash import clock, config
from mash.cli.opening import opened, rulebook_of
from mash.cli.replay_history import PARQUET, freeze_to, history, parquet
from mash.cli.replay_spark import on_spark
from mash.db import reading
from mash.journeys.run_replay import Asked, replayed
from mash.queries.rule_books import book_with_drafts
from mash.replay.compare import Cohort, Period
from mash.replay.from_file import COLUMNS
from mash.replay.rehearse import compared, moved_children
from mash.replay.text import lines
from mash.rules import RuleBook, RuleSet, VersionRefused, load_ruleset

day_type = click.DateTime(["%Y-%m-%d"])
file_type = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
out_type = click.Path(dir_okay=False, path_type=Path)
ENGINE_HELP = "Who does the work; spark takes frozen history that all its machines can read."


@click.command(
    epilog="Exit codes: 0 done, 1 a version, the file or the proof was refused, each with the reason, 2 wrong usage, "
    "3 the database or a setting cannot be used."
)
@click.argument("baseline", required=False)
@click.argument("candidate", required=False)
@click.option("--since", type=day_type, metavar="DAY", help="Only contacts received from this day on.")
@click.option("--until", type=day_type, metavar="DAY", help="Only contacts received up to this day.")
@click.option("--contacts", type=file_type, help="Past contacts from this CSV or Parquet, not from here.")
@click.option("--columns", is_flag=True, help="Say what the columns of such a file are, and stop.")
@click.option("--freeze", type=out_type, help="Write the history to this Parquet file, a row a frame, and stop.")
@click.option("--reason", help="Why our own history is taken out. It is kept for ever.")
@click.option("--engine", type=click.Choice(["here", "spark"]), default="here", show_default=True, help=ENGINE_HELP)
@click.option("--moved", is_flag=True, help="List every child that moves, with the rules that part the versions.")
@click.option("--format", "shape", type=click.Choice(["table", "json", "xlsx"]), default="table", show_default=True)
@click.option("--out", type=out_type, help="Where to write xlsx.")
def replay(
    baseline: str | None,
    candidate: str | None,
    since: datetime | None,
    until: datetime | None,
    contacts: Path | None,
    columns: bool,
    freeze: Path | None,
    reason: str | None,
    engine: str,
    moved: bool,
    shape: str,
    out: Path | None,
) -> None:
    """Say what CANDIDATE would have given the children of the past, beside BASELINE and what people decided.

    Each is the id of a version or draft, the file of a draft, or `live`: the one in force today. The history is this
    database's, as known at the time; the advice recorded then must come out again first. The same inputs give the
    same bytes.

    \b
    mash replay dn-2021-01 dn-2022-05
    mash replay live draft.yaml --since 2025-01-01 --format json --moved
    mash replay dn-2021-01 dn-2022-05 --contacts history.csv --format xlsx --out replay.xlsx
    mash replay --freeze history.parquet --reason "For the region's own figures"
    mash replay dn-2021-01 dn-2022-05 --contacts history.parquet --engine spark
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    if columns:
        for name, words in COLUMNS.items():
            click.echo(f"{name}: {words}")
        return
    settings = config.from_environment()
    if freeze is not None:
        click.echo(f"Written: {freeze}, {freeze_to(freeze, settings, contacts, reason, _progress):,} children")
        return
    if baseline is None or candidate is None:
        raise click.UsageError("Name two versions: mash replay BASELINE CANDIDATE")
    if shape == "xlsx" and out is None:
        raise click.UsageError("Say where to write the workbook, with --out.")
    rulebook = _book(settings, drafts=contacts is None)
    period = Period(*((day and f"{day:%Y-%m-%d}") or None for day in (since, until)))
    asked = Asked(_version(rulebook, baseline), _version(rulebook, candidate), period)
    with (
        history(settings, contacts, rulebook.catalogue, _progress) as cohort,
        on_spark(_frozen(contacts)) if engine == "spark" else nullcontext() as parts,
    ):
        said, _ = replayed(cohort, rulebook, asked, _progress, parts=parts)
        if moved:
            said["children"] = _movers(cohort, asked)
    _write(said, shape, out)


def _movers(cohort: Cohort, asked: Asked) -> list[dict[str, Any]]:
    every = compared(cohort, asked.baseline, asked.candidate, asked.period)
    return [asdict(child) for one in every for child in moved_children(one)]


def _frozen(contacts: Path | None) -> Path:
    """Return the file whose frames can be worked on elsewhere."""
    if contacts is None or contacts.suffix not in PARQUET or not parquet().is_frozen(contacts):
        raise click.UsageError("Spark reads frozen history: write it with --freeze, and name it with --contacts.")
    return contacts


def _book(settings: config.Config, *, drafts: bool) -> RuleBook:
    """Read the versions to choose from: the files, and where the history is our own, what is published and drafted."""
    files = rulebook_of(settings)
    if not drafts:
        return files
    with opened(settings) as database, reading(database) as session:
        return book_with_drafts(session, files)


def _version(rulebook: RuleBook, named: str) -> RuleSet:
    """Find a version by id, or read it from a file.

    Raises:
        VersionRefused: If there is neither.
    """
    path = Path(named)
    if path.suffix in {".yaml", ".yml"}:
        if not path.is_file():
            raise VersionRefused(f"There is no file {named}.")
        return load_ruleset(path, rulebook.catalogue)
    return rulebook.in_force(clock.today()) if named == "live" else rulebook.get(named)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total} ", nl=False, err=True)


def _write(said: dict[str, Any], shape: str, out: Path | None) -> None:
    with suppress(BrokenPipeError):
        if shape == "json":
            click.echo(json.dumps(said, ensure_ascii=False, sort_keys=True))
        elif shape == "table":
            click.echo("\n".join(lines(said)))
            for child in said.get("children", ()):
                click.echo(_moved(child))
            digests = f"History {said['cohort']['digest'][:16]}, result {said['digest'][:16]}, program {said['code']}"
            click.echo(f"\n{digests}. Again: {said['command']}")
        elif out is not None:
            from mash.cli.replay_workbook import write_workbook

            write_workbook(said, out)
            click.echo(f"Written: {out}")


def _moved(child: dict[str, Any]) -> str:
    was, now = (" ".join(child[side]) for side in ("baseline", "candidate"))
    rules = f"-{' -'.join(child['only_baseline'])}" if child["only_baseline"] else ""
    rules += f" +{' +'.join(child['only_candidate'])}" if child["only_candidate"] else ""
    return f"{child['child']} {child['received']}: {was} -> {now}; people {' '.join(child['decided'])}; {rules}"
