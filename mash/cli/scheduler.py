"""Command ``scheduler``: the process that watches the deadlines."""

import os

import click

from mash import jobs, log
from mash.cli.opening import opened


@click.command(epilog="Exit codes: 0 stopped when asked, 2 wrong usage, 3 the database or a setting cannot be used.")
@click.option("--while-parent-runs", is_flag=True, hidden=True)
def scheduler(while_parent_runs: bool) -> None:
    """Watch the deadlines, every minute, until stopped.

    Run as many as you like: one leads, the others wait to take over.
    """
    log.set_up()
    parent = os.getppid()
    with opened() as database:
        jobs.run(database, go_on=lambda: not while_parent_runs or os.getppid() == parent)
