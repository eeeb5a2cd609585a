"""What can be known about a child: indicators, strengths, exceptions and facts, each with words and a question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mash.kinds import Outcome
from mash.rules.source import Json


class Role(StrEnum):
    """What a rule may do with a fact."""

    RISK = "risk"
    CONTEXT = "context"
    ROUTING = "routing"
    URGENCY = "urgency"
    AGREEMENT = "agreement"
    PROTECTIVE = "protective"
    EXCEPTION = "exception"


class FactType(StrEnum):
    """The kind of answer a fact takes."""

    PRESENCE = "presence"
    NUMBER = "number"
    CHOICE = "choice"


ROUTING_ONLY = ("contact_type", "referrer_type", "named_or_anonymous", "information_quality", "case_status")
EVIDENCE = ("said", "seen_or_confirmed")
MEANINGS = (
    "immediate_danger",
    "likely_harm",
    "ethnicity",
    "faith",
    "immigration_status",
    "postcode",
    "poverty",
    "care_experienced_parent",
    "home_education",
)


@dataclass(frozen=True, slots=True)
class Qualifier:
    """Severity, frequency or duration: a question and its answers, least first."""

    words: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ages:
    """For whom a question is offered. `under_years` is exclusive."""

    unborn: str = "too"
    from_years: int = 0
    under_years: int = 18


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is particular to an indicator."""

    domain: str
    strand: str
    ages: Ages
    typical: tuple[int, ...]
    qualifiers: tuple[str, ...]
    tags: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Protective:
    """What is particular to a strength: the strands it may lower, the evidence it needs, the days it stays valid.

    With `from_years` it counts only for a child known to be at least that old.
    """

    offsets: tuple[str, ...]
    evidence: str
    valid_days: int | None
    from_years: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One thing that can be known. Numbers have `unit`, `most`; choices `values`, least worrying first if ordered.

    `means` is what the checks of a version must recognise, one of MEANINGS or nothing; it never changes a result.
    """

    name: str
    role: Role
    type: FactType
    words: str
    question: str
    unit: str = ""
    most: int = 100_000
    values: tuple[str, ...] = ()
    ordered: bool = False
    indicator: Indicator | None = None
    protective: Protective | None = None
    means: str = ""

    def detail_values(self, catalogue: "Catalogue") -> dict[str, tuple[str, ...] | None]:
        """Return the details that go with this fact when present: their values, or None for a number of days."""
        if self.indicator is not None:
            return {name: catalogue.qualifiers[name].values for name in self.indicator.qualifiers}
        return {"evidence": EVIDENCE, "days_old": None} if self.protective is not None else {}

    def meaning(self, catalogue: "Catalogue") -> Json:
        """Return what of this entry can change a result, and so belongs in the hash of a version that uses it."""
        meaning: dict[str, Json] = {
            "role": self.role.value,
            "type": self.type.value,
            "values": [*self.values],
            "ordered": self.ordered,
        }
        if self.indicator is not None:
            meaning |= {
                "domain": self.indicator.domain,
                "strand": self.indicator.strand,
                "tags": [*sorted(self.indicator.tags)],
            }
            meaning |= {name: [*(values or ())] for name, values in self.detail_values(catalogue).items()}
        if self.protective is not None:
            meaning |= {"offsets": [*self.protective.offsets], "evidence": self.protective.evidence}
            meaning |= {"valid_days": self.protective.valid_days, "from_years": self.protective.from_years}
        return meaning


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Everything that can be known, by name, in the order of the file."""

    version: str
    title: str
    domains: Mapping[str, str]
    strands: Mapping[str, str]
    tags: Mapping[str, str]
    qualifiers: Mapping[str, Qualifier]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()

    def indicators(self) -> list[Fact]:
        """Return the indicators in the order of the file."""
        return [fact for fact in self.facts.values() if fact.indicator is not None]


@dataclass(frozen=True, slots=True)
class FactRow:
    """One line of the list of facts: everything a person needs to record it."""

    name: str
    role: str
    type: str
    unit: str
    values: tuple[str, ...]
    details: tuple[str, ...]
    words: str
    question: str


def list_facts(catalogue: Catalogue) -> list[FactRow]:
    """Return every fact that can be recorded, in the order of the catalogue."""
    return [
        FactRow(
            name=fact.name,
            role="indicator" if fact.indicator else fact.role,
            type=fact.type,
            unit=fact.unit,
            values=("present", "absent") if fact.type is FactType.PRESENCE else fact.values,
            details=tuple(fact.detail_values(catalogue)),
            words=fact.words,
            question=fact.question,
        )
        for fact in catalogue.facts.values()
    ]
