"""A version as it was written: the rules, and the tree of the file with the line of everything in it."""

from dataclasses import dataclass
from pathlib import Path

from mash.rules.catalogue import Catalogue
from mash.rules.document import ruleset_from
from mash.rules.problems import Problems
from mash.rules.ruleset import RuleSet
from mash.rules.source import Entry, read_yaml


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A version, the name of its file, and the file as a tree."""

    file: str
    ruleset: RuleSet
    root: Entry


def read_written(path: Path | str, catalogue: Catalogue) -> Written:
    """Read a version with its tree; errors as `load_ruleset`."""
    problems, roots = Problems(Path(path).name), [Entry(None)]
    with problems.gather():
        roots = [read_yaml(Path(path).read_bytes())]
    problems.refuse_if_any()
    return Written(problems.file, ruleset_from(roots[0], catalogue, problems), roots[0])
