"""Command ``practice``: a place to train in, with a folder, a database and people of its own, all invented."""

import shutil
from dataclasses import replace

import click

from mash import clock, config, log
from mash.cli.demo import fill
from mash.cli.opening import opened
from mash.cli.serve import Served, listen, options, ready_rulebook, start_scheduler
from mash.config import Config
from mash.db import open_database
from mash.web.app import create_app

SEED = 2022


@click.command(
    epilog="Exit codes: 0 stopped when asked, 2 wrong usage, 3 the address, a setting or what is there cannot be used."
)
@click.option("--contacts", default=400, show_default=True, type=click.IntRange(1, 20_000), help="How many to invent.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--fresh", is_flag=True, help="Throw away the practice that is there, and begin again.")
@click.option("--no-serve", is_flag=True, help="Only make it.")
def practice(contacts: int, port: int, fresh: bool, no_serve: bool) -> None:
    """Open a place to train in, until stopped with Ctrl-C.

    It lives in the folder "practice" within MASH_FOLDER, says so on every page, and shares nothing with the real
    service: neither people, nor contacts, nor figures. Neither of the two opens the other's database.

    \b
    mash practice                                http://127.0.0.1:8001
    mash practice --fresh                        for the next group
    MASH_PRACTICE=true mash users add pat        any other command, on the practice
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    log.set_up(quiet=True)
    settings = replace(config.from_environment(practice=True), secure_cookies=False)  # plain HTTP, this machine only
    listening = None if no_serve else listen("127.0.0.1", port)
    if fresh:
        _throw_away(settings)
    database = open_database(settings, make=True)
    try:
        fill(database, settings, contacts=contacts, seed=SEED, now=clock.now().replace(second=0, microsecond=0))
    finally:
        database.engine.dispose()
    if listening is None:
        return
    rulebook = ready_rulebook(settings)
    start_scheduler(practice=True)
    click.echo(f"Practice on http://127.0.0.1:{listening.getsockname()[1]} – stop with Ctrl-C.")
    Served(lambda: create_app(open_database(settings), settings, rulebook), options([listening], 2)).run()


def _throw_away(settings: Config) -> None:
    """Remove a practice, having seen that it is one."""
    if settings.database_file.exists():
        with opened(settings):
            pass
        shutil.rmtree(settings.folder)
