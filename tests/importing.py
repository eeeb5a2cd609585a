"""Files brought in as the command does it, and what the record then holds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.intake import COLUMNS, RowResult, open_file
from mash.journeys.actor import Actor
from mash.journeys.import_check import Check
from mash.journeys.import_contacts import Importer, begin, finish
from mash.journeys.practice import Practice, practice_from
from mash.models import Clock, Contact
from mash.rules import RuleBook
from tests.full import Sums, sums
from tests.intake.writers import TODAY, Record

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
BY = Actor.system("cli:import")
EVERYTHING: Record = {column.name: column.example for column in COLUMNS}
A_ROW: dict[str, object] = {"contact_id": "C1", "received_at": "02/11/2026 10:15", "child_id": "1001"}
TELLS_OF_THE_RUN = {"import_batch", "import_row", "event", "event_head", "change_mark", "figure_mark"}


@dataclass
class Desk:
    """Someone who brings files in, a few rows at a time."""

    session: Session
    practice: Practice

    def bring(self, path: Path, *, beside: Iterable[Path] = ()) -> tuple[Counter[str], list[RowResult]]:
        """Bring a file in; return what came of its rows, and each as it was after it was checked."""
        source = open_file(path, TODAY, beside=tuple(beside))
        check = Check(self.practice.due_at, self.practice.rulebook.catalogue, NOON)
        rows = [check.look(row) for row in source.rows()]
        batch = begin(self.session, file_hash="0" * 64, name=path.name, form=source.format, by=BY, at=NOON)
        importer, counts = Importer(batch.id, BY, self.practice), Counter[str]()
        for start in range(0, len(rows), 2):
            counts += importer.take(self.session, rows[start : start + 2], at=NOON)
        finish(self.session, batch.id, counts, by=BY, at=NOON)
        return counts, rows

    def contacts(self) -> list[Contact]:
        """List the contacts in the order they were made."""
        self.session.expire_all()
        return list(self.session.scalars(select(Contact).order_by(Contact.id)))

    def contact(self) -> Contact:
        """Give the only contact there is."""
        (only,) = self.contacts()
        return only

    def running(self, contact: Contact) -> set[str]:
        rows = select(Clock.name).where(Clock.contact_id == contact.id, Clock.stopped_at.is_(None))
        return set(self.session.scalars(rows))

    def record(self) -> Sums:
        """Sum up every table but those that tell of the runs themselves."""
        self.session.flush()
        return {name: told for name, told in sums(self.session.connection()).items() if name not in TELLS_OF_THE_RUN}


def desk(session: Session, rulebook: RuleBook) -> Desk:
    """Sit down at a desk over a database."""
    return Desk(session, practice_from(session, rulebook))
