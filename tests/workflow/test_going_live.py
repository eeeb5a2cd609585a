"""The gates before a version goes live: each keeps it out, and nobody approves what they wrote or asked for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.workflow.going_live import (
    APPROVERS,
    SIGNERS,
    Readiness,
    SignOffPolicy,
    gates,
    objections_to_approver,
    objections_to_asking,
    objections_to_day,
    shipped_sign_off_policies,
    sign_off_policies_from,
    sign_off_policy_on,
    signs_as,
    still_needed,
    usual_start,
)

names = st.frozensets(st.sampled_from("abcdef"))
children = st.frozensets(st.integers(1, 6))
readiness = st.builds(
    Readiness,
    readable=st.booleans(),
    findings=names,
    examples=names,
    answered_findings=names,
    answered_examples=names,
    replayed=st.booleans(),
    leaving=children,
    came_back=children,
    read=children,
    equity=st.booleans(),
    staff=st.booleans(),
)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(readiness)
def test_approval_may_be_asked_for_only_when_every_condition_holds(ready: Readiness) -> None:
    whole = (
        ready.readable
        and ready.findings <= ready.answered_findings
        and ready.examples <= ready.answered_examples
        and ready.replayed
        and ready.leaving | ready.came_back <= ready.read
        and ready.equity
        and ready.staff
    )
    assert (objections_to_asking(ready) == ()) is whole


@given(readiness, children)
def test_one_more_child_unread_never_opens_a_gate(ready: Readiness, more: frozenset[int]) -> None:
    before = {gate.key for gate in gates(ready) if gate.met}
    for more_of in ({"leaving": ready.leaving | more}, {"came_back": ready.came_back | more}):
        assert {gate.key for gate in gates(replace(ready, **more_of)) if gate.met} <= before  # type: ignore[arg-type]


@given(st.integers(1, 5), st.frozensets(st.sampled_from(["reviewer", "manager", "practitioner"])), st.integers(1, 5),
       st.frozensets(st.integers(1, 5)))  # fmt: skip
def test_who_wrote_or_asked_never_approves(
    who: int, roles: frozenset[str], proposer: int, authors: frozenset[int]
) -> None:
    may = objections_to_approver(who, roles, proposer, authors, (APPROVERS,)) == ()
    assert may is (who != proposer and who not in authors and bool(roles & APPROVERS))
    assert objections_to_approver(who, roles, proposer, authors, (APPROVERS,), frozenset({who})) != ()


signatures = st.lists(st.frozensets(st.sampled_from(sorted(SIGNERS)), min_size=1), min_size=1, max_size=4).map(tuple)


@given(signatures, st.lists(st.frozensets(st.sampled_from(sorted(SIGNERS)), max_size=3), max_size=6))
def test_each_signature_meets_one_need_and_only_in_a_role_that_is_listed(
    needed: tuple[frozenset[str], ...], people: list[frozenset[str]]
) -> None:
    signed: list[str] = []
    for roles in people:
        left = still_needed(needed, signed)
        role = signs_as(left, roles)
        assert (role is None) is not any(one & roles for one in left)
        signed += [role] if role else []
    assert len(still_needed(needed, signed)) == len(needed) - len(signed)


def test_a_draft_that_turns_away_who_came_back_needs_two_roles_one_of_them_a_safeguarding_partner() -> None:
    policy = sign_off_policy_on(date(2026, 11, 27))
    assert len(policy.needed(came_back=False)) == 1
    harmed = policy.needed(came_back=True)
    assert len(harmed) == 2
    assert still_needed(harmed, ["manager", "reviewer"]) == (frozenset({"safeguarding_partner"}),)
    assert still_needed(harmed, ["manager", "safeguarding_partner"]) == ()


def test_a_policy_names_roles_that_sign_and_the_newest_that_has_begun_counts() -> None:
    entry = {"from": "2027-01-01", "signatures": [["auditor"]], "signatures_if_children_came_back": [["manager"]]}
    with pytest.raises(ValueError, match="Each signature is by one of"):
        sign_off_policies_from({"policies": [entry]})
    later = SignOffPolicy(date(2027, 1, 1), (APPROVERS, APPROVERS), (APPROVERS,))
    both = (*shipped_sign_off_policies(), later)
    assert sign_off_policy_on(date(2026, 12, 31), both) is shipped_sign_off_policies()[0]
    assert sign_off_policy_on(date(2027, 1, 1), both) is later
    with pytest.raises(LookupError):
        sign_off_policy_on(date(2011, 12, 31))


@given(days, days)
def test_a_version_never_begins_in_the_past(starts: date, today: date) -> None:
    assert (objections_to_day(starts, today) == ()) is (starts >= today)


@given(days)
def test_the_usual_start_is_the_first_of_the_next_month(today: date) -> None:
    start = usual_start(today)
    assert (start.day, start > today) == (1, True)
    assert (start - timedelta(days=1)).month == today.month
