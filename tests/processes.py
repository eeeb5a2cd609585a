"""Real processes of the program under test: what they read from the environment, how they are run and killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mash.config import Config


def environment(settings: Config) -> dict[str, str]:
    """Give a child process these settings, and none of the caller's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MASH_")}
    return kept | {
        "MASH_FOLDER": str(settings.folder),
        "MASH_DATABASE_URL": settings.database_url,
        "MASH_MFA": ",".join(settings.second_step) or "offered",
        "MASH_SECURE_COOKIES": str(settings.secure_cookies),
        **_council(settings),
        "PYTHONWARNINGS": "error,ignore::ResourceWarning",  # gunicorn leaves sockets to the collector
    }


def _council(settings: Config) -> dict[str, str]:
    if settings.oidc is None:
        return {}
    ours = settings.oidc
    return {
        "MASH_OIDC_ISSUER": ours.issuer,
        "MASH_OIDC_CLIENT_ID": ours.client_id,
        "MASH_OIDC_CLIENT_SECRET_FILE": str(ours.secret_file),
    }


def python(script: str, *words: str, settings: Config) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python to their end, whatever it is."""
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        env=environment(settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def mash(*words: str, settings: Config, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command to its end, with lines typed into it if it asks."""
    return subprocess.run(
        [sys.executable, "-m", "mash.cli", *words],
        env=environment(settings),
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@dataclass(frozen=True, slots=True)
class Serving:
    """A running ``mash serve`` with all of its workers, in a process group of its own."""

    process: subprocess.Popen[str]
    port: int

    def kill(self) -> None:
        """Stop every process of it between one instruction and the next."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@contextmanager
def serving(settings: Config, *words: str, log: Path | None = None) -> Generator[Serving]:
    """Start ``mash serve`` on a free port; whatever is left of it is killed at the end.

    Args:
        log: The file to which what it logs is added; with what the tests say unless told.
    """
    with ExitStack() as after:
        process = subprocess.Popen(
            [sys.executable, "-m", "mash.cli", "serve", "--port", "0", *words],
            env=environment(settings),
            stdout=subprocess.PIPE,
            stderr=after.enter_context(log.open("a")) if log else None,
            text=True,
            start_new_session=True,
        )
    assert process.stdout
    try:
        said = process.stdout.readline()
        assert said.startswith("Serving on http://127.0.0.1:"), said
        yield Serving(process, int(said.split()[2].rsplit(":", 1)[1]))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
