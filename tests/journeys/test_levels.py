"""How many levels there are, and which are statutory, belongs to the version that judges a contact: another file."""

from collections.abc import Callable
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy.orm import Session

from mash.config import HOUSE
from mash.journeys.actor import Actor
from mash.rules import RuleBook
from mash.workflow.contact import Move
from tests.journeys.front_door import FrontDoor, front_door

THRESHOLDS = HOUSE / "thresholds"
SHIPPED = next(THRESHOLDS.glob("2022*.yaml"))
FAMILY_HELP = next((THRESHOLDS / "elsewhere").glob("*.yaml"))
FIFTH = """  - key: LX
    ordinal: 3
    name: Intensive
    statutory: no
    meaning: A family needs more than one service
    responses: [early_help]
  - key: L3
    ordinal: 4
"""


def book(folder: Path, name: str, text: str) -> RuleBook:
    copy(THRESHOLDS / "catalogue.yaml", folder)
    (folder / name).write_text(text)
    return RuleBook.load(folder)


@pytest.fixture
def five_levels(session: Session, tmp_path: Path, actor: Callable[[str], Actor]) -> FrontDoor:
    """Open a front door whose version has five levels, the upper two statutory."""
    text = SHIPPED.read_text().replace("  - key: L4\n    ordinal: 4\n", "  - key: L4\n    ordinal: 5\n")
    text = text.replace("  - key: L3\n    ordinal: 3\n", FIFTH).replace("supersedes: dn-2021-01", "supersedes: null")
    return front_door(session, book(tmp_path, SHIPPED.name, text), actor)


@pytest.mark.parametrize(("level", "statutory"), [(3, False), (4, True), (5, True)])
def test_sign_off_asks_the_version_which_of_five_levels_are_statutory(
    five_levels: FrontDoor, level: int, statutory: bool
) -> None:
    contact = five_levels.contact({})
    assert five_levels.practice.sign_off_of(contact, five_levels.now).statutory(level) is statutory


def test_closing_a_child_at_a_statutory_level_of_five_goes_to_a_manager(five_levels: FrontDoor) -> None:
    contact = five_levels.contact({"need-significant": "present"})
    chosen = five_levels.choice(contact, level=4, route="advice", why_lower="Seen at home today.")
    outcome = five_levels.decide(contact, chosen)
    assert outcome.move is Move.RECOMMEND
    assert "Ada Sample would be closed at a level that is statutory for some or all." in outcome.needs_manager
    assert five_levels.decision(contact).advised_level == 4


def test_family_help_is_statutory_from_its_own_second_level(
    session: Session, tmp_path: Path, actor: Callable[[str], Actor]
) -> None:
    text = FAMILY_HELP.read_text().replace("use: replay_only", "use: live").replace("status: draft", "status: live")
    door = front_door(session, book(tmp_path, FAMILY_HELP.name, text), actor)
    policy = door.practice.sign_off_of(door.contact({}), door.now)
    assert [policy.statutory(level) for level in (1, 3, 4)] == [False, True, True]


def test_where_no_version_judges_a_contact_no_level_is_statutory(
    session: Session, tmp_path: Path, actor: Callable[[str], Actor], door: FrontDoor
) -> None:
    copy(THRESHOLDS / "catalogue.yaml", tmp_path)
    bare = front_door(session, RuleBook.load(tmp_path), actor)
    assert not bare.practice.sign_off_of(door.contact({}), door.now).statutory(4)
