"""A new database gets what the service needs; what a council has since decided is never written over."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.config import HOUSE
from mash.journeys.actor import Actor
from mash.journeys.practice import practice_from
from mash.journeys.set_up import require_adopted, set_up
from mash.models import BankHoliday, Event, LocalClosure, Policy, RuleSetAdoption
from mash.rules import RuleBook
from mash.rules.book import ThresholdsChanged
from mash.workflow.calendar import shipped_calendar
from tests.factories import MONDAY
from tests.full import sums

BY = Actor.system("cli:migrate")
FILLED = (BankHoliday, Policy, RuleSetAdoption)


def counts(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in FILLED]


def test_a_new_database_is_filled_and_says_with_what(session: Session, rulebook: RuleBook) -> None:
    added = set_up(session, rulebook=rulebook, by=BY, at=MONDAY)
    held = ("opening_hours", "sign_off", "clocks", "pattern", "escalation", "timeliness", "claims")
    named = [f"{name} policy" for name in (*held, "going_live", "privacy", "sign_in", "backup", "retention")]
    assert added[1:13] == named
    assert added[13:] == [f"thresholds {version.id}" for version in rulebook.versions]
    assert all(counts(session))
    event = session.scalars(select(Event).where(Event.kind == "service.set_up")).one()
    assert event.data == {"added": added}


def test_set_up_again_adds_nothing_and_leaves_no_trace(session: Session, rulebook: RuleBook) -> None:
    set_up(session, rulebook=rulebook, by=BY, at=MONDAY)
    before = sums(session.connection())
    assert set_up(session, rulebook=rulebook, by=BY, at=MONDAY + timedelta(days=1)) == []
    assert sums(session.connection()) == before


def test_only_what_is_missing_is_added(session: Session, rulebook: RuleBook) -> None:
    session.add(Policy(name="sign_off", effective_from=date(2026, 1, 1), content={"own": True}, at=MONDAY))
    session.add(BankHoliday(day=date(2026, 12, 25), title="Christmas Day"))
    session.flush()
    added = set_up(session, rulebook=rulebook, by=BY, at=MONDAY)
    assert added[:2] == ["opening_hours policy", "clocks policy"]
    assert session.scalars(select(Policy.content).where(Policy.name == "sign_off")).all() == [{"own": True}]
    assert session.scalars(select(BankHoliday.day)).all() == [date(2026, 12, 25)]


def test_a_filled_database_works_clocks_out_as_the_shipped_calendar_does(session: Session, rulebook: RuleBook) -> None:
    shipped = practice_from(session, rulebook)
    set_up(session, rulebook=rulebook, by=BY, at=MONDAY)
    filled = practice_from(session, rulebook)
    assert filled.calendar.bank_holidays == shipped_calendar().bank_holidays
    assert filled.calendar.weeks == shipped_calendar().weeks
    moments = [MONDAY + timedelta(days=11 * step, hours=step) for step in range(60)]
    assert [filled.due("social-care", at) for at in moments] == [shipped.due("social-care", at) for at in moments]
    assert filled.sign_off(MONDAY) == shipped.sign_off(MONDAY)


def test_a_local_closure_and_a_council_policy_count_from_their_day(session: Session, rulebook: RuleBook) -> None:
    set_up(session, rulebook=rulebook, by=BY, at=MONDAY)
    usual = practice_from(session, rulebook).due_at("social-care", MONDAY)
    session.add(LocalClosure(day=usual.date(), reason="Flood"))
    shipped = session.scalars(select(Policy).where(Policy.name == "clocks")).one()
    limits = shipped.content["limits"] | {"red": {"hours": 2}}
    council = shipped.content | {"limits": limits}
    session.add(Policy(name="clocks", effective_from=date(2026, 4, 14), content=council, at=MONDAY))
    session.flush()
    practice = practice_from(session, rulebook)
    assert practice.due_at("social-care", MONDAY) == usual + timedelta(days=1)
    tuesday = MONDAY + timedelta(days=1)
    assert practice.due_at("red", MONDAY) - MONDAY == timedelta(hours=4)
    assert practice.due_at("red", tuesday) - tuesday == timedelta(hours=2)


def test_teams_named_by_the_council_receive_in_place_of_the_shipped_ones(session: Session, rulebook: RuleBook) -> None:
    assert practice_from(session, rulebook).receivers["early_help"] == "Early help hub"
    teams = {"teams": {"early_help": "Family hub east"}}
    session.add(Policy(name="receiving_teams", effective_from=date(2026, 1, 1), content=teams, at=MONDAY))
    session.flush()
    assert practice_from(session, rulebook).receivers == {"early_help": "Family hub east"}


def test_thresholds_edited_after_they_were_adopted_stop_the_service_by_name(
    session: Session, rulebook: RuleBook, tmp_path: Path
) -> None:
    set_up(session, rulebook=rulebook, by=BY, at=MONDAY)
    require_adopted(session, rulebook)
    shutil.copytree(HOUSE / "thresholds", tmp_path / "thresholds")
    (edited,) = (tmp_path / "thresholds").glob("2022-*.yaml")
    edited.write_text(edited.read_text().replace("  title: ", "  title: Not ", 1))
    with pytest.raises(ThresholdsChanged, match=r"The threshold file dn-2022-05 was changed after it was adopted"):
        require_adopted(session, RuleBook.load(tmp_path / "thresholds"))


def test_thresholds_nobody_has_adopted_yet_do_not_stop_it(session: Session, rulebook: RuleBook) -> None:
    require_adopted(session, rulebook)
    assert session.scalars(select(RuleSetAdoption)).all() == []
