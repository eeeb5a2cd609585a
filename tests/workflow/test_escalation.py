"""Who is told of a waiting red, and when: the policy that ships, and what a policy may not say."""

from datetime import date, timedelta
from typing import Any

import pytest

from mash.workflow.escalation import EscalationPolicy, Post, Step, escalation_policies_from, escalation_policy_on


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def entry(*steps: tuple[str, int], starts: str = "2026-01-01") -> dict[str, Any]:
    return {
        "from": starts,
        "steps": [{"post": post, "minutes": count} for post, count in steps],
        "night_team": "Night team",
    }


def test_the_policy_that_ships_tells_the_deputy_and_then_the_head_of_service() -> None:
    policy = escalation_policy_on(date(2026, 3, 2))
    assert [(step.post, step.after) for step in policy.steps] == [
        (Post.DEPUTY, minutes(30)),
        (Post.HEAD_OF_SERVICE, minutes(60)),
    ]


@pytest.mark.parametrize(("waited", "passed", "coming"), [(29, 0, "deputy"), (30, 1, "head_of_service"), (60, 2, None)])
def test_a_step_is_passed_at_its_minute(waited: int, passed: int, coming: str | None) -> None:
    policy = escalation_policy_on(date(2026, 3, 2))
    assert len(policy.passed(minutes(waited))) == passed
    step = policy.coming(minutes(waited))
    assert (step and step.post) == coming


def test_the_newest_that_has_begun_counts() -> None:
    document = {
        "policies": [
            entry(("head_of_service", 5), starts="2026-06-01"),
            entry(("deputy", 20), starts="2026-01-01"),
        ]
    }
    policies = escalation_policies_from(document)
    assert escalation_policy_on(date(2026, 5, 31), policies).steps == (Step(Post.DEPUTY, minutes(20)),)
    assert escalation_policy_on(date(2026, 6, 1), policies).steps == (Step(Post.HEAD_OF_SERVICE, minutes(5)),)
    with pytest.raises(LookupError, match="2025-12-31"):
        escalation_policy_on(date(2025, 12, 31), policies)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((), "at least one step"),
        ((Step(Post.DEPUTY, minutes(0)),), "at least one step"),
        ((Step(Post.DEPUTY, minutes(30)), Step(Post.HEAD_OF_SERVICE, minutes(30))), "longer wait"),
        ((Step(Post.DEPUTY, minutes(30)), Step(Post.DEPUTY, minutes(60))), "each post once"),
    ],
)
def test_a_policy_that_could_not_be_followed_is_refused(steps: tuple[Step, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        EscalationPolicy(date(2026, 1, 1), steps, "Night team")
