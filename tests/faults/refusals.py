"""Starting on what is wrong or damaged: refused in one clear line, with an exit code, and nothing made or changed.

.venv/bin/python -m tests.faults.refusals
"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3

from mash import clock, migrate
from mash.config import HOUSE, Config, secret
from mash.db import open_database, transaction
from mash.journeys.actor import Actor
from mash.journeys.set_up import set_up
from mash.rules import RuleBook
from tests.faults.kept import Ledger
from tests.processes import environment

SERVE = (sys.executable, "-m", "mash.cli", "serve", "--port", "0")
AS_OWNER_ONLY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
OLD_ENGINE = "import sqlcipher3.dbapi2 as d; d.sqlite_version_info = (3, 40, 1); from mash.cli import main; main()"
TIMES = 10
PATIENCE = 300
"""How many seconds a start may take on a machine that does much else; one that serves never ends by itself."""
DAMAGE = random.Random(26)


@dataclass(slots=True)
class Place:
    """A copy of a sound installation, for one case to spoil."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = SERVE

    @property
    def settings(self) -> Config:
        return Config(folder=self.folder)

    @property
    def file(self) -> Path:
        return self.settings.database_file

    def write(self, name: str, text: str, mode: int = 0o600) -> Path:
        """Write a file beside the folder."""
        path = self.folder.parent / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def run_sql(self, *statements: str) -> None:
        """Change the database behind the service's back."""
        raw = sqlcipher3.connect(str(self.file), isolation_level=None)
        raw.execute(f"PRAGMA key = \"x'{secret(self.settings.key_file, make=False)}'\"")
        for statement in statements:
            raw.execute(statement)
        raw.close()


Spoil = Callable[[Place], object]
Case = tuple[str, Spoil]


def sound_installation(folder: Path) -> Path:
    """Make an installation that would start, to copy."""
    settings = Config(folder=folder / "sound")
    database = open_database(settings, make=True)
    migrate.upgrade(database, settings.migrations)
    with transaction(database) as session:
        set_up(session, rulebook=RuleBook.load(HOUSE / "thresholds"), by=Actor.system("test"), at=clock.now())
    database.engine.dispose()
    secret(settings.folder / "web.key", make=True)
    return settings.folder


def refused(sound: Path, folder: Path, spoil: Spoil) -> list[str]:
    """Spoil a copy, start on it, and say what of a clear refusal is missing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    place = Place(folder / "var")
    shutil.copytree(sound, place.folder)
    spoil(place)
    before = _prints(folder)
    told = environment(place.settings) | {"PYTHONWARNINGS": "ignore"} | place.said
    process = subprocess.Popen(
        place.command, env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        _, lines = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return ["it started"]
    problems = [f"{len(lines.splitlines())} lines: {lines[:300]}"] if len(lines.splitlines()) != 1 else []
    problems += ["a trace"] if "Traceback" in lines else []
    problems += [f"exit code {process.returncode}"] if process.returncode not in {1, 2, 3} else []
    changed = {name for name in before | _prints(folder) if before.get(name) != _prints(folder).get(name)}
    return problems + [f"{', '.join(sorted(changed))} changed"] * bool(changed)


def _prints(folder: Path) -> dict[str, str]:
    """Hash every file but a database's log and its index, which are begun anew where they say nothing."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal"))]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def database_cases() -> Iterator[Case]:
    """Spoil the file: seven kinds, ten times each."""
    for turn in range(TIMES):
        yield "missing", lambda place: place.file.unlink()
        yield "zero-length", lambda place: place.file.write_bytes(b"")
        yield "wrong key", lambda place: place.settings.key_file.write_text(DAMAGE.randbytes(32).hex())
        yield "flipped bits", _flip
        yield "truncated", _truncate
        yield "foreign write-ahead log", _foreign_log if turn % 2 else _rubbish_log
        yield "read-only", _read_only


def _flip(place: Place) -> None:
    held = bytearray(place.file.read_bytes())
    for _ in range(DAMAGE.randint(1, 4)):
        held[DAMAGE.randrange(len(held))] ^= 1 << DAMAGE.randrange(8)
    place.file.write_bytes(held)


def _truncate(place: Place) -> None:
    size = place.file.stat().st_size
    os.truncate(place.file, DAMAGE.choice([DAMAGE.randrange(1, size), 4096 * DAMAGE.randrange(1, size // 4096)]))


def _foreign_log(place: Place) -> None:
    """Put the log of another installation, with all it wrote, beside the file."""
    other = Place(place.folder.parent / "other")
    other.folder.mkdir()
    shutil.copy2(place.settings.key_file, other.settings.key_file)
    raw = sqlcipher3.connect(str(other.file), isolation_level=None)
    raw.execute(f"PRAGMA key = \"x'{secret(other.settings.key_file, make=False)}'\"")
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("CREATE TABLE invented (words)")
    raw.execute("INSERT INTO invented VALUES ('foreign')")
    shutil.copy2(f"{other.file}-wal", f"{place.file}-wal")
    raw.close()
    shutil.rmtree(other.folder)


def _rubbish_log(place: Place) -> None:
    """Cut the end off the file and leave a log of rubbish, as a disk that lost both would."""
    place.file.with_name("mash.db-wal").write_bytes(DAMAGE.randbytes(8192))
    os.truncate(place.file, place.file.stat().st_size - 4096)


def _read_only(place: Place) -> None:
    place.file.chmod(0o400)
    place.command = (*AS_OWNER_ONLY, *SERVE) if os.geteuid() == 0 else SERVE


def main() -> int:
    """Try every case, and keep what came of it."""
    from tests.faults.refused_settings import setting_cases  # not at the top: it is made of what is here

    ledger = Ledger("refusals")
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        sound = sound_installation(folder)
        for fault, cases in (("F-14", database_cases()), ("F-26", iter(setting_cases()))):
            for name, spoil in cases:
                ledger.note(f"{fault} {name}", problems := refused(sound, folder / "case", spoil))
                sys.stdout.write(f"{fault} {name}: {problems or 'refused'}\n" if problems else "")
                sys.stdout.flush()
    return ledger.write()


if __name__ == "__main__":
    sys.exit(main())
