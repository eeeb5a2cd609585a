"""Command ``due``: when each clock runs out, worked out as it is for a contact here, or as the service comes."""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TextIO

import click

from mash import clock, config
from mash.cli import REFUSED
from mash.cli.opening import SETTINGS, Here, practice_here
from mash.workflow.calendar import london_day
from mash.workflow.clock_policy import shipped_clock_policies
from mash.workflow.clocks import CLOCKS, Reading


@click.command(
    epilog="Exit codes: 0 done, 1 a line was refused, each with the reason, 2 wrong usage, "
    "3 the database is not available."
)
@click.option("--received", metavar="MOMENT", help="When it was received, such as 2026-04-02T16:30; London's time.")
@click.option("--clock", "name", type=click.Choice(sorted(CLOCKS)), help="Which clock; all of them if left out.")
@click.option("--from", "source", type=click.File("r"), help="Many at once: a CSV file with columns received,clock.")
@click.option("--reading", type=click.Choice([r.value for r in Reading]), help="Read one working day as A, B or C.")
@click.option(
    "--closed", multiple=True, metavar="DAY", help="A local closure, such as 2026-12-24. Give it again for more."
)
@click.option("--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True)
def due(
    received: str | None,
    name: str | None,
    source: TextIO | None,
    reading: str | None,
    closed: tuple[str, ...],
    shape: str,
) -> None:
    """Say when each clock runs out for something received at a moment, and how that was worked out.

    Where there is a database, its dated policies, calendar and thresholds count, as they do for a contact; without one,
    those that come with the service. The answer says which. One working day is read as A, to the close of the next
    working day, unless the policy or --reading says B (a day's worth of opening hours) or C (24 hours).

    \b
    mash due --received 2026-04-02T16:30 --clock social-care
    mash due --received 2026-04-02T16:30 --format json
    mash due --from moments.csv --format json
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    if (received is None) == (source is None):
        raise click.UsageError("Give --received, or many at once with --from.")
    days = tuple(sorted({_day(text) for text in closed}))
    here = _with(practice_here(config.from_environment()), Reading(reading) if reading else None, days)
    answers, refused = [], 0
    for line, moment, clock_name in _asked(received, name, source):
        try:
            answers += [_answer(moment, each, here) for each in ([clock_name] if clock_name else CLOCKS)]
        except (LookupError, ValueError) as wrong:
            refused += 1
            click.echo(f"{f'Line {line}: ' if source else ''}{str(wrong).strip(chr(34))}", err=True)
    if shape == "json":
        click.echo(json.dumps(answers, ensure_ascii=False, indent=1))
    else:
        click.echo("\n\n".join([*map(_words, answers), SETTINGS[here.settings]]))
    if refused:
        sys.exit(REFUSED)


def _with(here: Here, reading: Reading | None, closed: tuple[date, ...]) -> Here:
    """Read one working day as asked, and close the front door on some days besides."""
    practice = here.practice
    policies = practice.clock_policies or shipped_clock_policies()
    if reading:
        policies = tuple(replace(policy, reading=reading) for policy in policies)
    calendar = replace(practice.calendar, closures=practice.calendar.closures | frozenset(closed))
    return replace(here, practice=replace(practice, clock_policies=policies, calendar=calendar))


def _asked(received: str | None, name: str | None, source: TextIO | None) -> Iterator[tuple[int, str, str | None]]:
    if source is None:
        yield 1, received or "", name
        return
    rows = csv.DictReader(source)
    if "received" not in (rows.fieldnames or []):
        raise click.BadParameter("the first line must name the columns received and clock", param_hint="--from")
    for line, row in enumerate(rows, start=2):
        yield line, row["received"] or "", row.get("clock") or name


def _answer(moment: str, name: str, here: Here) -> dict[str, Any]:
    at = _moment(moment)
    found = here.practice.due(name, at)
    policy, (_, version) = here.practice.limits_on(london_day(at))
    return {
        "clock": name,
        "words": CLOCKS[name].words,
        "received": at.astimezone(clock.LONDON).isoformat(),
        "due": found.at.astimezone(clock.LONDON).isoformat(),
        "due_utc": found.at.isoformat(),
        "reading": found.reading,
        "how": list(found.how),
        "settings": here.settings,
        "policy_from": policy.starts.isoformat(),
        "thresholds": version or None,
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
