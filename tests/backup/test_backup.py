"""A backup says what it holds and shows any change to it; it is only put into an empty place, and only with its key."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash import clock
from mash.backup.keep import is_due, keep_backup, remove_outlived
from mash.backup.keys import RETIRED, current_key, key_file, name_of
from mash.backup.manifest import NAME, BackupRefused, read_manifest
from mash.backup.restore import drill, restore, warnings
from mash.backup.sealed import PIECE, TAG, seal, unseal
from mash.backup.take import Taken, take_backup
from mash.cli import main
from mash.config import Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.anchors import heads_of, write_anchor
from mash.journeys.events import record_event
from mash.journeys.set_up import keep_shipped
from mash.models import BackupTaken, Event
from mash.queries.backups import of_backups
from tests import full, postgresql
from tests.factories import MONDAY
from tests.faults.restores import quiet
from tests.processes import environment

BY, KEY, OTHER = Actor.system("test"), "ab" * 32, sha256(b"another key, as chance would make it").hexdigest()
_number = count(1)


@pytest.fixture
def taken(database: Database, settings: Config) -> Taken:
    """Take a backup of a database with rows in every table but a true chain of events."""
    with transaction(database) as session:
        keep_shipped(session, "backup", by=BY, at=MONDAY)
    return keep_backup(database, settings, by=BY, at=MONDAY, say=quiet)


@pytest.fixture
def elsewhere(settings: Config, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Config]:
    """Name an empty place that has none of the keys yet."""
    place = tmp_path / "elsewhere"
    place.mkdir(mode=0o700)
    if settings.embedded:
        yield replace(settings, folder=place)
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    name = f"elsewhere_{next(_number)}"
    yield replace(settings, folder=place, database_url=server.make(name))
    server.drop(name)


def with_key(settings: Config, elsewhere: Config) -> Config:
    shutil.copy2(key_file(settings), elsewhere.folder)
    return elsewhere


def sums(settings: Config) -> full.Sums:
    opened = open_database(settings)
    try:
        with reading(opened) as session:
            return full.sums(session.connection())
    finally:
        opened.engine.dispose()


@settings_of(max_examples=20)
@given(
    st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 2]),
    st.integers(0),
    st.sampled_from(["flip", "cut", "swap", "none"]),
)
def test_a_sealed_stream_comes_back_as_it_was_or_not_at_all(size: int, place: int, change: str) -> None:
    plain = (b"invented" * (size // 8 + 1))[:size]
    out = io.BytesIO()
    assert list(seal(io.BytesIO(plain), out, KEY))[-1] == size
    sealed = bytearray(out.getvalue())
    at = place % len(sealed)
    if change == "flip":
        sealed[at] ^= 1
    elif change == "cut":
        del sealed[at:]
    elif change == "swap" and size > 2 * PIECE:
        head, step = len(sealed) - (size + 3 * TAG), PIECE + TAG
        sealed[head : head + 2 * step] = sealed[head + step : head + 2 * step] + sealed[head : head + step]
    if bytes(sealed) == out.getvalue():
        assert b"".join(unseal(io.BytesIO(sealed), KEY)) == plain
        with pytest.raises(BackupRefused):
            list(unseal(io.BytesIO(sealed), OTHER))
    else:
        with pytest.raises(BackupRefused):
            list(unseal(io.BytesIO(sealed), KEY))


def test_what_is_put_back_is_what_was_there_and_a_place_with_something_in_it_is_refused(
    database: Database, settings: Config, elsewhere: Config, taken: Taken
) -> None:
    restore(taken.folder, with_key(settings, elsewhere), verify=True, say=quiet)
    before, after = sums(settings), sums(elsewhere)
    unlike = {name for name in before if before[name] != after[name]}
    assert unlike == {"backup_taken", "change_mark", "event", "event_head"}  # that it was taken is not in it
    with pytest.raises(BackupRefused, match="empty"):
        restore(taken.folder, elsewhere, verify=True, say=quiet)
    assert sums(elsewhere) == after


def test_the_audit_is_whole_again_after_a_restore_and_the_anchors_of_what_is_lost_are_kept(
    database: Database, settings: Config, elsewhere: Config, taken: Taken
) -> None:
    with transaction(database) as session:
        record_event(session, kind="contact.noted", at=MONDAY, by=BY)  # after the backup, so it is lost
        write_anchor(elsewhere.anchors_file, heads_of(session), MONDAY)
    before, where = elsewhere.anchors_file.read_text(), environment(with_key(settings, elsewhere))
    run = CliRunner().invoke
    said = run(main, ["restore", str(taken.folder)], env=where)
    assert (said.exit_code, "The anchors of what was there before are at" in said.output) == (0, True), said.output
    assert run(main, ["audit", "seal"], env=where).exit_code == 0
    found = run(main, ["audit", "verify"], env=where)
    assert (found.exit_code, found.output.splitlines()[0]) == (0, "The audit is whole.")
    assert [one.read_text() for one in elsewhere.anchors_file.parent.glob("anchors-until-*.jsonl")] == [before]


def test_no_words_of_the_database_lie_open_in_a_backup(taken: Taken) -> None:
    assert (taken.folder.stat().st_mode & 0o777, taken.manifest.counts["policy"]) == (0o700, 1)
    for path in taken.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert b"every_minutes" not in path.read_bytes()
        assert b"CREATE TABLE" not in path.read_bytes()


@pytest.mark.parametrize("change", ["data", "counts", "head", "no data", "no manifest"])
def test_a_changed_backup_is_refused_and_nothing_is_left_where_it_was_to_go(
    settings: Config, elsewhere: Config, taken: Taken, change: str
) -> None:
    data, manifest = taken.folder / taken.manifest.file, taken.folder / NAME
    said = json.loads(manifest.read_text())
    match change:
        case "data":
            held = bytearray(data.read_bytes())
            held[len(held) // 2] ^= 1
            data.write_bytes(held)
        case "counts":
            manifest.write_text(json.dumps(said | {"counts": said["counts"] | {"event": 7}}))
        case "head":
            manifest.write_text(json.dumps(said | {"head_hash": "0" * 64}))
        case "no data":
            data.unlink()
        case _:
            manifest.unlink()
    with pytest.raises(BackupRefused):
        restore(taken.folder, with_key(settings, elsewhere), verify=True, say=quiet)
    assert [path.name for path in elsewhere.folder.iterdir()] == [key_file(settings).name]


def test_a_chain_that_was_broken_before_the_backup_is_found_when_it_is_put_back(
    database: Database, settings: Config, elsewhere: Config
) -> None:
    full.fill(database)  # its events have hashes that follow from nothing
    broken = take_backup(database, settings, at=MONDAY, say=quiet)
    with pytest.raises(BackupRefused, match="chain of events does not hold at event 1"):
        restore(broken.folder, with_key(settings, elsewhere), verify=True, say=quiet)


def test_without_its_key_a_backup_cannot_be_read_and_with_one_put_out_of_use_it_can(
    settings: Config, elsewhere: Config, taken: Taken
) -> None:
    key = current_key(settings)
    with pytest.raises(BackupRefused, match=f"The key {name_of(key)} .* is not in"):
        restore(taken.folder, elsewhere, verify=True, say=quiet)
    for name, text in ((key_file(settings).name, OTHER), (f"{RETIRED}/old.key", key)):
        path = elsewhere.folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(0o600)
        path.write_text(text)
    restore(taken.folder, elsewhere, verify=True, say=quiet)
    assert len(sums(elsewhere)["policy"]) > 0  # it opens under the key in use there


def test_a_drill_leaves_nothing_behind(settings: Config, taken: Taken) -> None:
    before = sums(settings), sorted(settings.folder.rglob("*"))
    said: list[str] = []
    drill(taken.folder, settings, say=said.append)
    assert (sums(settings), sorted(settings.folder.rglob("*"))) == before
    assert any(words.startswith("Following its chain") for words in said)


def test_a_web_key_that_is_not_the_one_of_the_backup_is_said(settings: Config, taken: Taken) -> None:
    assert warnings(taken.manifest, settings) == []
    other = warnings(replace(taken.manifest, web_key="1234"), settings)[0]
    assert re.search(r"was 1234, and web.key here is (missing|[0-9a-f]{16}):", other)


def test_a_backup_that_fails_is_on_the_record_and_leaves_nothing(
    database: Database, settings: Config, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    nowhere = replace(settings, backup_folder=tmp_path / "file")
    with pytest.raises(BackupRefused, match="Cannot write a backup"):
        keep_backup(database, nowhere, by=BY, at=MONDAY, say=quiet)
    with reading(database) as session:
        assert session.scalars(select(BackupTaken.problem)).one().startswith("Cannot write a backup")
        assert session.scalars(select(Event)).all() == []


def test_policy_says_when_a_backup_is_due_missed_and_outlived(
    database: Database, settings: Config, taken: Taken
) -> None:
    assert [is_due(database, MONDAY + timedelta(minutes=m)) for m in (14, 15)] == [False, True]
    with reading(database) as session:
        late = [of_backups(session, MONDAY + timedelta(minutes=m)) for m in (60, 61)]
    assert (late[0], "1.0 hours old" in late[1]) == ("", True)
    keep_backup(database, settings, by=BY, at=MONDAY + timedelta(days=2), say=quiet)
    assert remove_outlived(database, settings, at=MONDAY + timedelta(days=35)) == []
    assert remove_outlived(database, settings, at=MONDAY + timedelta(days=36)) == [taken.folder]
    assert [read_manifest(folder).made_at[:10] for folder in settings.backups.iterdir()] == ["2026-04-15"]


def test_a_service_without_any_backup_says_so_once_one_should_be_there(session: Session) -> None:
    keep_shipped(session, "backup", by=BY, at=MONDAY)
    session.add(Event(seq=1, kind="service.set_up", at=MONDAY, actor="x", data={}, prev_hash="", hash="a"))
    session.flush()
    assert of_backups(session, MONDAY + timedelta(hours=1)) == ""
    assert of_backups(session, MONDAY + timedelta(hours=2)).startswith("No backup has been taken")


def test_the_commands_take_try_and_put_back(database: Database, settings: Config) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, words, env=environment(settings))
        return done.exit_code, done.output

    began = clock.now()
    assert run("restore", "--drill")[0] == 1  # there is none yet
    assert run("backup", "--quiet")[0] == 0
    code, said = run("restore", "--drill")
    assert (code, "is whole: " in said) == (0, True)
    assert run("restore")[0] == 1  # the place is not empty
    with reading(database) as session:
        assert session.scalars(select(BackupTaken.at)).one() >= began.replace(microsecond=0)
