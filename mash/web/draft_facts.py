"""What is known of a child in a worked example, as rows of a form: a fact, its answer, and how bad it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from mash.rules import Catalogue, Fact
from mash.rules.catalogue import FactType
from mash.web.condition_form import code_of, fact_label, whole

MOST = 80
PRESENCE = {"present": "is so", "absent": "is not so", "unknown": "nobody knows"}


@dataclass(slots=True)
class FactRow:
    """One fact as it is chosen, and its answer; `details` are how severe, often and long; `rest` is kept as it was."""

    fact: str = ""
    value: str = ""
    details: dict[str, str] = field(default_factory=dict)
    rest: str = ""


def from_facts(facts: Any, catalogue: Catalogue) -> list[FactRow]:
    """Return written facts as rows."""
    return [_row(str(name), raw, catalogue) for name, raw in facts.items()] if isinstance(facts, dict) else []


def _row(name: str, raw: Any, catalogue: Catalogue) -> FactRow:
    told = raw if isinstance(raw, dict) else {"value": raw}
    details = {key: str(told[key]) for key in catalogue.qualifiers if key in told}
    rest = {key: one for key, one in told.items() if key != "value" and key not in details}
    value = "unknown" if told.get("value") is None else str(told["value"])
    return FactRow(fact_label(catalogue, name), value, details, json.dumps(rest) if rest else "")


def to_facts(rows: list[FactRow], catalogue: Catalogue) -> dict[str, Any]:
    """Return rows as they are written; one with no fact chosen yet says nothing."""
    return {code_of(catalogue, row.fact): _answer(row) for row in rows if row.fact}


def _answer(row: FactRow) -> Any:
    try:
        rest = json.loads(row.rest) if row.rest else {}
    except ValueError:
        rest = {}
    more = {key: one for key, one in row.details.items() if one} | (rest if isinstance(rest, dict) else {})
    return {"value": whole(row.value), **more} if more else whole(row.value)


def as_answered(old: Any, new: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with every answer that says what it said written as it was: null and "unknown" are the same."""
    before = old if isinstance(old, dict) else {}

    def plainly(raw: Any) -> Any:
        told = raw if isinstance(raw, dict) else {"value": raw}
        return told | {"value": "unknown" if told.get("value") is None else told["value"]}

    return {k: before[k] if k in before and plainly(before[k]) == plainly(v) else v for k, v in new.items()}


def shown_facts(facts: Any, catalogue: Catalogue) -> list[str]:
    """Say what is known, a fact each."""
    rows = from_facts(facts, catalogue)
    return [", ".join([f"{row.fact}: {row.value.replace('_', ' ')}", *row.details.values()]) for row in rows]


def read_rows(form: MultiDict[str, str], catalogue: Catalogue) -> list[FactRow]:
    """Take the rows from what a browser sent, after the button that adds one or takes one away."""
    found = list[FactRow]()
    for at in range(min(_count(form.get("facts.n", "")), MOST)):
        named = {key: " ".join(form.get(f"facts-{at}.{key}", "").split()) for key in ("fact", "value", "rest")}
        details = {key: given for key in catalogue.qualifiers if (given := form.get(f"facts-{at}.{key}"))}
        named["fact"] = fact_label(catalogue, code_of(catalogue, named["fact"]))
        found.append(FactRow(details=details, **named))
    verb, _, place = form.get("do", "").partition(":facts-")
    if verb == "known:facts":
        found.append(FactRow())
    elif verb == "unsay" and place and _count(place) < len(found):
        del found[_count(place)]
    return found


def _count(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else MOST if text else 0


def fact_of(row: FactRow, catalogue: Catalogue) -> Fact | None:
    """Return the fact that a row is about; None where none is chosen yet."""
    return catalogue.facts.get(code_of(catalogue, row.fact))


def answers_of(row: FactRow, catalogue: Catalogue) -> Mapping[str, str]:
    """Return the answers to choose from; none for a number, or while no fact is chosen."""
    fact = fact_of(row, catalogue)
    if fact is None or fact.type is FactType.NUMBER:
        return {}
    if fact.type is FactType.PRESENCE:
        return PRESENCE
    return {value: value.replace("_", " ") for value in fact.values} | {"unknown": "nobody knows"}
