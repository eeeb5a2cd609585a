"""The numbers in a condition that is being written, each with the values it could have: what a slider goes through."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from mash.rules import Catalogue
from mash.rules.catalogue import FactType
from mash.web.condition_form import TESTS, Part, code_of, fact_label, to_condition, whole, windows_of

MOST_STEPS = 24
MOST_SIGNS = 12
Seen = Callable[[str], int]
"""The largest number that history holds of a fact."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a condition.

    Attributes:
        field: The name of its field in the form.
        words: What it is, for a label.
        now: What stands there; None if it is none of the values.
        values: As the field takes them, in order; `shown` the same in words.
        steps: Where its part stands in the condition, and the key it has there.
    """

    field: str
    words: str
    now: str | None
    values: Sequence[str]
    shown: Sequence[str]
    steps: tuple[int, ...]
    key: str


def numbers_in(part: Part, catalogue: Catalogue, seen: Seen) -> list[Number]:
    """List the numbers of a condition in the order in which they stand: ages, counts, months or days looked back."""
    return [number for where in _walk(part, "when", ()) for number in _numbers(*where, catalogue, seen)]


def _walk(part: Part, at: str, steps: tuple[int, ...]) -> Iterator[tuple[str, tuple[int, ...], Part]]:
    yield at, steps, part
    for place, inside in enumerate(part.parts):
        yield from _walk(inside, f"{at}-{place}", (*steps, place))


def _numbers(at: str, steps: tuple[int, ...], part: Part, catalogue: Catalogue, seen: Seen) -> Iterator[Number]:
    if part.kind in ("count", "signs"):
        most = len(part.parts) if part.kind == "count" else MOST_SIGNS
        words = "How many of these are so" if part.kind == "count" else "How many different signs"
        yield _counted(at, steps, "at_least", words, part, range(1, most + 1, -(-most // MOST_STEPS) or 1))
        return
    code = code_of(catalogue, str(part.get("fact")))
    fact = catalogue.facts.get(code)
    if part.kind != "fact" or fact is None or fact.type is not FactType.NUMBER or part.get("test") == "unknown":
        return
    keys = ("value", "value2") if part.get("test") in ("band_most", "band_under") else ("value",)
    for key in keys:
        most = min(fact.most, max(seen(code), _int(part, key)) + 1)
        words = f"{fact.words}, {TESTS[part.get('test')] if len(keys) == 1 else 'from' if key == 'value' else 'to'}"
        yield _counted(at, steps, key, words, part, range(0, most + 1, -(-(most + 1) // MOST_STEPS)), fact.unit)
    if len(windows := windows_of(catalogue, code)) > 1:
        found = sorted(windows, key=lambda key: (key[-1] != "d", int(key[:-1])))
        words = f"{fact.words}: how far back"
        yield Number(f"{at}.window", words, code.rpartition("_")[2], found, [windows[key] for key in found], steps, "")


def _int(part: Part, key: str) -> int:
    value = whole(part.get(key))
    return value if isinstance(value, int) and value < 1000 else 0


def _counted(
    at: str, steps: tuple[int, ...], key: str, words: str, part: Part, values: range, unit: str = ""
) -> Number:
    now, listed = whole(part.get(key)), list(values)
    if isinstance(now, int) and now not in listed and now < 1000:
        listed = sorted([*listed, now])
    shown = [f"{one} {unit}".strip() for one in listed]
    is_one = str(now) if now in listed else None
    return Number(f"{at}.{key}", words, is_one, [str(one) for one in listed], shown, steps, key)


def with_each(number: Number, part: Part, item: Mapping[str, Any], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return an item once for each value that a number of its condition could have."""
    return [{**item, "when": to_condition(_with(number, part, value, catalogue), catalogue)} for value in number.values]


def _with(number: Number, part: Part, value: str, catalogue: Catalogue) -> Part:
    made = deepcopy(part)
    inside = made
    for step in number.steps:
        inside = inside.parts[step]
    if number.key:
        inside.values[number.key] = value
    else:
        stem = code_of(catalogue, str(inside.get("fact"))).rpartition("_")[0]
        inside.values["fact"] = fact_label(catalogue, f"{stem}_{value}")
    return made
