"""A condition as a form: groups of rows that say which fact, how it is compared and with what. All typed is kept."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict

from mash.rules import Catalogue, Fact
from mash.rules.catalogue import FactType, Role
from mash.rules.condition_reader import comparisons

GROUPS = {
    "all": "All of these are so",
    "any": "At least one of these is so",
    "count": "At least so many of these are so",
    "not_ruled_out": "This is so, or has not been ruled out",
}
DEEPEST = 8
"""Groups within each other that a form shows: as many as a document may have, of those that join several things."""
MOST_PARTS = 60
WINDOW = re.compile(r"(.+)_([0-9]+)([dm])")
UNITS = {"d": "days", "m": "months"}
TESTS = {
    "is": "is so",
    "at_least": "at least",
    "at_most": "at most",
    "under": "under",
    "band_most": "from … to at most …",
    "band_under": "from … to under …",
    "one_of": "is any of",
    "unknown": "is not ruled out",
}
SELECTORS = ("strand", "domain", "level_at_least")


@dataclass(slots=True)
class Part:
    """One group or row: its kind, what is in it, and the values of its fields as they were written or typed."""

    kind: str
    parts: "list[Part]" = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        """Return a value; empty text where there is none."""
        return self.values.get(key, "")

    @property
    def group(self) -> bool:
        return self.kind in GROUPS


def new_row() -> Part:
    """Return a row that says nothing yet."""
    return Part("fact", values={"test": "is"})


def from_condition(when: Any, catalogue: Catalogue, depth: int = 0) -> Part:
    """Return a written condition as a form; what a form cannot show is kept as it is."""
    kept = Part("kept", values={"written": json.dumps(when)})
    return (_form_of(when, catalogue, depth) if isinstance(when, dict) else None) or kept


def _form_of(when: dict[str, Any], catalogue: Catalogue, depth: int) -> Part | None:
    head = next(
        (key for key in (*GROUPS, "fact", "indicator", "unknown", "level_at_least", "basis") if key in when), ""
    )
    inside = when.get(head)
    if head in ("all", "any") and isinstance(inside, list):
        parts = [from_condition(one, catalogue, depth + 1) for one in inside] if depth < DEEPEST else []
        return Part(head, parts) if parts else None
    if head == "not_ruled_out" and depth < DEEPEST:
        return Part(head, [from_condition(inside, catalogue, depth + 1)])
    if head == "count" and isinstance(inside, dict):
        return _counted(inside, catalogue, depth)
    if head in ("level_at_least", "basis"):
        return Part(head, values={"value": inside})
    if head in ("fact", "indicator", "unknown") and isinstance(inside, str):
        return _row(when, head, catalogue)
    return None


def _counted(count: dict[str, Any], catalogue: Catalogue, depth: int) -> Part | None:
    of, least = count.get("of"), count.get("at_least", "")
    if isinstance(of, list) and depth < DEEPEST and set(count) <= {"of", "at_least"}:
        return Part("count", [from_condition(one, catalogue, depth + 1) for one in of], {"at_least": least})
    if not isinstance(of, dict):
        return None
    rest = {key: value for key, value in of.items() if key not in SELECTORS}
    values = {"at_least": least, "spread": count.get("domains_at_least", ""), "rest": json.dumps(rest) if rest else ""}
    values |= {"strand": _several(of.get("strand", [])), "domain": _several(of.get("domain", []))}
    return Part("signs", values=values | {"level": of.get("level_at_least", "")})


def _row(when: dict[str, Any], head: str, catalogue: Catalogue) -> Part:
    fact = catalogue.facts.get(when[head])
    values: dict[str, Any] = {"fact": fact_label(catalogue, when[head]), "was": when[head], "test": "is"}
    if head == "unknown":
        return Part("fact", values=values | {"test": "unknown"})
    used = [key for key in ("at_least", "at_most", "under", "one_of", "is") if key in when]
    if "at_least" in used and len(used) > 1:
        other = used[1]
        values |= {"test": "band_under" if other == "under" else "band_most"}
        values |= {"value": when["at_least"], "value2": when[other]}
    elif used:
        values |= {"test": "one_of" if used[0] == "is" else used[0], "value": when[used[0]]}
    if fact and fact.type is FactType.CHOICE:
        values["choices"] = [str(one) for one in _several(values.get("value", []))]
    return Part("fact", values=values | {key: when[key] for key in catalogue.qualifiers if key in when})


def to_condition(part: Part, catalogue: Catalogue) -> Any:
    """Return the condition that a form says, whole or not."""
    if part.kind in ("all", "any"):
        return {part.kind: [to_condition(one, catalogue) for one in part.parts]}
    if part.kind == "count":
        of = [to_condition(one, catalogue) for one in part.parts]
        return {"count": {"of": of, "at_least": whole(part.get("at_least"))}}
    if part.kind == "not_ruled_out":
        inside = [to_condition(one, catalogue) for one in part.parts]
        return {"not_ruled_out": inside[0] if len(inside) == 1 else {"all": inside}}
    if part.kind == "signs":
        return _signs(part)
    if part.kind in ("level_at_least", "basis"):
        return {part.kind: part.get("value")}
    return _written(part) if part.kind == "kept" else _compared(part, catalogue)


def _written(part: Part) -> Any:
    return _loaded(part.get("written"))


def as_written(text: str) -> dict[str, Any]:
    """Read what a form carries along unshown; nothing where a browser sent something else."""
    said = _loaded(text) if text else {}
    return said if isinstance(said, dict) else {}


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}


def _signs(part: Part) -> Any:
    of = {key: one if len(one) > 1 else one[0] for key in ("strand", "domain") if (one := list(part.get(key)))}
    of |= {"level_at_least": part.get("level")} if part.get("level") else {}
    count: dict[str, Any] = {
        "of": of | as_written(part.get("rest")),
        "at_least": whole(part.get("at_least")),
    }
    return {"count": count | ({"domains_at_least": whole(part.get("spread"))} if part.get("spread") != "" else {})}


def _compared(part: Part, catalogue: Catalogue) -> Any:
    code, test, value = code_of(catalogue, part.get("fact")), part.get("test"), part.get("value")
    fact = catalogue.facts.get(code)
    if test == "unknown":
        return {"unknown": code}
    if fact is None or fact.type is FactType.PRESENCE:
        details = {key: part.get(key) for key in catalogue.qualifiers if part.get(key)}
        if fact is not None and fact.indicator is not None:
            return {"indicator": code} | {key: one for key, one in details.items() if key in fact.indicator.qualifiers}
        return {"fact": code}
    if fact.type is FactType.CHOICE:
        chosen = [str(one) for one in part.get("choices") or []]
        return (
            {"fact": code, "at_least": (chosen or [""])[0]} if test == "at_least" else {"fact": code, "one_of": chosen}
        )
    if test in ("band_most", "band_under"):
        other = "under" if test == "band_under" else "at_most"
        return {"fact": code, "at_least": whole(value), other: whole(part.get("value2"))}
    return {"fact": code, test if test in ("at_least", "at_most", "under") else comparisons(fact)[0]: whole(value)}


def read_part(form: MultiDict[str, str], prefix: str, catalogue: Catalogue, depth: int = 0) -> Part:
    """Take a condition from what a browser sent."""
    kind = form.get(f"{prefix}.kind", "fact")
    part = Part(kind)
    for key in ("at_least", "value", "value2", "test", "fact", "was", "written", "rest", "spread", "level"):
        if (given := form.get(f"{prefix}.{key}")) is not None:
            part.values[key] = " ".join(given.split())
    part.values |= {key: given for key in catalogue.qualifiers if (given := form.get(f"{prefix}.{key}"))}
    part.values |= {key: form.getlist(f"{prefix}.{key}") for key in ("strand", "domain", "choices")}
    window = form.get(f"{prefix}.window", "")
    if kind == "fact" and window and code_of(catalogue, part.get("fact")) == part.get("was"):
        part.values["fact"] = fact_label(catalogue, _with_window(part.get("was"), window))
    count = form.get(f"{prefix}.n", "0")
    if part.group and count.isdecimal() and len(count) < 4 and depth < DEEPEST + 2:
        places = range(min(int(count), MOST_PARTS))
        part.parts = [read_part(form, f"{prefix}-{place}", catalogue, depth + 1) for place in places]
    return part


def whole(value: Any) -> Any:
    """Return a number where one was typed; else what was typed."""
    text = str(value).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else text


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _with_window(code: str, window: str) -> str:
    found = WINDOW.fullmatch(code)
    return f"{found[1]}_{window}" if found else code


def windows_of(catalogue: Catalogue, code: str) -> Mapping[str, str]:
    """Return the windows over which the record keeps the same count, in months or days."""
    if not (found := WINDOW.fullmatch(code)) or code not in catalogue.facts:
        return {}
    same = [one for name in catalogue.facts if (one := WINDOW.fullmatch(name)) and one[1] == found[1]]
    return {f"{one[2]}{one[3]}": f"{one[2]} {UNITS[one[3]]}" for one in same}


@lru_cache(maxsize=4)
def _labels(catalogue: Catalogue) -> Mapping[str, str]:
    words = [fact.words.casefold() for fact in catalogue.facts.values()]
    return {
        name: fact.words if words.count(fact.words.casefold()) == 1 else f"{fact.words} ({name})"
        for name, fact in catalogue.facts.items()
    }


@lru_cache(maxsize=4)
def _codes(catalogue: Catalogue) -> Mapping[str, str]:
    return {label.casefold(): name for name, label in _labels(catalogue).items()}


def fact_label(catalogue: Catalogue, code: str) -> str:
    """Return the words by which a fact is chosen; the code itself for what the catalogue does not know."""
    return _labels(catalogue).get(code, code)


def code_of(catalogue: Catalogue, typed: str) -> str:
    """Return the code of the fact that was chosen by its words or its code; what was typed, if there is none."""
    return typed if typed in catalogue.facts else _codes(catalogue).get(typed.casefold(), typed)


def tests_of(fact: Fact | None) -> Mapping[str, str]:
    """Return the comparisons to choose from for a fact."""
    if fact is None or fact.type is FactType.PRESENCE:
        return {key: TESTS[key] for key in ("is", "unknown")}
    allowed = [key for key in comparisons(fact) if key != "is"]
    if fact.type is FactType.NUMBER and "at_least" in allowed and len(allowed) > 1:
        allowed += ["band_most", "band_under"]
    return {key: TESTS[key] for key in (*allowed, *(() if fact.role is Role.URGENCY else ("unknown",)))}


def normal(when: Any) -> Any:
    """Return a condition in one of the ways to write it, to see whether two say the same."""
    if isinstance(when, list):
        return [normal(one) for one in when]
    if not isinstance(when, dict):
        return when
    found = {key: normal(value) for key, value in when.items()}
    if "indicator" in found:
        found["fact"] = found.pop("indicator")
    if "is" in found:
        found["one_of"] = found.pop("is")
    for key in ("one_of", "strand", "domain"):
        if key in found:
            found[key] = sorted(_several(found[key]), key=str)
    return found


def as_it_stood(old: Any, new: Any) -> Any:
    """Return the new condition with every part that says what the old one said written as it was."""
    if normal(old) == normal(new):
        return old
    if isinstance(old, dict) and isinstance(new, dict):
        return {key: as_it_stood(old[key], value) if key in old else value for key, value in new.items()}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [as_it_stood(before, after) for before, after in zip(old, new, strict=True)]
    return new
