"""Command ``scheduler``: the process that watches the deadlines."""

import os

import click

from mash import jobs, log
from mash.cli.opening import opened


@click.command(epilog="Exit codes: 0 stopped when asked, 2 wrong usage, 3 the database or a setting cannot be used.")
@click.option("--while-parent-runs", "parent", type=int, hidden=True, help="The process that started this one.")
def scheduler(parent: int | None) -> None:
    """Watch the deadlines, every minute, until stopped.

    Run as many as you like: one leads, the others wait to take over.
    """
    log.set_up()
    with opened() as database:
        jobs.run(database, go_on=lambda: parent is None or os.getppid() == parent)
