"""Command ``replay``: rehearse a threshold change on history before it touches a child."""

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mash import clock, config
from mash.cli.opening import opened, rulebook_of
from mash.db import reading
from mash.journeys.freeze_history import freeze_history
from mash.journeys.run_replay import Asked, replayed
from mash.queries.past import streamed_history
from mash.queries.rule_books import book_with_drafts
from mash.replay.compare import Cohort, Period
from mash.replay.from_file import COLUMNS, cohort_from
from mash.replay.rehearse import compared, moved_children
from mash.replay.text import lines
from mash.rules import RuleBook, RuleSet, VersionRefused, load_ruleset

day_type = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="Exit codes: 0 done, 1 a version, the file or the proof was refused, each with the reason, 2 wrong usage, "
    "3 the database or a setting cannot be used."
)
@click.argument("baseline", required=False)
@click.argument("candidate", required=False)
@click.option("--since", type=day_type, metavar="DAY", help="Only contacts received from this day on.")
@click.option("--until", type=day_type, metavar="DAY", help="Only contacts received up to this day.")
@click.option("--contacts", type=click.File(encoding="utf-8-sig"), help="Past contacts from this CSV, not from here.")
@click.option("--columns", is_flag=True, help="Say what the columns of that CSV are, and stop.")
@click.option("--moved", is_flag=True, help="List every child that moves, with the rules that part the versions.")
@click.option("--format", "shape", type=click.Choice(["table", "json", "xlsx"]), default="table", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write xlsx.")
def replay(
    baseline: str | None,
    candidate: str | None,
    since: datetime | None,
    until: datetime | None,
    contacts: Any,
    columns: bool,
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
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    if columns:
        for name, words in COLUMNS.items():
            click.echo(f"{name}: {words}")
        return
    if baseline is None or candidate is None:
        raise click.UsageError("Name two versions: mash replay BASELINE CANDIDATE")
    if shape == "xlsx" and out is None:
        raise click.UsageError("Say where to write the workbook, with --out.")
    settings = config.from_environment()
    rulebook = _book(settings, drafts=contacts is None)
    period = Period(*((day and f"{day:%Y-%m-%d}") or None for day in (since, until)))
    asked = Asked(_version(rulebook, baseline), _version(rulebook, candidate), period)
    if contacts:
        said = _over(cohort_from(contacts, rulebook.catalogue), rulebook, asked, moved=moved)
    else:
        with opened(settings) as database:
            freeze_history(database, told=_progress)
            with reading(database) as session:
                said = _over(streamed_history(session, rulebook.catalogue), rulebook, asked, moved=moved)
    _write(said, shape, out)


def _over(cohort: Cohort, rulebook: RuleBook, asked: Asked, *, moved: bool) -> dict[str, Any]:
    """Replay over some history and give the report, with the children that move where they are wanted."""
    said, _ = replayed(cohort, rulebook, asked, _progress)
    if moved:
        said["children"] = [
            asdict(child)
            for one in compared(cohort, asked.baseline, asked.candidate, asked.period)
            for child in moved_children(one)
        ]
    return said


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
