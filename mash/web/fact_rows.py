"""What a person may say of a child in the decision form: every fact of the catalogue as one row with its answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from mash.queries.facts import person_facts
from mash.rules import Catalogue, Fact

PRESENCE = {"present": "Yes", "absent": "No", "unknown": "Not known"}
NOT_ASKED = "not_asked"
EVIDENCE = {"said": "Said", "seen_or_confirmed": "Seen or confirmed"}
SAFETY = "immediate-harm"
MOVES = "mobility"
MOVES_UNDER_YEARS = 2
# Worked out from the record or asked elsewhere on the page, so that nobody types them twice.
WORKED_OUT = frozenset({"age_years", "age_weeks", "unborn", "gestation_weeks", "age_basis", "sex", "disability"})
ASKED_ELSEWHERE = frozenset(
    {"agreement_service", "agreement_checks", "family_told", "contact_type", "referrer_type", "named_or_anonymous"}
)
JUDGEMENT = "Your judgement"
STRENGTHS = "What keeps the child safe"
EXCEPTIONS = "What explains it"
URGENCY = "How soon"
ABOUT = "About the child and the family"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact to answer: its answers in words, the details that go with "yes", and where it is listed."""

    code: str
    words: str
    question: str
    group: str
    answers: Mapping[str, str]
    number: str
    details: Mapping[str, tuple[str, Mapping[str, str]]]

    @property
    def presence(self) -> bool:
        return self.answers is PRESENCE


def in_words(value: str) -> str:
    """Write a code's value for reading.

    >>> in_words("not_independent")
    'Not independent'
    """
    return value.replace("_", " ").capitalize()


def _group(catalogue: Catalogue, fact: Fact) -> str:
    if fact.indicator is not None:
        return catalogue.domains[fact.indicator.domain]
    if fact.protective is not None:
        return STRENGTHS
    if fact.role == "exception":
        return EXCEPTIONS
    if fact.role == "urgency":
        return URGENCY
    return JUDGEMENT if fact.role == "risk" and fact.type == "presence" else ABOUT


def _row(catalogue: Catalogue, fact: Fact) -> Row:
    known = details_of(catalogue)
    details = {name: known[name] for name in fact.detail_values(catalogue)}
    answers: Mapping[str, str] = PRESENCE
    if fact.type != "presence":
        answers = {value: in_words(value) for value in fact.values} | {"unknown": "Not known"}
    return Row(
        code=fact.name,
        words=fact.words,
        question=fact.question,
        group=_group(catalogue, fact),
        answers=answers,
        number=fact.unit if fact.type == "number" else "",
        details=details,
    )


def details_of(catalogue: Catalogue) -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """Give every detail that may go with a fact: its question and its answers; no answers means a number."""
    found = {
        name: (qualifier.words, {value: in_words(value) for value in qualifier.values})
        for name, qualifier in catalogue.qualifiers.items()
    }
    return found | {"evidence": ("How is it known?", EVIDENCE), "days_old": ("Days ago", {})}


@lru_cache(maxsize=4)
def rows_of(catalogue: Catalogue) -> Mapping[str, Row]:
    """Give every fact that may be said here, by code."""
    left_out = WORKED_OUT | ASKED_ELSEWHERE
    return {name: _row(catalogue, fact) for name, fact in catalogue.facts.items() if name not in left_out}


@lru_cache(maxsize=256)
def _offered(
    catalogue: Catalogue, ages: tuple[tuple[bool, int | None], ...]
) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    groups: dict[str, list[Row]] = {name: [] for name in (JUDGEMENT, STRENGTHS)}
    for code, row in rows_of(catalogue).items():
        if any(fits(catalogue.facts[code], unborn=unborn, years=years) for unborn, years in ages):
            groups.setdefault(row.group, []).append(row)
    return tuple((name, tuple(rows)) for name, rows in groups.items() if rows)


def fits(fact: Fact, *, unborn: bool, years: int | None) -> bool:
    """Say whether a fact is asked of a child of this age. An age not known rules nothing out but birth."""
    if fact.indicator is None:
        return True
    ages = fact.indicator.ages
    if unborn:
        return ages.unborn != "no"
    return ages.unborn != "only" and (years is None or ages.from_years <= years < ages.under_years)


def age_of(person: Any, day: date) -> tuple[bool, int | None]:
    """Give whether a person is unborn, and their age in years where it is known."""
    return bool(person.unborn), person_facts(person, day).get("age_years")


def offered(catalogue: Catalogue, people: Iterable[Any], day: date) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """List what may be asked of any of these children, in groups."""
    return _offered(catalogue, tuple(sorted({age_of(person, day) for person in people}, key=repr)))


def always_asked(people: Iterable[Any], day: date) -> tuple[str, ...]:
    """Name what is asked of every child without being looked for: danger now, and for the youngest, how they move."""
    young = any(not unborn and (years or 0) < MOVES_UNDER_YEARS for unborn, years in (age_of(p, day) for p in people))
    return (SAFETY, MOVES) if young else (SAFETY,)


def matching(groups: Iterable[tuple[str, tuple[Row, ...]]], typed: str) -> list[Row]:
    """Find facts by what was typed: every word of it in the fact's words, question or group."""
    wanted = typed.lower().split()
    if not wanted:
        return []
    return [
        row
        for group, rows in groups
        for row in rows
        if all(word in f"{row.words} {row.question} {group}".lower() for word in wanted)
    ][:12]
