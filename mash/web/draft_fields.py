"""What may be written of each kind of item in a draft: its fields, their kind and what there is to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from mash.rules import Catalogue
from mash.rules.catalogue import Role
from mash.rules.condition_reader import DUTY, REDIRECT, ROUTE, RULE, URGENCY, Purpose
from mash.web.condition_form import whole
from mash.web.threshold_words import KINDS


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key (``then.level`` stands in ``then``), words, kind and what its choices are drawn from.

    Kinds: line, words, day, number, one, many, lines (one or more, a line each), flag.
    """

    key: str
    words: str
    kind: str = "line"
    of: str = ""
    hint: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item: what it is called, its fields, and what its condition may look at, if it has one."""

    words: str
    one: str
    fields: tuple[Field, ...]
    key: str = "id"
    purpose: Purpose | None = None


_WHERE = "Where it comes from, with the page of the document"
SAID = (
    Field("words", "The rule in words", "words", hint="A sentence that anyone can read"),
    Field("source", "Source", hint=_WHERE),
)
_ID = Field("id", "Number", hint="Never the same for two rules")
SECTIONS: Mapping[str, Kind] = {
    "rules": Kind(
        "Rules that give a level",
        "rule",
        (
            _ID,
            Field("kind", "Kind of rule", "one", "kinds"),
            *SAID,
            Field("then.level", "Level it gives", "one", "levels", needed=False),
            Field("then.rating", "Rating it gives", "one", "ratings", needed=False),
            Field("then.route_floor", "At least this route", "one", "routes", needed=False),
            Field("then.basis", "Legal basis it reaches", "many", "bases", needed=False),
            Field("then.instruction", "What to mind", "many", "instructions", needed=False),
            Field("then.also", "Second routes", "many", "extra_routes", needed=False),
            Field("then.duty", "Duties", "many", "duties", needed=False),
            Field("then.ask", "Questions it asks", "lines", hint="One a line", needed=False),
            Field("strand", "Strand", "one", "strands", "Strengths lower what is said of their strands", needed=False),
            Field("unless", "Unless it is established that", "many", "exceptions", needed=False),
        ),
        purpose=RULE,
    ),
    "urgency": Kind(
        "How soon", "urgency rule", (_ID, *SAID, Field("rating", "Rating it gives", "one", "ratings")), purpose=URGENCY
    ),
    "route_rules": Kind(
        "Which route", "route rule", (_ID, *SAID, Field("route", "Route it gives", "one", "routes")), purpose=ROUTE
    ),
    "redirects": Kind(
        "Passed on to others",
        "redirect",
        (_ID, *SAID, Field("route", "Its own key", hint="Not one of the routes"), Field("name", "Name")),
        purpose=REDIRECT,
    ),
    "offsets": Kind(
        "Strengths",
        "strength",
        (
            _ID,
            *SAID,
            Field("factor", "Strength", "one", "strengths"),
            Field("strands", "Strands it may lower", "many", "strands"),
            Field("lowers_by", "Levels it lowers by at most", "number"),
            Field("not_below", "Never below", "one", "levels", needed=False),
        ),
    ),
    "levels": Kind(
        "Levels",
        "level",
        (
            Field("name", "Name"),
            Field("ordinal", "Place on the scale that all versions share", "number"),
            Field("meaning", "Meaning", "words"),
            Field("responses", "Usual routes", "many", "routes"),
            Field("rating", "Rating it gives at least", "one", "ratings", needed=False),
            Field("basis", "Legal basis it reaches", "many", "bases", needed=False),
        ),
        key="key",
    ),
    "clocks": Kind(
        "Time limits",
        "time limit",
        (
            Field("name", "Key"),
            Field("words", "In words", "words"),
            Field("source", "Source", hint=_WHERE),
            Field("hours", "Hours", "number", hint="Hours or working days, not both", needed=False),
            Field("working_days", "Working days", "number", needed=False),
            Field("rating", "For contacts rated", "one", "ratings", needed=False),
            Field("route", "For the route", "one", "routes", needed=False),
        ),
        key="name",
    ),
}
VERSION = (
    Field("title", "Title"),
    Field("label", "What a banner says of it", needed=False),
    Field("reason", "Foreword: why it was made", "words"),
    Field("approving_body", "Who agrees it"),
    Field("author", "Who wrote it", needed=False),
    Field("effective_from", "First day in force", "day"),
    Field("effective_to", "Last day in force", "day", hint="Empty for no end", needed=False),
    Field("approved", "Agreed on", "day", needed=False),
    Field("training_from", "Training from", "day", needed=False),
)
_EMPTY_IS_NULL = ("approved", "effective_to", "training_from")
_NAMED = ("levels", "ratings", "bases", "routes", "extra_routes", "instructions")


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
    for name, role in (("exceptions", Role.EXCEPTION), ("strengths", Role.PROTECTIVE)):
        found[name] = {fact.name: fact.words for fact in catalogue.facts.values() if fact.role is role}
    return found


def _named(listed: Any) -> dict[str, str]:
    items = [one for one in listed if isinstance(one, dict) and one.get("key")] if isinstance(listed, list) else []
    return {
        str(one["key"]): f"Level {one['ordinal']}, {one.get('name')}"
        if "ordinal" in one
        else str(one.get("name") or one.get("words") or one["key"])
        for one in items
    }


def value_of(item: Mapping[str, Any], field: Field) -> Any:
    """Return what an item says in a field, as a form shows it."""
    found: Any = item
    for key in field.key.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    if field.kind in ("many", "lines"):
        return [] if found is None else [str(one) for one in (found if isinstance(found, list) else [found])]
    return "" if found is None else found


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
        if value in ("", []) and not field.needed and field.key not in _EMPTY_IS_NULL:
            into.pop(inner, None)
        else:
            into[inner] = None if value == "" and field.key in _EMPTY_IS_NULL else _written(field, value)
    return new


def _given(field: Field, form: MultiDict[str, str]) -> Any:
    name = f"f.{field.key}"
    if field.kind == "many":
        return form.getlist(name)
    text = "".join(one if one.isprintable() or one == "\n" else " " for one in form.get(name, ""))
    if field.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    text = " ".join(text.split())
    return whole(text) if field.kind == "number" else text


def _written(field: Field, value: Any) -> Any:
    if field.kind == "many" and len(value) == 1 and field.key in ("then.basis", "then.duty", "basis"):
        return value[0]
    if field.kind != "day":
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value
