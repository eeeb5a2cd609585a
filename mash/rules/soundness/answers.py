"""Why a finding stands: the answer somebody gave to it, kept beside the versions in `answers.yaml`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mash.rules.problems import Problems
from mash.rules.soundness.finding import Finding
from mash.rules.source import Entry, read_yaml

ANSWERS = "answers.yaml"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered to one finding of one version, and who."""

    version: str
    code: str
    at: str
    because: str
    by: str


def read_answers(folder: Path) -> tuple[Answer, ...]:
    """Read the answers kept in a folder of thresholds; none if there is no such file.

    Raises:
        DocumentRefused: when the file is not as thresholds/README.md describes.
    """
    if not (folder / ANSWERS).exists():
        return ()
    problems, found = Problems(ANSWERS), list[Answer]()
    with problems.gather():
        for entry in read_yaml((folder / ANSWERS).read_bytes()).fields(("answers",))["answers"].items():
            with problems.gather():
                found.append(_answer(entry))
    problems.refuse_if_any()
    return tuple(found)


def _answer(entry: Entry) -> Answer:
    fields = entry.fields(("version", "finding", "at", "because", "by"))
    return Answer(*(fields[key].text() for key in ("version", "finding", "at", "because", "by")))


def answer_to(finding: Finding, version: str, answers: Iterable[Answer]) -> Answer | None:
    """Return the answer given to a finding of a version, or None."""
    named = (version, finding.code, finding.at)
    return next((each for each in answers if (each.version, each.code, each.at) == named), None)
