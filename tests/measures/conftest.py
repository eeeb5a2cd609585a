"""The front door that tests of figures stand at."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.rules import RuleBook
from tests.journeys.front_door import FrontDoor, front_door


@pytest.fixture
def door(session: Session, rulebook: RuleBook, actor: Callable[[str], Actor]) -> FrontDoor:
    """Open the front door on each database."""
    return front_door(session, rulebook, actor)
