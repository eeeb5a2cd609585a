"""What a new process needs to replay a file, and nothing of the engines it is measured beside."""

import time
from dataclasses import replace
from pathlib import Path

from mash.replay.compare import Period
from mash.replay.parquet import cohort_from_parquet
from mash.replay.rehearse import Rehearsal, rehearse
from mash.replay.report import report
from mash.rules import RuleBook, RuleSet

THRESHOLDS = Path(__file__).parents[2] / "thresholds"


def versions() -> tuple[RuleSet, RuleSet]:
    """Return the version in force, and the same without its first four written rules."""
    live = RuleBook.load(THRESHOLDS).get("dn-2022-05")
    return live, replace(live, rules=live.rules[4:], content_hash="four rules fewer")


def passing(path: Path, both: tuple[RuleSet, RuleSet]) -> Rehearsal:
    """Replay a file frame by frame, up to the report."""
    cohort = cohort_from_parquet(path, both[0].catalogue)
    found = rehearse(cohort, *both, Period(), frames=False)
    report(found, *both, cohort, Period(), None)
    return found


def main(path: str) -> None:
    """Replay a file; print the digest, seconds of a processor since the start, and the most memory held, in kB."""
    digest = passing(Path(path), versions()).digest
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(digest, time.process_time(), held.split()[1])
