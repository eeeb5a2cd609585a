"""The gates before a version goes live: each keeps it out, and nobody approves what they wrote or asked for."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mash.workflow.going_live import (
    APPROVERS,
    Readiness,
    gates,
    objections_to_approver,
    objections_to_asking,
    objections_to_day,
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
        and ready.leaving <= ready.read
        and ready.equity
        and ready.staff
    )
    assert (objections_to_asking(ready) == ()) is whole


@given(readiness, children)
def test_one_more_child_unread_never_opens_a_gate(ready: Readiness, more: frozenset[int]) -> None:
    before = {gate.key for gate in gates(ready) if gate.met}
    after = {gate.key for gate in gates(replace(ready, leaving=ready.leaving | more)) if gate.met}
    assert after <= before


@given(st.integers(1, 5), st.frozensets(st.sampled_from(["reviewer", "manager", "practitioner"])), st.integers(1, 5),
       st.frozensets(st.integers(1, 5)))  # fmt: skip
def test_who_wrote_or_asked_never_approves(
    who: int, roles: frozenset[str], proposer: int, authors: frozenset[int]
) -> None:
    may = objections_to_approver(who, roles, proposer, authors) == ()
    assert may is (who != proposer and who not in authors and bool(roles & APPROVERS))


@given(days, days)
def test_a_version_never_begins_in_the_past(starts: date, today: date) -> None:
    assert (objections_to_day(starts, today) == ()) is (starts >= today)


@given(days)
def test_the_usual_start_is_the_first_of_the_next_month(today: date) -> None:
    start = usual_start(today)
    assert (start.day, start > today) == (1, True)
    assert (start - timedelta(days=1)).month == today.month
