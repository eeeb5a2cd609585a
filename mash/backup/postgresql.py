"""PostgreSQL's own programs: what they are, which release, and what runs through them."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from mash.backup.contents import Progress
from mash.backup.manifest import BackupRefused
from mash.backup.sealed import seal, unseal

PLACES = Path("/usr/lib/postgresql")
MEBIBYTE = 1024 * 1024


def server_release(session: Session) -> str:
    """Say which release the server is, such as ``15.14``."""
    return str(session.execute(text("SHOW server_version")).scalar_one()).split()[0]


def program(name: str, at_least: str) -> Path:
    """Find a program of at least the major release of the server, the newest first.

    Raises:
        BackupRefused: If there is none.
    """
    found = sorted(PLACES.glob(f"*/bin/{name}"), key=lambda path: -int(path.parts[-3]))
    if on_path := shutil.which(name):
        found.append(Path(on_path))
    for path in found:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # of the system
        release = re.search(r"(\d+)(\.\d+)?", said)
        if release and int(release[1]) >= major(at_least):
            return path
    raise BackupRefused(f"There is no {name} of PostgreSQL {major(at_least)} or later here. Install postgresql-client.")


def major(release: str) -> int:
    """Give the number that says which releases fit together.

    >>> major("15.14")
    15
    """
    return int(release.split(".", maxsplit=1)[0])


def dump(engine: Engine, session: Session, out: IO[bytes], key: str, *, say: Progress) -> None:
    """Write all that this session sees, in the custom format, encrypted.

    Raises:
        BackupRefused: If the program fails.
    """
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    snapshot = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    words = [str(program("pg_dump", server_release(session))), "--format=custom", f"--snapshot={snapshot}"]
    with _running([*words, "--no-owner", "--no-privileges"], engine, stdout=subprocess.PIPE) as process:
        for done in seal(cast("IO[bytes]", process.stdout), out, key):
            say(f"Copied {done / MEBIBYTE:,.0f} MB")


def load(engine: Engine, sealed: IO[bytes], key: str, *, written_by: str, say: Progress) -> None:
    """Put a dump into an empty database, wholly or not at all.

    Raises:
        BackupRefused: If the program or the data fails, or the server is older than the one that wrote it.
    """
    with engine.connect() as connection:
        server = str(connection.execute(text("SHOW server_version")).scalar_one()).split()[0]
    if major(server) < major(written_by):
        raise BackupRefused(f"This server is PostgreSQL {server}; the backup was made by {written_by}.")
    words = [str(program("pg_restore", written_by)), "--single-transaction", "--exit-on-error"]
    with _running([*words, "--no-owner", "--no-privileges"], engine, stdin=subprocess.PIPE) as process:
        into, done = cast("IO[bytes]", process.stdin), 0
        with suppress(BrokenPipeError):  # it has gone; its exit code says why
            for piece in unseal(sealed, key):
                into.write(piece)
                done += len(piece)
                say(f"Put back {done / MEBIBYTE:,.0f} MB")


@contextmanager
def _running(words: list[str], engine: Engine, **pipes: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program on a database to its end; kill it if anything goes wrong here. The password is on no command line.

    Raises:
        BackupRefused: With the first line of what it says, if it fails.
    """
    told = engine.dialect.create_connect_args(engine.url)[1]
    told.pop("context", None)  # the driver's own, and no setting of the connection
    password = str(told.pop("password", ""))
    process = subprocess.Popen(  # noqa: S603  # our own words
        [*words, f"--dbname={make_conninfo('', **told)}"],
        env={**os.environ, "PGPASSWORD": password},
        stderr=subprocess.PIPE,
        **pipes,  # type: ignore[call-overload]
    )
    try:
        yield process
        _, said = process.communicate()
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        first = (said.decode(errors="replace").splitlines() or ["no reason given"])[0]
        raise BackupRefused(f"{Path(words[0]).name} failed: {first}")


@contextmanager
def throwaway(engine: Engine, name: str, remade: Callable[[str], Engine]) -> Iterator[Engine]:
    """Make a database beside this one, and drop it at the end.

    Raises:
        BackupRefused: If this user may not make one.
    """
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        with alone.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    except DatabaseError as wrong:
        raise BackupRefused(
            "This user may not make the throwaway database. Grant it CREATEDB for the drill."
        ) from wrong
    beside = remade(engine.url.set(database=name).render_as_string(hide_password=False))
    try:
        yield beside
    finally:
        beside.dispose()
        with alone.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
