"""The product under gunicorn for the bench: started, found again in its log, and killed to the last worker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from mash.cli.serve import listen
from mash.config import HOUSE, Config
from tests.processes import environment

TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn: its first process, where it listens, and what it logs."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def cpu(self) -> float:
        """Return the seconds of processor that its workers have used."""
        used = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid:
                used += int(fields[11]) + int(fields[12])
        return used / TICK

    def times(self, after: int) -> dict[str, list[float]]:
        """Read from its log, past so many bytes, how many milliseconds each answer took, by method and route."""
        found: dict[str, list[float]] = defaultdict(list)
        for line in self.log.read_bytes()[after:].decode().splitlines():
            for part in line.replace("}{", "}\n{").splitlines():  # two workers may write at one moment
                if part.startswith("{") and (said := json.loads(part)).get("event") == "request":
                    found[f"{said['method']} {said['route']}"].append(said["ms"])
        return found


@contextmanager
def gunicorn(settings: Config, log: Path, *, worker_class: str = "sync", workers: int = 2) -> Iterator[Server]:
    """Serve the product and the bare page until the end of the block."""
    listening = listen("127.0.0.1", 0)
    port, handle = listening.getsockname()[1], listening.fileno()
    threads = ["--threads", "4"] if worker_class == "gthread" else []
    words = ["--workers", str(workers), "--worker-class", worker_class, *threads, "--bind", f"fd://{handle}"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *words, "--no-control-socket", "tests.bench.pace_wsgi:make_app()"],
            env=environment(settings) | {"MASH_HOSTS": "127.0.0.1"},
            cwd=HOUSE,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=[handle],
            start_new_session=True,
        )
    try:
        _wait_for(process, port, log)
        yield Server(process, port, log)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        listening.close()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until a worker answers. The socket is ours, so nobody else can."""
    connection, until = HTTPConnection("127.0.0.1", port, timeout=PATIENCE), time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        connection.request("GET", "/bare/")
        if connection.getresponse().status == 200:
            connection.close()
            return
    raise SystemExit(f"gunicorn did not start:\n{log.read_text()}")
