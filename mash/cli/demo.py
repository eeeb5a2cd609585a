"""Command ``demo``: fill a database with invented people and contacts, and open the service on it."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash import clock, config, log
from mash import migrate as tables
from mash.cli.opening import fold_all, rulebook_of
from mash.cli.serve import Served, listen, options, ready_rulebook, start_scheduler
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.practice import Practice, practice_from
from mash.journeys.purpose import settle_purpose
from mash.journeys.sample.another_version import begin_version
from mash.journeys.sample.pattern_views import INVENTED, invent_pattern_view, often_lately, pattern_views_among
from mash.journeys.sample.staff import SAMPLE_STAFF, hire
from mash.journeys.sample.write import AlreadyUsed, write_history
from mash.journeys.set_up import set_up
from mash.models import Contact, User
from mash.rules.written import written_text
from mash.web.app import create_app
from mash.workflow.contact import MoveRefused

BY = Actor.system("cli:demo")


@click.command(
    epilog="Exit codes: 0 done, 1 the database already holds contacts or a version cannot be read, 2 wrong usage, 3 "
    "the address, database or a setting cannot be used."
)
@click.option("--contacts", default=3000, show_default=True, type=click.IntRange(1, 2_000_000), help="How many.")
@click.option("--seed", default=2022, show_default=True, help="The same seed and moment give the same history.")
@click.option("--as-of", metavar="MOMENT", help="When the history ends, such as 2026-04-13T09:00; now if left out.")
@click.option("--begin", type=click.Path(exists=True, dir_okay=False), help="A version to put in force then.")
@click.option("--serve", is_flag=True, help="Then serve the pages and watch the deadlines, until Ctrl-C.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Where to serve.")
def demo(contacts: int, seed: int, as_of: str | None, begin: str | None, serve: bool, port: int) -> None:
    """Make an invented history, shaped by published figures, with a user of every role.

    The figures and their sources stand in mash/data/published_figures.json. Passwords are random and printed once. A
    database that already has users and contacts is left as it is: a second run only opens it.

    \b
    mash demo --serve                      what make demo runs
    mash demo --contacts 250000            a database for speed tests
    mash demo --seed 7 --as-of 2026-04-13T09:00
    mash demo --serve --begin thresholds/elsewhere/2025-10-01-family-help.yaml
                                           another partnership's three levels, from today
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    log.set_up(quiet=True)
    # Served over plain HTTP, on this machine only, to invented people who have no telephone.
    settings = replace(config.from_environment(), secure_cookies=False, second_step=())
    text = _another_version(settings, Path(begin)) if begin else ""
    listening = listen("127.0.0.1", port) if serve else None
    database = open_database(settings, make=True)
    try:
        now = last_moment(as_of)
        made = fill(database, settings, contacts=contacts, seed=seed, now=now)
        if text and not made:
            raise AlreadyUsed(
                "This database already holds contacts. To use --begin, name a new folder with MASH_FOLDER."
            )
        if text:
            _begin(database, settings, text, now)
    finally:
        database.engine.dispose()
    if not serve and not made:
        raise AlreadyUsed("This database already holds contacts, and is left as it is. Open it with: mash serve")
    if listening is not None:
        rulebook = ready_rulebook(settings)
        start_scheduler(practice=settings.practice)
        click.echo(f"Serving on http://127.0.0.1:{listening.getsockname()[1]} – stop with Ctrl-C.")
        Served(lambda: create_app(open_database(settings), settings, rulebook), options([listening], 2)).run()


def _another_version(settings: config.Config, file: Path) -> str:
    """Read a version's text, before anything is made that it could not be put in force over.

    Raises:
        DocumentRefused: If it cannot be read.
    """
    text = file.read_bytes()
    written_text(text, rulebook_of(settings).catalogue, str(file))
    return text.decode()


def _begin(database: Database, settings: config.Config, text: str, now: datetime) -> None:
    """Put another version in force from the day the history ends."""
    with transaction(database) as session:
        begun = begin_version(session, rulebook_of(settings), text, at=now)
    click.echo(f"{begun.ruleset_id} is in force from {begun.starts_on}. Open contacts are judged as it says.")


def last_moment(as_of: str | None) -> datetime:
    """Read the moment a history ends; a moment without a zone is London's.

    Raises:
        click.BadParameter: If it is not a moment.
    """
    if as_of is None:
        return clock.now().replace(second=0, microsecond=0)
    try:
        given = datetime.fromisoformat(as_of)
    except ValueError:
        raise click.BadParameter("write a moment such as 2026-04-13T09:00", param_hint="--as-of") from None
    return (given if given.tzinfo else given.replace(tzinfo=clock.LONDON)).astimezone(UTC)


def fill(database: Database, settings: config.Config, *, contacts: int, seed: int, now: datetime) -> bool:
    """Make tables, users and history where there are none. Returns whether a history was made."""
    tables.upgrade(database, settings.migrations)
    rulebook = rulebook_of(settings)
    with transaction(database) as session:
        settle_purpose(session, practice=settings.practice, at=now)
        set_up(session, rulebook=rulebook, by=BY, at=now)
        hired = hire(session, by=BY, at=now) if _nobody_yet(session) else {}
    if hired:
        _tell(hired)
    with transaction(database) as session:  # all or nothing: a history cut short would not be sound
        if session.scalar(select(Contact.id).limit(1)) is not None:
            return False
        practice = practice_from(session, rulebook)
        with click.progressbar(length=contacts, label=f"Inventing {contacts:,} contacts") as bar:
            apart = pattern_views_among(contacts)
            write_history(session, contacts=contacts - apart, seed=seed, now=now, practice=practice, told=bar.update)
    if apart:
        review_patterns(database, practice, now)
    fold_all(database)
    return True


def review_patterns(database: Database, practice: Practice, now: datetime) -> int:
    """Close contacts about children who came often with views of the pattern, each whole or not at all.

    Returns:
        How many there are.
    """
    with reading(database) as session:
        children, made = often_lately(session, now), 0
    for invented in INVENTED:
        while children:
            with suppress(MoveRefused), transaction(database) as session:
                invent_pattern_view(session, invented, children.pop(0), now=now, practice=practice)
                made += 1
                break
    return made


def _nobody_yet(session: Session) -> bool:
    return session.scalar(select(User.id).limit(1)) is None


def _tell(hired: dict[str, str]) -> None:
    """Print who may sign in, once; only a hash of each password is kept."""
    click.echo("Sample users (invented). These passwords are shown once and kept nowhere:\n")
    click.echo(f"  {'Username':20} {'Password':24} Who")
    for person in SAMPLE_STAFF:
        click.echo(f"  {person.username:20} {hired[person.username]:24} {person.name}, {person.does}")
    click.echo("")
