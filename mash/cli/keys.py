"""Command ``keys``: put another key into use."""

import click

from mash import clock, config
from mash.backup.keys import RETIRED, key_file
from mash.backup.rotate import rotate
from mash.cli.opening import opened
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.events import record_event

CODES = "Exit codes: 0 done, 2 wrong usage, 3 the database, a key or a setting cannot be used."


@click.group()
def keys() -> None:
    """Look after the key that the embedded database, or PostgreSQL's backups, are encrypted under."""


@keys.command("rotate", epilog=CODES)
def rotate_() -> None:
    """Put a new key into use. Stop the service and the scheduler first, where the database is embedded.

    The old key is kept beside it, for the backups it opens. Stopped halfway, run it again. Then copy the keys to your
    safe place, and take a backup.
    """
    settings = config.from_environment()
    with opened(settings):
        pass
    old, new = rotate(settings)
    with opened(settings) as database, transaction(database) as session:
        record_event(
            session, kind="key.rotated", at=clock.now(), by=Actor.system("cli:keys"), data={"from": old, "to": new}
        )
    click.echo(f"{key_file(settings).name} is key {new} now. Key {old} is kept in {settings.folder / RETIRED}.")
