"""Parquet: contacts of the past from anybody's table, and frozen history written for machines that are not this one.

A file of frozen history has a row a frame, each in a row group of its own, so that readers take them one by one.
Needs pyarrow, which is an extra: `pip install 'mash[parquet]'`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from mash.replay.compare import Cohort
from mash.replay.frame import Frame, NotAFrame
from mash.replay.from_file import HistoryRefused, Row, frames_of
from mash.replay.past import RECEIVED
from mash.replay.tight import read_frame, tight
from mash.rules import Catalogue

SCHEMA = pa.schema(
    [
        ("place", pa.int64()),
        ("children", pa.int32()),
        ("last_day", pa.string()),
        ("digest", pa.string()),
        ("content", pa.binary()),
    ]
)


class Segment(NamedTuple):
    """A frame of frozen history: its place in order from 0, children, their last day, digest, and bytes."""

    place: int
    children: int
    last_day: str
    digest: str
    content: bytes


def segments_of(frames: Iterable[Frame]) -> Iterator[Segment]:
    """Pack frames, in order."""
    for place, frame in enumerate(frames):
        yield Segment(place, frame.size, max(frame.column(RECEIVED).values), frame.digest(), tight(frame))


def write_frozen(path: Path, segments: Iterable[Segment]) -> int:
    """Write segments to a file, one at a time, and return how many children they hold.

    Raises:
        OSError: If the file cannot be written.
    """
    children = 0
    with pq.ParquetWriter(path, SCHEMA, compression="none", use_dictionary=False) as writer:
        for segment in segments:
            columns = [[value] for value in segment]
            writer.write_table(pa.table(columns, schema=SCHEMA))
            children += segment.children
    return children


def is_frozen(path: Path) -> bool:
    """Say whether a file is frozen history, by its columns.

    Raises:
        HistoryRefused: If it is no Parquet file.
    """
    with _opened(path) as file:
        return "content" in file.schema_arrow.names


def cohort_from_parquet(path: Path, catalogue: Catalogue) -> Cohort:
    """Give the history in a file: frozen, read as it passes, a frame at a time; or a table of contacts, in memory.

    Raises:
        HistoryRefused: If it is no Parquet file, or a column or row cannot be read; the columns are those of the CSV.
        NotAFrame: If it is frozen history that is not whole. A frame that is spoilt is found when it is its turn.
    """
    if is_frozen(path):
        frozen = FrozenFile(path)
        return Cohort(frozen, catalogue, frozen.digests, frozen.upto)
    with _opened(path) as file:
        frames = list(frames_of(file.schema_arrow.names, _rows(file)))
    return Cohort(frames, catalogue, [frame.digest() for frame in frames])


class FrozenFile(Sequence[Frame]):
    """The frames in a file, each read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _opened(path)
        if missing := set(SCHEMA.names) - set(self._file.schema_arrow.names):
            raise NotAFrame(f"{path} lacks the column '{min(missing)}'. Freeze the history again.")
        heads = self._file.read(columns=["place", "last_day", "digest"])
        self.digests: list[str] = heads["digest"].to_pylist()
        self.upto: str = max(heads["last_day"].to_pylist(), default="0001-01-01")
        places = heads["place"].to_pylist()
        if places != list(range(self._file.num_row_groups)):
            raise NotAFrame(f"{path} does not hold a frame a row group, in order. Freeze the history again.")

    def __len__(self) -> int:
        return len(self.digests)

    def __getitem__(self, place: Any) -> Any:
        if not 0 <= place < len(self):
            raise IndexError(place)
        content = self._file.read_row_group(place, columns=["content"], use_threads=False)["content"][0].as_buffer()
        return read_frame(memoryview(content), self.digests[place])


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, pre_buffer=False)  # what is read ahead is held for long
    except pa.ArrowInvalid as wrong:
        raise HistoryRefused(f"{path} is no Parquet file: {str(wrong).splitlines()[0]}") from wrong


def _rows(file: pq.ParquetFile) -> Iterator[Row]:
    number = 0
    for batch in file.iter_batches(batch_size=4096):
        for row in batch.to_pylist():
            number += 1
            yield f"Row {number}", _as_written(row)


def _as_written(row: Mapping[str, Any]) -> dict[str, str]:
    """Write cells as a CSV would hold them: days as 2021-03-08, facts that are no text as JSON."""
    return {name: _cell(value) for name, value in _given(row).items()}


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is missing, and turn whole floats back: a column of integers with gaps comes from pandas so."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in row.items()
        if value is not None and value == value  # noqa: PLR0124  # not a number: a gap too
    }


def _cell(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, list):  # a map of Arrow: pairs
        value = dict(value)
    return json.dumps(_given(value), ensure_ascii=False) if isinstance(value, dict) else str(value)
