"""The program against a reading made from the format's description alone, over random versions and random children.

`make differential` runs 200,000 children under each of 20 versions; here each version judges 1,000.
"""

import sys
import time
from random import Random

from mash.rules import Facts, read_facts, results_for
from tests.rules.from_document import Reader
from tests.rules.generate import Tape, document_of, facts_from, ruleset_of
from tests.rules.small import CATALOGUE, plain_catalogue

SIZE = 120
VERSIONS = 20


def differences(children: list[Facts], seeds: range) -> list[str]:
    """Return each child that one of these versions judges otherwise than its document says."""
    found: list[str] = []
    plain = [child.to_json() for child in children]
    for seed in seeds:
        document = document_of(Tape(Random(seed).randbytes(600)))
        reader = Reader(document, plain_catalogue())
        for result, answers in zip(results_for(ruleset_of(document), children), plain, strict=True):
            said = {name: getattr(result, name) for name in ("level", "rating", "route", "strength", "bases", "rules")}
            read = reader.results(answers)
            if said != read:
                found.append(f"version {seed}, {answers}: the program says {said}, the document {read}")
    return found


def some_children(number: int, seed: int) -> list[Facts]:
    random = Random(seed)
    return [facts_from(random.randbytes(SIZE)) for _ in range(number)]


def test_the_program_says_what_the_document_says() -> None:
    assert differences(some_children(1000, 0), range(VERSIONS)) == []


def test_facts_survive_being_plain() -> None:
    assert all(read_facts(CATALOGUE, child.to_json()) == child for child in some_children(50, 1))


def main(number: int) -> None:
    """Compare in portions, so that memory stays small; print one line, and each difference."""
    began, found = time.monotonic(), list[str]()
    for portion in range(0, number, 5000):
        found += differences(some_children(min(5000, number - portion), portion), range(VERSIONS))
    for one in found[:20]:
        print(one, file=sys.stderr)
    print(f"{number:,} children under {VERSIONS} versions: {len(found)} differences, {time.monotonic() - began:.0f} s")
    sys.exit(bool(found))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200_000)
