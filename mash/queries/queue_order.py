"""In which order a list stands, how a place in it is written in an address, and who is shown beside whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import SQLColumnExpression, case

from mash.models import Contact

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = frozenset({Contact.due_at, Contact.decided_at})
RATED = case({"red": 0, "amber": 1, "green": 2}, value=Contact.rating, else_=3)


@dataclass(frozen=True, slots=True)
class Order:
    """Columns from the first that counts to the last, all one way, so that a place is one comparison of rows."""

    columns: tuple[SQLColumnExpression[Any], ...]
    falling: bool = False

    def number(self, row: Any) -> tuple[int, ...]:
        """Give a row's place in whole numbers: a moment in microseconds, so that it fits in an address."""
        return tuple(_number(getattr(row, f"place{at}")) for at in range(len(self.columns)))

    def place(self, after: Sequence[int]) -> tuple[Any, ...]:
        """Give the values that a place was written from."""
        return tuple(
            EPOCH + timedelta(microseconds=number) if column in MOMENTS else number
            for column, number in zip(self.columns, after, strict=True)
        )


RED_FIRST = Order((Contact.queue_rank, Contact.due_at, Contact.id))
OLDEST_DECISION = Order((Contact.decided_at, Contact.id))
NEWEST_DECISION = Order(OLDEST_DECISION.columns, falling=True)
SORTS = ("rating", "due", "from")


def order_of(view: str, sort: str = "", sources: Sequence[str] = ()) -> Order:
    """Give the order of a view: its own, or by a heading where one is named; ``-due`` is the other way round.

    Args:
        sources: The codes of sources in the order in which their names stand.
    """
    if view in {"to-hand-over", "decided"}:
        return NEWEST_DECISION if view == "decided" else OLDEST_DECISION
    falling, by = sort.startswith("-"), sort.removeprefix("-")
    if by == "rating":
        return Order((RATED, Contact.due_at, Contact.id), falling)
    if by == "due":
        return Order((Contact.due_at, Contact.id), falling)
    if by == "from":
        named = case({code: at for at, code in enumerate(sources)}, value=Contact.source_code, else_=len(sources))
        return Order((named, Contact.due_at, Contact.id), falling)
    return RED_FIRST


def _number(value: Any) -> int:
    return int((value - EPOCH) / timedelta(microseconds=1)) if isinstance(value, datetime) else int(value or 0)


class Placed(Protocol):
    """What is needed of a row to stand it beside others."""

    @property
    def id(self) -> int: ...
    @property
    def queue_rank(self) -> int | None: ...


Row = TypeVar("Row", bound=Placed)


def together(rows: Iterable[Row], related: Mapping[int, Iterable[int]]) -> list[Row]:
    """Stand each contact right below the first that it belongs with, red ones apart from the rest.

    Nothing that is not red comes to stand above a red one by it.
    """
    left = {row.id: row for row in rows}
    placed: list[Row] = []
    while left:
        row = left.pop(next(iter(left)))
        placed.append(row)
        others = set(related.get(row.id, ()))
        placed += [left.pop(at) for at in list(left) if at in others and left[at].queue_rank == row.queue_rank]
    return placed
