"""Look at a row before it comes in: whether it can have deadlines, fits the record, and names known indicators."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from mash.intake import ContactRow, EpisodeRow, RowProblem, RowResult, Severity
from mash.journeys.import_people import moment, observed_of
from mash.rules import Catalogue

DueAt = Callable[[str, datetime], datetime]
LONGEST = 200
LONGEST_OF = {"child_id": 64, "postcode": 64, "second_postcode": 64, "address": 1000, "second_address": 1000}
OF_ANY_LENGTH = frozenset({"key", "contact_key", "narrative", "child_voice", "reason", "edt_interim_action"})
RECEIVED = {"ssd": "cont_contact_date", "annex_a_1": "Date of Contact"}
"""What each format calls the day of receipt; in our own file a heading is the field's name."""


@dataclass(frozen=True, slots=True)
class Check:
    """What rows are held to before they come in, beyond what their file's own format asks.

    Attributes:
        due_at: Works out when a clock that starts at a moment runs out; LookupError outside the calendar.
        catalogue: The indicators that the thresholds know.
        now: A contact received after this is refused.
    """

    due_at: DueAt
    catalogue: Catalogue
    now: datetime

    def look(self, row: RowResult) -> RowResult:
        """Give the row with every problem found; without its record if one of them refuses it."""
        if row.record is None:
            return row
        found = [*self._too_long(row, row.record)]
        if isinstance(row.record, ContactRow):
            found += [*self._undatable(row, row.record), *self._strange(row, row.record)]
        if not found:
            return row
        left_out = any(problem.severity is Severity.REFUSED for problem in found)
        return replace(row, record=None if left_out else row.record, problems=(*row.problems, *found))

    def _undatable(self, row: RowResult, record: ContactRow) -> Iterator[RowProblem]:
        received = moment(record.received_at)
        if received is None:
            return
        column = RECEIVED.get(record.key.partition(":")[0], "received_at")
        given = (record.received_at.at or record.received_at.day).isoformat()
        if received > self.now:
            yield _refused(row, column, given, "This moment has not come yet.", "Check the day and the time.")
            return
        try:
            self.due_at("social-care", received)
            self.due_at("early-help", received)
        except LookupError as wrong:
            mend = "Check the year. An older contact needs opening hours and a clock policy for its day first."
            yield _refused(row, column, given, f"No deadline can be worked out for it: {wrong.args[0]}", mend)

    def _too_long(self, row: RowResult, record: ContactRow | EpisodeRow) -> Iterator[RowProblem]:
        texts = {part.name: value for part in fields(record) if isinstance(value := getattr(record, part.name), str)}
        if isinstance(record, ContactRow):
            for name in ("parents", "other_adults"):
                adults = getattr(record, name)
                texts[name] = max((part for a in adults for part in (a.name, a.relation or "")), key=len, default="")
        for name, text in texts.items():
            longest = LONGEST_OF.get(name, LONGEST)
            if len(text) > longest and name not in OF_ANY_LENGTH:
                what = f"This is {len(text):,} characters long; the record holds {longest:,}."
                yield _refused(row, name, text[:80], what, "Shorten it, and put the rest in the narrative.")

    def _strange(self, row: RowResult, record: ContactRow) -> Iterator[RowProblem]:
        for given in observed_of(record, self.catalogue)[1]:
            what = f"The thresholds do not know “{given[:80]}” as it stands."
            mend = "See the codes with: mash facts. What they do not know is kept as given, and no rule reads it."
            yield RowProblem(row.line, "indicators", given[:80], what, mend, Severity.WARNING, row.table)


def _refused(row: RowResult, column: str, given: str, what: str, mend: str) -> RowProblem:
    return RowProblem(row.line, column, given, what, mend, Severity.REFUSED, row.table)
