"""What may be written in each field of a draft: what there is to choose from, and what a browser sent."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict

from mash.rules import Catalogue
from mash.rules.catalogue import FactType, Role
from mash.rules.compare import field_name
from mash.rules.condition_reader import DUTY, Purpose
from mash.rules.kind_reader import CHOSEN
from mash.web.condition_form import whole
from mash.web.draft_sections import SECTIONS, Field
from mash.web.policy_words import KIND_WORDS
from mash.web.threshold_words import KINDS

NONE = "-"
_EMPTY_IS_NULL = ("approved", "effective_to", "training_from")
_NAMED = ("levels", "ratings", "bases", "routes", "extra_routes", "instructions")
_GIVEN: Mapping[str, dict[str, str]] = {
    "statutory": {"no": "For no child", "mixed": "For some", "yes": "For every child"},
    "seeking": {"do_not_seek": "Must not be asked for"},
    "open_contacts": {
        "version_at_receipt": "The version that was in force when they came",
        "regrade": "This version: they are looked at again",
    },
    "urgencies": {"red": "Red", "amber": "Amber", "green": "Green"},
    "route_kinds": dict(KIND_WORDS),
    "outcome_kinds": {kind.value: KIND_WORDS[kind] for kind in CHOSEN},
    "changes": {
        "same": "The same",
        "renamed": "Renamed",
        "split": "Split",
        "merged": "Merged",
        "dropped": "Dropped",
        "relevelled": "Given another level",
    },
}


def purpose_of(section: str, item: Mapping[str, Any]) -> Purpose | None:
    """Return what the condition of an item may look at; None if it has none."""
    return DUTY if section == "rules" and item.get("kind") == "duty" else SECTIONS[section].purpose


def choices(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Return what there is to choose from in a draft, by kind: keys and words."""
    found = {name: _named(document.get(name)) for name in _NAMED}
    duties = document.get("duties")
    found["duties"] = {key: str(words) for key, words in duties.items()} if isinstance(duties, dict) else {}
    found["strands"] = dict(catalogue.strands)
    found["kinds"] = {kind.value: f"{words}: {hint[0].lower()}{hint[1:]}" for kind, (words, hint) in KINDS.items()}
    found["all_routes"] = found["routes"] | _named(document.get("redirects"), "route")
    return {**found, **_GIVEN, **_of_catalogue(catalogue)}


@lru_cache(maxsize=4)
def _of_catalogue(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    facts = catalogue.facts.values()
    found: dict[str, dict[str, str]] = {"codes": {fact.name: fact.words for fact in catalogue.indicators()}}
    roles = (("exceptions", Role.EXCEPTION), ("strengths", Role.PROTECTIVE), ("agreements", Role.AGREEMENT))
    for name, role in roles:
        found[name] = {fact.name: fact.words for fact in facts if fact.role is role}
    agreed = [fact for fact in facts if fact.role is Role.AGREEMENT]
    presence = [fact for fact in facts if fact.type is FactType.PRESENCE]
    found["asks"] = {fact.name: fact.words for fact in agreed if fact in presence or set(fact.values) == {"yes", "no"}}
    answers = dict.fromkeys(value for fact in agreed for value in fact.values or ("present", "absent"))
    found["answers"] = {value: value.replace("_", " ") for value in answers}
    found["keeps"] = {fact.name: fact.words for fact in presence if fact.role is Role.CONTEXT} | found["codes"]
    for name, one in catalogue.qualifiers.items():
        found[name] = {value: value for value in one.values}
    return found


def answers_to(item: Mapping[str, Any], catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Return the answers that the agreement of a gate can have, once one is chosen."""
    fact = catalogue.facts.get(str(item.get("fact")))
    values = fact.values or ("present", "absent") if fact else ()
    return {"answers": {value: value.replace("_", " ") for value in values}} if values else {}


def fields_of(
    section: str, items: list[Mapping[str, Any]], item: Mapping[str, Any], catalogue: Catalogue
) -> tuple[Field, ...]:
    """Return the fields of an item: those of its kind that it can have, and what else its section was written with."""
    kind = SECTIONS[section]
    fields = list(kind.fields)
    if kind.shape == "lines":
        fact = catalogue.facts.get(str(item.get("code")))
        has = fact.indicator.qualifiers if fact and fact.indicator else ()
        fields = [one for one in fields if one.key not in catalogue.qualifiers or one.key in has or one.key in item]
    known = {field.key.partition(".")[0] for field in kind.fields} | {"when", "then", "statutory", "offset"}
    for key, value in {key: value for one in items for key, value in one.items()}.items():
        if key not in known and isinstance(value, bool | str):
            what = "flag" if isinstance(value, bool) else "line"
            fields.append(Field(key, field_name(key), what, needed=False))
    return tuple(fields)


def _named(listed: Any, key: str = "key") -> dict[str, str]:
    items = [one for one in listed if isinstance(one, dict) and one.get(key)] if isinstance(listed, list) else []
    return {
        str(one[key]): f"Level {one['ordinal']}, {one.get('name')}"
        if "ordinal" in one
        else str(one.get("name") or one.get("words") or one[key])
        for one in items
    }


def value_of(item: Mapping[str, Any], field: Field) -> Any:
    """Return what an item says in a field, as a form shows it."""
    found: Any = item
    for key in field.key.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    if field.kind in ("many", "lines"):
        if field.none and found == []:
            return [NONE]
        return [] if found is None else [str(one) for one in (found if isinstance(found, list) else [found])]
    if field.kind == "flag":
        return found is True
    return "" if found is None else found


def in_words(value: Any, chosen: Mapping[str, str]) -> Any:
    """Say what was chosen in its words."""
    if isinstance(value, list):
        return [chosen.get(one, one) for one in value]
    return chosen.get(value, value) if isinstance(value, str) else value


def read_fields(fields: tuple[Field, ...], form: MultiDict[str, str], old: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item with what a browser sent in its fields; what has no field stays as it was."""
    new = {key: dict(part) if isinstance(part, Mapping) else part for key, part in old.items()}
    for field in fields:
        if f"f.{field.key}" not in form and f"has.{field.key}" not in form:
            continue
        value, stood = _given(field, form), value_of(old, field)
        if field.kind == "many":  # what was ticked before stays in the order in which it was written
            value = [one for one in stood if one in value] + [one for one in value if one not in stood]
        if value == stood:
            continue
        outer, _, inner = field.key.rpartition(".")
        into = new.setdefault(outer, {}) if outer else new
        if value in ("", [], False) and not field.needed and field.key not in _EMPTY_IS_NULL:
            into.pop(inner, None)
            if outer == "if_refused" and not into:
                del new[outer]
        else:
            into[inner] = None if value == "" and field.key in _EMPTY_IS_NULL else _written(field, value)
    return new


def _given(field: Field, form: MultiDict[str, str]) -> Any:
    name = f"f.{field.key}"
    if field.kind == "many":
        return form.getlist(name)
    if field.kind == "flag":
        return form.get(name) == "1"
    text = "".join(one if one.isprintable() or one == "\n" else " " for one in form.get(name, ""))
    if field.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    text = " ".join(text.split())
    return whole(text) if field.kind == "number" else text


def _written(field: Field, value: Any) -> Any:
    if field.none and NONE in value:
        return [one for one in value if one != NONE]
    if field.kind == "many" and len(value) == 1 and field.key in ("then.basis", "then.duty", "basis"):
        return value[0]
    if field.kind != "day":
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value
