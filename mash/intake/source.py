"""A file opened and understood: which format it is, about how many rows it has, and its rows one at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from mash.intake import annex_a, day_order, own_csv, ssd
from mash.intake import ssd_layouts as ssd_tables
from mash.intake.detect import Container, open_tables
from mash.intake.records import RowResult
from mash.intake.row import Aliases, Reading, Row
from mash.intake.tables import FileRefused, Match, RawTable, find, nearest

EVERY = 250
Progress = Callable[[int, int | None], None]
Found = tuple[RawTable, Match]
LAYOUTS = (own_csv.LAYOUT, *ssd_tables.ALL, *annex_a.LAYOUTS)
_SHIFTED = "Put text that holds the separator inside quotation marks."


class Format(StrEnum):
    """Which of the formats a file is in."""

    ANNEX_A = "annex_a"
    ANNEX_A_CSV = "annex_a_csv"
    SSD = "ssd"
    OWN = "own"


@dataclass(frozen=True)
class SourceFile:
    """A file that can be read.

    Args:
        total: How many rows there are: exact for CSV, the most there can be in a workbook, ``None`` if not known.
        notes: What a person should know before going on: sheets and columns not read, headings not found.
    """

    path: Path
    format: Format
    total: int | None
    notes: tuple[str, ...]
    today: date
    aliases: Aliases = field(repr=False)
    _found: tuple[Found, ...] = field(repr=False)

    def rows(self, progress: Progress | None = None) -> Iterator[RowResult]:
        """Yield one result for each row that is not blank, in order; may be called again.

        Holds one row at a time, a short key for each row so far, and for SSD the people whom the rows name.

        Args:
            progress: Called every 250 rows, and at the end, with the rows done and the total.

        Raises:
            FileRefused: If the file turns out to be damaged part way. Take nothing from it then.
        """
        done = 0
        for done, result in enumerate(self._results(), start=1):
            yield result
            if progress and done % EVERY == 0:
                progress(done, self.total)
        if progress:
            progress(done, done)

    def require_day_first(self) -> None:
        """Refuse the whole file if its dates look month first. Reads it once through.

        Raises:
            FileRefused: Naming the column and the first date that shows it; or if the file is damaged part way.
        """
        day_order.require_day_first(self._found)

    def _results(self) -> Iterator[RowResult]:
        reading = Reading(self.today, self.aliases)
        if self.format is Format.OWN:
            own = own_csv.OwnReader()
            yield from _through(self._found, reading, lambda row, _: own.read(row))
        elif self.format is Format.SSD:
            beside = ssd.load(self._found)
            events = [(table, match) for table, match in self._found if match.layout in ssd_tables.EVENTS]
            yield from _through(events, reading, lambda row, match: ssd.read(row, match.layout, beside))
        else:
            yield from _through(self._found, reading, lambda row, match: annex_a.read(row, match.layout))


def open_file(
    path: Path | str, today: date, *, beside: Iterable[Path | str] = (), aliases: Aliases | None = None
) -> SourceFile:
    """Open a file of contacts or of history, in whichever format it is.

    Args:
        today: The day of the import; a contact dated after it is refused.
        beside: SSD files that go with it: people, addresses, early help, referrals.
        aliases: By code set name, the spellings this council has confirmed, folded as ``cells.fold`` does.

    Raises:
        FileRefused: If the file cannot be read or is in no known format, with how to mend it.
    """
    path = Path(path)
    container, tables = open_tables(path)
    others = [table for other in beside for table in open_tables(Path(other))[1]]
    matches = [(table, match) for table in (*tables, *others) if (match := find(table, LAYOUTS))]
    layouts = [match.layout for _, match in matches]
    notes: list[str] = []
    if own_csv.LAYOUT in layouts:
        form, found = Format.OWN, [pair for pair in matches if pair[1].layout is own_csv.LAYOUT]
    elif any(layout in ssd_tables.ALL for layout in layouts):
        form, found = Format.SSD, _ssd(matches)
    else:
        form = Format.ANNEX_A if container is Container.XLSX else Format.ANNEX_A_CSV
        found, notes = annex_a.choose((*tables, *others))
    if not found:
        raise _unknown((*tables, *others), layouts)
    notes.extend(_headings(found, form))
    return SourceFile(path, form, _total(found), tuple(notes), today, aliases or {}, tuple(found))


def _ssd(matches: Sequence[Found]) -> list[Found]:
    found = [pair for pair in matches if pair[1].layout in ssd_tables.ALL]
    if not any(match.layout in ssd_tables.EVENTS for _, match in found):
        raise FileRefused(
            "This file holds people or addresses, and no contacts.", "Open ssd_contacts, and give this beside it."
        )
    return sorted(found, key=lambda pair: ssd_tables.ALL.index(pair[1].layout))


def _unknown(tables: Sequence[RawTable], layouts: Sequence[object]) -> FileRefused:
    if layouts:
        return FileRefused("The file holds no list of contacts, early help or referrals.", "Send Annex A Lists 1 to 3.")
    near = nearest(tables, LAYOUTS)
    what = "No known headings were found in the first five rows."
    return FileRefused(f"{what} {near}".strip(), "Send Annex A, ssd_contacts, or our own columns.")


def _headings(found: Sequence[Found], form: Format) -> Iterator[str]:
    for table, match in found:
        if all(row.blank or row.line <= match.line for row in table.top):
            yield f"{table.name}: there are headings and no rows."
        if match.unknown:
            yield f"{table.name}: these columns were not read: {', '.join(match.unknown)}."
        if match.lacking and form in {Format.ANNEX_A, Format.ANNEX_A_CSV}:
            yield f"{table.name}: these columns were not found: {', '.join(match.lacking)}."


def _total(found: Sequence[Found]) -> int | None:
    counts = [
        table.total - (match.rows_before if table.exact else match.line) if table.total is not None else None
        for table, match in found
        if match.layout not in {ssd_tables.PERSON, ssd_tables.ADDRESS}
    ]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _through(found: Sequence[Found], reading: Reading, read: Callable[[Row, Match], RowResult]) -> Iterator[RowResult]:
    for table, match in found:
        for raw in table.rows():
            if raw.line <= match.line or raw.blank:
                continue
            row = Row(table=table.name, line=raw.line, given=match.cells(raw), headings=match.headings, reading=reading)
            if raw.fault is not None:
                row.refuse("", raw.fault, "Check its quotation marks.")
                yield row.result(None)
            elif table.exact and match.shifted(raw):
                row.refuse("", "There are cells past the last heading, so the cells may have shifted.", _SHIFTED)
                yield row.result(None)
            else:
                yield read(row, match)
