"""Replay on Spark: the work on each frame done wherever Spark runs, and added up here. Needs pyspark and Java 17."""

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import click

from mash.replay.blocks import Part, Work, part
from mash.replay.tight import read_frame

HERE = "local[2]"
PARTITION = "4m"  # of frozen history: some 450,000 children


@contextmanager
def on_spark(path: Path) -> Iterator[Callable[[Work], Iterable[Part]]]:
    """Start a session and give who does the work on the frames of a file, which all of Spark must be able to read.

    Spark is configured as its own files, `spark-submit` and SPARK_CONF_DIR say; where they name no master, it runs
    here on two threads.

    Raises:
        click.UsageError: If pyspark is not installed.
    """
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.sql import SparkSession
    except ImportError:
        raise click.UsageError("Spark is not installed here. Install it: pip install 'mash[spark]'") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    SparkContext._ensure_initialized()  # noqa: SLF001  # before its JVM runs, a SparkConf knows none of Spark's files
    conf = SparkConf()
    if not conf.contains("spark.master"):
        conf.setMaster(HERE).set("spark.ui.enabled", "false").set("spark.driver.bindAddress", "127.0.0.1")
        conf.set("spark.driver.host", "127.0.0.1")
    conf.setIfMissing("spark.app.name", "mash replay").setIfMissing("spark.log.level", "ERROR")
    conf.setIfMissing("spark.driver.maxResultSize", "0").setIfMissing("spark.ui.showConsoleProgress", "false")
    conf.setIfMissing("spark.sql.files.maxPartitionBytes", PARTITION)
    session = SparkSession.builder.config(conf=conf).getOrCreate()
    try:
        yield lambda work: parts_on(session, path, work)
    finally:
        session.stop()


def parts_on(session: Any, path: Path, work: Work) -> Iterator[Part]:
    """Have every frame of a file worked on and yield what they came to, in order."""
    sent = session.sparkContext.broadcast(pickle.dumps(work))
    rows = session.read.parquet(str(path)).select("place", "digest", "content").rdd
    done = rows.mapPartitions(lambda some: worked_on(sent.value, some)).collect()
    yield from (one for _, one in sorted(done, key=itemgetter(0)))


def worked_on(sent: bytes, rows: Iterable[tuple[int, str, bytes]]) -> list[tuple[int, Part]]:
    """Work on rows of frozen history. Frames that follow one another are one part, with the place of the first.

    Raises:
        NotAFrame: If the bytes of a row are not whole, or not those of the frame with its digest.
    """
    work, runs, ends = _read(sent), list[tuple[int, Part]](), -1
    for place, digest, content in rows:
        one = part(work, place, read_frame(bytes(content), digest))
        if runs and place == ends:
            runs[-1][1].add(one)
        else:
            runs.append((place, one))
        ends = place + 1
    return runs


@lru_cache(maxsize=1)
def _read(sent: bytes) -> Work:
    work: Work = pickle.loads(sent)  # noqa: S301  # sent by our own driver
    return work
