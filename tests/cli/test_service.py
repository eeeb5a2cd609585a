"""Commands that look after the service say what they did or what stops them, and leave with the right code."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from mash import clock
from mash.cli import GROUPS, main
from mash.cli.serve import listen
from mash.config import Config, Misconfigured
from mash.db import Database, reading, transaction
from mash.journeys import password_link
from mash.journeys.leading import note_run
from mash.models import BankHoliday, Event, RuleSetAdoption
from tests.processes import environment, mash

CODES = "Exit codes: 0"


def run(settings: Config, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=typed, env=environment(settings))


@pytest.fixture
def nothing_yet(tmp_path: Path) -> Config:
    return Config(folder=tmp_path / "new")


def commands_in(group: click.Group) -> Iterator[tuple[str, ...]]:
    """Give the words that call each command, those inside groups of their own too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((name, *words) for words in commands_in(command))
        else:
            yield (name,)


def test_every_command_is_there_and_says_what_it_does_and_its_exit_codes() -> None:
    listed = CliRunner().invoke(main, ["--help"])
    assert listed.exit_code == 0
    for heading, commands in GROUPS.items():
        assert heading in listed.output
        assert [name for name in commands if f"\n  {name} " not in listed.output] == []
    for words in commands_in(main):
        said = CliRunner().invoke(main, [*words, "--help"])
        assert (said.exit_code, CODES in said.output) == (0, True), words


def test_a_command_that_is_not_one_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["fly"]).exit_code == 2


def test_without_a_database_every_command_says_what_to_run(nothing_yet: Config) -> None:
    for words in (("serve",), ("scheduler",), ("users", "list"), ("health",)):
        said = run(nothing_yet, *words)
        assert (said.exit_code, "Run: mash migrate" in said.output) == (3, True), words
        assert not nothing_yet.database_file.exists()


def test_a_wrong_setting_is_one_line(nothing_yet: Config) -> None:
    said = CliRunner().invoke(main, ["health"], env=environment(nothing_yet) | {"MASH_TRUSTED_PROXIES": "many"})
    assert (said.exit_code, len(said.output.splitlines())) == (3, 1)
    said = CliRunner().invoke(main, ["migrate"], env=environment(nothing_yet) | {"MASH_THRESHOLDS": "/nowhere"})
    assert (said.exit_code, said.stderr.startswith("Cannot read thresholds at /nowhere")) == (3, True)
    assert not nothing_yet.folder.exists()


def test_migrate_makes_a_database_ready_for_use_and_run_again_changes_nothing(nothing_yet: Config) -> None:
    first = run(nothing_yet, "migrate")
    assert first.exit_code == 0, first.output
    assert "Added thresholds" in first.output
    again = run(nothing_yet, "migrate")
    assert (again.exit_code, "Added" in again.output) == (0, False)
    health = run(nothing_yet, "health", "--format", "json")
    assert json.loads(health.output)["problems"] == ["Deadlines are not being watched. Run: mash scheduler"]


def test_migrate_fills_what_the_service_needs(database: Database, settings: Config) -> None:
    assert run(settings, "migrate").exit_code == 0
    with reading(database) as session:
        assert session.scalars(select(RuleSetAdoption)).first()
        assert session.scalars(select(BankHoliday)).first()


def test_going_back_asks_first_and_does_nothing_unless_told_yes(database: Database, settings: Config) -> None:
    refused = run(settings, "migrate", "--back-to", "0001", typed="n\n")
    assert (refused.exit_code, "dropped with all they hold" in refused.output) == (1, True)
    assert run(settings, "users", "list").exit_code == 0
    done = run(settings, "migrate", "--back-to", "0001", "--yes")
    assert (done.exit_code, "at version 0001" in done.output) == (0, True)
    assert run(settings, "users", "list").exit_code == 3


def test_health_is_well_only_when_deadlines_are_watched_and_the_calendar_reaches_on(
    database: Database, settings: Config
) -> None:
    run(settings, "migrate")
    assert run(settings, "health").exit_code == 3
    with transaction(database) as session:
        note_run(session, job="deadlines", started_at=clock.now(), finished_at=clock.now(), result="0 marked")
    well = run(settings, "health")
    assert (well.exit_code, well.output.splitlines()[0]) == (0, "All is well.")


def test_a_user_is_added_changed_and_stopped_from_the_terminal(database: Database, settings: Config) -> None:
    added = run(settings, "users", "add", "Jo", "--name", "Jo Invented", "--role", "admin")
    assert (added.exit_code, "\n/password/" in added.output) == (0, True), added.output
    assert run(settings, "users", "add", "kim", "--name", "Kim", "--role", "manager").exit_code == 0
    last = run(settings, "users", "deactivate", "jo")
    assert (last.exit_code, "Nobody else can manage users" in last.stderr) == (1, True)
    both = run(settings, "users", "roles", "kim", "--role", "admin", "--role", "manager")
    assert (both.exit_code, "does no casework" in both.stderr) == (1, True)
    assert run(settings, "users", "roles", "kim", "--role", "admin", "--role", "auditor").exit_code == 0
    assert run(settings, "users", "deactivate", "jo").exit_code == 0
    listed = json.loads(run(settings, "users", "list", "--format", "json").output)
    assert [(row["username"], row["roles"], row["active"]) for row in listed] == [
        ("kim", ["admin", "auditor"], True),
        ("jo", ["admin"], False),
    ]
    assert run(settings, "users", "reactivate", "jo").exit_code == 0
    assert run(settings, "users", "deactivate", "nobody").exit_code == 1
    with reading(database) as session:
        assert {event.actor for event in session.scalars(select(Event))} == {"cli:users"}


def test_whoever_is_added_chooses_their_own_password(database: Database, settings: Config) -> None:
    words = ("users", "add", "jo", "--name", "Jo", "--role", "manager")
    assert run(settings, *words, "--password", "violet kettle march").exit_code == 2
    code = run(settings, *words).output.rpartition("/password/")[2].strip()
    key, chosen = (settings.folder / "web.key").read_text(), "violet kettle march"
    with transaction(database) as session:
        assert password_link.choose(session, code, password=chosen, key=key, at=clock.now()).username == "jo"


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Misconfigured, match="choose another with"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_thresholds_changed_after_adoption_stop_the_service(database: Database, settings: Config) -> None:
    run(settings, "migrate")
    with transaction(database) as session:
        session.scalars(select(RuleSetAdoption)).first().content_hash = "0" * 64  # type: ignore[union-attr]
    said = run(settings, "serve", "--port", "0")
    assert (said.exit_code, "was changed after it was adopted" in said.stderr) == (3, True)


def test_the_module_runs_as_the_command_does(nothing_yet: Config) -> None:
    said = mash("health", settings=nothing_yet)
    assert (said.returncode, "Traceback" in said.stderr) == (3, False)
