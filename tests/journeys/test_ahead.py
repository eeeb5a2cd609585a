"""Work done ahead in another process: all of it arrives in order, and neither side outlives the other."""

import os
import signal
from collections.abc import Iterator

import pytest

from mash.journeys.sample.ahead import StoppedShort, ahead


def test_all_of_it_arrives_in_order() -> None:
    assert list(ahead(lambda: iter(range(1000)))) == list(range(1000))


def test_whoever_stops_early_leaves_nobody_working() -> None:
    def pids() -> Iterator[int]:
        while True:
            yield os.getpid()

    items = ahead(pids)
    other = next(items)
    assert isinstance(items, Iterator)
    items.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


def test_work_that_dies_is_never_taken_for_work_that_is_done() -> None:
    def dies() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), signal.SIGKILL)

    items = ahead(dies)
    assert next(items) == 1
    with pytest.raises(StoppedShort, match="Nothing was kept"):
        next(items)
