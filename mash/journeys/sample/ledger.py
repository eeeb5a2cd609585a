"""What an invented history is gathered in before it is written: rows by table, events, and the last id given."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from mash.workflow.clocks import Due


@dataclass(slots=True)
class Staff:
    """Whose ids the invented history uses."""

    officers: list[int]
    practitioners: list[int]
    managers: list[int]
    receivers: dict[str, int]


@dataclass(slots=True)
class Told:
    """An event waiting to be put on the chain in order of time."""

    at: datetime
    contact_id: int
    kind: str
    by_id: int | None
    data: dict[str, Any]


@dataclass(slots=True)
class Ledger:
    """Rows by table, events, and the last id given in each table."""

    chance: Random
    staff: Staff
    due: Callable[[str, datetime], Due]
    due_at: Callable[[str, datetime], datetime]
    now: datetime
    receivers: Mapping[str, str]
    ruleset_on: Callable[[datetime], tuple[str, str] | None]
    ids: defaultdict[str, int]
    references: defaultdict[int, int]
    rows: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    events: list[Told] = field(default_factory=list)

    def next_id(self, table: str) -> int:
        self.ids[table] += 1
        return self.ids[table]

    def add(self, table: str, **row: Any) -> int:
        row["id"] = self.next_id(table)
        self.rows[table].append(row)
        return int(row["id"])

    def tell(self, at: datetime, contact: dict[str, Any], kind: str, by: int | None, data: dict[str, Any]) -> None:
        self.events.append(Told(at, contact["id"], kind, by, data))
