"""One row under its headings: reads each cell as asked, and gathers every problem instead of stopping at the first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from mash.intake import cells
from mash.intake.cells import Moment, Unreadable
from mash.intake.codeset import Coded, CodeSet, Method
from mash.intake.records import ContactRow, EpisodeRow, RowProblem, RowResult, Severity

T = TypeVar("T")
Aliases = Mapping[str, Mapping[str, str]]


@dataclass(eq=False)
class Reading:
    """What reading one file needs from outside, and what it must remember between rows: one short key a row."""

    today: date
    aliases: Aliases = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def occurrence(self, key: str) -> int:
        """Count this key's rows so far, this one included."""
        self.seen[key] = self.seen.get(key, 0) + 1
        return self.seen[key]


class Row:
    """One row of a table.

    Args:
        given: Cells by field name, as the file holds them.
        headings: The file's own heading of each field, for messages.
    """

    def __init__(
        self, *, table: str, line: int, given: Mapping[str, object], headings: Mapping[str, str], reading: Reading
    ) -> None:
        self.table = table
        self.line = line
        self.reading = reading
        self._given = given
        self._headings = headings
        self._problems: list[RowProblem] = []

    def add(self, given: Mapping[str, object], headings: Mapping[str, str]) -> None:
        """Add cells that belong to this row from another table; its own cells come first."""
        self._given = {**given, **self._given}
        self._headings = {**headings, **self._headings}

    def warn(self, name: str, what: str, mend: str) -> None:
        """Say that a cell needs a look; the row still comes in."""
        self._report(name, what, mend, Severity.WARNING)

    def refuse(self, name: str, what: str, mend: str) -> None:
        """Say why this row is left out."""
        self._report(name, what, mend, Severity.REFUSED)

    def _report(self, name: str, what: str, mend: str, severity: Severity) -> None:
        given = cells.safe(cells.as_text(self._given.get(name)))[:80]
        heading = self._headings.get(name, name)
        self._problems.append(RowProblem(self.line, heading, given, what, mend, severity, self.table))

    def result(self, record: ContactRow | EpisodeRow | None) -> RowResult:
        """Finish: the record unless a problem refuses the row, with every problem found."""
        left_out = any(problem.severity is Severity.REFUSED for problem in self._problems)
        if record is None and not left_out:
            raise AssertionError("a row may be left out only with a reason")
        return RowResult(self.table, self.line, None if left_out else record, tuple(self._problems))

    def text(self, name: str) -> str | None:
        """Read a short text; ``None`` when blank, or when it only says that nothing was available."""
        return self._cleaned(name, cells.tidy)

    def prose(self, name: str) -> str | None:
        """Read a narrative, its lines and quotation marks kept."""
        return self._cleaned(name, cells.prose)

    def _cleaned(self, name: str, clean: Callable[[str], str]) -> str | None:
        raw = cells.as_text(self._given.get(name))
        text = clean(raw)
        word = text[:10].casefold()
        if word in cells.NOTHING:
            return None
        if word in cells.NOT_AVAILABLE:
            self.warn(name, f"“{text}” says that nothing was found; it is read as blank.", "Leave the cell blank.")
            return None
        if cells.safe(raw) != raw:
            self.warn(name, "Characters that cannot be stored were taken out.", "Check the text against the original.")
        return text

    def identity(self, name: str) -> str | None:
        """Read an identifier; a spreadsheet's shortened number (1.2E+11) refuses the row, as the rest of it is lost."""
        text = self.text(name)
        if text and "E+" in text.upper() and text.upper().replace("E+", "").replace(".", "").isdigit():
            self.refuse(name, f"“{text}” has been shortened by a spreadsheet.", "Format the column as text and resend.")
        return text

    def _read(self, name: str, read: Callable[[object], T], *, needed: bool) -> T | None:
        if self.text(name) is None:
            if needed:
                self.missing(name)
            return None
        try:
            return read(self._given[name])
        except Unreadable as fault:
            (self.refuse if needed else self.warn)(name, fault.what, fault.mend)
            return None

    def missing(self, name: str) -> None:
        """Refuse the row because a cell that identifies it is blank."""
        heading = self._headings.get(name, name)
        self.refuse(name, f"{heading} is blank.", "Fill it in: without it the row cannot be told from others.")

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """Read a day. One that cannot be read is a warning, or refuses the row where it is needed."""
        return self._read(name, cells.day, needed=needed)

    def past_day(self, name: str, *, needed: bool = False) -> date | None:
        """Read a day that cannot be after today."""
        when = self.past_moment(name, needed=needed)
        return when.day if when else None

    def past_moment(self, name: str, *, needed: bool = False) -> Moment | None:
        """Read a moment that cannot be after today."""
        when = self._read(name, cells.moment, needed=needed)
        if when is None:
            return None
        if when.day > self.reading.today:
            say = self.refuse if needed else self.warn
            say(name, "This day has not come yet; it is not read.", "Check the year, and the order of day and month.")
            return None
        if when.at and cells.never_was(when.at):
            self.warn(name, "The clocks skipped this time when summer began.", "Check the time.")
        return when

    def age(self, name: str) -> int | None:
        """Read whole years; -1 for an unborn child."""
        return self._read(name, cells.age, needed=False)

    def count(self, name: str) -> int | None:
        """Read a whole number, nought or more."""
        value = self._read(name, cells.number, needed=False)
        if value is None:
            return None
        if value < 0 or not value.is_integer():
            self.warn(name, "This is not a count.", "Write a whole number, 0 or more.")
            return None
        return int(value)

    def coded(self, name: str, codeset: CodeSet) -> Coded | None:
        """Read one code. One that is not known is kept as given, without a code, and reported."""
        text = self.text(name)
        return self.resolve(name, text, codeset) if text else None

    def coded_list(self, name: str, codeset: CodeSet) -> tuple[Coded, ...]:
        """Read codes parted by semi-colons."""
        return tuple(self.resolve(name, part, codeset) for part in self.parts(name))

    def parts(self, name: str) -> list[str]:
        """Read the parts of a cell between its semi-colons, blanks left out."""
        return [part.strip() for part in (self.text(name) or "").split(";") if part.strip()]

    def resolve(self, name: str, text: str, codeset: CodeSet) -> Coded:
        """Find the code of a text from this cell, and report one that nobody has given a meaning."""
        coded = codeset.resolve(text, self.reading.aliases.get(codeset.name))
        if coded.method is Method.UNMAPPED:
            known = ", ".join(code.code for code in codeset.codes)
            mend = f"Use one of {known}, or confirm what “{text[:40]}” means here. It is kept as given."
            self.warn(name, f"“{text[:40]}” is not a known {codeset.words}.", mend)
        return coded

    def plain(self, name: str) -> str:
        """Give a cell's text cleaned, blank if blank, without reporting on it."""
        return cells.tidy(cells.as_text(self._given.get(name)))
