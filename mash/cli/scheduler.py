"""Command ``scheduler``: the process that watches the deadlines."""

import os

import click

from mash import config, jobs, log
from mash.cli.opening import opened, rulebook_of
from mash.cli.ready import require_engine, require_settings, require_sound


@click.command(epilog="Exit codes: 0 stopped when asked, 2 wrong usage, 3 the database or a setting cannot be used.")
@click.option("--while-parent-runs", "parent", type=int, hidden=True, help="The process that started this one.")
@click.option("--practice", is_flag=True, help="Watch the place for training instead.")
def scheduler(parent: int | None, practice: bool) -> None:
    """Watch the deadlines, every minute, and send what waits to be sent, until stopped.

    Run as many as you like: one leads, the others wait to take over.
    """
    log.set_up()
    settings = config.from_environment(practice=practice)
    require_settings(settings)
    require_engine()
    with opened(settings) as database:
        require_sound(database)
        book = rulebook_of(settings)
        jobs.run(
            database,
            settings.folder,
            mail=settings.mail,
            rulebook=book,
            anchors=settings.anchors_file,
            anchor_mail=settings.anchor_mail,
            backed_up=None if settings.practice else settings,
            go_on=lambda: parent is None or os.getppid() == parent,
        )
