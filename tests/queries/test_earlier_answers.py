"""An answer to a finding is offered again for the very same finding about the very same text, and never carried."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from mash.config import HOUSE
from mash.journeys.actor import Actor
from mash.journeys.publish_thresholds import Thresholds, write_note
from mash.models import DraftRevision, ThresholdDraft
from mash.queries.earlier_answers import Earlier, earlier_answers
from mash.queries.going_live import progress
from mash.queries.rule_books import text_hash
from mash.rules import RuleBook
from tests.factories import MONDAY

FOLDER, LIVE = HOUSE / "thresholds", "dn-2022-05"
OVERLAP, UNUSED = "overlap N-05", "code-without-rule early_help_offered"
TEXT = next(FOLDER.glob("2022*.yaml")).read_text("utf-8")
REWORDED = ("words: Early interest in extremist", "words: Interest in extremist")
RESOURCED = ("source: Counter-Terrorism and Security Act 2015 section 26\n    when: {indicator: ex-extremism-early}",
             "source: Another\n    when: {indicator: ex-extremism-early}")  # fmt: skip


def draft(session: Session, by: Actor, name: str, changed: tuple[str, str] = ("", ""), based_on: str = LIVE) -> None:
    """Begin a draft from the live version's text, with some words changed."""
    text = TEXT.replace(f"id: {LIVE}", f"id: {name}", 1).replace(*changed)
    text = text.replace("status: live\n  use: live", "status: draft\n  use: replay_only", 1)
    made = ThresholdDraft(name=name, title=name, based_on=based_on, revision=1, text=text, by_id=by.user_id,
                          at=MONDAY, changed_at=MONDAY)  # fmt: skip
    session.add(made)
    session.flush()
    kept = {"number": 1, "what": "begun", "text": text, "text_hash": text_hash(text), "by_id": by.user_id}
    session.add(DraftRevision(draft_id=made.id, **kept, at=MONDAY))
    session.flush()


def offered(session: Session, book: RuleBook, name: str) -> dict[str, Earlier]:
    found = progress(session, name, book, FOLDER, MONDAY.date())
    assert found
    assert not found.ready.answered_findings  # offered, and still to be answered
    return earlier_answers(session, found, book, FOLDER)


def test_only_the_same_finding_about_the_same_text_in_the_same_line_is_answered_before(
    session: Session, rulebook: RuleBook, actor: Callable[[str], Actor]
) -> None:
    author, other = actor("reviewer"), actor("manager")
    draft(session, author, "dn-first")
    at = MONDAY + timedelta(hours=1)
    told = {"kind": "finding", "about": OVERLAP, "words": "It keeps the plain words.", "day": None, "by": other}
    write_note(session, "dn-first", **told, at=at, thresholds=Thresholds(rulebook, FOLDER))  # type: ignore[arg-type]

    draft(session, author, "dn-again")
    again = offered(session, rulebook, "dn-again")
    assert again[OVERLAP] == Earlier("It keeps the plain words.", other.name, "dn-first", at)
    assert (again[UNUSED].by, again[UNUSED].version) == ("The authors of this reconstruction", LIVE)

    draft(session, author, "dn-follows", based_on="dn-again")
    assert offered(session, rulebook, "dn-follows")[OVERLAP].version == "dn-first"
    draft(session, author, "dn-elsewhere", based_on="another-line")
    assert offered(session, rulebook, "dn-elsewhere") == {}
    for name, changed in (("dn-reworded", REWORDED), ("dn-resourced", RESOURCED)):
        assert TEXT.count(changed[0]) == 1
        draft(session, author, name, changed)
        assert set(offered(session, rulebook, name)) == {UNUSED}
