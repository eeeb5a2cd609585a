"""Frozen history kept ready in this process: read once, and again only where a segment was frozen anew."""

import threading
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import HistorySegment
from mash.replay.compare import Cohort, Period
from mash.replay.frame import Frame
from mash.replay.meanwhile import Before, judged_before
from mash.replay.tight import read_frame
from mash.rules import Catalogue, RuleSet

MOST_KEPT = 4
MOST_SEGMENTS = 5
"""How much of history is kept ready, the newest: 160,000 children, five years of a council and more."""
A_YEAR = timedelta(days=365)


class LiveHistory:
    """The cohort as it stands, and what the versions asked for of late gave it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: dict[str, Frame] = {}
        self._cohort: Cohort | None = None
        self._digests: list[str] = []
        self._before: dict[tuple[str, str, bool], Before] = {}

    def before(self, session: Session, ruleset: RuleSet, *, last_year: bool) -> Before | None:
        """Return history, or its last twelve months, judged by a version; None while none is frozen.

        Raises:
            NotAFrame: If what is kept is not what was frozen.
        """
        with self._lock:
            cohort = self._read(session, ruleset.catalogue)
            if cohort is None:
                return None
            key = (cohort.digest, ruleset.content_hash, last_year)
            if key not in self._before:
                while len(self._before) >= MOST_KEPT:
                    self._before.pop(next(iter(self._before)))
                since = date.fromisoformat(cohort.upto) - A_YEAR if last_year else None
                self._before[key] = judged_before(cohort, ruleset, Period(since.isoformat() if since else None))
            return self._before[key]

    def _read(self, session: Session, catalogue: Catalogue) -> Cohort | None:
        newest = select(HistorySegment.digest).order_by(HistorySegment.number.desc()).limit(MOST_SEGMENTS)
        digests = list(reversed(session.scalars(newest).all()))
        if self._cohort is not None and digests == self._digests and self._cohort.catalogue is catalogue:
            return self._cohort
        frames = {digest: frame for digest, frame in self._frames.items() if digest in digests}
        for digest in digests:
            if digest not in frames:
                content = session.scalars(select(HistorySegment.content).where(HistorySegment.digest == digest)).first()
                frames[digest] = read_frame(content or b"", digest)
        self._frames, self._digests, self._before = frames, digests, {}
        self._cohort = Cohort([frames[digest] for digest in digests], catalogue, digests) if digests else None
        return self._cohort
