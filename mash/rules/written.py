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
    return written_text(Path(path).read_bytes(), catalogue, Path(path).name)


def written_text(content: bytes, catalogue: Catalogue, name: str) -> Written:
    """Read a version from its text; `name` is what mistakes say they are in. Errors as `load_ruleset`."""
    problems, roots = Problems(name), [Entry(None)]
    with problems.gather():
        roots = [read_yaml(content)]
    problems.refuse_if_any()
    return Written(problems.file, ruleset_from(roots[0], catalogue, problems), roots[0])


def written_version(folder: Path, ruleset: RuleSet) -> Written:
    """Read the file of a version in a folder of thresholds. A file is named by the day it begins.

    Raises:
        LookupError: when no file of the folder holds that version.
    """
    near = folder.glob(f"{ruleset.effective_from:%Y-%m}*.yaml")
    found = (read_written(path, ruleset.catalogue) for path in sorted(near))
    for written in found:
        if written.ruleset.content_hash == ruleset.content_hash:
            return written
    raise LookupError(f"No file in the folder of thresholds holds version '{ruleset.id}' as it was loaded.")
