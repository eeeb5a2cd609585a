"""By whom tables are split: groups worked out from what was known then, in words fit for a table."""

from collections.abc import Mapping
from typing import Any

NOT_RECORDED = "not recorded"
AGES = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (18, "16 and 17"))
SOURCES = {
    "1": "family and neighbours",
    "2": "schools and education",
    "3": "health",
    "4": "housing",
    "5": "council services",
    "6": "police",
    "7": "probation and courts",
    "8": "others",
    "9": "anonymous",
}
ETHNIC_GROUPS = {"M": "Mixed", "A": "Asian", "C": "Asian", "B": "Black", "O": "Other"}


def who_of(facts: Mapping[str, Any], *, source: str, ethnicity: str, type_: str) -> dict[str, str]:
    """Return the groups a child belongs to.

    Args:
        facts: What was known, as `read_facts` takes it.
        source: The Department for Education's code of where the contact came from, such as 1A or 6.
        ethnicity: The Department for Education's code, such as WBRI; empty if not recorded.
        type_: The type of contact.
    """
    contacts = facts.get("contacts_12m")
    return {
        "source": "not known" if source == "10" else SOURCES.get(source[:1], NOT_RECORDED),
        "age": _age(facts),
        "sex": str(facts.get("sex") or NOT_RECORDED),
        "ethnicity": _ethnic_group(ethnicity),
        "disability": {"present": "disabled", "absent": "not disabled"}.get(str(facts.get("disability")), NOT_RECORDED),
        "deprivation": NOT_RECORDED,
        "ward": NOT_RECORDED,
        "first": NOT_RECORDED if contacts is None else "first in 12 months" if contacts == 1 else "repeat",
        "type": type_ or NOT_RECORDED,
    }


def _age(facts: Mapping[str, Any]) -> str:
    if facts.get("unborn") == "present":
        return "unborn"
    years = facts.get("age_years")
    if not isinstance(years, int):
        return NOT_RECORDED
    return next((words for under, words in AGES if years < under), "18 and over")


def _ethnic_group(code: str) -> str:
    """Return the published group of a code.

    >>> [_ethnic_group(code) for code in ("WBRI", "WROM", "WOTH", "APKN", "NOBT", "")]
    ['White British', 'Gypsy, Roma or Traveller', 'White, other', 'Asian', 'not recorded', 'not recorded']
    """
    if code == "WBRI":
        return "White British"
    if code in {"WROM", "WIRT"}:
        return "Gypsy, Roma or Traveller"
    return "White, other" if code.startswith("W") else ETHNIC_GROUPS.get(code[:1], NOT_RECORDED)
