"""One process leads the unattended work; a leader that was replaced, however it comes back, changes nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.leading import (
    SILENT_SECONDS,
    Lead,
    NotLeading,
    Watched,
    give_up_lead,
    keep_lead,
    lead,
    look,
    note_run,
    require_lead,
)
from mash.models import JobRun
from tests.factories import MONDAY

YEARS = timedelta(days=3650)


def led(session: Session, holder: str, *, at: datetime = MONDAY) -> Lead:
    """Take the lead, from one who has shown no sign of life if there is one."""
    taken = lead(session, work="scheduler", holder=holder, at=at, silent=look(session, "scheduler"))
    assert taken
    return taken


def tried(session: Session, holder: str, *, at: datetime = MONDAY) -> Lead | None:
    return lead(session, work="scheduler", holder=holder, at=at)


@pytest.mark.parametrize("step", [YEARS, -YEARS, timedelta(0)])
def test_the_first_to_ask_leads_and_keeps_the_lead_however_its_clock_is_set(session: Session, step: timedelta) -> None:
    first, seen = led(session, "a"), look(session, "scheduler")
    assert tried(session, "a", at=MONDAY + step) == first
    assert look(session, "scheduler") != seen
    assert tried(session, "b", at=MONDAY + YEARS) is None


def test_one_who_waits_counts_seconds_of_their_own_from_the_last_sign_of_life(session: Session) -> None:
    watched = Watched()
    assert watched.is_free(None, 0)
    led(session, "a")
    assert not watched.is_free(look(session, "scheduler"), 100)
    assert not watched.is_free(look(session, "scheduler"), 100 + SILENT_SECONDS - 0.1)
    tried(session, "a", at=MONDAY - YEARS)
    assert not watched.is_free(look(session, "scheduler"), 100 + SILENT_SECONDS)
    assert watched.is_free(look(session, "scheduler"), 100 + 2 * SILENT_SECONDS)


def test_a_lease_that_was_renewed_after_it_was_thought_silent_is_not_taken(session: Session) -> None:
    led(session, "a")
    thought = look(session, "scheduler")
    tried(session, "a")
    assert lead(session, work="scheduler", holder="b", at=MONDAY, silent=thought) is None
    assert led(session, "b").epoch == 2


def test_a_lead_given_up_passes_on_at_once(session: Session) -> None:
    give_up_lead(session, led(session, "a"))
    assert Watched().is_free(look(session, "scheduler"), 0)
    assert tried(session, "b") == Lead("scheduler", "b", 2)


def test_a_leader_that_was_replaced_cannot_give_up_the_next_ones_lead(session: Session) -> None:
    old = led(session, "a")
    led(session, "b")
    give_up_lead(session, old)
    assert tried(session, "c") is None


def test_a_leader_that_was_replaced_is_refused_before_its_work_and_after_it(session: Session) -> None:
    old = led(session, "a")
    require_lead(session, old)
    keep_lead(session, old, at=MONDAY)
    led(session, "b")
    with pytest.raises(NotLeading):
        require_lead(session, old)
    with pytest.raises(NotLeading):
        keep_lead(session, old, at=MONDAY)
    assert tried(session, "a") is None


def test_each_run_of_a_job_is_kept_over_the_one_before(session: Session) -> None:
    for said in ("1 marked", "2 marked"):
        note_run(session, job="deadlines", started_at=MONDAY, finished_at=MONDAY, result=said)
    session.flush()
    assert session.scalars(select(JobRun.result)).all() == ["2 marked"]
