"""A small catalogue with a fact of every role and type, for tests that make their own versions."""

from typing import Any

from mash.rules import Catalogue
from mash.rules.catalogue_document import catalogue_from
from mash.rules.problems import Problems
from mash.rules.source import entry_of

Plain = dict[str, Any]

SEVERITY = ["mild", "moderate", "serious", "severe"]
STRANDS = ["neglect", "abuse", "needs"]
INDICATORS = {
    "ng-early": ("home", "neglect", ["severity"], ["cumulative"]),
    "ng-late": ("home", "neglect", [], ["cumulative"]),
    "ng-dirty": ("self", "neglect", ["severity"], []),
    "ab-mark": ("body", "abuse", ["severity"], ["strategy"]),
    "ab-says": ("body", "abuse", [], ["strategy", "no_offset"]),
    "nd-drink": ("parent", "needs", ["severity"], []),
    "nd-ill": ("parent", "needs", [], []),
    "nd-poor": ("parent", "needs", [], []),
}
PROTECTIVE = {"pf-adult": (["needs"], "seen_or_confirmed", 28, 0), "pf-school": (["neglect", "needs"], "said", None, 5)}
CHOICES = {
    "plan_ended": ("risk", ["never", "long_ago", "lately"], True),
    "mobility": ("context", ["independent", "not_independent"], False),
    "contact_type": ("routing", ["request", "check", "advice"], False),
    "referrer_type": ("routing", ["police", "family", "anonymous"], False),
    "case_status": ("routing", ["none", "child_in_need"], False),
    "medical_need": ("urgency", ["none", "soon", "now"], True),
    "agreement": ("agreement", ["given", "refused", "withdrawn", "not_sought"], False),
    "would_grow": ("agreement", ["no", "yes"], False),
}
NUMBERS = {
    "contacts_12m": ("risk", 9),
    "age_years": ("context", 25),
    "hours_to_harm": ("urgency", 90),
}
PRESENCES = {
    "immediate_harm": "risk",
    "likely_harm": "risk",
    "unborn": "context",
    "disabled": "context",
    "no_bed": "urgency",
}
MEANS = {"immediate_harm": "immediate_danger", "likely_harm": "likely_harm", "nd-poor": "poverty"}
EXCEPTIONS = ["ex-birthmark", "ex-timetable"]


def _said(name: str) -> Plain:
    means = {"means": MEANS[name]} if name in MEANS else {}
    return {"words": f"{name} in words", "question": f"What of {name}?"} | means


def plain_catalogue() -> Plain:
    """Return the catalogue as plain data, to write to a file."""
    indicators = [
        {"code": code, "domain": domain, "strand": strand, "qualifiers": qualifiers, "tags": tags}
        | {"ages": {}, "typical": [2], "source": "made up"}
        | _said(code)
        for code, (domain, strand, qualifiers, tags) in INDICATORS.items()
    ]
    protective = [
        {"code": code, "offsets": offsets, "evidence": evidence, "valid_days": days}
        | ({"from_years": years} if years else {})
        | _said(code)
        for code, (offsets, evidence, days, years) in PROTECTIVE.items()
    ]
    facts: list[Plain] = [
        {"name": name, "role": role, "type": "number", "unit": "each", "max": most} | _said(name)
        for name, (role, most) in NUMBERS.items()
    ]
    facts += [{"name": name, "role": role, "type": "presence"} | _said(name) for name, role in PRESENCES.items()]
    facts += [
        {"name": name, "role": role, "type": "choice", "values": values, "ordered": ordered} | _said(name)
        for name, (role, values, ordered) in CHOICES.items()
    ]
    return {
        "catalogue": {"version": "1", "title": "A small one"},
        "domains": {key: key for key in ("home", "self", "body", "parent")},
        "strands": {key: key for key in STRANDS},
        "qualifiers": {"severity": {"words": "How serious?", "values": SEVERITY}},
        "indicators": indicators,
        "protective": protective,
        "exceptions": [{"name": name} | _said(name) for name in EXCEPTIONS],
        "facts": facts,
    }


CATALOGUE: Catalogue = catalogue_from(entry_of(plain_catalogue()), Problems("small"))
