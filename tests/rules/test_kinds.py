"""What kind a route is, and how urgent a rating: as the file says, or as the rest of it says; never against it."""

from pathlib import Path

import pytest

from mash.config import HOUSE
from mash.kinds import Kind
from mash.rules import DocumentRefused, RuleBook, load_catalogue, load_ruleset

THRESHOLDS = HOUSE / "thresholds"
CATALOGUE = load_catalogue(THRESHOLDS / "catalogue.yaml")
FILE = next((THRESHOLDS / "elsewhere").glob("*.yaml"))
SHIPPED_HASHES = {"dn-2021-01": "9c77ed4d7146", "dn-2022-05": "0d4a713c9509"}


def test_the_shipped_versions_say_no_kinds_and_have_the_ones_their_routes_ask_for(rulebook: RuleBook) -> None:
    for version in rulebook.versions:
        assert version.content_hash.startswith(SHIPPED_HASHES[version.id])
        assert [(route.key, route.kind) for route in version.routes] == [
            ("no_further_action", Kind.NO_SERVICE),
            ("advice", Kind.ADVICE),
            ("early_help", Kind.EARLY_HELP),
            ("child_and_family_assessment", Kind.ASSESSMENT),
            ("strategy_discussion", Kind.STRATEGY),
        ]
        assert [(one.route, one.kind) for one in version.redirects] == [("passed_to_allocated_worker", Kind.PASSED_ON)]
        assert [one.key for one in version.outcomes] == ["information_given", "signposting", "another_authority"]
        assert [(one.key, one.urgency) for one in version.ratings] == [(c, c) for c in ("green", "amber", "red")]


def test_what_a_file_says_of_its_kinds_is_what_would_follow_from_the_rest_of_it(tmp_path: Path) -> None:
    text = FILE.read_text()
    for said in ("no_service", "advice", "assessment", "strategy", "passed_on"):
        text = text.replace(f"statutory: true, closes: false, kind: {said}", "statutory: true, closes: false")
        text = text.replace(f"closes: true, kind: {said}", "closes: true").replace(
            f", kind: {said}}}\n\ngates", "}\n\ngates"
        )
    text = text.replace(", urgency: green", "").replace(", urgency: red", "")
    (tmp_path / FILE.name).write_text(text)
    theirs, followed = load_ruleset(FILE, CATALOGUE), load_ruleset(tmp_path / FILE.name, CATALOGUE)
    assert text.count("kind: a") < FILE.read_text().count("kind: a")
    assert followed.kinds() == theirs.kinds()
    assert [one.urgency for one in followed.ratings] == [one.urgency for one in theirs.ratings] == ["green", "red"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("closes: true, kind: no_service", "closes: true, kind: early_help", "early_help"),
        ("closes: false, kind: assessment", "closes: false, kind: advice", "advice"),
        ("kind: passed_on", "kind: strategy", "strategy"),
        ("{key: told, name", "{key: advice, name", "'advice' is one of the routes already"),
        ("{key: told, name", "{key: community_help, name", "'community_help' is used twice"),
        ("Within three working days, urgency: green", "Within three working days, urgency: red", ""),
        ("words: Today, urgency: red", "words: Today, urgency: blue", "blue"),
    ],
)
def test_a_kind_against_the_rest_of_a_file_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text()
    assert old in text
    (tmp_path / FILE.name).write_text(text.replace(old, new, 1))
    if not says:  # two ratings of one strength may stand beside each other
        assert [one.urgency for one in load_ruleset(tmp_path / FILE.name, CATALOGUE).ratings] == ["red", "red"]
        return
    with pytest.raises(DocumentRefused, match=says):
        load_ruleset(tmp_path / FILE.name, CATALOGUE)


def test_a_rating_less_urgent_than_the_one_before_it_is_refused(tmp_path: Path) -> None:
    text = FILE.read_text().replace(
        "Within three working days, urgency: green", "Within three working days, urgency: red"
    )
    (tmp_path / FILE.name).write_text(text.replace("words: Today, urgency: red", "words: Today, urgency: amber"))
    with pytest.raises(DocumentRefused, match="'urgent' is less urgent than the one before it"):
        load_ruleset(tmp_path / FILE.name, CATALOGUE)


def test_a_folder_in_which_a_key_changes_its_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_text((THRESHOLDS / "catalogue.yaml").read_text())
    told = "{key: told, name: Told what we know, kind: information}"
    assert told in FILE.read_text()
    other = told.replace("key: told", "key: information_given").replace("kind: information}", "kind: signposting}")
    (tmp_path / FILE.name).write_text(FILE.read_text().replace(told, other))
    with pytest.raises(DocumentRefused, match="'information_given' is of the kind 'signposting', and in the catalogue"):
        RuleBook.load(tmp_path)
