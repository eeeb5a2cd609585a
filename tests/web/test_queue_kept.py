"""A queue that was kept is the queue as it is: whatever happens, whoever looks, whenever they do."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from mash import clock
from mash.db import transaction
from mash.journeys import absences, share_out, triage, users
from mash.journeys.contacts import NotFound
from mash.journeys.people import PersonGiven, person_for
from mash.models import Contact, InformationRequest, UserSession
from mash.web import queue_lines, queue_list
from mash.web.shelf import Made, Shelf
from mash.workflow.contact import MoveRefused
from tests.factories import MONDAY
from tests.web.arriving import arrive, decided, rated, someone
from tests.web.conftest import Browser, SignInAs

TOKENS = re.compile(r'((?:name="(?:form_token|csrf_token|csrf-token)" (?:value|content)="|since=))[^"&]+')
WHO = ("contact_officer", "practitioner", "manager", "colleague")
ASKED = (
    *(f"view={view}" for view in ("mine", "unclaimed", "everyone", "waiting", "to-hand-over", "decided")),
    *(f"view=everyone&due={due}" for due in ("overdue", "today", "later")),
    "view=to-hand-over&due=overdue",
    "view=everyone&sort=-due",
    "view=unclaimed&rating=red",
)
ANNA, BABY = PersonGiven(council_id="7001", date_of_birth=(MONDAY - timedelta(days=700)).date()), "7002"
SECOND, INSTANT, HOUR = timedelta(seconds=1), timedelta(microseconds=1), timedelta(hours=1)


class Now:
    """What time it is."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    told = Now()
    monkeypatch.setattr(clock, "now", told)
    return told


@pytest.fixture
def looking(now: Now, app: Flask, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch) -> dict[str, Browser]:
    """Give everybody who looks, signed in; what was kept before is not theirs."""
    with transaction(app.extensions["mash"].database) as session:
        told: dict[str, Any] = {"username": "colleague", "name": "Another", "roles": ["practitioner"]}
        users.make_user(session, **told, password="violet kettle march", by=someone(app, "manager"), at=now())
    monkeypatch.setattr(queue_list, "_answers", Shelf(100))
    monkeypatch.setattr(queue_list, "_pages", Shelf(100))
    monkeypatch.setattr(queue_lines, "_lines", Shelf(1000))
    return {name: sign_in_as(name) for name in WHO}


def page(browser: Browser, asked: str) -> str:
    answer = browser.get(f"/queue?{asked}")
    assert answer.status_code == 200
    return TOKENS.sub(r"\1", answer.text)


def made_anew(browser: Browser, asked: str) -> str:
    """Ask for a page where nothing was kept."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((queue_list, "_answers"), (queue_list, "_pages"), (queue_lines, "_lines")):
            patch.setattr(module, name, Shelf[Any](100))
        return page(browser, asked)


class Happening:
    """What may happen to a front door, each by somebody and to one of its contacts."""

    def __init__(self, app: Flask, now: Now) -> None:
        """Begin with a contact for everybody to hold, and one that is free."""
        self.app, self.now, self.references = app, now, [arrive(app, ANNA), arrive(app)]
        for which, name in enumerate(WHO, start=2):
            self.comes(name, which)
            self.taken(name, which)

    def write(self, what: Callable[[Session], object]) -> None:
        with transaction(self.app.extensions["mash"].database) as session:
            what(session)

    def contact(self, session: Session, which: int) -> Contact:
        reference = self.references[which % len(self.references)]
        return session.scalars(select(Contact).where(Contact.reference == reference)).one()

    def comes(self, by: str, which: int) -> None:
        names = (ANNA, PersonGiven(unborn=True, council_id=BABY), PersonGiven(forename="Cy", surname="Sample"))
        told = {"source_code": ("6", "2A", "")[which % 3], "danger_now": which % 5 == 0}
        self.references.append(arrive(self.app, names[which % 3], ago=timedelta(hours=which % 40), **told))

    def taken(self, by: str, which: int) -> None:
        who = someone(self.app, by)
        self.try_to(
            lambda: self.write(
                lambda s: triage.claim(s, self.contact(s, which).reference, by=who, at=self.now(), reason="Mine.")
            )
        )

    def put_back(self, by: str, which: int) -> None:
        who = someone(self.app, by)
        self.try_to(
            lambda: self.write(lambda s: triage.release(s, self.contact(s, which).reference, by=who, at=self.now()))
        )

    def held_on_to(self, by: str, which: int) -> None:
        """Somebody goes on working; nothing else is recorded of that."""
        who = someone(self.app, by)
        self.write(lambda s: share_out.hold_on(s, self.contact(s, which).id, by=who, at=self.now()))

    def rated(self, by: str, which: int) -> None:
        self.try_to(lambda: rated(self.app, self.references[which % len(self.references)],
                                  ("red", "amber", "green")[which % 3], reason="Seen."))  # fmt: skip

    def decided(self, by: str, which: int) -> None:
        reference = self.references[which % len(self.references)]
        self.try_to(lambda: decided(self.app, reference, "child_and_family_assessment", 3))

    def asked_of_a_partner(self, by: str, which: int) -> None:
        def ask(session: Session) -> None:
            contact = self.contact(session, which)
            told: dict[str, Any] = {"agency": "Police", "questions": "Known?", "sent_at": self.now()}
            told |= {"asked_by_id": someone(self.app, by).user_id, "due_at": self.now() + timedelta(minutes=which)}
            session.add(InformationRequest(contact_id=contact.id, **told))

        self.write(ask)

    def restricted(self, by: str, which: int) -> None:
        """Somebody sees to it, by whatever means, that a contact is restricted or no longer is."""

        def turn(session: Session) -> None:
            contact = self.contact(session, which)
            session.execute(update(Contact).where(Contact.id == contact.id).values(restricted=not contact.restricted))

        self.write(turn)

    def filled_in(self, by: str, which: int) -> None:
        """A file tells the name of a child who had none; no event says so."""
        given = PersonGiven(council_id=("7001", BABY)[which % 2], forename="Ola", surname=f"Sample{which % 4}")
        self.write(lambda s: person_for(s, given, kind="child", at=self.now(), day=self.now().date()))

    def away(self, by: str, which: int) -> None:
        day = self.now().date()
        told: dict[str, Any] = {"first_day": day, "last_day": day + timedelta(days=which % 2), "today": day}
        told |= {"user_id": someone(self.app, by).user_id, "by": someone(self.app, "manager"), "at": self.now()}
        self.try_to(lambda: self.write(lambda s: absences.note_absence(s, **told)))

    def time_passes(self, by: str, which: int) -> None:
        """Time passes: a little, or to just before, at, or just after something falls due or lapses."""
        with self.app.extensions["mash"].database.reading() as session:
            contact = self.contact(session, which // 7)
            turns = [contact.due_at, contact.claimed_at and contact.claimed_at + timedelta(minutes=15)]
        near = [turn + shift for turn in turns if turn for shift in (-INSTANT, timedelta(), INSTANT)]
        soon = [self.now() + step for step in (SECOND, 59 * SECOND, timedelta(minutes=7), 3 * HOUR)]
        later = [at for at in (*near, *soon) if at >= self.now()]
        self.now.at = later[which % len(later)]

    def try_to(self, act: Callable[[], object]) -> None:
        """Do what the front door may refuse, or may keep from somebody; a refusal changes nothing."""
        with suppress(MoveRefused, NotFound, absences.AbsenceRefused):
            act()


HAPPENINGS = [
    name for name, thing in vars(Happening).items()
    if callable(thing) and not name.startswith("_") and name not in {"write", "contact", "try_to"}
]  # fmt: skip
ACTS = st.lists(
    st.tuples(st.sampled_from(HAPPENINGS), st.sampled_from(WHO), st.integers(0, 200), st.sampled_from(ASKED)),
    min_size=4,
    max_size=10,
)


def test_whatever_happens_the_kept_page_is_the_page_made_anew(
    app: Flask, now: Now, looking: dict[str, Browser]
) -> None:
    front_door = Happening(app, now)

    # What happened stays, so an example cannot be made smaller.
    @settings(max_examples=settings().max_examples // 4, phases=(Phase.generate,))
    @given(acts=ACTS)
    def hold(acts: list[tuple[str, str, int, str]]) -> None:
        for name, by, which, asked in acts:
            getattr(front_door, name)(by, which)
            stay_signed_in(app, now)
            for who, seen in ((by, asked), ("colleague", asked), ("practitioner", "view=everyone")):
                assert page(looking[who], seen) == made_anew(looking[who], seen), (name, who, seen, now())

    hold()


def stay_signed_in(app: Flask, now: Now) -> None:
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(UserSession).values(seen_at=now(), expires_at=now() + HOUR))


def test_a_second_look_asks_only_who_is_looking_and_for_the_list_that_they_were_shown(
    app: Flask, looking: dict[str, Browser]
) -> None:
    arrive(app)
    asked: list[str] = []
    engine = app.extensions["mash"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    first = page(looking["practitioner"], "view=everyone")
    needed = [one for one in asked if one.startswith("SELECT")]
    asked.clear()
    assert page(looking["practitioner"], "view=everyone") == first
    assert len([one for one in asked if one.startswith("SELECT")]) == 2 < len(needed)


def test_what_only_some_may_know_of_is_kept_from_the_rest(app: Flask, looking: dict[str, Browser]) -> None:
    secret, plain = arrive(app, ANNA), arrive(app)
    with transaction(app.extensions["mash"].database) as session:
        session.execute(update(Contact).where(Contact.reference == secret).values(restricted=True))
    for name in ("manager", "practitioner", "manager", "contact_officer"):
        seen = page(looking[name], "view=everyone")
        assert plain in seen
        assert (secret in seen) is (name == "manager")


def test_a_shelf_keeps_no_more_than_it_has_room_for_and_drops_what_was_asked_for_longest_ago() -> None:
    shelf, made = Shelf[str](2), []

    def ask(key: str, at: datetime = MONDAY, mark: str = "") -> None:
        def make() -> Made[str]:
            made.append(key)
            return Made(key, at, at + HOUR)

        assert shelf.get(key, at, make, mark=mark).thing == key

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert made == ["a", "b", "c", "b"]
    made.clear()
    ask("a", mark="changed")
    ask("a", MONDAY + HOUR, "changed")
    ask("a", MONDAY, "changed")
    assert made == ["a", "a", "a"]
