"""Commands ``forecast`` and ``capacity``: what is likely to be late, and what the coming weeks would bring."""

import json
from typing import Any

import click

from mash import clock, config
from mash.cli import NOT_AVAILABLE
from mash.cli.opening import fold_all, opened, rulebook_of
from mash.db import Database, reading
from mash.journeys.ask_capacity import NothingLearnt, answer_capacity
from mash.journeys.learn_ahead import learn_ahead
from mash.journeys.practice import calendar_from
from mash.measures.chance import expected_late
from mash.measures.learnt import chances_now, taught_last
from mash.queries.replay_work import Extra, extra_of
from mash.staffing.working import Change

SHAPE = click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", show_default=True)


@click.command(epilog="Exit codes: 0 done, 2 wrong usage, 3 the database is not available, or too little is known.")
@SHAPE
def forecast(shape: str) -> None:
    """Say how likely each open contact is to be late, and how well that did on weeks it had not seen.

    It learns from the weeks before once a day; this command does so now if nothing did today.
    """
    settings, at = config.from_environment(), clock.now()
    with opened(settings) as database:
        fold_all(database)
        learn_ahead(database, rulebook_of(settings), at)
        with reading(database) as session:
            taught = taught_last(session)
            if taught is None or not taught.enough:
                click.echo("Too few contacts have come in the last weeks to learn from.", err=True)
                raise SystemExit(NOT_AVAILABLE)
            chances = chances_now(session, taught, at, calendar_from(session))
    record = taught.record
    middle, low, high = expected_late(list(chances.values()))
    if shape == "json":
        weeks = [
            {"week": w.week.isoformat(), "looks": w.looks, "error": w.error, "plain": w.baseline} for w in record.weeks
        ]
        said = [{"said": one.words, "looks": one.looks, "mean": one.said, "late": one.late} for one in record.said]
        open_now = {name: round(one.share, 4) for name, one in sorted(chances.items())}
        told = {"error": record.error, "plain": record.baseline, "weeks": weeks, "said": said, "open": open_now}
        click.echo(json.dumps(told | {"late_of_open": [middle, low, high]}, indent=1))
        return
    click.echo(f"{'Week':<12}{'Looks':>8}{'Error':>9}{'Plain':>9}")
    for week in record.weeks:
        click.echo(f"{week.week!s:<12}{week.looks:>8,}{week.error:>9.4f}{week.baseline:>9.4f}")
    click.echo(f"{'All':<12}{sum(w.looks for w in record.weeks):>8,}{record.error:>9.4f}{record.baseline:>9.4f}")
    click.echo(f"Of {len(chances)} open and not yet late, about {middle} will be, likely {low} to {high}.")
    for name, one in sorted(chances.items(), key=lambda pair: (-pair[1].share, pair[0])):
        click.echo(f"{name:<14}{one.share:>5.0%}  {one.said}")


@click.command(epilog="Exit codes: 0 done, 2 wrong usage, 3 the database is not available, or too little is known.")
@click.option("--weeks", type=click.IntRange(1, 26), default=4, show_default=True, help="How far ahead.")
@click.option("--people", type=int, default=0, help="People more at work; fewer with a minus.")
@click.option("--from-hour", type=click.IntRange(0, 23), default=0, help="From which hour of the day.")
@click.option("--only-red-signed", is_flag=True, help="Managers agree the red ones only.")
@click.option("--in-order", is_flag=True, help="The soonest due is always taken first.")
@click.option("--replies-within", type=click.IntRange(1), help="Partners answer within so many hours.")
@click.option("--assessments", type=click.IntRange(0), default=0, help="Assessments more a week.")
@click.option("--replay", type=click.IntRange(1), help="As many assessments as this replay says, with its range.")
@click.option("--arrivals", type=click.IntRange(-90), default=0, help="Contacts more in a hundred.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same answer.")
@SHAPE
def capacity(weeks: int, seed: int, shape: str, arrivals: int, replay: int | None, **asked: Any) -> None:
    """Say what the coming weeks would bring, as things stand and under some plans, by simulating the front door."""
    settings, at = config.from_environment(), clock.now()
    change = Change(arrivals=1 + arrivals / 100, **asked)
    with opened(settings) as database:
        fold_all(database)
        book = rulebook_of(settings)
        learn_ahead(database, book, at)
        extra = _assessments_of(database, replay, change)
        try:
            found = answer_capacity(database, book, change, weeks=weeks, seed=seed, at=at, extra=extra)
        except NothingLearnt as wrong:
            click.echo(str(wrong), err=True)
            raise SystemExit(NOT_AVAILABLE) from None
    if shape == "json":
        click.echo(json.dumps(found, indent=1))
        return
    click.echo(f"{weeks} weeks from {found['begins']}, {found['open']} contacts open, {found['target']}% aimed at")
    click.echo(f"{'Plan':<44}{'In time':>17}{'Points more':>24}{'Late a week':>13}")
    for name, answer in found["answers"].items():
        share, more = answer["brings"]["in_time"], answer["differs"]["in_time"]
        said = f"{share['mean']:.0%} ({share['low']:.0%} to {share['high']:.0%})"
        differs = f"{100 * more['mean']:+.1f} ({100 * more['low']:+.1f} to {100 * more['high']:+.1f})"
        click.echo(f"{name:<44}{said:>17}{differs:>24}{answer['brings']['late_a_week']['mean']:>13.0f}")
    people = found["people"]
    click.echo(f"People more all day to reach it: {'more than 12' if people is None else people}.")


def _assessments_of(database: Database, replay: int | None, change: Change) -> Extra | None:
    """Return what a replay says of assessments, if one is named."""
    if replay is None:
        return None
    if change.assessments:
        raise click.UsageError("Name a replay or a number of assessments, not both.")
    with reading(database) as session:
        extra = extra_of(session, replay)
    if extra is None:
        raise click.UsageError(f"There is no replay R-{replay} with a result that tells of assessments.")
    return extra
