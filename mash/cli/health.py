"""Command ``health``: is all well, for a person or for a monitor."""

import json
from typing import Any

import click

from mash import clock, config, migrate
from mash.cli import NOT_AVAILABLE
from mash.cli.opening import opened
from mash.config import Misconfigured
from mash.db import Unavailable, reading
from mash.queries import health as queries


@click.command(epilog="Exit codes: 0 all is well, 2 wrong usage, 3 something is not; each problem is named.")
@click.option("--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True)
@click.pass_context
def health(ctx: click.Context, shape: str) -> None:
    """Say whether the database answers, deadlines are watched, and the calendar reaches far enough.

    \b
    mash health                    in words
    mash health --format json      {"well": true, "problems": [], "version": "0005", ...}
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    try:
        found = looked()
    except (Unavailable, Misconfigured) as wrong:
        found = {"well": False, "problems": [str(wrong)]}
    if shape == "json":
        click.echo(json.dumps(found))
    else:
        click.echo("All is well." if found["well"] else "\n".join(found["problems"]))
        for name in ("database", "version", "watched_at", "backed_up_at", "holidays_until"):
            if name in found:
                click.echo(f"{name.replace('_', ' ').capitalize():16}{found[name] or 'never'}")
    ctx.exit(0 if found["well"] else NOT_AVAILABLE)


def looked() -> dict[str, Any]:
    """Look at everything, as JSON values.

    Raises:
        Misconfigured, Unavailable: If the database cannot be opened.
    """
    settings = config.from_environment()
    with opened(settings) as database, reading(database) as session:
        found = queries.health(session, clock.now())
        return {
            "well": not found.problems,
            "problems": list(found.problems),
            "database": "encrypted file" if database.embedded else "PostgreSQL",
            "version": migrate.revision(database),
            "watched_at": found.watched_at and found.watched_at.isoformat(timespec="seconds"),
            "backed_up_at": found.backed_up_at and found.backed_up_at.isoformat(timespec="seconds"),
            "holidays_until": found.holidays_until and found.holidays_until.isoformat(),
        }
