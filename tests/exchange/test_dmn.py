"""What is exported to DMN is read by its own parser and gives the same results in an independent engine."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from lxml import etree
from SpiffWorkflow.dmn.parser.BpmnDmnParser import SCHEMAS

from mash.config import HOUSE
from mash.exchange.decisions import decisions_of
from mash.exchange.dmn import MODEL, to_dmn
from mash.rules import Catalogue, Facts, RuleBook, RuleSet, Value, evaluate_many, results_for
from mash.rules.catalogue import Fact, FactType
from tests.exchange.engine import Engine

HERE = Path(__file__).parent
CONTACTS = {"dn-2021-01": 3_000, "dn-2022-05": 7_000}
VERSIONS = {one.id: one for one in RuleBook.load(HOUSE / "thresholds").versions}


def answer(catalogue: Catalogue, fact: Fact, random: Random) -> Value:
    """Return any answer to a fact, with any of its details."""
    if random.random() < 0.15:
        return Value(None)
    if fact.type is FactType.NUMBER:
        return Value(random.randint(0, min(fact.most, random.choice((3, 20, 60)))))
    if fact.type is FactType.CHOICE:
        return Value(random.choice(fact.values))
    if random.random() < 0.3:
        return Value("absent")
    details: list[tuple[str, str | int]] = []
    for name, values in sorted(fact.detail_values(catalogue).items()):
        if random.random() < 0.6:
            details.append((name, random.choice(values) if values else random.randint(0, 120)))
    return Value("present", tuple(details))


def contacts(catalogue: Catalogue, number: int) -> Iterator[Facts]:
    """Yield children of every kind: those of whom next to nothing is known, and those of whom much is."""
    random, facts = Random(11), list(catalogue.facts.values())
    framing = [fact for fact in facts if fact.indicator is None]
    for _ in range(number):
        chosen = random.sample(facts, random.choice((0, 1, 2, 3, 6, 15)))
        chosen += random.sample(framing, random.choice((0, 3, 12)))
        yield Facts({fact.name: answer(catalogue, fact, random) for fact in chosen})


@pytest.mark.parametrize("name", sorted(VERSIONS))
def test_an_independent_engine_gives_the_same_results(name: str) -> None:
    ruleset = VERSIONS[name]
    engine, children = Engine(to_dmn(ruleset)), list(contacts(ruleset.catalogue, CONTACTS[name]))
    ordinals = {level.key: level.ordinal for level in ruleset.levels} | {None: None}
    seen: set[str] = set()
    for child, ours in zip(children, results_for(ruleset, children), strict=True):
        theirs = engine.decide(child)
        found = (ordinals[theirs["level"]], theirs["rating"], theirs["route"], theirs["strength"])
        assert found == (ours.level, ours.rating, ours.route, ours.strength), child.to_json()
        assert theirs["legal_bases"] == ours.bases, child.to_json()
        assert theirs["rules_met"].rule == ours.rules, child.to_json()
        seen |= {ours.route, ours.rating, str(ours.level)}
    assert {each.key for each in ruleset.ratings} | {"None", "1", "2", "3", "4"} <= seen
    for child, advice in zip(children[:100], evaluate_many(ruleset, children[:100]), strict=True):
        theirs = engine.decide(child)
        fired = {reason.id for reason in advice.reasons if reason.kind in {"urgency", "route"}}
        met = {*theirs["urgency_met"].rule, *theirs["route_rules_met"].rule}
        assert advice.not_a_child or fired == met, child.to_json()


@pytest.mark.parametrize("name", sorted(VERSIONS))
def test_the_file_keeps_to_the_standard_and_its_parser_finds_all_of_it(name: str, tmp_path: Path) -> None:
    text = to_dmn(VERSIONS[name])
    etree.XMLSchema(file=SCHEMAS[MODEL]).assertValid(etree.fromstring(text.encode()))
    file = tmp_path / "version.dmn"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(["node", "read.js", file], cwd=HERE, capture_output=True, text=True, check=True)
    decisions = decisions_of(VERSIONS[name])
    assert json.loads(done.stdout) == {
        "warnings": [],
        "decisions": len(decisions.tables),
        "inputs": len(decisions.groups),
        "rules": {table.name: len(table.rows) for table in decisions.tables},
        "drawn": len(decisions.tables) + len(decisions.groups) + 1,
    }


def test_words_cannot_break_out_of_the_file() -> None:
    from dataclasses import replace

    hostile = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b; ]]> \x00 \ud800 "'
    ruleset: RuleSet = VERSIONS["dn-2022-05"]
    rules = (replace(ruleset.rules[0], words=hostile), *ruleset.rules[1:])
    text = to_dmn(replace(ruleset, rules=rules, version=replace(ruleset.version, title=hostile)))
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
    assert root.getroottree().docinfo.doctype == ""
    notes = [note.text for note in root.iter(f"{{{MODEL}}}description")]
    assert any(note and "&b; ]]>" in note for note in notes)
