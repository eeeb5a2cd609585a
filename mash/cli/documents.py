"""Command ``thresholds``: check a threshold document for holes, read it, compare two. None needs a database."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mash import clock, config
from mash.cli import REFUSED
from mash.rules import RuleBook, load_catalogue
from mash.rules.book import CATALOGUE
from mash.rules.compare import SECTIONS, Difference, compare, in_full
from mash.rules.matching import ChangeKind
from mash.rules.soundness import Finding, Severity, check, places
from mash.rules.soundness.answers import Answer, answer_to, read_answers
from mash.rules.written import Written, read_written

text_or_json = click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.group()
def thresholds() -> None:
    """Check, read and compare threshold documents.

    A document is named by its file, or by the id of a version in the folder of thresholds.
    """


@thresholds.command(
    "check", epilog="Exit codes: 0 nothing serious, 1 something serious or a refused file, 2 wrong usage."
)
@click.argument("document", metavar="[VERSION|FILE]", required=False)
@click.option(
    "--fired",
    type=click.File("rb"),
    metavar="COUNTS.json",
    help='How many children of some history met each rule, as {"T-01": 12}: rules met by nobody are told.',
)
@text_or_json
def check_(document: str | None, fired: Any, shape: str) -> None:
    """Look for holes in a threshold document: children it turns away, rules that can never be met, and the like.

    Everything is proved for every child that could be, not tried on samples; where a child falls into a hole, that
    child is shown. Without a name, the version in force today is checked. A finding that answers.yaml, beside the
    document, answers is shown with its answer and is not counted.

    \b
    mash thresholds check
    mash thresholds check dn-2021-01
    mash thresholds check draft.yaml --format json
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    path = document_path(document)
    written = _read(path)
    found = check(written.ruleset, places(written.root), _counts(fired) if fired else None)
    answers = read_answers(path.parent)
    told = [(finding, answer_to(finding, written.ruleset.id, answers)) for finding in found]
    if shape == "json":
        click.echo(json.dumps(_as_json(written, told), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_in_text(written, told)))
    if any(finding.severity is Severity.SERIOUS and answer is None for finding, answer in told):
        sys.exit(REFUSED)


@thresholds.command(
    "compare", epilog="Exit codes: 0 done, whether or not they differ; 1 a file was refused; 2 wrong usage."
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@text_or_json
def compare_(old: str, new: str, shape: str) -> None:
    """Say what differs between two versions: rules added, removed, changed, moved, renamed, split, merged, reworded.

    \b
    mash thresholds compare dn-2021-01 dn-2022-05
    mash thresholds compare dn-2022-05 draft.yaml --format json
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    before, after = (_read(document_path(name)) for name in (old, new))
    found = compare(before, after)
    if shape == "json":
        heads = {"old": _head(before), "new": _head(after)}
        click.echo(
            json.dumps(heads | {"differences": [each.to_json() for each in found]}, ensure_ascii=False, indent=1)
        )
    else:
        click.echo("\n".join(_differences(before, after, found)))


@thresholds.command("show", epilog="Exit codes: 0 done, 1 a file was refused, 2 wrong usage.")
@click.argument("document", metavar="[VERSION|FILE]", required=False)
def show(document: str | None) -> None:
    """Read a threshold document in plain words, every rule with its source. Without a name, the one in force today."""
    heading = ""
    for item, details in in_full(_read(document_path(document))):
        if SECTIONS[item.section] != heading:
            heading = SECTIONS[item.section]
            click.echo(f"{heading}\n{'=' * len(heading)}\n")
        click.echo(item.id)
        for detail in details:
            if detail.new not in {"", item.id}:
                click.echo(f"  {detail.what}: {detail.new}")
        click.echo()


def read_document(document: str | None) -> Written:
    """Read a document named by its file or by the id of a version; without a name, the one in force today."""
    return _read(document_path(document))


def document_path(document: str | None) -> Path:
    """Return the file of a document named by its path, by the id of a version, or by being in force today."""
    folder = config.from_environment().thresholds
    if document is not None and Path(document).is_file():
        return Path(document)
    book = RuleBook.load(folder)
    ruleset = book.get(document) if document else book.in_force(clock.today())
    near = list(folder.glob(f"{ruleset.effective_from:%Y-%m}*.yaml"))  # a file is named by the day it begins
    named = (path for path in near if len(near) == 1 or read_written(path, book.catalogue).ruleset.id == ruleset.id)
    return next(named)


def _read(path: Path) -> Written:
    """Read a document with the catalogue that stands beside it, or else with ours."""
    beside = path.parent / CATALOGUE
    ours = config.from_environment().thresholds / CATALOGUE
    return read_written(path, load_catalogue(beside if beside.exists() else ours))


def _counts(source: Any) -> Mapping[str, int]:
    try:
        counts = json.loads(source.read())
    except ValueError:
        raise click.BadParameter("the file is not JSON", param_hint="--fired") from None
    if not isinstance(counts, dict) or not all(isinstance(count, int) for count in counts.values()):
        raise click.BadParameter('write counts as {"T-01": 12}', param_hint="--fired")
    return counts


def _head(written: Written) -> dict[str, str]:
    ruleset = written.ruleset
    return {"file": written.file, "id": ruleset.id, "title": ruleset.title, "hash": ruleset.content_hash}


def _as_json(written: Written, told: list[tuple[Finding, Answer | None]]) -> dict[str, Any]:
    found = [
        finding.to_json() | {"file": written.file, "answer": asdict(answer) if answer else None}
        for finding, answer in told
    ]
    return _head(written) | {"status": written.ruleset.status, "findings": found}


def _in_text(written: Written, told: list[tuple[Finding, Answer | None]]) -> Iterator[str]:
    ruleset = written.ruleset
    state = "" if ruleset.status == "live" else f", {ruleset.status}"
    yield f"{ruleset.title} ({ruleset.id}{state})"
    for finding, answer in told:
        line = f", line {finding.line}" if finding.line else ""
        yield ""
        yield f"{finding.severity.upper()}  {finding.words}."
        yield f"  {finding.code}, at {finding.at} ({written.file}{line})"
        for seen in finding.witnesses:
            yield f"  A child: {seen.said}"
            yield f"    is given: {seen.level or 'not a child'}, {seen.rating}, {seen.route}"
        if answer:
            yield f"  Answered by {answer.by}: {answer.because}."
    serious = sum(finding.severity is Severity.SERIOUS and answer is None for finding, answer in told)
    answered = sum(answer is not None for _, answer in told)
    yield ""
    yield f"{serious} serious, {len(told) - serious - answered} to look at, {answered} answered."


def _differences(old: Written, new: Written, found: tuple[Difference, ...]) -> Iterator[str]:
    yield f"{old.ruleset.title} ({old.ruleset.id}) beside {new.ruleset.title} ({new.ruleset.id})"
    if not found:
        yield "These versions are the same."
    heading = ""
    for each in found:
        if SECTIONS[each.section] != heading:
            heading = SECTIONS[each.section]
            yield f"\n{heading}"
        lines = [
            f"{written.file} line {line}" for written, line in ((old, each.old_line), (new, each.new_line)) if line
        ]
        yield f"  {each.kind.upper()}  {each.words}  [{', '.join(lines)}]"
        for detail in each.details if each.kind is not ChangeKind.REMOVED else ():
            yield f"    {detail.what}: {detail.old or '(nothing)'}"
            yield f"      now: {detail.new or '(nothing)'}"
