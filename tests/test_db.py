"""The database keeps what it was told, loses no race, cannot be read without its key, and says what is wrong."""

import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlcipher3
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, StatementError

from mash import config, db, migrate
from mash.config import Config, Misconfigured
from mash.db import Database, Unavailable, open_database, reading, transaction
from mash.models import ReferenceCounter
from tests.factories import MONDAY, a_child, a_user

THREADS = 4
EACH = 100
NOBODY = 65534


@pytest.fixture
def embedded(migrated_folder: Path, tmp_path: Path) -> Config:
    """Give a closed embedded database to damage."""
    shutil.copytree(migrated_folder, tmp_path / "var")
    return Config(folder=tmp_path / "var")


@contextmanager
def read_only(top: Path) -> Generator[None]:
    """Take the right to write away from whoever runs the tests; root has to be someone else for that."""
    was = os.geteuid()
    for path in [*top.rglob("*"), top]:
        if was == 0:
            os.chown(path, NOBODY, NOBODY)
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        os.seteuid(NOBODY if was == 0 else was)
        yield
    finally:
        os.seteuid(was)
        for path in [top, *top.rglob("*")]:
            path.chmod(0o700)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def one_line_refusal(settings: Config, refusal: type[Exception]) -> str:
    """Open what cannot be opened, see that nothing in the folder changed, and return the one line said."""
    before = contents(settings.folder)
    with pytest.raises(refusal) as said:
        open_database(settings)
    assert contents(settings.folder) == before
    assert "\n" not in str(said.value)
    return str(said.value)


def in_threads(work: Callable[[], None]) -> None:
    """Run the same work in several threads; fail if any of them failed."""
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as wrong:  # noqa: BLE001  # whatever it is, the test must hear of it
            failures.append(wrong)

    threads = [threading.Thread(target=guarded) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_four_writers_adding_one_a_hundred_times_make_four_hundred(database: Database) -> None:
    with transaction(database) as session:
        session.add(ReferenceCounter(year=2026, last=0))

    def add() -> None:
        for _ in range(EACH):
            with transaction(database) as session:
                row = session.execute(select(ReferenceCounter).with_for_update()).scalar_one()
                row.last += 1

    in_threads(add)
    with reading(database) as session:
        assert session.execute(select(ReferenceCounter.last)).scalar_one() == THREADS * EACH


def test_writers_of_other_processes_lose_no_increment_either(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the queue inside one process, only the database's own lock stands between writers."""

    class NoQueue:
        def acquire(self, *, timeout: float) -> bool:
            return timeout > 0

        def release(self) -> None: ...

    monkeypatch.setattr(db, "_one_writer", NoQueue())
    test_four_writers_adding_one_a_hundred_times_make_four_hundred(database)


def test_a_reader_cannot_write(database: Database) -> None:
    with reading(database) as session, pytest.raises(DatabaseError, match=r"readonly|read-only"):
        session.execute(text("INSERT INTO reference_counter (year, last) VALUES (2026, 1)"))
    with transaction(database) as session:
        assert session.execute(select(ReferenceCounter)).all() == []


def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    def half() -> None:
        with transaction(database) as session:
            session.add(ReferenceCounter(year=2026, last=7))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with reading(database) as session:
        assert session.execute(select(ReferenceCounter)).all() == []


def test_a_writer_that_waits_too_long_is_told_its_work_is_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    with transaction(database) as session:
        session.add(ReferenceCounter(year=2026, last=0))

    def wait_behind() -> None:
        with transaction(database) as second:
            second.execute(text("SET LOCAL lock_timeout = '100ms'"))
            second.execute(select(ReferenceCounter).with_for_update()).all()

    with transaction(database) as first:
        first.execute(select(ReferenceCounter).with_for_update()).all()
        with pytest.raises(Unavailable, match=r"busy\. Your work is kept"):
            wait_behind()


def test_a_moment_without_a_zone_is_refused_and_one_with_a_zone_comes_back_the_same(database: Database) -> None:
    with transaction(database) as session:
        child = a_child(session, made_at=MONDAY)
        session.expire(child)
        assert child.made_at == MONDAY
        assert child.made_at.tzinfo is not None
    with pytest.raises(StatementError, match="no time zone"), transaction(database) as session:
        a_child(session, made_at=MONDAY.replace(tzinfo=None))


def test_a_row_may_not_point_at_nothing(database: Database) -> None:
    with pytest.raises(DatabaseError, match=r"(?i)foreign key"), transaction(database) as session:
        session.execute(text("INSERT INTO user_role (user_id, role) VALUES (999, 'admin')"))


def test_the_file_shows_nothing_of_what_it_holds(embedded: Config) -> None:
    opened = open_database(embedded)
    with transaction(opened) as session:
        a_user(session, "admin", name="Quetzalcoatl Canary")
    opened.engine.dispose()
    raw = b"".join(contents(embedded.folder).values())
    assert b"Quetzalcoatl" not in raw
    assert b"SQLite format 3" not in raw
    assert b"CREATE TABLE" not in raw


def test_the_database_is_kept_even_if_the_machine_stops(embedded: Config) -> None:
    opened = open_database(embedded)
    with transaction(opened) as session:
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2  # FULL
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    opened.engine.dispose()


def test_the_sqlite_inside_has_no_write_ahead_log_defect() -> None:
    """Before 3.51.3, several writers could damage a file in WAL mode."""
    assert sqlcipher3.sqlite_version_info >= (3, 51, 3)


def test_only_its_owner_can_read_a_new_key_and_folder(tmp_path: Path) -> None:
    settings = Config(folder=tmp_path / "new")
    opened = open_database(settings, make=True)
    opened.engine.dispose()
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.folder.stat().st_mode) == 0o700
    assert len(bytes.fromhex(settings.key_file.read_text())) == config.KEY_BYTES


def test_two_new_installations_have_different_keys(tmp_path: Path) -> None:
    first, second = (config.secret(tmp_path / name, make=True) for name in ("a", "b"))
    assert first != second


def test_a_missing_database_is_not_made_in_silence(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    assert "mash migrate" in one_line_refusal(Config(folder=tmp_path / "var"), Unavailable)


@pytest.mark.parametrize("make", [False, True])
def test_a_missing_key_is_never_replaced_beside_a_database(embedded: Config, make: bool) -> None:
    embedded.key_file.unlink()
    with pytest.raises(Misconfigured, match="is missing, and the data cannot be read without it"):
        open_database(embedded, make=make)
    assert not embedded.key_file.exists()


def test_a_wrong_key_is_refused(embedded: Config) -> None:
    embedded.key_file.write_text("0f1e2d3c4b5a6978" * 3 + "8796a5b4c3d2e1f0")
    assert "cannot be read with this key" in one_line_refusal(embedded, Unavailable)


@pytest.mark.parametrize("text", ["", "secret", "z" * 64, "a" * 63])
def test_what_is_not_a_key_is_refused(embedded: Config, text: str) -> None:
    embedded.key_file.write_text(text)
    assert "does not hold a key" in one_line_refusal(embedded, Misconfigured)


def test_a_key_that_others_can_read_is_refused(embedded: Config) -> None:
    embedded.key_file.chmod(0o644)
    assert f"chmod 600 {embedded.key_file}" in one_line_refusal(embedded, Misconfigured)


def test_a_damaged_beginning_is_refused(embedded: Config) -> None:
    whole = embedded.database_file.read_bytes()
    embedded.database_file.write_bytes(bytes(byte ^ 0xFF for byte in whole[:4096]) + whole[4096:])
    assert "damaged" in one_line_refusal(embedded, Unavailable)


def test_a_file_cut_short_is_refused(embedded: Config) -> None:
    embedded.database_file.write_bytes(embedded.database_file.read_bytes()[:1000])
    assert "damaged" in one_line_refusal(embedded, Unavailable)


def test_a_file_of_no_length_is_refused_and_not_filled(embedded: Config) -> None:
    embedded.database_file.write_bytes(b"")
    assert "is empty" in one_line_refusal(embedded, Unavailable)


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    """A plain file in the folder's place: even root cannot write into that."""
    (tmp_path / "file").touch()
    with pytest.raises(Misconfigured, match="Make it writable, or set MASH_FOLDER"):
        open_database(Config(folder=tmp_path / "file" / "var"), make=True)


def test_a_folder_that_may_only_be_read_is_refused_and_nothing_in_it_changes(migrated_folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "var"
        shutil.copytree(migrated_folder, folder)
        with read_only(Path(place)):
            assert "cannot be written to" in one_line_refusal(Config(folder=folder), Unavailable)


def test_an_address_that_is_not_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASH_DATABASE_URL", "mysql://somewhere/mash")
    with pytest.raises(Misconfigured, match=r"must begin with postgresql\+psycopg"):
        config.from_environment()


def test_a_postgresql_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    settings = Config(folder=tmp_path, database_url=f"postgresql+psycopg://mash@/mash?host={tmp_path}")
    with pytest.raises(Unavailable, match="cannot be opened") as said:
        open_database(settings)
    assert "\n" not in str(said.value)


def test_tables_of_another_version_are_refused_with_what_to_run(database: Database, settings: Config) -> None:
    migrate.require_up_to_date(database, settings.migrations)
    migrate.downgrade(database, settings.migrations, "0003")
    with pytest.raises(Unavailable, match=r"at version 0003; this needs \d+\. Run: mash migrate"):
        migrate.require_up_to_date(database, settings.migrations)
