"""Silence is not health: a scheduler that stopped, failed or never ran, and a calendar that runs out, all show."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.deliver import TRIES, claim, note_not_sent
from mash.journeys.leading import note_run
from mash.journeys.outbox import Letter, put_out
from mash.models import BankHoliday, Delivery, Message
from mash.queries.health import HOLDS_NO_LONGER, health
from tests.factories import MONDAY


@pytest.fixture
def calendar(session: Session) -> None:
    session.add(BankHoliday(day=date(2028, 12, 26), title="Boxing Day"))


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize(
    ("minutes", "problem"),
    [
        (0, None),
        (3, None),
        (4, "Deadlines were last watched 4 minutes ago"),
        (-200, "Deadlines were last watched in the future by this machine's clock"),
    ],
)
def test_deadlines_not_watched_for_more_than_three_minutes_are_a_problem(
    session: Session, minutes: int, problem: str | None
) -> None:
    note_run(session, job="deadlines", started_at=MONDAY, finished_at=MONDAY, result="0 marked")
    problems = health(session, MONDAY + timedelta(minutes=minutes)).problems
    assert len(problems) == (0 if problem is None else 1)
    assert all(said.startswith(problem or "") for said in problems)


@pytest.mark.usefixtures("calendar")
def test_a_scheduler_that_never_ran_or_failed_last_time_is_a_problem(session: Session) -> None:
    assert "not being watched" in health(session, MONDAY).problems[0]
    note_run(session, job="deadlines", started_at=MONDAY, finished_at=None, result="failed: OperationalError")
    assert "not being watched" in health(session, MONDAY).problems[0]


@pytest.mark.parametrize(("last", "well"), [(None, False), (date(2026, 7, 11), False), (date(2026, 7, 12), True)])
def test_a_calendar_that_runs_out_within_ninety_days_is_a_problem(
    session: Session, last: date | None, well: bool
) -> None:
    note_run(session, job="deadlines", started_at=MONDAY, finished_at=MONDAY, result="0 marked")
    if last:
        session.add(BankHoliday(day=last, title="Invented holiday"))
    found = health(session, MONDAY)
    assert found.holidays_until == last
    assert (found.problems == ()) is well


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize(("tries", "well"), [(2, True), (3, False)])
def test_messages_turned_away_again_and_again_are_a_problem(session: Session, tries: int, well: bool) -> None:
    note_run(session, job="deadlines", started_at=MONDAY, finished_at=MONDAY, result="0 marked")
    told = {"kind": "deadline", "to": "jo@anytown.example", "subject": "C-26-00001", "body": "", "hold_until": MONDAY}
    message = Message(key="deadline-1", **told)
    session.add(message)
    session.flush()
    session.add(Delivery(message_id=message.id, next_try_at=MONDAY, tries=tries))
    assert (health(session, MONDAY).problems == ()) is well


@pytest.mark.usefixtures("calendar")
def test_a_message_given_up_is_a_problem_for_a_day_and_one_that_nobody_needs_is_not(session: Session) -> None:
    at = MONDAY
    told = {"kind": "digest", "to": "jo@anytown.example", "subject": "Today", "body": "", "hold_until": MONDAY}
    put_out(session, [Letter(key=f"digest-{number}", **told) for number in range(2)])  # type: ignore[arg-type]
    for _ in range(TRIES):
        at += timedelta(hours=2)
        while out := claim(session, at=at):
            note_not_sent(session, out.message_id, problem="ConnectionRefusedError", at=at)
    note_run(session, job="deadlines", started_at=at, finished_at=at, result="0 marked")
    said = "Messages to colleagues given up in the last day: 2. Nobody was told. The last, because: "
    assert health(session, at).problems == (f"{said}ConnectionRefusedError.",)
    for delivery in session.scalars(select(Delivery)):
        delivery.problem = HOLDS_NO_LONGER
    assert health(session, at).problems == ()
    note_run(session, job="deadlines", started_at=at, finished_at=at + timedelta(days=2), result="0 marked")
    assert health(session, at + timedelta(days=2)).problems == ()
