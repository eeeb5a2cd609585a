"""Write an invented history month by month, the same for the same seed and the same last moment."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from mash.db import Base, make_room
from mash.journeys.events import chained
from mash.journeys.practice import Practice
from mash.journeys.routes import routes_of
from mash.journeys.sample.ahead import ahead
from mash.journeys.sample.columns import Row, as_the_driver_takes, insert_rows
from mash.journeys.sample.families import Neighbourhood
from mash.journeys.sample.figures import Figures, months_back, published_figures
from mash.journeys.sample.known import facts_of_story, remember
from mash.journeys.sample.ledger import Ledger, Staff, Told
from mash.journeys.sample.rows import write_story
from mash.journeys.sample.stories import Story, Storyteller
from mash.models import Contact, EventHead, User, UserRole
from mash.models.people import place_words, sounds_of
from mash.rules import NoRuleSetInForce, read_facts, results_for
from mash.workflow.calendar import london_day

WEEKDAY_WEIGHT = (1.25, 1.1, 1.05, 1.0, 1.0, 0.25, 0.2)
TABLES = (
    "address",
    "person",
    "episode",
    "contact",
    "child_on_contact",
    "adult_on_contact",
    "agreement",
    "information_request",
    "observation",
    "rating",
    "decision",
    "hand_over",
    "oversight",
    "red_turn",
    "clock",
    "clock_mark",
)


@dataclass(slots=True)
class Month:
    """A month as it goes into the database: rows by table, as its driver takes them, and the last event by then."""

    contacts: int
    rows: dict[str, list[tuple[Any, ...]]]
    last_event: tuple[int, str]


class AlreadyUsed(Exception):
    """The database holds contacts, so an invented history is not mixed in with them."""


def staff_from(session: Session) -> Staff:
    """Find the users in whose names the history is told.

    Raises:
        ValueError: If there is no user for a role it needs.
    """
    found: defaultdict[str, list[int]] = defaultdict(list)
    for role, user in session.execute(select(UserRole.role, UserRole.user_id).order_by(UserRole.user_id)):
        found[role].append(user)
    wanted = ("contact_officer", "practitioner", "manager", "receiving_team")
    if missing := [role for role in wanted if not found[role]]:
        raise ValueError(f"The sample needs a user with the role {', '.join(missing)}.")
    teams = session.execute(select(User.team, User.id).where(User.id.in_(found["receiving_team"]))).all()
    return Staff(found["contact_officer"], found["practitioner"], found["manager"], dict(teams))


def write_history(
    session: Session, *, contacts: int, seed: int, now: datetime, practice: Practice, told: Callable[[int], None]
) -> None:
    """Invent a history and write it in the caller's transaction, saying of each month how many contacts it had.

    The months are invented in a process of its own, one ahead of the month being written.

    Raises:
        AlreadyUsed: If the database holds contacts.
    """
    if session.scalar(select(Contact.id).limit(1)) is not None:
        raise AlreadyUsed("This database already holds contacts. Use another folder for a new sample.")
    make_room(session)
    head = session.execute(select(EventHead).where(EventHead.id == 1).with_for_update()).scalar_one()
    connection = session.connection()
    history = History(
        session, contacts=contacts, seed=seed, now=now, practice=practice, last_event=(head.seq, head.hash)
    )
    for month in ahead(history.told):
        for table, rows in month.rows.items():
            insert_rows(connection, table, rows)
        head.seq, head.hash = month.last_event
        told(month.contacts)
    if connection.dialect.name == "postgresql":
        for table in TABLES:
            last = f"(SELECT coalesce(max(id), 1) FROM {table})"  # noqa: S608  # our own table names
            session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})"))
    session.execute(text("ANALYZE"))


class History:
    """An invented history in the making. ``told`` yields it month by month, and touches no database."""

    def __init__(
        self,
        session: Session,
        *,
        contacts: int,
        seed: int,
        now: datetime,
        practice: Practice,
        last_event: tuple[int, str],
    ) -> None:
        self.practice, self.now, self.dialect, self.last_event = practice, now, session.connection().dialect, last_event
        self.figures: Figures = published_figures()
        self.months = months_back(london_day(now), contacts, self.figures)
        chance = Random(seed)  # noqa: S311  # a repeatable sample, not a secret
        self.homes = Neighbourhood(chance, self.figures, first_person=0, first_address=0, tag="S")
        self.teller = Storyteller(chance, self.figures, now=now, due=practice.due_at)
        self.ledger = _ledger(session, chance, now, practice)
        self.pending: list[Told] = []

    def told(self) -> Iterator[Month]:
        """Tell each month: its contacts, what came of them, and every event told before the month was out."""
        for month, contacts in self.months:
            for story in self._stories(month, contacts):
                write_story(self.ledger, story)
            following = (month + timedelta(days=32)).replace(day=1)
            before = datetime(following.year, following.month, 1, tzinfo=self.now.tzinfo)
            rows = {table: self.ledger.rows.pop(table, []) for table in TABLES}
            rows["name_sound"] = _found_by(rows["person"], "search_name", sounds_of, "sound", "person_id")
            rows["place_word"] = _found_by(rows["address"], "key", place_words, "word", "address_id")
            yield self._month(contacts, rows | {"event": self._chain(before)})
        counters = [{"year": year, "last": number} for year, number in self.ledger.references.items()]
        yield self._month(0, {"event": self._chain(None), "reference_counter": counters})

    def _month(self, contacts: int, rows: dict[str, list[Row]]) -> Month:
        taken = {table: as_the_driver_takes(table, found, self.dialect) for table, found in rows.items()}
        return Month(contacts, taken, self.last_event)

    def _stories(self, month: date, contacts: int) -> list[Story]:
        moments = sorted(self._moments(month, contacts))
        stories = [self.teller.tell(self.homes.family_for(at), at) for at in moments]
        self._advise(stories)
        return stories

    def _moments(self, month: date, contacts: int) -> Iterator[datetime]:
        following = (month + timedelta(days=32)).replace(day=1)
        days = [month + timedelta(days=n) for n in range((following - month).days)]
        days = [day for day in days if day <= london_day(self.now)]
        weights = [WEEKDAY_WEIGHT[day.weekday()] for day in days]
        for day in self.teller.chance.choices(days, weights, k=contacts):
            at = self.teller.moment_in(day)
            yield at if at < self.now else self.now - timedelta(minutes=self.teller.chance.randint(1, 600))

    def _advise(self, stories: Sequence[Story]) -> None:
        """Ask the thresholds in force about every child, with what was known then; one run for each version."""
        told: dict[str, list[tuple[Any, Any]]] = {}
        catalogue, strands = self.practice.rulebook.catalogue, self.practice.strands
        for story in stories:
            for child in story.children:
                child.facts = facts_of_story(story, child, strands)
                if rules := self.ledger.ruleset_on(story.received_at):
                    told.setdefault(rules[0], []).append((child, read_facts(catalogue, child.facts)))
            remember(story)
        for version, waiting in told.items():
            found = results_for(self.practice.rulebook.get(version), (facts for _, facts in waiting))
            for (child, facts), results in zip(waiting, found, strict=True):
                child.facts, child.advised_level, child.advice = facts.to_json(), results.level, results.to_json()

    def _chain(self, before: datetime | None) -> list[Row]:
        """Put what was told before a moment on the chain, in order of time."""
        self.pending.extend(self.ledger.events)
        self.ledger.events.clear()
        self.pending.sort(key=lambda told: (told.at, told.contact_id))
        ready = [told for told in self.pending if before is None or told.at < before]
        self.pending = self.pending[len(ready) :]
        rows: list[Row] = []
        seq, last = self.last_event
        for told in ready:
            said: Row = {"contact_id": told.contact_id, "kind": told.kind, "at": told.at}
            said |= {"by_id": told.by_id, "seq": (seq := seq + 1), "actor": "" if told.by_id else "scheduler"}
            said |= {"data": told.data}
            rows.append(said | {"prev_hash": last, "hash": (last := chained(last, **said))})
        self.last_event = seq, last
        return rows


def _ledger(session: Session, chance: Random, now: datetime, practice: Practice) -> Ledger:
    @lru_cache(maxsize=10_000)
    def on_day(day: date) -> tuple[str, str] | None:
        try:
            ruleset = practice.rulebook.in_force(day, replay=True)
        except NoRuleSetInForce:
            return None
        return ruleset.id, ruleset.content_hash

    return Ledger(
        chance=chance,
        staff=staff_from(session),
        due=practice.due,
        due_at=practice.due_at,
        now=now,
        receivers={route.key: practice.team_of(route) for route in routes_of(None, practice.rulebook)},
        ruleset_on=lambda at: on_day(london_day(at)),
        ids=defaultdict(int, {table: _last_id(session, table) for table in TABLES}),
        references=defaultdict(int),
    )


def _found_by(
    rows: Sequence[Row], column: str, parts: Callable[[str], Sequence[str]], name: str, owner: str
) -> list[Row]:
    """Give the rows by which others are found: one for each part of a column."""
    return [{name: part, owner: row["id"]} for row in rows for part in parts(row[column])]


def _last_id(session: Session, table: str) -> int:
    return session.scalar(select(func.max(Base.metadata.tables[table].c.id))) or 0
