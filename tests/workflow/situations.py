"""Children and situations for tests of the workflow, made with the least said."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mash.workflow.contact import (
    Agreement,
    Child,
    Move,
    MoveRefused,
    Rating,
    Role,
    Situation,
    State,
    advance,
    may,
)
from mash.workflow.sign_off import policy_on
from tests.workflow.routes import R

POLICY = replace(policy_on(date(2026, 11, 25)), statutory_from=3, strong="strategy discussion")
WORKER, MANAGER, OFFICER = frozenset({Role.PRACTITIONER}), frozenset({Role.MANAGER}), frozenset({Role.CONTACT_OFFICER})
RECEIVER = frozenset({Role.RECEIVING_TEAM})


def a_child(**said: Any) -> Child:
    usual: dict[str, Any] = {
        "id": "sam",
        "name": "Sam",
        "route": R.CHILD_AND_FAMILY_ASSESSMENT,
        "level": 3,
        "rating": Rating.AMBER,
        "advised_level": 3,
        "advised_route": R.CHILD_AND_FAMILY_ASSESSMENT,
        "reason": "Bruising to the arm, and an account that changed.",
        "agreement": Agreement.GIVEN_VERBALLY,
    }
    return Child(**usual | said)


def a_decided_child(**said: Any) -> Child:
    route = said.pop("route", R.CHILD_AND_FAMILY_ASSESSMENT)
    return a_child(**{"route": None, "standing": route, "receiver": "Assessment team 2"} | said)


def a_situation(state: State = State.RATED, *children: Child, **said: Any) -> Situation:
    usual: dict[str, Any] = {"actor_id": "ana", "roles": WORKER, "policy": POLICY, "children": children or (a_child(),)}
    return Situation(state=state, **usual | said)


def refused(situation: Situation, move: Move) -> tuple[str, ...]:
    with pytest.raises(MoveRefused) as caught:
        advance(situation, move)
    assert may(situation, move) == caught.value.objections
    return caught.value.objections
