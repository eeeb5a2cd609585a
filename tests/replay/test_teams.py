"""What a change brings to each team a week, counted again by hand, one child at a time."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from mash.kinds import ASSESSED, Kind
from mash.replay.compare import Cohort, Period
from mash.replay.past import Past, frozen
from mash.replay.rehearse import rehearse
from mash.replay.report import report
from mash.replay.teams import EVERYONE, by_team
from mash.replay.text import lines
from mash.rules import Advice, RuleBook, evaluate, read_facts

FIRST, DAYS = date(2021, 1, 30), 70
TEAMS = {"child_and_family_assessment": "Assessment team", "strategy": "Enquiry team", "early_help": "Hub"}
SIGNS = ("pb-domestic-abuse", "nd-drink", "immediate_harm", "ab-injury-unexplained")


@pytest.fixture(scope="module")
def pasts(rulebook: RuleBook) -> list[Past]:
    """Invent children of ten weeks, some of them red, whose people chose by a coin."""
    chance, known = Random(4), rulebook.catalogue.facts
    signs = [sign for sign in SIGNS if sign in known]
    found = []
    for number in range(240):
        facts: dict[str, Any] = {sign: "present" for sign in signs if chance.random() < 0.4}
        facts |= {"age_years": chance.randrange(18), "contact_type": "service_request"}
        then = {"level": "2", "rating": chance.choice(["red", "green"])}
        if chance.random() < 0.9:
            then["route"] = chance.choice(["child_and_family_assessment", "early_help"])
        found.append(Past(str(number), FIRST + timedelta(days=number * DAYS // 240), facts, then))
    return found


@pytest.fixture(scope="module")
def said(rulebook: RuleBook, pasts: list[Past]) -> dict[str, Any]:
    frames = [frozen(pasts[at : at + 50]) for at in range(0, len(pasts), 50)]
    cohort = Cohort(frames, rulebook.catalogue, [frame.digest() for frame in frames])
    old, new, period = rulebook.get("dn-2021-01"), rulebook.get("dn-2022-05"), Period()
    return report(rehearse(cohort, old, new, period), old, new, cohort, period, None)


def test_every_team_gets_the_children_that_each_version_sends_it(
    rulebook: RuleBook, pasts: list[Past], said: dict[str, Any]
) -> None:
    counts: Counter[tuple[str, str, str]] = Counter()
    kinds = {one["route"]: Kind(one["kind"]) for one in said["routes"]}

    def count(side: str, route: str, rating: str) -> set[tuple[str, str]]:
        kind = kinds[route]
        team = TEAMS.get(route) or TEAMS.get(kind) or ("" if kind.closes else kind.replace("_", " "))
        works = {"red"} if rating == "red" else set()
        works |= {"all"} if team else set()
        works |= {"assessments"} if kind in ASSESSED else {"early_help"} if kind is Kind.EARLY_HELP else set()
        keys = {(whose, work) for whose in (EVERYONE, team) for work in works}
        counts.update({(*key, side): 1 for key in keys})
        return keys

    for past in pasts:
        if "route" in past.then:
            count("decided", past.then["route"], past.then["rating"])
        advised: list[Advice] = [
            evaluate(rulebook.get(id), read_facts(rulebook.catalogue, past.facts or {}))
            for id in ("dn-2021-01", "dn-2022-05")
        ]
        before, after = (
            count(side, str(one.route), str(one.rating))
            for side, one in zip(("baseline", "candidate"), advised, strict=True)
        )
        counts.update({(*key, "turned"): 1 for key in before ^ after})
    loads = by_team(said, TEAMS)
    weeks = said["workload"]["days"] / 7
    assert {(one.team, one.work) for one in loads} == {(team, work) for team, work, _ in counts}
    for one in loads:
        told = {side: counts[one.team, one.work, side] for side in ("decided", "baseline", "candidate")}
        assert one.a_week == {side: round(count / weeks, 2) for side, count in told.items()}, one
        assert one.came + one.went == counts[one.team, one.work, "turned"], one
        assert one.range[0] <= one.change <= one.range[1]
    assert next(one for one in loads if (one.team, one.work) == (EVERYONE, "assessments")).change > 0
    assert any(line.lstrip().startswith("all: assessments and enquiries begun") for line in lines(said))


def test_a_report_made_before_routes_were_told_gives_nothing(said: dict[str, Any]) -> None:
    assert by_team({name: told for name, told in said.items() if name != "routes"}, TEAMS) == []


def test_months_are_a_breakdown_as_any_other(pasts: list[Past], said: dict[str, Any]) -> None:
    months = Counter(f"{past.received:%Y-%m}" for past in pasts)
    small = {month for month, count in months.items() if count < 10}
    assert small == {"2021-01"}
    rows = said["affected"]["Month received"]
    assert [row["group"] for row in rows] == sorted(months)
    hidden = {row["group"] for row in rows if row.get("hidden")}
    assert small < hidden  # another is held back with it, or it could be had from the rest
    shown = {row["group"]: row["children"] for row in rows if not row.get("hidden")}
    assert shown == {month: count for month, count in months.items() if month not in hidden}
