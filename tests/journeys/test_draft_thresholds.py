"""What holds when a draft of the thresholds is written: every state is kept, no save overwritten, all is on record."""

import pytest
from sqlalchemy import select

from mash.config import HOUSE
from mash.journeys.actor import Actor
from mash.journeys.draft_thresholds import (
    DraftChanged,
    DraftRefused,
    abandon_draft,
    comment,
    save_draft,
    start_draft,
)
from mash.models import DraftRevision, Event, ThresholdDraft
from mash.queries.rule_books import book_with_drafts
from mash.queries.threshold_drafts import all_drafts, comments_on, one_draft, revisions_of
from mash.rules import RuleBook
from tests.factories import an_actor
from tests.journeys.front_door import FrontDoor

TEXT = (HOUSE / "thresholds" / "2022-05-02-need-and-likely-harm.yaml").read_text()


@pytest.fixture
def reviewer(door: FrontDoor) -> Actor:
    return an_actor(door.session, "reviewer")


@pytest.fixture
def draft(door: FrontDoor, reviewer: Actor, rulebook: RuleBook) -> ThresholdDraft:
    based_on = rulebook.get("dn-2022-05")
    return start_draft(door.session, based_on=based_on, text=TEXT, name="next", title="Next", by=reviewer, at=door.now)


def test_a_draft_is_in_the_book_as_a_draft_and_grades_nobody(
    door: FrontDoor, draft: ThresholdDraft, rulebook: RuleBook
) -> None:
    found = book_with_drafts(door.session, rulebook).get("next")
    assert (found.status, found.version.use, found.version.supersedes) == ("draft", "replay_only", "dn-2022-05")
    assert found.rules == rulebook.get("dn-2022-05").rules
    assert one_draft(door.session, "next") == all_drafts(door.session)[0]


def test_a_save_from_an_older_revision_changes_nothing(
    door: FrontDoor, draft: ThresholdDraft, reviewer: Actor, rulebook: RuleBook
) -> None:
    other = an_actor(door.session, "reviewer")
    save_draft(door.session, draft, text="theirs: 1", what="Theirs", revision_seen=1, by=other, at=door.now)
    with pytest.raises(DraftChanged):
        save_draft(door.session, draft, text="mine: 1", what="Mine", revision_seen=1, by=reviewer, at=door.now)
    assert [(one.number, one.what, one.by) for one in revisions_of(door.session, draft.id)] == [
        (2, "Theirs", other.name),
        (1, "Begun from dn-2022-05", reviewer.name),
    ]
    assert draft.text == "theirs: 1"
    assert "next" not in [one.id for one in book_with_drafts(door.session, rulebook).versions]


def test_the_same_text_again_is_no_revision_and_a_proposed_draft_that_changes_is_open(
    door: FrontDoor, draft: ThresholdDraft, reviewer: Actor
) -> None:
    draft.state = "proposed"
    more = {"what": "Again", "revision_seen": 1, "by": reviewer, "at": door.now}
    assert save_draft(door.session, draft, text=draft.text, **more) is None  # type: ignore[arg-type]
    assert draft.state == "proposed"
    save_draft(door.session, draft, text="a: 1", **more)  # type: ignore[arg-type]
    assert draft.state == "open"
    assert len(door.session.scalars(select(DraftRevision)).all()) == 2


def test_everything_is_on_record_and_for_those_it_is_for(
    door: FrontDoor, draft: ThresholdDraft, reviewer: Actor, rulebook: RuleBook
) -> None:
    comment(door.session, draft, rule="T-01", words=" Why? ", by=door.manager, at=door.now)
    with pytest.raises(DraftRefused, match="reviewers, managers and safeguarding partners"):
        comment(door.session, draft, rule="", words="Mine", by=door.practitioner, at=door.now)
    with pytest.raises(DraftRefused, match="written by reviewers"):
        save_draft(door.session, draft, text="a: 1", what="x", revision_seen=1, by=door.manager, at=door.now)
    assert [(one.words, one.by) for one in comments_on(door.session, draft.id)["T-01"]] == [("Why?", door.manager.name)]
    abandon_draft(door.session, draft, by=reviewer, at=door.now)
    with pytest.raises(DraftRefused, match="not changed any more"):
        save_draft(door.session, draft, text="a: 1", what="x", revision_seen=1, by=reviewer, at=door.now)
    based_on = rulebook.get("dn-2022-05")
    with pytest.raises(DraftRefused, match="never used again"):
        start_draft(door.session, based_on=based_on, text=TEXT, name="next", title="x", by=reviewer, at=door.now)
    kinds = door.session.scalars(select(Event.kind).where(Event.kind.startswith("draft.")).order_by(Event.seq))
    assert list(kinds) == ["draft.begun", "draft.commented", "draft.abandoned"]
