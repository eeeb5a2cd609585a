"""Real processes of the program under test: what they read from the environment, and how they are run."""

import os
import subprocess
import sys

from mash.config import Config


def environment(settings: Config) -> dict[str, str]:
    """Give a child process these settings, and none of the caller's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MASH_")}
    return kept | {
        "MASH_FOLDER": str(settings.folder),
        "MASH_DATABASE_URL": settings.database_url,
        "MASH_SECURE_COOKIES": str(settings.secure_cookies),
        "PYTHONWARNINGS": "error",
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
