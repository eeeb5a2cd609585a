"""A PostgreSQL of the tests' own: made in a new folder, reached by a socket there, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

# Nothing here outlives the run, so a power cut may lose it. Tests of faults ask for a durable server.
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

    def drop(self, name: str) -> None:
        """Drop a database and whoever is still connected to it."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user="mash", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(*, durable: bool = False) -> Generator[Server]:
    """Start a server and stop it at the end. It refuses to run as root, so it runs as ``postgres`` then."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="mash-pg-"))
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        other = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(*words: str) -> None:
        done = subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False, **other)
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stderr or done.stdout}")

    settings = [f"unix_socket_directories={folder}", "listen_addresses=", "max_connections=150"]
    options = " ".join(f"-c {setting}" for setting in [*settings, *(() if durable else UNSAFE)])
    data, log = str(folder / "data"), str(folder / "log")
    try:
        run(f"{programs}/initdb", "-D", data, "-U", "mash", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        # Its own log file, or it would hold our pipe open for as long as it runs.
        run(f"{programs}/pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        yield Server(folder)
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Find the newest installed server. None is a failure: the tests must not pass on half of what we promise."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("There is no PostgreSQL here. Run: apt-get install postgresql")
    return found[-1].parent
