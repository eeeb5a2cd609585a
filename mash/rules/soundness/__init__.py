"""Holes in a version, found before anyone is turned away. Proved for every child the catalogue allows, not sampled."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial

from mash.rules.ruleset import RuleSet
from mash.rules.soundness.finding import Finding, Severity, Witness
from mash.rules.soundness.guards import guards
from mash.rules.soundness.law import law
from mash.rules.soundness.model import Model
from mash.rules.soundness.overlap import overlap
from mash.rules.soundness.places import places
from mash.rules.soundness.reach import gaps, reach
from mash.rules.soundness.tidy import tidy

__all__ = ["Finding", "Severity", "Witness", "check", "places"]


def check(
    ruleset: RuleSet,
    lines: Mapping[str, int] | None = None,
    fired: Mapping[str, int] | None = None,
    told: Callable[[int, int], None] | None = None,
) -> tuple[Finding, ...]:
    """Return every hole of a version, serious ones first.

    Args:
        ruleset: The version.
        lines: Where each id, key and code stands, as `places` gives it; without it every line is 0.
        fired: How many children of some history met each rule, by rule id. Without it, that question is not asked.
        told: Called before each kind of hole is looked for, with how many have been, of how many.

    Source:
        Working Together to Safeguard Children (2023), chapter 1, on what a threshold document must set out; Children
        Act 1989, sections 17 and 47.
    """
    lines = lines or {}
    found = [replace(each, line=lines.get(each.at, 0)) for each in _findings(ruleset, fired, told)]
    return tuple(sorted(found, key=lambda each: each.severity is not Severity.SERIOUS))


def _findings(
    ruleset: RuleSet, fired: Mapping[str, int] | None, told: Callable[[int, int], None] | None
) -> Iterator[Finding]:
    with closing(Model(ruleset)) as model:
        child = model.imagine()
        of_child = [partial(one, model, child) for one in (law, reach, gaps, overlap)]
        kinds = [*of_child, partial(guards, ruleset), partial(tidy, ruleset, fired)]
        for done, kind in enumerate(kinds):
            if told is not None:
                told(done, len(kinds))
            yield from kind()
