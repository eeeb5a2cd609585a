"""Replay over files: history frozen into one, taken from it again, and worked on elsewhere to the same bytes."""

import json
import pickle
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from mash.cli.replay_spark import worked_on
from mash.config import Config
from mash.db import Database, reading
from mash.journeys.run_replay import Asked, replayed
from mash.models import Event
from mash.replay.blocks import Part, Work, work_on
from mash.replay.compare import Cohort, Period
from mash.replay.frame import NotAFrame
from mash.replay.parquet import FrozenFile, cohort_from_parquet
from mash.rules import RuleBook
from tests.cli.test_replay import NEW, OLD, contacts, filled, run, settings

__all__ = ["contacts", "filled", "settings"]  # fixtures
pytestmark = pytest.mark.usefixtures("quick_thresholds")


def test_our_history_is_taken_out_with_a_reason_on_the_chain_and_replays_to_the_same(
    settings: Config, filled: Database, tmp_path: Path
) -> None:
    path = tmp_path / "history.parquet"
    done = run(settings, "--freeze", str(path), "--reason", "For the region")
    assert done.exit_code == 0, done.output
    assert done.output == f"Written: {path}, 1 children\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with reading(filled) as session:
        said = session.scalars(select(Event.data).where(Event.kind == "extract.made")).one()
    assert (said["reason"], said["rows"], list(said["sha256"])) == ("For the region", {"children": 1}, [path.name])
    one, other = (run(settings, OLD, NEW, "--format", "json", *words) for words in ((), ("--contacts", str(path))))
    assert json.loads(one.output) == json.loads(other.output)


def test_our_history_does_not_leave_without_a_reason(settings: Config, filled: Database, tmp_path: Path) -> None:
    done = run(settings, "--freeze", str(tmp_path / "history.parquet"), "--reason", " ")
    assert done.exit_code == 2
    assert "say why it is taken" in done.output
    assert not list(tmp_path.glob("*.parquet"))


def test_where_nobody_was_decided_there_is_no_file(settings: Config, tmp_path: Path) -> None:
    done = run(settings, "--freeze", str(tmp_path / "history.parquet"), "--reason", "To see")
    assert (done.exit_code, done.output) == (1, "No child has been decided yet, so nothing was written.\n")
    assert not list(tmp_path.glob("*.parquet"))


def test_contacts_of_a_csv_are_frozen_once_and_replayed_from_there(
    settings: Config, contacts: Path, tmp_path: Path
) -> None:
    path = tmp_path / "history.parquet"
    assert run(settings, "--freeze", str(path), "--contacts", str(contacts)).exit_code == 0
    words = (OLD, NEW, "--format", "json", "--moved", "--contacts")
    assert run(settings, *words, str(path)).output == run(settings, *words, str(contacts)).output


def test_spark_takes_frozen_history_only(settings: Config, contacts: Path) -> None:
    done = run(settings, OLD, NEW, "--engine", "spark", "--contacts", str(contacts))
    assert done.exit_code == 2
    assert "write it with --freeze" in done.output


def test_what_spark_is_given_to_do_comes_to_the_same_bytes(settings: Config, contacts: Path, tmp_path: Path) -> None:
    path = tmp_path / "history.parquet"
    assert run(settings, "--freeze", str(path), "--contacts", str(contacts)).exit_code == 0
    book = RuleBook.load(settings.thresholds)
    cohort, ((digest, content),) = cohort_from_parquet(path, book.catalogue), kept_in(path)
    asked = Asked(book.get(OLD), book.get(NEW), Period())

    def by_workers(work: Work) -> Iterator[Part]:
        first, apart = worked_on(pickle.dumps(work), [(place, digest, content) for place in (0, 1, 5)])
        yield pickle.loads(pickle.dumps(first[1]))
        yield apart[1]

    thrice = Cohort([cohort.frames[0]] * 3, book.catalogue, FrozenFile(path).digests * 3)
    there, _ = replayed(thrice, book, asked, parts=by_workers)
    here, _ = replayed(thrice, book, asked)
    assert there == here
    assert there["moved"]["higher"] == 3


def kept_in(path: Path) -> list[tuple[str, bytes]]:
    """Return the digest and content of each frame."""
    table = pq.read_table(path)
    return [*zip(table["digest"].to_pylist(), table["content"].to_pylist(), strict=True)]


def test_spark_refuses_a_frame_that_is_not_the_one_its_file_names(
    settings: Config, contacts: Path, tmp_path: Path
) -> None:
    path = tmp_path / "history.parquet"
    assert run(settings, "--freeze", str(path), "--contacts", str(contacts)).exit_code == 0
    book = RuleBook.load(settings.thresholds)
    ((digest, content),) = kept_in(path)
    work, _ = work_on(cohort_from_parquet(path, book.catalogue), book.get(OLD), book.get(NEW), Period(), None)
    with pytest.raises(NotAFrame, match="another frame"):
        worked_on(pickle.dumps(work), [(0, digest[::-1], content)])


def test_without_spark_it_says_how_to_have_it(
    settings: Config, contacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.parquet"
    assert run(settings, "--freeze", str(path), "--contacts", str(contacts)).exit_code == 0
    monkeypatch.setitem(sys.modules, "pyspark", None)
    done = run(settings, OLD, NEW, "--engine", "spark", "--contacts", str(path))
    assert done.exit_code == 2
    assert "pip install 'mash[spark]'" in done.output
