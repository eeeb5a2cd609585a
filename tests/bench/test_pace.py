"""The bench itself, at its smallest: every page is loaded, everybody works, and every budget is measured once."""

import shutil
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mash import clock
from mash.cli.demo import fill
from mash.config import Config
from mash.db import open_database
from tests.bench import pace, pace_people, pace_rate
from tests.bench.pace_times import BUDGET

pytestmark = pytest.mark.browser


def test_every_line_of_both_tables_is_measured(
    migrated_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace_rate, "WARM", 0.05)
    monkeypatch.setattr(pace_people, "THINKS", (0.05, 0.1))
    shutil.copytree(migrated_folder, tmp_path / "var")
    settings = Config(folder=tmp_path / "var", secure_cookies=False)
    database = open_database(settings)
    fill(database, settings, contacts=120, seed=7, now=clock.now().replace(second=0, microsecond=0))
    smallest = Namespace(rounds=1, seconds=0.1, minutes=0.0, worker_class="sync")
    with ThreadPoolExecutor(1) as apart:  # a browser of the suite's own may be running in this thread
        tables, wrong = apart.submit(pace.measure, database, settings, smallest).result()
    database.engine.dispose()
    assert [line for line in wrong if not line.endswith(" ms") and "of the bare page's rate" not in line] == []
    rate, work = (table.splitlines() for table in tables)
    assert len(rate) == 4 + len(pace_rate.VIEWS) + 2
    assert len(work) == 4 + len(BUDGET)
    assert not any("| – |" in line for line in work)


def test_what_is_written_replaces_one_databases_tables_and_leaves_the_others(tmp_path: Path) -> None:
    def tables(engine: str, answer: int) -> list[str]:
        return [f"{engine}, {what}:\n\n| What |\n| --- |\n| {answer} |" for what in ("rates", "times")]

    readme = tmp_path / "README.md"
    readme.write_text(f"Before\n{pace.BEGIN}\n{pace.END}\nAfter\n", "utf-8")
    for engine, answer in (("PostgreSQL", 1), ("SQLCipher", 2), ("PostgreSQL", 3)):
        pace.write_into_readme(tables(engine, answer), readme)
    written = "\n\n".join(tables("SQLCipher", 2) + tables("PostgreSQL", 3))
    assert readme.read_text("utf-8") == f"Before\n{pace.BEGIN}\n{written}\n{pace.END}\nAfter\n"
