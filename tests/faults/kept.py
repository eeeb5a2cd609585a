"""What each long run of faults came to, kept as a file: how many were put in, how many survived, and what did not."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mash.config import HOUSE

FOLDER = HOUSE / "var" / "faults"


@dataclass(slots=True)
class Ledger:
    """One run: each fault put in, by what it was, and what went wrong with it if anything did."""

    name: str
    injected: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, problems: Sequence[str] = ()) -> None:
        """Keep that one fault was put in, and what of it did not hold."""
        self.injected[what] = self.injected.get(what, 0) + 1
        if problems:
            self.wrong.append(f"{what}: {'; '.join(problems)}")

    def write(self) -> int:
        """Write the file, say what it came to, and return the exit code: 0 where all survived."""
        total = sum(self.injected.values())
        said = {"name": self.name, "injected": total, "survived": total - len(self.wrong)}
        FOLDER.mkdir(parents=True, exist_ok=True)
        details = {"kinds": self.injected, "wrong": self.wrong}
        path: Path = FOLDER / f"{self.name}.json"
        path.write_text(json.dumps(said | {"details": details}, indent=1) + "\n")
        sys.stdout.write(f"{self.name}: {said['survived']} of {total} survived. {path}\n")
        return 1 if self.wrong or not total else 0
