"""Commands ``due`` and ``workflow``: when clocks run out, and what may happen to a contact. No database is needed."""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TextIO

import click

from mash import clock
from mash.cli import REFUSED
from mash.workflow.calendar import shipped_calendar
from mash.workflow.clocks import CLOCKS, ClockPolicy, Due, Reading, clock_policy_on
from mash.workflow.clocks import due as work_out
from mash.workflow.contact import TABLE, diagram

shape_option = click.option(
    "--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True
)


@click.command(epilog="Exit codes: 0 done, 1 a line was refused, each with the reason, 2 wrong usage.")
@click.option("--received", metavar="MOMENT", help="When it was received, such as 2026-04-02T16:30; London's time.")
@click.option("--clock", "name", type=click.Choice(sorted(CLOCKS)), help="Which clock; all of them if left out.")
@click.option("--from", "source", type=click.File("r"), help="Many at once: a CSV file with columns received,clock.")
@click.option("--reading", type=click.Choice([r.value for r in Reading]), help="Read one working day as A, B or C.")
@click.option(
    "--closed", multiple=True, metavar="DAY", help="A local closure, such as 2026-12-24. Give it again for more."
)
@shape_option
def due(
    received: str | None,
    name: str | None,
    source: TextIO | None,
    reading: str | None,
    closed: tuple[str, ...],
    shape: str,
) -> None:
    """Say when each clock runs out for something received at a moment, and how that was worked out.

    The calendar and limits are those that come with the service. One working day is read as A, to the close of the next
    working day, unless the policy or --reading says B (a day's worth of opening hours) or C (24 hours).

    \b
    mash due --received 2026-04-02T16:30 --clock social-care
    mash due --received 2026-04-02T16:30 --format json
    mash due --from moments.csv --format json
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    if (received is None) == (source is None):
        raise click.UsageError("Give --received, or many at once with --from.")
    days = tuple(sorted({_day(text) for text in closed}))
    answers, refused = [], 0
    for line, moment, clock_name in _asked(received, name, source):
        try:
            answers += [_answer(moment, each, reading, days) for each in ([clock_name] if clock_name else CLOCKS)]
        except (LookupError, ValueError) as wrong:
            refused += 1
            click.echo(f"{f'Line {line}: ' if source else ''}{str(wrong).strip(chr(34))}", err=True)
    click.echo(
        json.dumps(answers, ensure_ascii=False, indent=1) if shape == "json" else "\n\n".join(map(_words, answers))
    )
    if refused:
        sys.exit(REFUSED)


def _asked(received: str | None, name: str | None, source: TextIO | None) -> Iterator[tuple[int, str, str | None]]:
    if source is None:
        yield 1, received or "", name
        return
    rows = csv.DictReader(source)
    if "received" not in (rows.fieldnames or []):
        raise click.BadParameter("the first line must name the columns received and clock", param_hint="--from")
    for line, row in enumerate(rows, start=2):
        yield line, row["received"] or "", row.get("clock") or name


def _answer(moment: str, name: str, reading: str | None, closed: tuple[Any, ...]) -> dict[str, Any]:
    at = _moment(moment)
    policy: ClockPolicy = clock_policy_on(at.astimezone(clock.LONDON).date())
    if reading:
        policy = replace(policy, reading=Reading(reading))
    found: Due = work_out(name, at, policy, shipped_calendar(closed))
    return {
        "clock": name,
        "words": CLOCKS[name].words,
        "received": at.astimezone(clock.LONDON).isoformat(),
        "due": found.at.astimezone(clock.LONDON).isoformat(),
        "due_utc": found.at.isoformat(),
        "reading": found.reading,
        "how": list(found.how),
    }


def _moment(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a moment; write it as 2026-04-02T16:30") from None
    return (given if given.tzinfo else given.replace(tzinfo=clock.LONDON)).astimezone(UTC)


def _day(text: str) -> Any:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day; write it as 2026-12-24", param_hint="--closed") from None


def _words(answer: dict[str, Any]) -> str:
    return "\n".join([f"{answer['clock']}: {answer['words']}", *[f"  {step}" for step in answer["how"]]])


@click.group()
def workflow() -> None:
    """Show what may happen next to a contact, who may do it, and what stops it.

    \b
    mash workflow diagram          the states and moves as a Mermaid diagram
    mash workflow moves            every move: from, to, who
    """  # noqa: D301  # the backslash is click's mark for lines to keep


@workflow.command("diagram", epilog="Exit codes: 0 done, 2 wrong usage.")
def diagram_() -> None:
    """Print the states and moves as a Mermaid state diagram, as the README shows it."""
    click.echo(diagram(), nl=False)


@workflow.command(epilog="Exit codes: 0 done, 2 wrong usage.")
@shape_option
def moves(shape: str) -> None:
    """List every move: from which states, to which, and whose it is."""
    if shape == "json":
        rows = [
            {
                "move": step.move.value,
                "from": [state.value for state in step.sources],
                "to": step.dest and step.dest.value,
                "who": [role.value for role in step.roles],
            }
            for step in TABLE
        ]
        click.echo(json.dumps(rows, indent=1))
        return
    for step in TABLE:
        whence, who = ", ".join(step.sources), ", ".join(step.roles)
        click.echo(f"{step.move}: {whence} -> {step.dest or 'stays'}  ({who})")
