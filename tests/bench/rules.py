"""The rules beside zen-engine, json-logic and SpiffWorkflow's DMN: the shipped version, the same random children.

Run by `make bench`. What each peer can be given goes to it: every rule and indicator line with its level, without
strengths, exceptions, doubt and routes. All must name the same rules and level before anything is timed. A peer gives
the names of the rules met, and so does the product, with its four results, the ceiling and the questions. Its reasons
in words, each with the facts it rests on, are timed apart, as no peer has them; "whole advice" is all there is, what is
missing and what would change it among them.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mash.rules import (
    Advice,
    Facts,
    RuleSet,
    evaluate,
    evaluate_many,
    load_catalogue,
    load_ruleset,
    program_for,
    read_facts,
    results_for,
)
from mash.rules.parts import Rule
from tests.bench.rules_peers import Peer, context, facts_named, json_logic_peer, spiff_peer, tellable, zen_peer

HOUSE = Path(__file__).parents[2]
BEGIN, END = "<!-- rules-bench: begin -->", "<!-- rules-bench: end -->"
PAGE, ROUNDS = 50, 15


def some_children(ruleset: RuleSet, number: int) -> list[Facts]:
    """Return invented children: three to eight risks, up to three unknown, an age and how many contacts."""
    read, chance = [], random.Random(7)
    codes = [fact.name for fact in ruleset.catalogue.indicators()]
    for _ in range(number):
        answers: dict[str, Any] = dict.fromkeys(chance.sample(codes, chance.randint(0, 3)), "unknown")
        answers |= dict.fromkeys(chance.sample(codes, chance.randint(3, 8)), "present")
        answers |= {"age_years": chance.randint(0, 17), "contacts_12m": chance.randint(0, 6)}
        read.append(read_facts(ruleset.catalogue, answers))
    return read


def spent(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e6


def middle(work: Callable[[], object]) -> float:
    """Do a page three times in a row and return the middle: whoever came before in turn left the caches cold."""
    return statistics.median(spent(work) for _ in range(3))


def told_of(advice: Advice) -> tuple[object, ...]:
    """Return the results, the names of the rules met, the ceiling and the questions, all as they stand."""
    results = advice.level, advice.rating, advice.route, advice.bases
    return *results, advice.rules_met, advice.ceiling, advice.questions


def works(ruleset: RuleSet, child: Facts) -> dict[str, Callable[[], object]]:
    """Return what is asked of one child, by name."""
    return {
        "advice": lambda: told_of(evaluate(ruleset, child)),
        "reasons": lambda: evaluate(ruleset, child).reasons,
        "would change": lambda: evaluate(ruleset, child).would_change,
        "whole": lambda: evaluate(ruleset, child).to_json(),
    }


def line(name: str, ours: list[float], theirs: list[float]) -> str:
    ratios = sorted(b / a for a, b in zip(ours, theirs, strict=True))
    middle = statistics.median
    return (
        f"| {name} | {middle(ratios):,.2f} ({ratios[0]:,.2f}–{ratios[-1]:,.2f}) "
        f"| {middle(theirs):,.0f} | {middle(ours):,.0f} |"
    )


def check_agreement(
    ruleset: RuleSet, rules: list[Rule], peers: dict[str, Peer], children: list[Facts], given: list[dict[str, Any]]
) -> None:
    """Hold every peer to the rules met and the level they give, for each child."""
    told_ids = {rule.id for rule in rules}
    expected = [[id for id in one.rules if id in told_ids] for one in results_for(ruleset, children)]
    level = {rule.id: rule.then.level or 0 for rule in rules}
    for name, peer in peers.items():
        for child, met in zip(given, expected, strict=True):
            found = peer(child)
            assert sorted(found) == sorted(met), (name, set(found) ^ set(met))
            assert max((level[id] for id in found), default=0) == max((level[id] for id in met), default=0)


def measure() -> str:
    """Check that all agree, then time them in turn, and return the table."""
    version = HOUSE / "thresholds/2022-05-02-need-and-likely-harm.yaml"
    ruleset = load_ruleset(version, load_catalogue(HOUSE / "thresholds/catalogue.yaml"))
    rules, children, program = tellable(ruleset), some_children(ruleset, PAGE), program_for(ruleset)
    names = facts_named(rules)
    given = [context(child, names) for child in children]
    peers = {
        "zen-engine": zen_peer(rules),
        "json-logic": json_logic_peer(rules),
        "SpiffWorkflow DMN": spiff_peer(rules),
    }
    check_agreement(ruleset, rules, peers, children, given)
    one: dict[str, list[float]] = {name: [] for name in (*works(ruleset, children[0]), *peers)}
    page: dict[str, list[float]] = {name: [] for name in ("advice", "reasons", "results", *peers)}
    for _ in range(ROUNDS):
        for name in works(ruleset, children[0]):
            one[name].append(statistics.median(spent(works(ruleset, child)[name]) for child in children))
        page["advice"].append(middle(lambda: [told_of(advice) for advice in evaluate_many(ruleset, children)]))
        page["reasons"].append(middle(lambda: [advice.reasons for advice in evaluate_many(ruleset, children)]))
        page["results"].append(middle(lambda: list(results_for(ruleset, children))))
        for name, peer in peers.items():
            one[name].append(statistics.median(spent(partial(peer, child)) for child in given))
            page[name].append(middle(lambda peer=peer: [peer(child) for child in given]))  # type: ignore[misc]
    intro = [
        f"{len(rules)} of {len(ruleset.level_rules())} rules and lines of the version in force given to each;",
        f"{PAGE} invented children, every engine naming the same rules; {ROUNDS} rounds in turn, a page thrice",
        "in each, median (least–most):",
        "",
    ]
    return "\n".join([*intro, *written(list(peers), one, page), f"The program has {len(program.steps):,} steps."])


def written(peers: list[str], one: dict[str, list[float]], page: dict[str, list[float]]) -> list[str]:
    """Return the table, and what is timed here alone."""
    asked = "rules met, ceiling and questions here"
    reasons, change, whole = (statistics.median(one[name]) for name in ("reasons", "would change", "whole"))
    of_page = statistics.median(page["reasons"])
    return [
        "| Beside | Times as long as here | There, µs | Here, µs |",
        "| --- | --: | --: | --: |",
        *[line(f"{name}, one child, {asked}", one["advice"], one[name]) for name in peers],
        *[line(f"{name}, page of {PAGE}, {asked}", page["advice"], page[name]) for name in peers],
        *[line(f"{name}, page of {PAGE}, results and rules met here", page["results"], page[name]) for name in peers],
        "",
        f"The reasons in words, each with its facts: {reasons:,.0f} µs for one child, {of_page:,.0f} µs for the page.",
        f"One child, what would change it: {change:,.0f} µs; the whole advice written out: {whole:,.0f} µs.",
    ]


def main() -> None:
    table = measure()
    print(table)
    if "--write" in sys.argv:
        readme = HOUSE / "README.md"
        before, rest = readme.read_text().split(BEGIN)
        readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}")


if __name__ == "__main__":
    main()
