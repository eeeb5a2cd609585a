"""Read one version of the thresholds: a file becomes a RuleSet, or an error that says where, what and how to mend."""

import hashlib
import json
from pathlib import Path
from typing import Any

from mash.rules.catalogue import Catalogue
from mash.rules.frame import read_frame
from mash.rules.gates import read_gates
from mash.rules.kind_reader import outcomes_beside, with_names
from mash.rules.problems import Problems
from mash.rules.rule_reader import Reader
from mash.rules.ruleset import RuleSet
from mash.rules.source import Entry, read_yaml

REQUIRED = (
    "version",
    "levels",
    "ratings",
    "bases",
    "routes",
    "indicators",
    "rules",
    "urgency",
    "route_rules",
    "gates",
    "transition",
)
OPTIONAL = (
    "extra_routes",
    "duties",
    "instructions",
    "offsets",
    "redirects",
    "clocks",
    "mappings",
    "examples",
    "wording",
    "outcomes",
)


def load_ruleset(path: Path | str, catalogue: Catalogue) -> RuleSet:
    """Read one version of the thresholds.

    Args:
        path: A YAML file as thresholds/README.md describes.
        catalogue: What can be known; every code in the file must be in it.

    Raises:
        DocumentRefused: when anything in the file is wrong. It lists every mistake found, by line.
        OSError: when the file cannot be read.
    """
    problems = Problems(Path(path).name)
    root = Entry(None)
    with problems.gather():
        root = read_yaml(Path(path).read_bytes())
    problems.refuse_if_any()
    return ruleset_from(root, catalogue, problems)


def ruleset_from(root: Entry, catalogue: Catalogue, problems: Problems) -> RuleSet:
    """Build a version from a tree already read; errors as `load_ruleset`."""
    parts: dict[str, Entry] = {}
    with problems.gather():
        parts = root.fields(REQUIRED, OPTIONAL)
    problems.refuse_if_any()
    frame = read_frame(parts, problems)
    reader = Reader(catalogue, frame, problems)
    read: dict[str, Any] = {
        "indicators": reader.indicators(parts["indicators"], parts.get("wording")),
        "rules": reader.listed(parts["rules"], reader.rule),
        "offsets": reader.listed(parts.get("offsets"), reader.offset),
        "urgency": reader.listed(parts["urgency"], reader.urgency),
        "route_rules": reader.listed(parts["route_rules"], reader.route_rule),
        "redirects": reader.listed(parts.get("redirects"), reader.redirect),
        "clocks": reader.listed(parts.get("clocks"), reader.clock),
        "mappings": reader.listed(parts.get("mappings"), reader.mapping),
        "examples": reader.listed(parts.get("examples"), reader.example),
        "transition": reader.transition(parts["transition"]),
    }
    gates = read_gates(parts["gates"], reader)
    problems.refuse_if_any()
    if gates is None:
        raise AssertionError("gates that failed were refused above")
    of_gates: dict[str, Any] = {
        "not_a_child": gates.not_a_child,
        "gates": gates.agreement,
        "override_reasons": gates.override_reasons,
    }
    hashed = _content_hash(root, catalogue, reader.scope.used)
    framed: dict[str, Any] = {name: getattr(frame, name) for name in FRAMED}
    with problems.gather():
        own = parts.get("outcomes")
        framed["routes"] = with_names(frame.routes, own, catalogue.outcomes)
        framed["outcomes"] = outcomes_beside(own, catalogue.outcomes, frame.routes, read["redirects"])
    problems.refuse_if_any()
    return RuleSet(content_hash=hashed, catalogue=catalogue, **framed, **of_gates, **read)


FRAMED = ("version", "levels", "ratings", "bases", "routes", "extra_routes", "duties", "instructions")


def _content_hash(root: Entry, catalogue: Catalogue, used: set[str]) -> str:
    """Hash what decides: the document, and what the catalogue says of the facts it looks at."""
    meanings = {name: catalogue.facts[name].meaning(catalogue) for name in used}
    canonical = json.dumps({"document": root.plain(), "facts": meanings}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
