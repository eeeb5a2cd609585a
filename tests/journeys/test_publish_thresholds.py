"""A draft goes live on its day, by two people, through every gate; a text changed on the way is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash.config import HOUSE
from mash.journeys.actor import Actor
from mash.journeys.practice import practice_from
from mash.journeys.publish_thresholds import (
    PublicationRefused,
    Thresholds,
    approve,
    call_off,
    propose,
    send_back,
    write_note,
)
from mash.journeys.set_up import require_adopted
from mash.models import (
    ChildOnContact,
    DraftRevision,
    Event,
    MoverReading,
    Publication,
    Replay,
    ReplaySegment,
    RuleSetAdoption,
    ThresholdDraft,
    ThresholdSignOff,
)
from mash.queries.going_live import finding_key, progress
from mash.queries.rule_books import book_with_drafts, book_with_published, text_hash
from mash.replay.column import Column
from mash.replay.frame import Frame
from mash.rules import RuleBook
from mash.rules.book import ThresholdsChanged
from tests.factories import MONDAY, a_contact

LIVE, NAME = "dn-2022-05", "dn-2026-05"
TODAY = MONDAY.date()
LATER = TODAY + timedelta(days=18)
FOLDER = HOUSE / "thresholds"


@dataclass
class House:
    """A draft, its author, and who asks and who agrees."""

    session: Session
    files: RuleBook
    author: Actor
    asker: Actor
    second: Actor

    @property
    def told(self) -> dict[str, object]:
        return {"at": MONDAY, "thresholds": Thresholds(self.files, FOLDER)}

    @property
    def book(self) -> RuleBook:
        return book_with_published(self.session, self.files)

    def through_the_gates(self, *came_back: int, named: bool = True) -> None:
        """Answer all that was found, replay, and write the notes.

        Args:
            came_back: Children whom the draft turns away and who came back.
            named: Whether the replay says who came back, as those kept long ago do not.
        """
        found = progress(self.session, NAME, self.book, FOLDER, TODAY)
        assert found
        assert found.ruleset
        live = self.files.get(LIVE)
        replayed = (
            Replay(baseline_id=LIVE, baseline_hash=live.content_hash, candidate_id=NAME,
                   candidate_hash=found.ruleset.content_hash, code="-", command="-", state="done", asked_at=MONDAY,
                   seen_at=MONDAY, finished_at=MONDAY)
        )  # fmt: skip
        self.session.add(replayed)
        self.session.flush()
        mark = Column.of_groups(len(came_back), {"yes": (1 << len(came_back)) - 1})
        frame = Frame(tuple(map(str, came_back)), {"is:came_back_so_far_candidate": mark} if named else {})
        kept = {"digest": frame.digest(), "content": frame.packed()}
        self.session.add(ReplaySegment(replay_id=replayed.id, number=0, **kept))
        for child in came_back:
            told = {"verdict": "draft", "reason": "Seen", "by_id": self.asker.user_id, "at": MONDAY}
            self.session.add(MoverReading(replay_id=replayed.id, child_id=child, **told))
        self.session.flush()
        for one in found.findings:
            self.note("finding", finding_key(one))
        for name, _ in found.examples:
            self.note("example", name)
        self.note("equity")
        self.note("staff", day=TODAY)

    def note(self, kind: str, about: str = "", day: date | None = None) -> None:
        told = {"kind": kind, "about": about, "words": "Seen and agreed.", "day": day}
        write_note(self.session, NAME, **told, by=self.asker, **self.told)  # type: ignore[arg-type]

    def live(self, starts_on: date = LATER) -> Publication:
        """Take the draft through to a publication."""
        self.through_the_gates()
        propose(self.session, NAME, by=self.asker, **self.told)  # type: ignore[arg-type]
        made = approve(self.session, NAME, starts_on=starts_on, by=self.second, **self.told)  # type: ignore[arg-type]
        assert made
        return made


@pytest.fixture
def house(session: Session, rulebook: RuleBook, actor: Callable[[str], Actor]) -> House:
    author, asker, second = actor("reviewer"), actor("reviewer"), actor("manager")
    text = next(FOLDER.glob("2022*.yaml")).read_text("utf-8")
    text = text.replace(f"id: {LIVE}", f"id: {NAME}", 1)
    text = text.replace("status: live\n  use: live", "status: draft\n  use: replay_only", 1)
    draft = ThresholdDraft(
        name=NAME, title="A draft", based_on=LIVE, revision=1, text=text, by_id=author.user_id, at=MONDAY,
        changed_at=MONDAY,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    kept = {"number": 1, "what": "begun", "text": text, "text_hash": text_hash(text), "by_id": author.user_id}
    session.add(DraftRevision(draft_id=draft.id, **kept, at=MONDAY))
    session.flush()
    return House(session, rulebook, author, asker, second)


def test_a_version_judges_from_its_day_and_not_the_day_before(house: House) -> None:
    house.live()
    book = house.book
    assert book.in_force(LATER - timedelta(days=1)).id == LIVE
    assert book.in_force(LATER).id == NAME
    assert book.get(LIVE).effective_to == LATER - timedelta(days=1)
    practice = practice_from(house.session, book)
    at = MONDAY + timedelta(days=30)
    before = a_contact(house.session, received_at=MONDAY, ruleset_id=LIVE)
    after = a_contact(house.session, received_at=MONDAY + timedelta(days=18), ruleset_id=NAME)
    assert [practice.ruleset(one, at).id for one in (before, after)] == [LIVE, NAME]
    kinds = [
        *house.session.scalars(
            select(Event.kind).where(Event.kind.in_(("thresholds.proposed", "thresholds.approved"))).order_by(Event.seq)
        )
    ]
    assert kinds == ["thresholds.proposed", "thresholds.approved"]


def test_nothing_is_asked_for_before_every_gate_is_met(house: House) -> None:
    with pytest.raises(PublicationRefused, match="replayed against the version in force"):
        propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]


def test_a_replay_that_does_not_say_who_came_back_must_be_run_again(house: House) -> None:
    with pytest.raises(PublicationRefused, match="Replay this text first"):
        house.through_the_gates(named=False)
    with pytest.raises(PublicationRefused, match="replayed against the version in force: Replay exactly this text"):
        propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]


def test_neither_the_author_nor_who_asked_approves(house: House) -> None:
    house.through_the_gates()
    propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]
    for who, why in ((house.author, "You wrote some"), (house.asker, "You asked for approval")):
        with pytest.raises(PublicationRefused, match=why):
            approve(house.session, NAME, starts_on=LATER, by=who, **house.told)  # type: ignore[arg-type]
    with pytest.raises(PublicationRefused, match="in the past"):
        approve(house.session, NAME, starts_on=TODAY - timedelta(days=1), by=house.second, **house.told)  # type: ignore[arg-type]


def test_turning_away_who_came_back_needs_two_roles_and_the_child_read(
    house: House, actor: Callable[[str], Actor]
) -> None:
    child = house.session.scalars(select(ChildOnContact.id).where(
        ChildOnContact.contact_id == a_contact(house.session, received_at=MONDAY).id)).first()  # fmt: skip
    assert child
    house.through_the_gates(child)
    read = house.session.scalars(select(MoverReading)).one()
    house.session.delete(read)
    house.session.flush()
    with pytest.raises(PublicationRefused, match="who came back was read: 1 of 1 to read"):
        propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]
    house.session.add(MoverReading(replay_id=read.replay_id, child_id=child, verdict="in_force", reason="No",
                                   by_id=house.asker.user_id, at=MONDAY))  # fmt: skip
    house.session.flush()
    propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]

    def sign(who: Actor, starts_on: date | None = LATER) -> Publication | None:
        made = approve(house.session, NAME, starts_on=starts_on, by=who, **house.told)  # type: ignore[arg-type]
        house.session.flush()
        return made

    partner = actor("safeguarding_partner")
    assert sign(house.second, None) is None
    assert house.book is house.files
    for who, why in ((house.second, "You have signed"), (actor("auditor"), "Only a reviewer or a manager")):
        with pytest.raises(PublicationRefused, match=why):
            sign(who)
    with pytest.raises(PublicationRefused, match="from which day"):
        sign(partner, None)
    assert sign(partner)
    assert house.book.in_force(LATER).id == NAME
    signed = house.session.execute(select(ThresholdSignOff.role, ThresholdSignOff.by_id).order_by(ThresholdSignOff.id))
    assert signed.all() == [("manager", house.second.user_id), ("safeguarding_partner", partner.user_id)]
    adopted = house.session.scalars(select(RuleSetAdoption).where(RuleSetAdoption.ruleset_id == NAME)).one()
    assert adopted.approvers == [house.second.name, partner.name]


def test_a_text_changed_after_it_was_proposed_is_not_approved(house: House) -> None:
    house.through_the_gates()
    propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]
    draft = house.session.scalars(select(ThresholdDraft)).one()
    draft.text = draft.text.replace("title: Levels of need, May 2022", "title: Levels of need, changed", 1)
    with pytest.raises(PublicationRefused, match="If it changed, ask again"):
        approve(house.session, NAME, starts_on=LATER, by=house.second, **house.told)  # type: ignore[arg-type]
    found = progress(house.session, NAME, house.book, FOLDER, TODAY)
    assert found
    assert (found.ready.replayed, found.ready.equity, found.ready.staff) == (False, False, False)


def test_sent_back_or_called_off_a_draft_is_open_again_and_the_one_in_force_stays(house: House) -> None:
    house.through_the_gates()
    propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]
    send_back(house.session, NAME, reason="Say more.", by=house.second, **house.told)  # type: ignore[arg-type]
    assert house.session.scalars(select(ThresholdDraft.state)).one() == "open"
    propose(house.session, NAME, by=house.asker, **house.told)  # type: ignore[arg-type]
    made = approve(house.session, NAME, starts_on=LATER, by=house.second, **house.told)  # type: ignore[arg-type]
    assert made
    call_off(house.session, made.id, reason="Not yet.", by=house.asker, at=MONDAY)
    house.session.flush()
    assert house.book is house.files
    with pytest.raises(PublicationRefused, match="has begun or was called off"):
        call_off(house.session, made.id, reason="Again.", by=house.asker, at=MONDAY)


def test_a_published_text_that_was_changed_is_refused(house: House) -> None:
    made = house.live()
    house.session.flush()
    require_adopted(house.session, house.files)
    house.session.execute(update(Publication).values(text=made.text.replace("at_least: 3", "at_least: 4", 1)))
    with pytest.raises(ThresholdsChanged, match=NAME):
        require_adopted(house.session, house.files)
    house.session.execute(update(Publication).values(content_hash="0" * 64))
    with pytest.raises(ThresholdsChanged, match=NAME):
        book_with_published(house.session, house.files)


def test_a_draft_is_a_candidate_and_never_in_force(house: House) -> None:
    book = book_with_drafts(house.session, house.files)
    assert book.get(NAME).status == "draft"
    assert book.in_force(LATER).id == LIVE
