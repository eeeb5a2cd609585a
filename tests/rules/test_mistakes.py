"""Each value of a version and of the catalogue taken out or made wrong, and all that was read from one that is right.

mistakes.txt has each sentence that an author is told, and below it the mistakes it is told of, and no others; read.txt
has what is read from everything the format has. When a change of either is meant,
`python -m tests.rules.test_mistakes` writes both anew, to be reviewed line by line.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest

from mash.rules import Catalogue, DocumentRefused, RuleSet
from mash.rules.catalogue_document import catalogue_from
from mash.rules.document import ruleset_from
from mash.rules.problems import Problems
from mash.rules.source import entry_of
from tests.rules.small import CATALOGUE, plain_catalogue
from tests.rules.written import a_document, said

MISTAKES, READ = (Path(__file__).with_name(name) for name in ("mistakes.txt", "read.txt"))
HEAD = "# Written by `python -m tests.rules.test_mistakes`; read every line that changes.\n"
Where = tuple[str | int, ...]


def _rule(id: str, when: Any, kind: str = "combination", **more: Any) -> dict[str, Any]:
    return said(id) | {"kind": kind, "when": when, "then": {"level": "L3"}} | more


CONDITIONS: list[dict[str, Any]] = [
    {"all": [{"indicator": "ng-early", "severity": "serious"}, {"fact": "contacts_12m", "at_least": 3}]},
    {"any": [{"fact": "plan_ended", "at_least": "lately"}, {"fact": "mobility", "is": "independent"}]},
    {"any": [{"fact": "mobility", "one_of": ["independent", "not_independent"]}, {"fact": "unborn"}]},
    {"all": [{"fact": "age_years", "at_least": 2, "under": 5}, {"fact": "age_years", "at_most": 4}]},
    {"all": [{"unknown": "ab-says"}, {"unknown": "contacts_12m"}, {"unknown": "plan_ended"}, {"unknown": "age_years"}]},
    {"not_ruled_out": {"any": [{"fact": "likely_harm"}, {"indicator": "ab-mark"}]}},
    {"count": {"of": [{"fact": "disabled"}, {"indicator": "nd-ill"}], "at_least": 2}},
    {"count": {"of": {}, "at_least": 2, "domains_at_least": 2}},
    {"count": {"of": {"strand": ["neglect", "needs"], "except": ["nd-ill"]}, "at_least": 2}},
    {"count": {"of": {"domain": "home", "level_at_least": "L3"}, "at_least": 1}},
    {"count": {"of": {"tag": "cumulative", "codes": ["ng-early", "ng-early", "ng-late", "ab-mark"]}, "at_least": 2}},
]


SPLIT = {"from": "old", "to": ["ng-early", "ng-late"], "kind": "split", "reason": "Two things"}


def a_version() -> dict[str, Any]:
    """Return a version with something in every section and of every kind of condition."""
    document = a_document()
    document["levels"][2] |= {"rating": "amber", "responses": ["early_help", "assessment"], "statutory": "mixed"}
    document["routes"][3] |= {"basis": "s17", "needs": "A social worker"}
    document["version"] |= {"label": "M", "author": "Ada Lamb", "supersedes": "before"}
    document["indicators"]["ab-mark"] = [
        {"level": "L2", "rating": "amber", "basis": "s17", "source": "elsewhere"},
        {"level": "L2", "severity": "severe", "when": {"fact": "age_years", "under": 5}, "unless": ["ex-birthmark"]},
    ]
    document["indicators"]["ab-says"] = "L4"
    given = {"level": "L4", "rating": "red", "basis": ["s17", "s47"], "route_floor": "assessment", "also": "officer"}
    given |= {"duty": "carer", "instruction": "silent", "ask": ["Who cares?", "Who saw?"]}
    document["rules"] = [
        *(_rule(f"C-{number}", when) for number, when in enumerate(CONDITIONS, 1)),
        _rule("T-1", {"fact": "immediate_harm"}, "trigger", then=given, strand="abuse"),
        _rule("S-1", {"indicator": "nd-drink"}, "single", strand="needs", unless="ex-timetable"),
        _rule("S-2", {"indicator": "nd-drink"}, "count", strand="needs", offset=False),
        _rule("V-1", {"fact": "contact_type", "is": "check"}, "duty", then={"duty": ["carer"]}),
    ]
    document["offsets"] = [
        said("O-1") | {"factor": "pf-adult", "strands": ["needs"], "lowers_by": 2},
        said("O-2") | {"factor": "pf-school", "strands": ["neglect", "needs"], "lowers_by": 1, "not_below": "L2"},
    ]
    document["urgency"] = [
        said("R-1") | {"when": {"fact": "hours_to_harm", "under": 24}, "rating": "red"},
        said("R-2") | {"when": {"fact": "medical_need", "at_least": "soon"}, "rating": "amber"},
        said("R-3") | {"when": {"all": [{"level_at_least": "L3"}, {"fact": "no_bed"}]}, "rating": "amber"},
    ]
    document["redirects"] = [
        said("D-1") | {"when": {"fact": "case_status", "is": "none"}, "route": "to_desk", "name": "Desk"}
    ]
    document["gates"]["override_reasons"] = {"danger": "Asking would be dangerous"}
    document["clocks"] = [
        {"name": "first", "words": "Four hours", "source": "made up", "hours": 4, "rating": "red"},
        {"name": "then", "words": "A day", "source": "made up", "working_days": 1, "route": "assessment"},
    ]
    document["examples"] = [{"name": "One", "facts": {"ng-early": "present"}, "expect": {"level": "L2", "basis": []}}]
    return document | {"mappings": [SPLIT], "wording": {"ng-early": "In other words"}}


def a_catalogue() -> dict[str, Any]:
    """Return a catalogue with something of every kind, few of each."""
    plain = plain_catalogue()
    plain["indicators"] = plain["indicators"][:2]
    plain["indicators"][0]["ages"] = {"unborn": "no", "from_years": 2, "under_years": 5}
    plain["tags"] = {"cumulative": "Builds up"}
    for name, count in (("exceptions", 1), ("facts", 2)):
        plain[name] = plain[name][:count] + (plain[name][-2:] if name == "facts" else [])
    return plain


SIGNS = "signs"
"""What the indicators of the catalogue are called here, as a version has a section of that name."""
SECTIONS = [*a_version(), *(SIGNS if name == "indicators" else name for name in a_catalogue())]
BEYOND: dict[str, tuple[Where, Any]] = {
    "facts.1.name=again": (("facts", 1, "name"), "contacts_12m"),
    "facts.3.values=twice": (("facts", 3, "values"), ["no", "yes", "no"]),
    "facts.3.values=none": (("facts", 3, "values"), []),
    "facts.3.values=unknown": (("facts", 3, "values"), ["no", "unknown"]),
    "facts.3.values=not_asked": (("facts", 3, "values"), ["not_asked", "no"]),
    "facts.3.max=5": (("facts", 3, "max"), 5),
    "facts.3.unit=each": (("facts", 3, "unit"), "each"),
    "facts.0.values=some": (("facts", 0, "values"), ["some"]),
    "facts.0.ordered=true": (("facts", 0, "ordered"), True),
    "facts.0.max=0": (("facts", 0, "max"), 0),
    "facts.0.name=contact_type": (("facts", 0, "name"), "contact_type"),
    "signs.0.ages.from_years=0": (("indicators", 0, "ages", "from_years"), 0),
    "signs.0.ages.from_years=18": (("indicators", 0, "ages", "from_years"), 18),
    "signs.0.ages.from_years=19": (("indicators", 0, "ages", "from_years"), 19),
    "signs.0.ages.under_years=0": (("indicators", 0, "ages", "under_years"), 0),
    "signs.0.ages.under_years=1": (("indicators", 0, "ages", "under_years"), 1),
    "signs.0.ages.under_years=18": (("indicators", 0, "ages", "under_years"), 18),
    "signs.0.ages.under_years=19": (("indicators", 0, "ages", "under_years"), 19),
    "signs.0.typical=0": (("indicators", 0, "typical"), [0]),
    "signs.0.typical=9": (("indicators", 0, "typical"), [1, 9]),
    "signs.0.typical=10": (("indicators", 0, "typical"), [10]),
    "signs.0.tags=other": (("indicators", 0, "tags"), ["other"]),
    "signs.0.means=other": (("indicators", 0, "means"), "other"),
    "signs.1.code=again": (("indicators", 1, "code"), "ng-early"),
}
"""Values of the catalogue of the right kind that are wrong all the same, or just right: where each stands, and what."""


def places(value: Any, where: Where = ()) -> Iterator[Where]:
    """Yield the place of every value below this one."""
    parts: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*where, key)
        yield from places(part, (*where, key))


def mistakes(plain: dict[str, Any], section: str) -> Iterator[tuple[str, Any]]:
    """Yield the same data with one value of a section taken out, one key too many, or one value made wrong."""
    for *above, last in places(plain):
        if [*above, last][0] != section:
            continue
        shown = ".".join(map(str, (*above, last)))
        for new in ("out", "more", "zzz"):
            changed: Any = deepcopy(plain)
            place = changed
            for key in above:
                place = place[key]
            if new == "out":
                del place[last]
            elif new == "zzz":
                place[last] = new
            elif isinstance(place[last], dict):
                place[last]["more"] = 1
            else:
                continue
            yield f"{shown}={new}", changed


def _version(plain: Any) -> RuleSet:
    return ruleset_from(entry_of(plain), CATALOGUE, Problems("made up"))


def _catalogue(plain: Any) -> Catalogue:
    return catalogue_from(entry_of(plain), Problems("catalogue"))


def _with(where: Where, value: Any) -> dict[str, Any]:
    """Return the catalogue with a value somewhere."""
    whole = a_catalogue()
    place: Any = whole
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    return whole


def told(section: str) -> Iterator[tuple[str, str]]:
    """Yield each mistake in a section, and what is said of it, without the place; "" where it is none."""
    of_version = section in a_version()
    key = "indicators" if section == SIGNS else section
    found = [
        (section + name.removeprefix(key), changed)
        for name, changed in mistakes(a_version() if of_version else a_catalogue(), key)
    ]
    beyond = [(name, *what) for name, what in BEYOND.items() if name.partition(".")[0] == section]
    for name, changed in [*found, *((name, _with(where, value)) for name, where, value in beyond)]:
        says = ""
        try:
            _version(changed) if of_version else _catalogue(changed)
        except DocumentRefused as refused:
            says = " / ".join(f"{one.wrong.partition(': ')[2]}. {one.mend}." for one in refused.problems)
        yield name, says


def read() -> Iterator[str]:
    """Yield all that is read from a version and a catalogue, a line for each part."""
    for whole in (_version(a_version()), _catalogue(a_catalogue())):
        for field in fields(whole):
            part = getattr(whole, field.name)
            if field.name not in ("catalogue", "_level_rules", "_order"):
                listed: Any = part.items() if isinstance(part, dict) else part if isinstance(part, tuple) else [part]
                yield from (f"{field.name}: {_ordered(one)}" for one in listed)


def _ordered(part: Any) -> str:
    """Return a part as text in which sets stand in order."""
    if isinstance(part, frozenset):
        return "{" + ", ".join(sorted(map(_ordered, part))) + "}"
    if isinstance(part, tuple):
        return "(" + ", ".join(map(_ordered, part)) + ")"
    if hasattr(part, "__dataclass_fields__"):
        named = (f"{field.name}={_ordered(getattr(part, field.name))}" for field in fields(part))
        return f"{type(part).__name__}({', '.join(named)})"
    return repr(part)


def _expected() -> dict[str, str]:
    """Return what is said of each mistake."""
    blocks = MISTAKES.read_text(encoding="utf-8").removeprefix(HEAD).strip().split("\n\n")
    return {name: says for says, *named in (block.split("\n") for block in blocks) for name in " ".join(named).split()}


def test_every_value_is_read_as_it_was_written() -> None:
    assert list(read()) == READ.read_text(encoding="utf-8").removeprefix(HEAD).splitlines()


@pytest.mark.parametrize("section", SECTIONS)
def test_every_mistake_is_told_in_its_words(section: str) -> None:
    expected = {name: says for name, says in _expected().items() if name.partition("=")[0].partition(".")[0] == section}
    for name, says in told(section):
        assert expected.pop(name, "") == says, name
    assert not expected


def _write() -> None:
    named: dict[str, list[str]] = {}
    for section in SECTIONS:
        for name, says in told(section):
            named.setdefault(says, []).append(name)
    named.pop("")
    blocks = (f"{says}\n{fill(' '.join(names), 118, break_on_hyphens=False)}" for says, names in named.items())
    MISTAKES.write_text(HEAD + "\n\n".join(blocks) + "\n", encoding="utf-8")
    READ.write_text(HEAD + "\n".join(read()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
