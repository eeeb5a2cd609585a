"""How many answers each page gave and how long they took, counted together by every process of the service.

The processes share a piece of memory that the first of them made before it forked. Each counts in a row of its own, so
none waits for another and one that is killed loses nothing: whoever comes after it goes on with its row.
"""

import mmap
import threading
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

CLASSES = ("2xx", "3xx", "4xx", "5xx")
LIMITS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of the classes of time, in seconds; one more class has no end."""
PAGES = 512
_CELLS = len(CLASSES) + len(LIMITS) + 2  # answers by class of status, by class of time, and the seconds of all
_ROW = PAGES * _CELLS


@dataclass(frozen=True, slots=True)
class PageTally:
    """What one page did: answers by class of status, answers by class of time, seconds in all."""

    page: str
    statuses: tuple[int, ...]
    times: tuple[int, ...]
    seconds: float


class Tallies:
    """Counts of every page, in as many rows as there may be processes at once."""

    def __init__(self, rows: int = 1) -> None:
        self._memory = memoryview(mmap.mmap(-1, rows * _ROW * 8)).cast("d")
        self._rows, self._taken = rows, set[int]()
        self._mine, self._lock = 0, threading.Lock()
        self._pages: dict[str, int] = {}

    def name_pages(self, pages: Sequence[str]) -> None:
        """Say which pages there are. Every process of one program names the same."""
        self._pages = {page: place for place, page in enumerate(sorted(pages)[: PAGES - 1])}

    def take_row(self) -> int:
        """Give a row that no process has; where all are taken, the last, which two then share."""
        free = next((row for row in range(self._rows) if row not in self._taken), self._rows - 1)
        self._taken.add(free)
        return free

    def give_back(self, row: int) -> None:
        """Let whoever comes next go on with a row."""
        self._taken.discard(row)

    def use_row(self, row: int) -> None:
        """Count in this row from now on. Called in the process that has it."""
        self._mine, self._lock = row, threading.Lock()

    def count(self, page: str | None, status: int, seconds: float) -> None:
        """Count an answer; ``page`` is None where none fits the address."""
        at = self._mine * _ROW + self._pages.get(page or "", PAGES - 1) * _CELLS
        with self._lock:
            self._memory[at + min(max(status // 100, 2), 5) - 2] += 1
            self._memory[at + len(CLASSES) + bisect_left(LIMITS, seconds)] += 1
            self._memory[at + _CELLS - 1] += seconds

    def totals(self) -> list[PageTally]:
        """Add up all rows: the pages that gave an answer."""
        pages = [*self._pages.items(), ("none", PAGES - 1)]
        return [found for page, place in pages if (found := self._total(page, place)).seconds or any(found.statuses)]

    def _total(self, page: str, place: int) -> PageTally:
        starts = [row * _ROW + place * _CELLS for row in range(self._rows)]
        cells = [sum(self._memory[start + cell] for start in starts) for cell in range(_CELLS)]
        counted = tuple(int(cell) for cell in cells[:-1])
        return PageTally(page, counted[: len(CLASSES)], counted[len(CLASSES) :], cells[-1])
