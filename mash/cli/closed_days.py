"""Command ``closed``: add a day on which the front door is closed, and move what is due."""

from datetime import datetime

import click

from mash import clock, config
from mash.cli.opening import opened, rulebook_of
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.closed_days import add_closed_day
from mash.queries.rule_books import book_with_published

BY = Actor.system("cli:closed")


@click.command(epilog="Exit codes: 0 done or known already, 2 wrong usage, 3 the database is not available.")
@click.argument("day", metavar="DAY", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--why", required=True, help="What the day is, such as 'State funeral'.")
@click.option("--bank-holiday", is_flag=True, help="It is a bank holiday in England, not only a closure here.")
def closed(day: datetime, why: str, bank_holiday: bool) -> None:
    """Add a day on which the front door is closed. Deadlines of what is open move, each with an event.

    \b
    mash closed 2026-12-24 --why "Offices shut at Christmas"
    mash closed 2027-05-10 --why "State funeral" --bank-holiday
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    settings = config.from_environment()
    with opened(settings) as database, transaction(database) as session:
        rulebook, at = book_with_published(session, rulebook_of(settings)), clock.now()
        moved = add_closed_day(session, day.date(), why, bank_holiday=bank_holiday, rulebook=rulebook, by=BY, at=at)
    click.echo("That day is known already." if moved is None else f"Added. Deadlines moved: {moved}.")
