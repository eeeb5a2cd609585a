"""The invented history: the same for the same seed, true to the published figures, and whole as a real record is."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mash.cli.demo import review_patterns
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.events import first_break
from mash.journeys.practice import LONDON, Practice, practice_from
from mash.journeys.sample.figures import months_back, published_figures
from mash.journeys.sample.pattern_views import pattern_views_among
from mash.journeys.sample.staff import SAMPLE_STAFF
from mash.journeys.sample.write import AlreadyUsed, write_history
from mash.models import (
    ChildOnContact,
    Clock,
    Contact,
    Decision,
    Event,
    PatternReview,
    PatternView,
    Person,
    User,
    UserRole,
)
from mash.queries.pattern import waiting_views
from mash.queries.workspace import workspace
from mash.rules import RuleBook
from tests.factories import MONDAY, an_actor
from tests.full import Sums, sums

END_OF_MARCH = datetime(2022, 3, 31, 22, 59, tzinfo=UTC)
PUBLISHED = {date(2022, 2, 1): 2134, date(2022, 3, 1): 2439}
CONTACTS = sum(PUBLISHED.values()) + 40
FIGURES = published_figures()


@cache
def thresholds() -> RuleBook:
    """Read the shipped thresholds once."""
    return RuleBook.load(HOUSE / "thresholds")


def invent(database: Database, *, contacts: int, seed: int, now: datetime) -> Practice:
    """Write a history over staff of fixed names, as the command does."""
    with transaction(database) as session:
        for person in SAMPLE_STAFF:
            an_actor(session, *person.roles, username=person.username, name=person.name, team=person.team)
        practice = practice_from(session, thresholds())
        written: list[int] = []
        write_history(session, contacts=contacts, seed=seed, now=now, practice=practice, told=written.append)
        assert sum(written) == contacts
    return practice


@pytest.fixture(scope="module")
def two_months(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Invent February and March 2022 in full, once."""
    folder = tmp_path_factory.mktemp("history") / "var"
    shutil.copytree(migrated_folder, folder)
    database = open_database(Config(folder=folder))
    invent(database, contacts=CONTACTS, seed=2022, now=END_OF_MARCH)
    yield database
    database.engine.dispose()


@pytest.fixture
def history(two_months: Database) -> Iterator[Session]:
    """Look into those months."""
    with reading(two_months) as session:
        yield session


def of(history: Session, *columns: Any, **same: Any) -> list[Any]:
    return list(history.execute(select(*columns).filter_by(**same)))


def near(share: float, wanted: float, of: int) -> bool:
    """Say whether a share lies within three standard errors of what it was drawn from."""
    return abs(share - wanted) <= 3 * sqrt(wanted * (1 - wanted) / of)


def told(database: Database) -> Sums:
    with reading(database) as session:
        return {table: told for table, told in sums(session.connection()).items() if table != "change_mark"}


def test_the_same_seed_and_moment_give_the_same_record_and_another_seed_another(
    migrated_folder: Path, tmp_path: Path
) -> None:
    made: list[Sums] = []
    for place, seed in enumerate((7, 7, 8)):
        shutil.copytree(migrated_folder, tmp_path / str(place))
        database = open_database(Config(folder=tmp_path / str(place)))
        invent(database, contacts=150, seed=seed, now=MONDAY)
        made.append(told(database))
        database.engine.dispose()
    first, same, other = made
    assert first == same
    changed = {name for name in first if first[name] != other[name]}
    assert {"contact", "child_on_contact", "person", "decision", "clock", "event", "observation"} <= changed


def test_every_published_month_has_exactly_its_published_total() -> None:
    listed = dict(months_back(date(2022, 3, 31), 70_000, FIGURES))
    assert {f"{month:%Y-%m}": count for month, count in listed.items() if f"{month:%Y-%m}" in FIGURES.monthly} == dict(
        FIGURES.monthly
    )
    assert sum(listed.values()) == 70_000


def test_a_month_half_gone_has_its_share_and_what_is_left_over_opens_the_history() -> None:
    assert months_back(date(2022, 3, 15), 2000, FIGURES) == [(date(2022, 2, 1), 820), (date(2022, 3, 1), 1180)]


def test_the_record_holds_the_published_total_of_each_month_to_the_contact(history: Session) -> None:
    months = Counter(at.astimezone(LONDON).date().replace(day=1) for (at,) in of(history, Contact.received_at))
    assert months == PUBLISHED | {date(2022, 1, 1): 40}


def test_requests_and_their_outcomes_come_in_the_published_shares(history: Session) -> None:
    rows = of(history, Contact.id, Contact.type_at_receipt)
    requests = {number for number, kind in rows if kind == "service_request"}
    assert near(len(requests) / CONTACTS, FIGURES.request_share, CONTACTS)
    routes: dict[int, set[str]] = {}
    for number, route in history.execute(
        select(ChildOnContact.contact_id, Decision.route).join(Decision, Decision.child_id == ChildOnContact.id)
    ):
        routes.setdefault(number, set()).add(route)
    requests &= routes.keys()
    for route, wanted in FIGURES.outcomes_of_requests.items():
        met = {route, "strategy_discussion"} if route == "child_and_family_assessment" else {route}
        share = sum(bool(met & routes[number]) for number in requests) / len(requests)
        assert near(share, wanted, len(requests)), (route, share)


def test_decisions_are_in_time_in_the_published_share(history: Session) -> None:
    rows = history.execute(
        select(Contact.id, Contact.rating, Contact.decided_at, Clock.name, Clock.due_at)
        .join(Clock, Clock.contact_id == Contact.id)
        .where(Contact.decided_at.is_not(None), Clock.name.in_(("social-care", "early-help")))
    ).all()
    due = {number: at for number, rating, _, name, at in sorted(rows, key=lambda row: row.name == "early-help")}
    decided = {number: at for number, rating, at, _, _ in rows if rating != "red"}
    share = sum(at is not None and at <= due[number] for number, at in decided.items()) / len(decided)
    assert near(share, FIGURES.in_time, len(decided)), share


def test_the_kinds_of_child_and_contact_that_trip_real_systems_are_all_there(history: Session) -> None:
    def count(*where: Any) -> int:
        return history.scalar(select(func.count()).select_from(Contact).where(*where)) or 0

    people = [
        history.scalar(select(func.count()).select_from(Person).where(where))
        for where in (Person.unborn, Person.unnamed, Person.estimated_age.is_not(None))
    ]
    assert all(people)
    on_contact = Counter(number for (number,) in of(history, ChildOnContact.contact_id))
    again = Counter(number for (number,) in of(history, ChildOnContact.person_id))
    assert max(on_contact.values()) >= 3
    assert max(again.values()) >= 3
    assert count(Contact.decided_at.is_(None), Contact.queue_rank.is_not(None))
    assert count(Contact.queue_rank == 0)
    assert count(Contact.type_at_receipt == "statutory_check", Contact.state == "closed")
    assert count(Contact.referrer_identity == "anonymous")
    routes = Counter(route for number, route in of(history, ChildOnContact.contact_id, ChildOnContact.outcome) if route)
    assert {"strategy_discussion", "early_help", "information_given", "passed_to_allocated_worker"} <= routes.keys()
    different = history.execute(
        select(ChildOnContact.contact_id)
        .group_by(ChildOnContact.contact_id)
        .having(func.count(ChildOnContact.outcome.distinct()) > 1)
    ).first()
    assert different


def test_the_chain_of_events_is_whole_and_tells_of_every_contact(history: Session) -> None:
    assert first_break(history.scalars(select(Event).order_by(Event.seq))) is None
    assert history.scalar(select(func.count()).where(Event.kind == "contact.received")) == CONTACTS


def test_every_open_contact_opens_and_its_facts_can_be_read(history: Session) -> None:
    practice = practice_from(history, thresholds())
    practitioner = history.scalars(select(User.id).join(UserRole).where(UserRole.role == "practitioner")).first()
    assert practitioner
    waiting = history.scalars(select(Contact).where(Contact.queue_rank.is_not(None))).all()
    assert len(waiting) > 20
    for contact in waiting:
        opened = workspace(
            history, contact.id, user_id=practitioner, roles=frozenset({"practitioner"}), at=END_OF_MARCH
        )
        known = practice.facts(history, contact)
        assert [card.id for card in opened.children] == list(known)
        assert {facts.to_json()["contact_type"] for facts in known.values()} == {contact.type_at_receipt}


def test_nothing_invented_happens_after_the_last_moment_or_before_it_was_received(history: Session) -> None:
    assert history.scalars(select(Contact.id).where(Contact.received_at > END_OF_MARCH)).all() == []
    assert history.scalars(select(Event.seq).where(Event.at > END_OF_MARCH)).all() == []
    assert history.scalars(select(Contact.id).where(Contact.decided_at < Contact.received_at)).all() == []


def test_a_record_already_in_use_is_never_mixed_with_an_invented_one(two_months: Database) -> None:
    with transaction(two_months) as session:
        practice = practice_from(session, thresholds())
        with pytest.raises(AlreadyUsed):
            write_history(session, contacts=5, seed=1, now=MONDAY, practice=practice, told=print)


def test_a_history_needs_someone_in_whose_name_it_is_told(database: Database) -> None:
    with transaction(database) as session:
        practice = practice_from(session, thresholds())
        with pytest.raises(ValueError, match="contact_officer, practitioner, manager, receiving_team"):
            write_history(session, contacts=5, seed=1, now=MONDAY, practice=practice, told=print)


def test_new_contacts_can_be_recorded_after_an_invented_history(database: Database) -> None:
    practice = invent(database, contacts=30, seed=3, now=MONDAY)
    from mash.journeys.people import PersonGiven
    from mash.journeys.receive import Approach, ChildGiven, receive

    with transaction(database) as session:
        officer = Actor.of(session.scalars(select(User).where(User.username == "sam")).one())
        child = ChildGiven(person=PersonGiven(forename="Ada"))
        approach = Approach(type="advice", received_at=MONDAY, children=(child,))
        made = receive(session, approach, by=officer, at=MONDAY, practice=practice)
        numbers = set(session.scalars(select(Contact.reference)))
        assert made.reference in numbers
        assert len(numbers) == 31


def test_views_of_a_pattern_are_invented_some_reviewed_by_fresh_eyes_and_some_waiting(database: Database) -> None:
    practice = invent(database, contacts=400, seed=2022, now=MONDAY)
    made = review_patterns(database, practice, MONDAY)
    with reading(database) as session:
        views = {view.id: view for view in session.scalars(select(PatternView))}
        assert Counter(view.state for view in views.values()) == {"waiting": 2, "reviewed": 2, "disputed": 1}
        assert len(views) == made == (session.scalar(select(func.count()).select_from(Contact)) or 0) - 400
        assert made == pattern_views_among(400)
        for review in session.scalars(select(PatternReview)):
            view = views[review.view_id]
            assert review.by_id not in {view.by_id, *view.last_closed_by}
        assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
        assert len(waiting_views(session, roles=frozenset({"manager"}))) == 3
