"""Runs `mash replay --engine spark` for true: the bytes of one process, in several partitions, as Spark is configured.

`.venv-bench/bin/python -m tests.bench.spark`, which `make bench` runs. It needs Java 17 or later and says so; it never
passes without having run. Spark is told what to do by files of its own, as on a cluster, and its log says that it did.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from mash.replay.parquet import segments_of, write_frozen
from mash.replay.past import Past, frozen
from mash.rules import RuleBook, evaluate, read_facts

HOUSE = Path(__file__).parents[2]
OLD, NEW = "dn-2021-01", "dn-2022-05"
CHILDREN, A_FRAME = 3_000, 250
MASTER = "local[3]"
SIGNS = ("pb-domestic-abuse", "nd-drink", "ab-injury-unexplained", "unborn", "immediate_harm")


def main() -> None:
    if shutil.which("java") is None:
        sys.exit("Spark needs Java 17 or later: sudo apt install openjdk-17-jre-headless. Nothing was proved.")
    with tempfile.TemporaryDirectory(prefix="mash-spark-") as folder:
        history = Path(folder) / "history.parquet"
        frames = (frozen(some) for some in _pasts())
        assert write_frozen(history, segments_of(frames)) == CHILDREN
        here, alone = _replayed(history, "here", {})
        there, spent = _replayed(history, "spark", _configured(Path(folder)))
        told = _log(Path(folder))
    assert there == here, "Spark came to other bytes than one process"
    assert json.loads(here)["proof"]["same"] == {NEW: CHILDREN}
    assert f'"spark.master":"{MASTER}"' in told, "Spark did not run as its own files say"
    stages = [one for line in told.splitlines() if (one := json.loads(line))["Event"] == "SparkListenerTaskEnd"]
    assert len(stages) > 1, "all was done in one partition"
    print(
        f"{CHILDREN:,} children, {CHILDREN // A_FRAME} frames, by Spark ({MASTER}, {len(stages)} tasks): the bytes of "
        f"one process. {spent:.1f} s from the command to its answer, {alone:.1f} s without."
    )


def _pasts() -> list[list[Past]]:
    """Invent children with the advice that the version in force gave them, so that it is proved too."""
    book, chance = RuleBook.load(HOUSE / "thresholds"), Random(11)
    ruleset, found = book.get(NEW), list[Past]()
    signs = [sign for sign in SIGNS if sign in book.catalogue.facts]
    for number in range(CHILDREN):
        facts: dict[str, Any] = {sign: "present" for sign in signs if chance.random() < 0.2}
        facts |= {"age_years": chance.randrange(18), "contact_type": "service_request"}
        advice = evaluate(ruleset, read_facts(book.catalogue, facts))
        level = next(one.ordinal for one in ruleset.levels if one.key == advice.level)
        then = {"ruleset": NEW, "hash": ruleset.content_hash, "level": "2", "rating": "green", "route": "early_help"}
        then |= {"advised_level": str(level), "advised_rating": str(advice.rating), "advised_route": str(advice.route)}
        found.append(Past(str(number), date(2021, 1, 4) + timedelta(days=number // 9), facts, then))
    return [found[at : at + A_FRAME] for at in range(0, CHILDREN, A_FRAME)]


def _configured(folder: Path) -> dict[str, str]:
    """Write Spark's own files: where it runs, how small its partitions are, and that it keeps a log."""
    log = folder / "log"
    log.mkdir()
    lines = [f"spark.master {MASTER}", "spark.eventLog.enabled true", f"spark.eventLog.dir file://{log}"]
    lines += ["spark.eventLog.compress false", "spark.sql.files.maxPartitionBytes 32k", "spark.ui.enabled false"]
    lines += ["spark.sql.files.openCostInBytes 0", "spark.driver.bindAddress 127.0.0.1", "spark.driver.host 127.0.0.1"]
    (folder / "spark-defaults.conf").write_text("\n".join(lines) + "\n")
    return {"SPARK_CONF_DIR": str(folder)}


def _log(folder: Path) -> str:
    paths = [path for path in (folder / "log").rglob("*") if path.is_file()]
    return "".join(path.read_text() for path in paths if not path.name.startswith(("appstatus", ".")))


def _replayed(history: Path, engine: str, more: dict[str, str]) -> tuple[bytes, float]:
    """Run the command and return what it says, and how many seconds it took."""
    words = ["replay", OLD, NEW, "--contacts", str(history), "--engine", engine, "--format", "json"]
    begun = time.perf_counter()
    done = subprocess.run(  # our own command
        [sys.executable, "-m", "mash.cli", *words],
        cwd=HOUSE,
        env=os.environ | {"PYTHONPATH": str(HOUSE), "MASH_FOLDER": str(history.parent / "var")} | more,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout, time.perf_counter() - begun


if __name__ == "__main__":
    main()
