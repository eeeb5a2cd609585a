"""When work comes again: a timetable that runs what it missed once, and nothing beside itself."""

import threading
from collections.abc import Callable
from datetime import UTC

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

AT_ONCE, MOST_JOBS = 2, 16
"""Runs of a job that may be there at once, one of them waiting; with a thread for each no job waits for another."""


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
        executors={"default": ThreadPoolExecutor(AT_ONCE * MOST_JOBS)},
        job_defaults={"coalesce": True, "max_instances": AT_ONCE, "misfire_grace_time": None},
    )
