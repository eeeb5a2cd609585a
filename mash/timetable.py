"""When work comes again: a timetable that runs what it missed once, and nothing beside itself."""

import threading
from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


def in_turn(work: Callable[[], None]) -> Callable[[], None]:
    """Let a second run of the same work wait for the first: what it was called for may have come too late for that."""
    lock = threading.Lock()

    def run_in_turn() -> None:
        with lock:
            work()

    return run_in_turn


def made_timetable() -> BackgroundScheduler:
    """Make a timetable in UTC that runs what it missed once; a job still running has at most one more run in wait."""
    return BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(8)},
        job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
    )
