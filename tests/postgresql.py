"""A PostgreSQL of the tests' own: made in a new folder, reached by a socket there, gone at the end.

For benches, one that stays in a folder, served until Ctrl-C. It says its address; another terminal fills it once, and
measures on it:

    .venv/bin/python -m tests.postgresql /tmp/pg250k
    export MASH_DATABASE_URL='postgresql+psycopg://mash@/mash?host=/tmp/pg250k' MASH_FOLDER=/tmp/pg250k-web
    .venv/bin/mash demo --contacts 250000
    .venv/bin/python -m tests.bench.pages
    .venv/bin/python -m tests.bench.pace --only postgresql
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

# Nothing here outlives the run, so a power cut may lose it. A server that stays keeps PostgreSQL's own settings.
UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``folder`` holds its socket."""

    folder: Path

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://mash@/{name}?host={self.folder}"

    def make(self, name: str, *, template: str = "template0") -> str:
        """Make a database, as a copy of another, and return its address."""
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, name: str, *, missing_ok: bool = False) -> None:
        """Drop a database and whoever is still connected to it."""
        self._run(f"DROP DATABASE {'IF EXISTS ' * missing_ok}{name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="mash", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(kept: Path | None = None) -> Generator[Server]:
    """Start a server and stop it at the end. It refuses to run as root, so it runs as ``postgres`` then.

    Args:
        kept: A folder that stays, with a database ``mash`` in it, made where there is none; else a new one that goes.
    """
    folder = kept or Path(tempfile.mkdtemp(prefix="mash-pg-"))
    new = not (folder / "data").exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    settings = [f"unix_socket_directories={folder}", "listen_addresses=", "max_connections=150"]
    options = " ".join(f"-c {setting}" for setting in [*settings, *(() if kept else UNSAFE)])
    data = str(folder / "data")
    try:
        if new:
            _run(folder, "initdb", "-D", data, "-U", "mash", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        # Its own log file, or it would hold our pipe open for as long as it runs.
        _run(folder, "pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
        server = Server(folder)
        if kept and new:
            server.make("mash")
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            _run(folder, "pg_ctl", "-D", data, "-m", "fast" if kept else "immediate", "-w", "stop")
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, program: str, *words: str) -> None:
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        other = {"user": "postgres", "group": "postgres", "extra_groups": []}
    command = [str(_programs() / program), *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **other)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")


def _programs() -> Path:
    """Find the newest installed server. None is a failure: the tests must not pass on half of what we promise."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("There is no PostgreSQL here. Run: apt-get install postgresql")
    return found[-1].parent


def main() -> None:
    """Serve the one in a folder until told to stop, and say its address."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with running(Path(sys.argv[1]).resolve()) as server:
        sys.stdout.write(f"MASH_DATABASE_URL={server.url('mash')}\n")
        sys.stdout.flush()
        try:
            signal.pause()
        except KeyboardInterrupt:
            sys.stdout.write("Stopped.\n")


if __name__ == "__main__":
    main()
