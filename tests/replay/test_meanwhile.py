"""What is said of a draft while it is typed is what the whole replay says of it, for any history."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mash.replay.compare import Period
from mash.replay.meanwhile import effect_of, judged_before, moves_of
from mash.replay.past import Past
from mash.replay.rehearse import rehearse
from tests.replay.history import a_cohort, a_past
from tests.replay.test_report import NEW, OLD, by_contacts

SEEN = st.sampled_from([{}, {"contacts_12m": "unknown"}, *({"contacts_12m": number} for number in range(8))])
FACTS = st.lists(st.tuples(st.booleans(), SEEN), min_size=1, max_size=14)


def pasts(told: list[tuple[bool, dict[str, Any]]]) -> list[Past]:
    sign = {"ng-early": "present", "age_years": 7, "agreement": "given"}
    return [a_past(number, (sign if early else {}) | seen) for number, (early, seen) in enumerate(told)]


@given(FACTS, st.booleans())
def test_it_counts_what_the_whole_replay_counts(told: list[tuple[bool, dict[str, Any]]], some: bool) -> None:
    cohort, period = a_cohort(pasts(told)), Period("2021-01-06" if some else None)
    whole = rehearse(cohort, OLD, NEW, period, frames=False).tally
    found = effect_of(judged_before(cohort, OLD, period), NEW)
    assert (found.moved, found.lower, found.higher) == (whole.moved, whole.lower, whole.higher)
    assert (found.cannot_tell, found.missing) == (whole.cannot_tell, whole.missing)
    assert found.referred == [whole.statutory["baseline"], whole.statutory["candidate"]]
    levels = {key[3:]: n for key, n in whole.cells.items() if n and key[:3] == ("level", "baseline", "candidate")}
    assert dict(found.cells) == levels
    routes = {label: n for (side, label), n in found.work.items() if side == "candidate"}
    assert all(whole.work["candidate", label] == count for label, count in routes.items())


@given(FACTS)
def test_a_curve_counts_each_value_as_if_it_were_the_draft(told: list[tuple[bool, dict[str, Any]]]) -> None:
    before = judged_before(a_cohort(pasts(told)), OLD, Period())
    drafts = [by_contacts(least) for least in range(1, 7)]
    alone = [effect_of(before, draft) for draft in drafts]
    assert moves_of(before, drafts) == [(one.lower, one.higher) for one in alone]


def test_days_and_weeks_are_of_those_who_count() -> None:
    cohort = a_cohort([a_past(0, None), *(a_past(number, {"age_years": 7}) for number in range(1, 15))])
    before = judged_before(cohort, OLD, Period())
    assert (str(before.first), str(before.last), before.children, before.weeks) == ("2021-01-05", "2021-01-18", 14, 2.0)
    assert judged_before(cohort, OLD, Period("2030-01-01")).children == 0
