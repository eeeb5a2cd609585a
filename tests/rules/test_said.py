"""A version as it is read by people, and two versions side by side: every sentence, and the line it is about.

said.txt has what is expected. When a change of it is meant, `python -m tests.rules.test_said` writes it anew, to be
reviewed line by line.
"""

from collections.abc import Iterator
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from mash.rules.compare import compare, in_full
from mash.rules.wording import Clause, in_words
from mash.rules.written import Written, written_text
from tests.rules.small import CATALOGUE
from tests.rules.test_mistakes import a_version

SAID = Path(__file__).with_name("said.txt")
HEAD = "# Written by `python -m tests.rules.test_said`; read every line that changes.\n"


def written(plain: dict[str, Any]) -> Written:
    """Return a version written to text and read from it, so that everything has its line."""
    text = StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.representer.ignore_aliases = lambda _: True
    yaml.dump(plain, text)
    return written_text(text.getvalue().encode(), CATALOGUE, f"{plain['version']['id']}.yaml")


def another_version() -> dict[str, Any]:
    """Return a version that follows `a_version`, with a difference of every kind."""
    plain = deepcopy(a_version())
    plain["version"] |= {"id": "newer", "supersedes": "made-up", "title": "Made up again"}
    plain["levels"][1] |= {"name": "Level two", "meaning": "More"}
    plain["routes"][0], plain["routes"][1] = plain["routes"][1], plain["routes"][0]
    plain["duties"] = {"young": "A young carer's assessment is owed", "carer": "A carer's assessment is owed"}
    plain["wording"] = {"ng-early": "In yet other words"}
    plain["indicators"] |= {"ng-early": "L3", "nd-poor": "L1", "ab-mark": "L3"}
    del plain["indicators"]["nd-ill"]
    plain["mappings"] = [{"from": "nd-ill", "to": "nd-poor", "kind": "renamed", "reason": "A better word"}]
    rules = {rule["id"]: rule for rule in plain["rules"]}
    one, two = ({"fact": "plan_ended", "at_least": "lately"}, {"fact": "mobility", "is": "independent"})
    ways = [rules["C-2"] | {"id": f"C-2{letter}", "when": when} for letter, when in (("a", one), ("b", two))]
    rules["C-5"] |= {"words": "Said otherwise"}
    rules["C-6"] |= {"id": "C-66"}
    rules["C-7"]["when"] = {"count": {"of": [{"fact": "disabled"}, {"indicator": "nd-drink"}], "at_least": 1}}
    rules["C-8"] |= {"kind": "count"}
    rules["S-1"] |= {"unless": ["ex-birthmark", "ex-timetable"], "then": {"level": "L2", "ask": "Why?"}}
    kept = [rule for id, rule in rules.items() if id not in ("C-2", "C-7", "V-1")]
    plain["rules"] = [*ways, *kept, rules["C-7"]]
    plain["offsets"][1] |= {"lowers_by": 2, "not_below": "L1"}
    plain["urgency"] = plain["urgency"][:2]
    plain["gates"]["agreement"][0]["if_refused"] |= {"yes": "early_help"}
    plain["gates"]["override_reasons"] = {"danger": "It would be dangerous", "law": "A court has said so"}
    plain["clocks"][0] |= {"hours": 2}
    plain["transition"] = {"open_contacts": "regrade", "words": "Look again"}
    plain["examples"] = []
    return plain


def lines(clause: Clause, depth: int = 1) -> Iterator[str]:
    """Yield a condition as people read it, each part below what it belongs to."""
    yield f"{'  ' * depth}{clause.words}"
    for part in clause.parts:
        yield from lines(part, depth + 1)


def said() -> Iterator[str]:
    """Yield both versions in full, every condition in words, and what differs each way."""
    old, new = written(a_version()), written(another_version())
    for whole in (old, new):
        for item, details in in_full(whole):
            yield f"{whole.file}:{item.line} {item.section}[{item.place}] {item.id}"
            yield from (f"  {detail.what}: {detail.new}" for detail in details)
    rules: tuple[Any, ...] = (*old.ruleset.level_rules(), *old.ruleset.urgency, *old.ruleset.route_rules)
    for rule in (*rules, *old.ruleset.redirects, old.ruleset.not_a_child):
        yield f"{rule.id} in words"
        yield from lines(in_words(old.ruleset, rule.when))
    for before, after in ((old, new), (new, old)):
        yield f"{before.file} beside {after.file}"
        yield from (f"  {difference.to_json()}" for difference in compare(before, after))


def test_every_sentence_about_a_version_and_about_two_is_as_expected() -> None:
    expected = SAID.read_text(encoding="utf-8").removeprefix(HEAD).splitlines()
    for told, wanted in zip(said(), expected, strict=True):
        assert told == wanted


if __name__ == "__main__":
    SAID.write_text(HEAD + "\n".join(said()) + "\n", encoding="utf-8")
