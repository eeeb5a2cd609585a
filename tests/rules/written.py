"""A plain version with one of everything, which a test changes in one place."""

from datetime import date
from typing import Any

from mash.rules import RuleSet
from mash.rules.document import ruleset_from
from mash.rules.problems import Problems
from mash.rules.source import entry_of
from tests.rules.small import CATALOGUE

Plain = dict[str, Any]


def said(id: str) -> Plain:
    return {"id": id, "words": f"{id} in words", "source": "made up"}


INDICATORS = {"ng-early": "L2", "ng-late": "L3", "ng-dirty": "L2", "ab-mark": "L4", "nd-drink": "L3", "nd-ill": "L2"}
VERSION: Plain = {
    "id": "made-up",
    "title": "Made up",
    "status": "live",
    "use": "live",
    "approved": None,
    "effective_from": date(2022, 5, 1),
    "effective_to": None,
    "supersedes": None,
    "reason": "A test",
    "approving_body": "Nobody",
    "training_from": None,
}


def _gates() -> Plain:
    return {
        "not_a_child": said("G-AGE")
        | {"when": {"fact": "age_years", "at_least": 18}, "route": "advice", "unless": ["unborn"]},
        "agreement": [
            said("G-EH")
            | {"route": "early_help", "fact": "agreement", "given": ["given"], "refused": ["refused", "withdrawn"]}
            | {"if_refused": {"ask": "would_grow", "yes": "assessment", "no": "advice"}},
            said("G-CFA")
            | {"route": "assessment", "fact": "agreement", "given": ["given"], "refused": ["refused", "withdrawn"]},
            said("G-SD") | {"route": "strategy"},
        ],
    }


def a_document(**changed: Any) -> Plain:
    """Return a version as plain data, with some sections replaced."""
    levels = [("L1", []), ("L2", []), ("L3", ["s17"]), ("L4", ["s17"])]
    routes = [("nothing", False, True), ("advice", False, True), ("early_help", False, False)]
    routes += [("assessment", True, False), ("strategy", True, False)]
    document: Plain = {
        "version": dict(VERSION),
        "levels": [
            {"key": key, "ordinal": n, "name": f"Level {n}", "statutory": "no", "meaning": key, "responses": []}
            | {"basis": bases}
            for n, (key, bases) in enumerate(levels, 1)
        ],
        "ratings": [{"key": key, "name": key.title(), "words": key} for key in ("green", "amber", "red")],
        "bases": [{"key": key, "name": key, "source": key} for key in ("s17", "s47")],
        "routes": [
            {"key": key, "name": key.replace("_", " ").capitalize(), "words": key, "statutory": law, "closes": closes}
            for key, law, closes in routes
        ],
        "extra_routes": [{"key": "officer", "name": "Officer", "words": "Tell the officer"}],
        "duties": {"carer": "A carer's assessment is owed"},
        "instructions": [{"key": "silent", "words": "Do not ask the family", "agreement": "do_not_seek"}],
        "indicators": dict(INDICATORS),
        "rules": [],
        "offsets": [],
        "urgency": [],
        "route_rules": [
            said("M-1") | {"when": {"level_at_least": "L2"}, "route": "early_help"},
            said("M-2") | {"when": {"basis": "s17"}, "route": "assessment"},
            said("M-3") | {"when": {"basis": "s47"}, "route": "strategy"},
        ],
        "redirects": [],
        "gates": _gates(),
        "transition": {"open_contacts": "version_at_receipt", "words": "As received"},
    }
    return document | changed


def a_ruleset(**changed: Any) -> RuleSet:
    """Return a version with some sections replaced."""
    return ruleset_from(entry_of(a_document(**changed)), CATALOGUE, Problems("made up"))
