"""A hole in a version: what it is, where it stands, in words a board member understands, with a child who falls in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mash.rules.catalogue import Catalogue
from mash.rules.evaluate import evaluate
from mash.rules.facts import Facts
from mash.rules.ruleset import RuleSet
from mash.rules.source import Json


class Severity(StrEnum):
    """SERIOUS: children can be turned away or treated unfairly, or the file does not do what it says. WARNING: look."""

    SERIOUS = "serious"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Witness:
    """A child who could come to the door: the facts, in codes and in words, and what the version gives."""

    facts: Mapping[str, Json]
    said: str
    level: str | None
    rating: str
    route: str

    def to_json(self) -> dict[str, Json]:
        """Return the child by name; `facts` as `mash check` accepts them."""
        return {
            "facts": dict(self.facts),
            "said": self.said,
            "level": self.level,
            "rating": self.rating,
            "route": self.route,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One hole. `at` is the id, key or code it is about; line 0 means the file as a whole."""

    code: str
    severity: Severity
    at: str
    words: str
    line: int = 0
    witnesses: tuple[Witness, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the finding by name."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "at": self.at,
            "line": self.line,
            "words": self.words,
            "witnesses": [witness.to_json() for witness in self.witnesses],
        }


def witness(ruleset: RuleSet, facts: Facts) -> Witness:
    """Return a child with what the version really gives, worked out by the evaluator and not by the solver."""
    advice = evaluate(ruleset, facts)
    names = {route.key: route.name for route in ruleset.routes}
    names |= {redirect.route: redirect.name for redirect in ruleset.redirects}
    level = next((level.name for level in ruleset.levels if level.key == advice.level), None)
    return Witness(facts.to_json(), in_words(ruleset.catalogue, facts), level, advice.rating, names[advice.route])


def in_words(catalogue: Catalogue, facts: Facts) -> str:
    """Say what is recorded about a child in one line.

    Indicators and other facts are given in the words of the catalogue, with the answer.
    """
    said = []
    for name, value in facts:
        fact = catalogue.facts[name]
        answer = "unknown" if value.known is None else str(value.known).replace("_", " ")
        if fact.unit:
            answer = f"{answer} {fact.unit}"
        details = ", ".join(f"{key} {detail}".replace("_", " ") for key, detail in value.details)
        said.append(f"{fact.words}: {answer}{f' ({details})' if details else ''}")
    return "; ".join(said) or "nothing recorded"
