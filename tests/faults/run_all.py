"""Run every fault run of this folder, and put what came of all of them into ledger.json and the README.

    FAULTS_MINUTES=10 .venv/bin/python -m tests.faults.run_all         (``make faults`` is all of it, about two hours)
    .venv/bin/python -m tests.faults.run_all killing nth_call          (those named only; what others left is kept)
    .venv/bin/python -m tests.faults.run_all --none                    (none: only puts together what they left)

A run is any module here with a ``main()``. Each leaves ``var/faults/<name>.json`` with a name, how many faults were
injected and survived, and details; ``kind`` is "input" where it counts bad inputs, "check" where it only asks. A run
that leaves with an error is one fault that was not survived.
"""

import ast
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mash import clock
from mash.config import HOUSE
from tests.faults.rig import LEDGERS, minutes

HERE = Path(__file__).parent
LEDGER = HERE / "ledger.json"
NOT_RUNS = {"run_all", "load"}
"""What has a ``main()`` and is no fault run: this, and the load, which has a table of its own."""
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
NOUGHT = {
    "answered_writes_lost": "answered writes lost",
    "writes_done_twice": "done twice",
    "breaks_in_the_chain": "breaks in the chain",
}
"""What runs count that must stay at nought, and what it is called in the headline."""
AT_ONCE = 2
"""How many runs go on beside each other: many wait for most of their time."""
LEAST_SECONDS = 1200
"""What each run may take however few the minutes are; beyond that, none may take longer than all of them."""

_started: list[subprocess.Popen[str]] = []


def runs() -> list[str]:
    """Name the modules of this folder that have a ``main()``."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_RUNS and _has_main(path))


def _has_main(path: Path) -> bool:
    tree = ast.parse(path.read_text())
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)


def run(name: str) -> dict[str, Any]:
    """Run one, and say how long it took and how it left."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.faults.{name}"],
        cwd=HOUSE,
        env=os.environ | {"FAULTS_MINUTES": str(minutes())},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _started.append(process)
    try:
        _, said = process.communicate(timeout=max(LEAST_SECONDS, 60 * minutes()))
    except subprocess.TimeoutExpired:
        said = _end(process)
    left = {"exit": process.returncode, "seconds": round(time.monotonic() - began), "scaled_to_minutes": minutes()}
    if process.returncode:
        sys.stderr.write(f"{name} left with {process.returncode}: {said[-2000:]}\n")
    return left


def run_each(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Run these, a few beside each other. Ctrl-C ends those that run, and begins no more."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            return dict(zip(names, pool.map(run, names), strict=True))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in _started:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGINT)
            raise


def _end(process: subprocess.Popen[str]) -> str:
    """End a run that takes too long, leaving it a moment to stop what it started."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        return process.communicate(timeout=30)[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[1]


def collected(folder: Path = LEDGERS) -> list[dict[str, Any]]:
    """Read what the runs left: one entry a file, or a list of them."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.json")):
        said = json.loads(path.read_text())
        found += said if isinstance(said, list) else [said]
    return found


def ledger(entries: Sequence[dict[str, Any]], left: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put it all together: every entry, the sums, how each run left, and what the machine was."""
    failed = [name for name, how in left.items() if how["exit"]]
    kinds = {kind: [one for one in entries if one.get("kind", "fault") == kind] for kind in ("fault", "input", "check")}
    sums = {
        kind: [sum(one[what] for one in found) for what in ("injected", "survived")] for kind, found in kinds.items()
    }
    return {
        "about": "Written by tests/faults/run_all.py; what was injected, and what of it was survived",
        "on": clock.now().date().isoformat(),
        "processors": os.cpu_count(),
        "injected": sums["fault"][0] + len(failed),
        "survived": sums["fault"][1],
        "inputs": sums["input"][0],
        "inputs_refused_or_kept": sums["input"][1],
        "checks": sums["check"][0],
        "checks_right": sums["check"][1],
        **{name: sum(int(_numbers(one).get(name, 0)) for one in entries) for name in NOUGHT},
        "runs_that_failed": failed,
        "runs": left,
        "entries": list(entries),
    }


def table(whole: dict[str, Any]) -> str:
    """Write the table that the README carries."""
    lines = [
        _headline(whole),
        "",
        "| Fault | Injected | Survived | Besides |",
        "| --- | --: | --: | --- |",
    ]
    rows = ((one["name"], one["injected"], one["survived"], _besides(one)) for one in _together(whole["entries"]))
    lines += [f"| {name} | {injected:,} | {survived:,} | {more} |" for name, injected, survived, more in rows]
    lines += [f"| {name}: the run itself failed | 1 | 0 | |" for name in whole["runs_that_failed"]]
    return "\n".join(lines)


def _together(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the numbered parts of a run into one line: the most of what is "at most" something, the sum of all else."""
    lines: dict[str, dict[str, Any]] = {}
    for one in entries:
        name, numbers = re.sub(r" \d+$", "", one["name"]), _numbers(one)
        if name not in lines:
            lines[name] = {"name": name, "injected": 0, "survived": 0, "details": dict.fromkeys(numbers, 0)}
        line, sums = lines[name], lines[name]["details"]
        for what in ("injected", "survived"):
            line[what] += one[what]
        for what, number in numbers.items():
            before = sums.get(what, 0)
            sums[what] = max(before, number) if what.endswith("_at_most") else before + number
    return list(lines.values())


def _headline(whole: dict[str, Any]) -> str:
    faults, inputs = f"{whole['survived']:,} of {whole['injected']:,}", f"{whole['inputs_refused_or_kept']:,}"
    nought = ", ".join(f"{whole[name]} {words}" for name, words in NOUGHT.items())
    return (
        f"{whole['on']}: {faults} faults survived, {inputs} of {whole['inputs']:,} bad inputs refused or kept as words,"
        f" {whole['checks_right']:,} of {whole['checks']:,} checks right; {nought}."
    )


def _numbers(one: dict[str, Any]) -> dict[str, float]:
    details = one.get("details")
    found = details if isinstance(details, dict) else {}
    return {name: value for name, value in found.items() if isinstance(value, int | float)}


def _besides(one: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:,g}" for name, value in _numbers(one).items())


def put_into(readme: Path, written: str) -> None:
    """Put the table between its marks."""
    before, rest = readme.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{written}\n{END}{after}", "utf-8")


def main() -> None:
    """Run all, or those named; write what came of it, and leave with 1 where anything was not survived."""
    asked = [name for name in sys.argv[1:] if name != "--none"] if sys.argv[1:] else runs()
    if not sys.argv[1:]:
        for old in LEDGERS.glob("*.json"):
            old.unlink()
    left = run_each(asked)
    if sys.argv[1:] and LEDGER.exists():  # read now, for another may have run beside this one
        left = json.loads(LEDGER.read_text())["runs"] | left
    whole = ledger(collected(), left)
    LEDGER.write_text(json.dumps(whole, indent=1) + "\n")
    put_into(HOUSE / "README.md", table(whole))
    sys.stdout.write(table(whole) + "\n")
    pairs = (("injected", "survived"), ("inputs", "inputs_refused_or_kept"), ("checks", "checks_right"))
    sound = all(whole[one] == whole[other] for one, other in pairs) and not any(whole[name] for name in NOUGHT)
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
