"""Commands ``users ...``: the list of people who may sign in."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

import click
from sqlalchemy.orm import Session

from mash import clock, config
from mash.backup.pages_key import pages_key
from mash.cli.opening import opened
from mash.db import reading, transaction
from mash.journeys import first_admin as first
from mash.journeys import password_link, second_factor
from mash.journeys import users as journeys
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.queries.access import ROLES, UserRow, all_users

BY = Actor.system("cli:users")
CODES = "Exit codes: 0 done, 1 refused with reasons, 2 wrong usage, 3 the database or a setting cannot be used."
role_option = click.option(
    "--role", "roles", type=click.Choice(ROLES), multiple=True, required=True, help="Give it again for each role."
)


@click.group()
def users() -> None:
    """Keep the list of people who may sign in.

    \b
    mash users add jo --name "Jo Invented" --role manager
    mash users roles jo --role practitioner --role manager
    mash users deactivate jo
    """  # noqa: D301  # the backslash is click's mark for lines to keep


@users.command("list", epilog=CODES)
@click.option("--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True)
def list_users(shape: str) -> None:
    """List everyone, leavers last."""
    with opened() as database, reading(database) as session:
        found = all_users(session)
    if shape == "json":
        click.echo(json.dumps([asdict(row) for row in found], default=datetime.isoformat))
        return
    width = max((len(row.username) for row in found), default=0)
    for row in found:
        click.echo(f"{row.username:{width}}  {row.name}  {', '.join(row.roles)}{'' if row.active else '  (left)'}")


@users.command(epilog=CODES)
@click.argument("username")
@click.option("--name", prompt=True, help="As colleagues know them.")
@role_option
@click.option("--team", default="", help="The team that receives work, for the role receiving_team.")
def add(username: str, name: str, roles: tuple[str, ...], team: str) -> None:
    """Add someone, and print a link by which they choose their password: nobody else ever knows it."""
    key = pages_key(config.from_environment().folder).now
    with writing() as (session, at):
        made = journeys.make_user(
            session, username=username, name=name, team=team, roles=roles, password=None, by=BY, at=at
        )
        code = password_link.give_link(session, user_id=made.id, key=key, by=BY, at=at)
    click.echo(f"Added {username}.")
    tell_link(code)


@users.command(epilog=CODES)
@click.argument("username")
@role_option
def roles(username: str, roles: tuple[str, ...]) -> None:
    """Set what someone may do, from their next click on. Roles not named are taken away."""
    with writing() as (session, at):
        journeys.change_roles(session, user_id=found(session, username).id, roles=roles, by=BY, at=at)
    click.echo(f"{username} is now: {', '.join(roles)}.")


@users.command(epilog=CODES)
@click.argument("username")
def password(username: str) -> None:
    """Print a link by which someone chooses a new password, and end their sign-ins. Any second step stays."""
    key = pages_key(config.from_environment().folder).now
    with writing() as (session, at):
        code = password_link.give_link(session, user_id=found(session, username).id, key=key, by=BY, at=at)
    tell_link(code)


@users.command("first-admin", epilog=CODES)
def first_admin() -> None:
    """Print a link by which the first administrator comes in: for half an hour, once."""
    key = pages_key(config.from_environment().folder).now
    with writing() as (session, at):
        code = first.code_for(session, key=key, at=at)
    click.echo(f"Open this within 30 minutes, on the address of the service:\n/first-administrator/{code}")


@users.command("remove-app", epilog=CODES)
@click.argument("username")
@click.option("--reason", prompt=True, help="Why, as it is kept with the record.")
def remove_app(username: str, reason: str) -> None:
    """Take away the authenticator app of someone who lost it, and end their sign-ins."""
    with writing() as (session, at):
        second_factor.remove(session, user_id=found(session, username).id, reason=reason, by=BY, at=at)
    click.echo(f"{username} has no authenticator app now.")


@users.command(epilog=CODES)
@click.argument("username")
def deactivate(username: str) -> None:
    """Stop someone from signing in. Nothing of what they did changes."""
    with writing() as (session, at):
        journeys.deactivate(session, user_id=found(session, username).id, by=BY, at=at)
    click.echo(f"{username} can no longer sign in.")


@users.command(epilog=CODES)
@click.argument("username")
def reactivate(username: str) -> None:
    """Let someone who had left sign in again."""
    with writing() as (session, at):
        journeys.reactivate(session, user_id=found(session, username).id, by=BY, at=at)
    click.echo(f"{username} can sign in again.")


def tell_link(code: str) -> None:
    """Print a link by which somebody chooses a password, and for how long it counts."""
    click.echo(f"They open this within 24 hours, on the address of the service:\n/password/{code}")


@contextmanager
def writing() -> Generator[tuple[Session, datetime]]:
    """Open the database for one change."""
    with opened() as database, transaction(database) as session:
        yield session, clock.now()


def found(session: Session, username: str) -> UserRow:
    """Find a user by username.

    Raises:
        NotFound: If there is none.
    """
    wanted = username.strip().casefold()
    for row in all_users(session):
        if row.username == wanted:
            return row
    raise NotFound(f"There is no user {wanted}. See: mash users list")
