"""Keep what was worked out from the record until the record changes, or until time alone would change it.

A thing is given again only for the same key, the same mark of the last change (``mash.db``), and between the moment
that it was made for and the moment that it turns. So it is what would be made now. It lives in this process only.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """A thing as it is from one moment until another, which is no longer in it."""

    thing: T
    since: datetime
    until: datetime


class Shelf(Generic[T]):
    """Room for so many things. The one asked for longest ago goes first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._held: OrderedDict[Hashable, tuple[str, Made[T]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, at: datetime, make: Callable[[], Made[T]], *, mark: str = "") -> Made[T]:
        """Give the thing for a key at a moment, made anew unless it is here and as good as new.

        Args:
            key: All that it is made from beside the record and the time.
            mark: The mark of the record's last change, read before anything else; empty for what no record is in.
        """
        with self._lock:
            held = self._held.get(key)
            if held is not None and held[0] == mark and held[1].since <= at < held[1].until:
                self._held.move_to_end(key)
                return held[1]
        made = make()
        with self._lock:
            self._held[key] = mark, made
            self._held.move_to_end(key)
            while len(self._held) > self._room:
                self._held.popitem(last=False)
        return made
