"""Small threshold documents for the tests of what the format can express: written to a file, loaded, and asked."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from mash.rules import Advice, Catalogue, RuleSet, evaluate, load_catalogue, load_ruleset, read_facts
from tests.rules.small import plain_catalogue
from tests.rules.written import VERSION, a_document, said

Plain = dict[str, Any]
VALID = VERSION | {"author": "Ada Lamb"}


def rule(id: str, kind: str, when: Plain, **then: Any) -> Plain:
    """Return a rule as it is written; `unless` and `strand` may stand among what it gives."""
    beside = {key: then.pop(key) for key in ("unless", "strand") if key in then}
    return said(id) | {"kind": kind, "when": when, "then": then} | beside


def number(name: str, role: str = "risk", unit: str = "each") -> Plain:
    """Return a number fact for the catalogue."""
    return {"name": name, "role": role, "type": "number", "unit": unit, "words": f"{name} in words", "question": "?"}


def presence(name: str, role: str = "risk", **more: Any) -> Plain:
    """Return a presence fact for the catalogue."""
    return {"name": name, "role": role, "type": "presence", "words": f"{name} in words", "question": "?"} | more


def choice(name: str, values: list[str], role: str = "context", **more: Any) -> Plain:
    """Return a choice fact for the catalogue."""
    return presence(name, role, type="choice", values=values, **more)


def indicator(code: str, strand: str = "neglect", domain: str = "home", **more: Any) -> Plain:
    """Return an indicator for the catalogue."""
    plain: Plain = {"code": code, "words": f"{code} in words", "question": "?", "domain": domain, "strand": strand}
    return plain | {"qualifiers": [], "tags": [], "ages": {}, "typical": [2], "source": "made up"} | more


def catalogue_of(facts: list[Plain], indicators: list[Plain], qualifiers: Plain) -> Catalogue:
    """Return the small catalogue with more in it, written to a file and loaded."""
    plain = plain_catalogue()
    plain["facts"] += facts
    plain["indicators"] += indicators
    plain["qualifiers"] |= qualifiers
    with TemporaryDirectory() as folder:
        return load_catalogue(_write(Path(folder) / "catalogue.yaml", plain))


def document(
    facts: list[Plain] | None = None,
    indicators_known: list[Plain] | None = None,
    qualifiers: Plain | None = None,
    **sections: Any,
) -> RuleSet:
    """Return a version with some sections of its own, written to a file and loaded."""
    catalogue = catalogue_of(facts or [], indicators_known or [], qualifiers or {})
    with TemporaryDirectory() as folder:
        return load_ruleset(_write(Path(folder) / "2022-05-01-small.yaml", a_document(**sections)), catalogue)


def _write(path: Path, plain: Plain) -> Path:
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(plain, file)
    return path


def ask(ruleset: RuleSet, **facts: Any) -> Advice:
    """Advise on one child; a fact's name is written with `_` for `-`."""
    known = ruleset.catalogue.facts
    named = {name if name in known else name.replace("_", "-"): value for name, value in facts.items()}
    return evaluate(ruleset, read_facts(ruleset.catalogue, named))


def level(ruleset: RuleSet, **facts: Any) -> str | None:
    """Return the level of one child."""
    return ask(ruleset, **facts).level
