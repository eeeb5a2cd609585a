"""Which history a replay runs on: this database's, a CSV, or Parquet; and history frozen into a file of its own."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from mash import clock, config
from mash.cli.opening import opened
from mash.db import reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.export import note_export
from mash.journeys.freeze_history import freeze_history
from mash.queries.past import kept_segments, streamed_history
from mash.replay.compare import Cohort
from mash.replay.from_file import HistoryRefused, cohort_from, csv_rows, frames_of
from mash.rules import Catalogue

PARQUET = {".parquet", ".pq"}
BY = Actor.system("cli:replay")
Told = Callable[[int, int], None]


def parquet() -> ModuleType:
    """Return what reads and writes Parquet.

    Raises:
        click.UsageError: If pyarrow is not installed.
    """
    try:
        from mash.replay import parquet as found
    except ImportError:
        raise click.UsageError("Parquet needs pyarrow. Install it: pip install 'mash[parquet]'") from None
    return found


@contextmanager
def history(settings: config.Config, contacts: Path | None, catalogue: Catalogue, told: Told) -> Iterator[Cohort]:
    """Give history to replay: from a file, or else frozen from the database and read as it passes."""
    if contacts is None:
        with opened(settings) as database:
            freeze_history(database, told=told)
            with reading(database, as_one=True) as session:
                yield streamed_history(session, catalogue)
    elif contacts.suffix in PARQUET:
        yield parquet().cohort_from_parquet(contacts, catalogue)
    else:
        with click.open_file(str(contacts), encoding="utf-8-sig") as lines:
            yield cohort_from(lines, catalogue)


def freeze_to(path: Path, settings: config.Config, contacts: Path | None, reason: str | None, told: Told) -> int:
    """Write history to a file as frozen Parquet and return how many children it holds.

    Our own leaves with a reason, which stands on the chain with the hash of the file before the file is there.

    Raises:
        HistoryRefused: If there is none.
    """
    if contacts is not None:
        if contacts.suffix in PARQUET:
            raise click.UsageError("--freeze takes contacts from a CSV.")
        with click.open_file(str(contacts), encoding="utf-8-sig") as lines, _beside(path) as held:
            children: int = parquet().write_frozen(held, parquet().segments_of(frames_of(*csv_rows(lines))))
        return children
    if not (reason or "").strip():
        raise click.UsageError("It holds children's data: say why it is taken, with --reason. That is kept for ever.")
    with opened(settings) as database, _beside(path) as held:
        freeze_history(database, told=told)
        days: list[Any] = []
        with reading(database, as_one=True) as session:
            children = parquet().write_frozen(held, _segments(kept_segments(session), days))
        if not days:
            raise HistoryRefused("No child has been decided yet, so nothing was written.")
        told_of = {"what": "frozen-history", "first": min(days), "last": max(days), "reason": str(reason).strip()}
        with transaction(database) as session:
            counts = {"children": children}
            note_export(session, **told_of, counts=counts, files=[held], by=BY, at=clock.now())
    return children


def _segments(rows: Iterable[Any], days: list[Any]) -> Iterator[Any]:
    for place, row in zip(count(), rows):
        days += (row.first_day, row.last_day)
        yield parquet().Segment(place, row.children, row.last_day.isoformat(), row.digest, row.content)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a place to write to that takes the path's once all is well, readable by its owner alone.

    Raises:
        click.BadParameter: If the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".frozen-") as folder:
            held = Path(folder) / path.name
            yield held
            held.chmod(0o600)
            held.replace(path)
    except OSError as wrong:
        raise click.BadParameter(f"cannot write to {path} ({wrong.strerror})", param_hint="--freeze") from wrong
