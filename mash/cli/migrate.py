"""Command ``migrate``: make the database, or bring its tables to the version that this program needs."""

import click

from mash import clock, config
from mash import migrate as tables
from mash.cli.opening import rulebook_of
from mash.db import open_database, transaction
from mash.journeys.actor import Actor
from mash.journeys.purpose import settle_purpose
from mash.journeys.set_up import set_up


@click.command(
    epilog="Exit codes: 0 done, 1 not wanted after all, 2 wrong usage, 3 the database or a setting cannot be used."
)
@click.option("--back-to", metavar="VERSION", help="Take the tables back to an older version, such as 0003.")
@click.option("--yes", is_flag=True, help="Go back without asking.")
def migrate(back_to: str | None, yes: bool) -> None:
    """Make the database, or bring its tables up to date; all or nothing.

    A new database is filled with what the service needs before anyone uses it: bank holidays, opening hours,
    policies, and the thresholds on disk as adopted. Run again, it changes nothing that is there.

    \b
    mash migrate                     to the newest version
    mash migrate --back-to 0003      back, after asking
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    settings = config.from_environment()
    if back_to and not yes:
        click.confirm(f"Tables that came after {back_to} are dropped with all they hold. Go back?", abort=True)
    rulebook = rulebook_of(settings)
    database = open_database(settings, make=not back_to)
    try:
        if back_to:
            tables.downgrade(database, settings.migrations, back_to)
        else:
            tables.upgrade(database, settings.migrations)
            with transaction(database) as session:
                settle_purpose(session, practice=settings.practice, at=clock.now())
                added = set_up(session, rulebook=rulebook, by=Actor.system("cli:migrate"), at=clock.now())
            for thing in added:
                click.echo(f"Added {thing}.")
        click.echo(f"The database is at version {tables.revision(database) or 'none'}.")
    finally:
        database.engine.dispose()
