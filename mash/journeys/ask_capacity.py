"""Ask what the coming weeks would bring, as things stand and if something were done differently; the answer is kept."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from mash.db import Database, Unavailable, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.practice import practice_from
from mash.journeys.timeliness import timeliness_policy
from mash.measures.chance_cases import begins, cases_open
from mash.measures.learnt import taught_last
from mash.measures.working import ratings
from mash.models import CapacityRun, User
from mash.queries.replay_work import Extra
from mash.rules import RuleBook
from mash.staffing.answer import Plan, Stopped, Told, ask, go_on
from mash.staffing.working import Change, Working
from mash.workflow.calendar import london_day

RUNS, SEED = 20, 1
STANDARD: Mapping[str, Change] = {
    "One person more from 2 pm": Change(people=1, from_hour=14),
    "One person more all day": Change(people=1),
    "Managers agree the red ones only": Change(only_red_signed=True),
    "Partners answer within 6 hours": Change(replies_within=6),
    "The soonest due is always taken first": Change(in_order=True),
}
"""What is always asked, so that a manager need not think of it."""
ASKED = "What you asked"
REPLAYED = "replayed"
"""Under what the assessments of a replay are kept beside the change of a question."""
SILENT = timedelta(minutes=5)
NOTHING_LEARNT = "There is too little history yet to say how the front door works. It takes 300 contacts in 12 weeks."
FAULT = "It stopped on a fault of ours, and nothing of it was kept. Ask again."


class NothingLearnt(Exception):
    """Nothing is known yet of how the front door works, so nothing can be said of the weeks ahead."""

    def __init__(self) -> None:
        super().__init__(NOTHING_LEARNT)


def begin_capacity(
    session: Session, change: Change, *, weeks: int, by: Actor, at: datetime, extra: Extra | None = None
) -> CapacityRun:
    """Note that a question is being worked on; `extra` are the assessments of a change of thresholds, by its replay."""
    told = asdict(change) | ({REPLAYED: extra.to_json()} if extra else {})
    row = CapacityRun(change=told, weeks=weeks, seed=SEED, asked_by_id=by.user_id, asked_at=at, seen_at=at)
    session.add(row)
    session.flush()
    return row


def answer_capacity(
    database: Database,
    rulebook: RuleBook,
    change: Change,
    *,
    weeks: int,
    seed: int,
    at: datetime,
    told: Told = go_on,
    extra: Extra | None = None,
) -> dict[str, Any]:
    """Work out an answer: the same for the same record, moment and seed.

    Raises:
        NothingLearnt: If there is too little history.
    """
    with reading(database) as session:
        taught = taught_last(session)
        if taught is None or taught.working is None:
            raise NothingLearnt
        plan = _plan(session, rulebook, weeks, at)
        target = timeliness_policy(session, at).target
    asked = plans_of(change, extra)
    possible = {name: one for name, one in asked.items() if _can_differ(one, taught.working)}
    found = ask(taught.working, possible, plan, target=target / 100, runs=RUNS, seed=seed, told=told)
    return found.to_json() | {
        "target": target,
        "begins": london_day(plan.begins).isoformat(),
        "open": len(plan.backlog),
        "learnt_at": taught.at.isoformat(),
        "minutes": taught.working.minutes,
        "left_out": [name for name in asked if name not in possible],
    }


def plans_of(change: Change, extra: Extra | None) -> dict[str, Change]:
    """Return what is asked, by name: the assessments of a replay, what a person changed with them, and the usual."""
    plans = extra.plans(Change()) if extra else {}
    if change != Change():
        plans[ASKED] = replace(change, assessments=extra.more) if extra else change
    return {**plans, **STANDARD}


def question_of(kept: Mapping[str, Any]) -> tuple[Change, Extra | None]:
    """Read a question back as it was kept."""
    change = Change(**{name: value for name, value in kept.items() if name != REPLAYED})
    return change, Extra(**kept[REPLAYED]) if REPLAYED in kept else None


def _can_differ(change: Change, working: Working) -> bool:
    """Say whether a change touches anything that was measured here: nobody can do without what does not happen."""
    touches = (
        change.people or change.assessments or change.arrivals != 1 or change.in_order,
        change.only_red_signed and working.other_signed,
        change.replies_within is not None and working.asked,
    )
    return any(touches)


def _plan(session: Session, rulebook: RuleBook, weeks: int, at: datetime) -> Plan:
    practice = practice_from(session, rulebook)
    still = cases_open(session, at)
    rated = ratings(session, [case.id for case in still])
    return Plan(
        begins=begins(london_day(at) + timedelta(days=1)),
        weeks=weeks,
        backlog=[(case.due, rated.get(case.id) == "red") for case in still],
        dues=lambda received: (practice.due_at("social-care", received), practice.due_at("early-help", received)),
        calendar=practice.calendar,
    )


def run_capacity(database: Database, rulebook: RuleBook, number: int, clock: Callable[[], datetime]) -> None:
    """Answer a question that was begun, and keep the answer in one transaction, or the reason why there is none."""
    with reading(database) as session:
        row = session.get_one(CapacityRun, number)
        (change, extra), weeks, seed, at = question_of(row.change), row.weeks, row.seed, row.asked_at

    def told(done: int, total: int) -> bool:
        with transaction(database) as session:
            still = update(CapacityRun).where(CapacityRun.id == number, CapacityRun.state == "running")
            heard = still.values(done=done, total=total, seen_at=clock()).returning(CapacityRun.id)
            return session.execute(heard).first() is not None

    try:
        result = answer_capacity(database, rulebook, change, weeks=weeks, seed=seed, at=at, told=told, extra=extra)
    except Stopped:
        return
    except (NothingLearnt, Unavailable) as wrong:
        _end(database, number, clock(), state="failed", wrong=str(wrong))
    except Exception:
        _end(database, number, clock(), state="failed", wrong=FAULT)
        raise
    else:
        _end(database, number, clock(), state="done", result=result)


def _end(database: Database, number: int, at: datetime, **how: Any) -> None:
    with transaction(database) as session:
        still = update(CapacityRun).where(CapacityRun.id == number, CapacityRun.state == "running")
        session.execute(still.values(finished_at=at, **how))


def stop_capacity(session: Session, number: int, *, at: datetime) -> None:
    """Stop a question that is being worked on."""
    still = update(CapacityRun).where(CapacityRun.id == number, CapacityRun.state == "running")
    session.execute(still.values(state="cancelled", finished_at=at))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the pages show it."""

    id: int
    change: Mapping[str, Any]
    weeks: int
    state: str
    done: int
    total: int
    wrong: str
    asked_by: str
    asked_at: datetime
    seen_at: datetime
    result: Mapping[str, Any] | None


def _asked() -> Select[*tuple[Any, ...]]:
    return select(CapacityRun, User.name).outerjoin(User, User.id == CapacityRun.asked_by_id)


def _shown(row: CapacityRun, by: str | None) -> Asked:
    told = (row.state, row.done, row.total, row.wrong, by or "", row.asked_at, row.seen_at, row.result)
    return Asked(row.id, row.change, row.weeks, *told)


def capacity_runs(session: Session, limit: int = 30) -> list[Asked]:
    """List what was asked, newest first."""
    newest = _asked().order_by(CapacityRun.asked_at.desc(), CapacityRun.id.desc()).limit(limit)
    return [_shown(row, by) for row, by in session.execute(newest)]


def capacity_run(session: Session, number: int) -> Asked | None:
    """Give one question, with its answer if there is one."""
    found = session.execute(_asked().where(CapacityRun.id == number)).first()
    return _shown(*found) if found else None


def asked_of_replay(session: Session, replay: int) -> Asked | None:
    """Give the newest question about the assessments of a replay that was not stopped and did not fail."""
    told = CapacityRun.change[REPLAYED]["replay"].as_integer() == replay
    kept = _asked().where(told, CapacityRun.state.in_(("running", "done")))
    found = session.execute(kept.order_by(CapacityRun.id.desc())).first()
    return _shown(*found) if found else None
