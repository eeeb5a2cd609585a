"""One process leads the unattended work; a leader that was replaced, however it comes back, changes nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.leading import LASTS, Lead, NotLeading, give_up_lead, lead, note_run, require_lead
from mash.models import JobRun
from tests.factories import MONDAY

LATER = MONDAY + LASTS + timedelta(seconds=1)


def led(session: Session, holder: str, *, at: datetime = MONDAY) -> Lead:
    taken = lead(session, work="scheduler", holder=holder, at=at)
    assert taken
    return taken


def test_the_first_to_ask_leads_and_keeps_the_lead_while_it_asks_again(session: Session) -> None:
    first = led(session, "a")
    assert led(session, "a", at=MONDAY + LASTS / 2) == first
    assert led(session, "a", at=LATER) == first


def test_nobody_else_leads_until_the_lead_runs_out(session: Session) -> None:
    led(session, "a")
    assert lead(session, work="scheduler", holder="b", at=MONDAY + LASTS / 2) is None
    assert led(session, "b", at=LATER).epoch == 2


def test_a_lead_given_up_passes_on_at_once(session: Session) -> None:
    give_up_lead(session, led(session, "a"), at=MONDAY)
    assert led(session, "b").epoch == 2


def test_a_leader_that_was_replaced_cannot_give_up_the_next_ones_lead(session: Session) -> None:
    old = led(session, "a")
    led(session, "b", at=LATER)
    give_up_lead(session, old, at=LATER)
    assert lead(session, work="scheduler", holder="c", at=LATER) is None


def test_a_leader_that_was_replaced_is_refused_even_if_it_asks_to_go_on(session: Session) -> None:
    old = led(session, "a")
    require_lead(session, old)
    led(session, "b", at=LATER)
    with pytest.raises(NotLeading):
        require_lead(session, old)
    assert lead(session, work="scheduler", holder="a", at=LATER) is None


def test_each_run_of_a_job_is_kept_over_the_one_before(session: Session) -> None:
    for said in ("1 marked", "2 marked"):
        note_run(session, job="deadlines", started_at=MONDAY, finished_at=MONDAY, result=said)
    session.flush()
    assert session.scalars(select(JobRun.result)).all() == ["2 marked"]
