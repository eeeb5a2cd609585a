"""Worked examples beside the versions: which of them a version gives otherwise than was written for another."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from mash.rules.advice import Advice
from mash.rules.evaluate import evaluate
from mash.rules.facts import FactsRefused, read_facts
from mash.rules.ruleset import RuleSet
from mash.rules.source import read_yaml

EXAMPLES = "examples"


@lru_cache(maxsize=16)
def differing(ruleset: RuleSet, expected_of: str, folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the worked examples that a version gives otherwise: each its name, and in words how it differs.

    Args:
        ruleset: The version that is tried.
        expected_of: The version whose expected results count where none are written for this one.
        folder: The folder of the versions, with `examples/*.yaml` as thresholds/README.md describes.

    Raises:
        DocumentRefused: when a file is not readable YAML.
        OSError: when a file cannot be read.
    """
    found = []
    for path in sorted((folder / EXAMPLES).glob("*.yaml")):
        listed: Any = read_yaml(path.read_bytes()).fields(("examples",))["examples"].plain()
        for example in listed:
            expect = example["expect"].get(ruleset.id, example["expect"].get(expected_of))
            if expect is not None and (how := _how(ruleset, example["facts"], expect)):
                found.append((str(example["name"]), how))
    return tuple(found)


def _how(ruleset: RuleSet, facts: Any, expect: dict[str, Any]) -> str:
    try:
        advice = evaluate(ruleset, read_facts(ruleset.catalogue, facts))
    except FactsRefused as refused:
        return str(refused)
    got = results(advice)
    wrong = [f"{key} is {_said(got[key])}, not {_said(_sorted(wanted))}" for key, wanted in expect.items()
             if key != "reasons" and got[key] != _sorted(wanted)]  # fmt: skip
    missing = sorted(set(expect.get("reasons") or ()) - {reason.id for reason in advice.reasons})
    return "; ".join([*wrong, *([f"rule {', '.join(missing)} is not met"] if missing else [])])


def results(advice: Advice) -> dict[str, Any]:
    """Return what a worked example may say of an advice."""
    return {
        "not_a_child": advice.not_a_child,
        "level": advice.level,
        "rating": advice.rating,
        "route": advice.route,
        "strength": advice.strength,
        "basis": sorted(advice.bases),
        "also": sorted(each.key for each in advice.also),
        "duties": sorted(each.key for each in advice.duties),
        "instructions": sorted(each.key for each in advice.instructions),
    }


def _sorted(wanted: Any) -> Any:
    return sorted(wanted) if isinstance(wanted, list) else wanted


def _said(value: Any) -> str:
    return (
        ", ".join(map(str, value)) or "nothing"
        if isinstance(value, list)
        else str(value or "nothing").replace("_", " ")
    )
