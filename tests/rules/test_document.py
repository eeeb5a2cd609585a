"""A file that could break a promise does not load, and its author hears where, what is wrong and how to mend it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mash.rules import DocumentRefused, load_ruleset
from mash.rules.problems import Problems, Wrong
from mash.rules.source import MOST_BYTES, read_yaml
from tests.rules.small import CATALOGUE
from tests.rules.written import a_document, a_ruleset, said

HERE = Path(__file__).parent
PLAIN = (HERE / "plain.yaml").read_text()
BROKEN = YAML(typ="safe", pure=True).load(HERE / "broken.yaml")


def refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "plain.yaml"
    path.write_text(text)
    with pytest.raises(DocumentRefused) as refused:
        load_ruleset(path, CATALOGUE)
    return str(refused.value)


def test_the_plain_version_loads_whole() -> None:
    ruleset = load_ruleset(HERE / "plain.yaml", CATALOGUE)
    assert (ruleset.id, ruleset.title, ruleset.status) == ("plain", "Made up", "live")
    assert [level.key for level in ruleset.levels] == ["L1", "L2"]
    assert [rule.id for rule in ruleset.level_rules()] == [
        "T-1",
        "C-1",
        "ng-early/L2",
        "ng-late/L2",
        "ab-mark/L1",
        "ab-mark/L2",
    ]
    assert ruleset.clocks[0].hours == 4
    assert ruleset.mappings[0].new == ("ng-early", "ng-late")
    assert ruleset.override_reasons == {"danger": "Asking would be dangerous"}
    assert ruleset.transition[0] == "regrade"
    assert ruleset.examples[0].expect == {"level": "L2"}
    assert len(ruleset.content_hash) == 64


@pytest.mark.parametrize(
    "broken", BROKEN, ids=lambda broken: broken["new"].strip() or f"without {broken['old'].strip()}"
)
def test_a_mistake_is_refused_with_its_line_and_how_to_mend_it(tmp_path: Path, broken: dict[str, str]) -> None:
    assert broken["old"] in PLAIN
    text = PLAIN.replace(broken["old"], broken["new"], 1)
    assert refusal(tmp_path, text).split("\n") == [f"plain.yaml, {says}" for says in broken["says"]]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = (
        PLAIN.replace("kind: trigger", "kind: tigger")
        .replace("lowers_by: 1", "lowers_by: 3")
        .replace("hours: 4", "hours: 0")
    )
    lines = [message.split(":")[0] for message in refusal(tmp_path, text).split("\n")]
    assert lines == ["plain.yaml, line 40", "plain.yaml, line 53", "plain.yaml, line 74"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"# nothing\n", "the file is empty"),
        (b"\xff\xfe\x00", "the file is not UTF-8 text"),
        (b"a: \x07", "the file holds characters that text may not hold"),
        (b"a: " + b"b" * MOST_BYTES, f"the file is larger than {MOST_BYTES} bytes"),
        (b"[" * 100_000, "this is more than 20 levels deep"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchors (&) and aliases (*) are not used here"),
        (b"a: !!python/object:os.system {}", "the tag tag:yaml.org,2002:python/object:os.system is not used here"),
        (b"<<: {a: 1}\n<<: {b: 1}\n", "the key '<<' is written twice"),
    ],
    ids=["empty", "a comment", "not text", "control", "large", "deep", "laughs", "object", "merge"],
)
def test_a_hostile_file_is_refused_and_not_obeyed(content: bytes, message: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_yaml(content)
    assert message in refused.value.wrong


@given(st.binary(max_size=200) | st.text(st.sampled_from("-:[]{}&*!?|>'\"#%@ \n\tab1"), max_size=60).map(str.encode))
def test_whatever_the_bytes_they_are_read_or_refused_in_words(content: bytes) -> None:
    problems = Problems("any")
    with problems.gather():
        assert isinstance(read_yaml(content).plain(), dict | list | str | int | bool)
    assert all(problem.wrong and problem.mend for problem in problems.found)


def test_yes_and_no_are_words_and_only_true_and_false_are_not() -> None:
    assert read_yaml(b"[yes, no, on, off, true, false, null, 007, 1.5, '1', 2022-05-01]").plain() == [
        *("yes", "no", "on", "off", True, False, None, "007", "1.5", "1", "2022-05-01")
    ]


def test_the_hash_changes_with_any_rule_and_not_with_layout_or_comments(tmp_path: Path) -> None:
    hashes = []
    for text in (PLAIN, PLAIN.replace("# A version", "# Any version"), PLAIN.replace("at_most: 24", "at_most: 25")):
        path = tmp_path / "plain.yaml"
        path.write_text(text)
        hashes.append(load_ruleset(path, CATALOGUE).content_hash)
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_version_without_a_statutory_route_still_loads() -> None:
    routes = a_document()["routes"][:3]
    gates = {**a_document()["gates"], "agreement": []}
    ruleset = a_ruleset(
        routes=routes, gates=gates, route_rules=[said("M-1") | {"when": {"level_at_least": "L2"}, "route": "advice"}]
    )
    assert ruleset.statutory_from == 3
