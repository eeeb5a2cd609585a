"""Command ``keys``: put other keys into use."""

from datetime import datetime

import click

from mash import clock, config
from mash.backup.keys import RETIRED, key_file, name_of
from mash.backup.pages_key import NAME, PagesKey, pages_key, put_anew
from mash.backup.rotate import rotate
from mash.cli.opening import opened
from mash.config import Config
from mash.db import transaction
from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.second_factor import seal_anew

CODES = "Exit codes: 0 done, 2 wrong usage, 3 the database, a key or a setting cannot be used."

BY = Actor.system("cli:keys")


@click.group()
def keys() -> None:
    """Look after the key that the database, or PostgreSQL's backups, are encrypted under, and the pages' secret."""


@keys.command("rotate", epilog=CODES)
@click.option("--only", type=click.Choice(["database", "pages"]), help="Only that key. Both are put anew if not said.")
def rotate_(only: str | None) -> None:
    """Put new keys into use. Stop the service and the scheduler first, where the database is embedded.

    The old key of the database is kept beside it, for the backups it opens. The pages' old secret (web.key) counts for
    a day more, for forms that are open and links that were sent; sign-ins, apps and recovery codes stay as they are.
    Pages that run read the new secret by themselves; other hosts must share its files, or be stopped and given web.key
    and web.key.before first. Stopped halfway, run it again. Then copy the keys to your safe place, and take a backup.
    """
    settings = config.from_environment()
    with opened(settings):
        pass
    if only != "pages":
        old, new = rotate(settings)
        with opened(settings) as database, transaction(database) as session:
            record_event(session, kind="key.rotated", at=clock.now(), by=BY, data={"from": old, "to": new})
        click.echo(f"{key_file(settings).name} is key {new} now. Key {old} is kept in {settings.folder / RETIRED}.")
    if only != "database":
        _rotate_pages(settings)


def _rotate_pages(settings: Config) -> None:
    """Finish sealing what an earlier change left, put a new secret into use, and seal everything under it."""
    at = clock.now()
    _seal_anew(settings, pages_key(settings.folder), at)
    held = put_anew(settings.folder, at)
    with opened(settings) as database, transaction(database) as session:
        said = {"from": name_of(held.before), "to": name_of(held.now)}
        record_event(session, kind="pages_key.rotated", at=at, by=BY, data=said)
    sealed = _seal_anew(settings, held, at)
    click.echo(f"{NAME} is key {name_of(held.now)} now, and the one before it counts for a day. Sealed anew: {sealed}.")


def _seal_anew(settings: Config, held: PagesKey, at: datetime) -> int:
    with opened(settings) as database, transaction(database) as session:
        return seal_anew(session, [key for key in (held.now, held.before) if key], by=BY, at=at)
