"""Work in a process of its own, one item ahead of whoever uses the items, so that both go on at once."""

import gc
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")


class StoppedShort(Exception):
    """The process that worked ahead ended before its work did. It has said why on the terminal."""


def ahead(make: Callable[[], Iterator[T]]) -> Iterator[T]:
    """Yield what ``make()`` yields. Items travel between processes, so they must be plain data.

    Raises:
        StoppedShort: If the other process failed or was killed.
    """
    forking = get_context("fork")
    ours, theirs = forking.Pipe(duplex=False)
    other = forking.Process(target=_work, args=(make, ours, theirs), daemon=True)
    other.start()
    theirs.close()
    try:
        yield from _received(ours)
    finally:
        ours.close()
        other.terminate()  # where we stop early it may be deep in a month
        other.join()


def _received(ours: Connection) -> Iterator[Any]:
    try:
        while (item := ours.recv()) is not None:
            yield item[0]
    except EOFError:
        raise StoppedShort("The invented history stopped half-way. Nothing was kept. Start it again.") from None


def _work(make: Callable[[], Iterator[T]], ours: Connection, theirs: Connection) -> None:
    ours.close()  # or a parent that was killed would still seem to listen
    gc.disable()  # what piles up is kept on purpose and holds no cycles: looking for them took a third of the time
    try:
        for item in make():
            theirs.send((item,))
        theirs.send(None)
    except (BrokenPipeError, KeyboardInterrupt):
        return  # nobody listens any more
