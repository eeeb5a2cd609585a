"""The demonstration: made once, kept for ever, and stopped by nothing that one clear line does not explain."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from mash.cli import main
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading
from mash.journeys.events import first_break
from mash.models import Contact, Event, User
from tests.full import Sums, sums
from tests.processes import environment

pytestmark = pytest.mark.usefixtures("quick_thresholds")
SMALL = ("--contacts", "12", "--as-of", "2026-04-13T09:00")


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    """Use a folder with nothing in it."""
    return Config(folder=tmp_path / "var", secure_cookies=False)


def demo(settings: Config, *words: str) -> Result:
    return CliRunner().invoke(main, ["demo", *words], env=environment(settings))


def looked_at(settings: Config, look: Callable[[Database], object]) -> object:
    database = open_database(settings)
    try:
        return look(database)
    finally:
        database.engine.dispose()


def record(settings: Config) -> object:
    def look(database: Database) -> Sums:
        with reading(database) as session:
            return sums(session.connection())

    return looked_at(settings, look)


def contacts(settings: Config) -> object:
    def look(database: Database) -> int:
        with reading(database) as session:
            assert first_break(session.scalars(select(Event).order_by(Event.seq))) is None
            return session.scalar(select(func.count()).select_from(Contact)) or 0

    return looked_at(settings, look)


def test_it_makes_a_history_and_prints_each_users_password_once_and_a_second_run_keeps_both(settings: Config) -> None:
    first = demo(settings, *SMALL)
    assert (first.exit_code, contacts(settings)) == (0, 12)
    assert "aisha" in first.stdout
    made = record(settings)
    second = demo(settings, *SMALL)
    assert (second.exit_code, "aisha" in second.stdout) == (1, False)
    assert second.stderr == ("This database already holds contacts, and is left as it is. Open it with: mash serve\n")
    assert record(settings) == made


def test_everyone_can_sign_in_with_the_password_that_was_printed_and_nobody_keeps_it(settings: Config) -> None:
    from mash.journeys import passwords

    said = demo(settings, *SMALL).stdout
    printed = dict(line.split()[:2] for line in said.splitlines() if line.startswith("  ") and "-" in line)

    def look(database: Database) -> None:
        with reading(database) as session:
            users = {user.username: user for user in session.scalars(select(User))}
        assert users.keys() == printed.keys()
        aisha = users["aisha"].password_hash
        assert passwords.hasher.verify(aisha, printed["aisha"])
        assert printed["aisha"] not in aisha

    looked_at(settings, look)


def test_a_port_in_use_is_one_line_and_nothing_is_made(settings: Config) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = demo(settings, *SMALL, "--serve", "--port", str(port))
    assert (said.exit_code, len(said.output.splitlines())) == (3, 1)
    assert f"Cannot listen on 127.0.0.1:{port}" in said.stderr
    assert not settings.folder.exists()


def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = demo(Config(folder=tmp_path / "file" / "var"), *SMALL)
    assert (said.exit_code, len(said.output.splitlines())) == (3, 1)
    assert said.stderr.startswith(f"Cannot write to {tmp_path / 'file' / 'var'}")


def test_a_lost_key_is_one_line_and_the_data_waits_for_it(settings: Config, tmp_path: Path) -> None:
    assert demo(settings, *SMALL).exit_code == 0
    made = record(settings)
    settings.key_file.rename(tmp_path / "safe")
    data = settings.database_file.read_bytes()
    said = demo(settings, *SMALL)
    assert (said.exit_code, len(said.output.splitlines())) == (3, 1)
    assert f"The key {settings.key_file} is missing" in said.stderr
    assert not settings.key_file.exists()
    assert settings.database_file.read_bytes() == data
    (tmp_path / "safe").rename(settings.key_file)
    assert record(settings) == made


def test_a_moment_that_is_not_one_is_wrong_usage(settings: Config) -> None:
    said = demo(settings, "--as-of", "yesterday")
    assert (said.exit_code, "write a moment such as 2026-04-13T09:00" in said.stderr) == (2, True)


def begin(settings: Config, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mash.cli", "demo", *words],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.faults
def test_ctrl_c_half_way_leaves_a_sound_database_that_the_next_run_fills(settings: Config) -> None:
    process = begin(settings, "--contacts", "20000", "--as-of", "2026-04-13T09:00")
    assert process.stdout
    for line in process.stdout:
        if line.startswith("Inventing"):
            break
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()[-1]) == (1, "Aborted!")
    assert contacts(settings) == 0
    assert demo(settings, *SMALL).exit_code == 0
    assert contacts(settings) == 12


@pytest.mark.faults
def test_served_it_says_where_and_ctrl_c_ends_all_of_it(settings: Config) -> None:
    process = begin(settings, *SMALL, "--serve", "--port", "0")
    try:
        assert process.stdout
        said = next(line for line in process.stdout if line.startswith("Serving on"))
        port = int(said.split()[2].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            pass
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=60)  # its pipes close only when the scheduler and every worker have gone
        assert contacts(settings) == 12
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_another_version_is_read_before_anything_is_made_and_begins_over_a_new_history_only(
    settings: Config, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("version: [")
    refused = demo(settings, *SMALL, "--begin", str(wrong))
    assert (refused.exit_code, settings.folder.exists()) == (1, False), refused.output
    assert "wrong.yaml" in refused.output
    family_help = str(HOUSE / "thresholds" / "elsewhere" / "2025-10-01-family-help.yaml")
    assert "fh-2025-10 is in force from 2026-04-13" in demo(settings, *SMALL, "--begin", family_help).output
    again = demo(settings, *SMALL, "--begin", family_help)
    assert (again.exit_code, "MASH_FOLDER" in again.output) == (1, True), again.output
