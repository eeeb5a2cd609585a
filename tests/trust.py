"""The checks of trust.toml: each with its tests, run by ``make trust``, and their results as the table in SECURITY.md.

.venv/bin/python -m tests.trust              run every test that a row names, and write the table
"""

import ast
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET  # it reads what pytest wrote a moment ago

from mash import clock
from mash.config import HOUSE

ROWS = HOUSE / "tests" / "trust.toml"
SECURITY = HOUSE / "SECURITY.md"
BEGIN, END = "<!-- trust: begin -->", "<!-- trust: end -->"
STATES = ("green", "partly", "not yet")


@dataclass(frozen=True, slots=True)
class Row:
    """One check.

    Attributes:
        tests: Names such as ``web/test_forms.py::test_a_choice``, from the folder of the tests.
        state: How much of the check the tests hold; ``why`` says what is left.
    """

    id: str
    asvs: str
    level: str
    check: str
    tests: tuple[str, ...]
    state: str
    why: str = ""


def rows(path: Path = ROWS) -> list[Row]:
    """Read every row."""
    read = tomllib.loads(path.read_text("utf-8"))
    return [Row(id=id, **(told | {"tests": tuple(told["tests"])})) for id, told in read.items()]


@cache
def tests_in(file: str) -> frozenset[str]:
    """Name the tests of a file; none if it is not there."""
    path = HOUSE / "tests" / file
    if not path.is_file():
        return frozenset()
    nodes = ast.parse(path.read_text()).body
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def is_there(test: str) -> bool:
    """Say whether a test of this name is there."""
    file, _, name = test.partition("::")
    return name in tests_in(file)


def run(named: list[str]) -> dict[str, bool]:
    """Run tests and say of each whether it passed, all its variants together."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = [f"tests/{name}" for name in named]
        subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "2", "-o", "junit_family=xunit2", f"--junit-xml={report}", *words],
            cwd=HOUSE,
            check=False,
        )
        return results(report, named)


def results(report: Path, named: list[str]) -> dict[str, bool]:
    """Read pytest's report. A test that it does not tell of did not pass."""
    found: dict[str, bool] = {}
    for case in ET.parse(report).iter("testcase"):  # ours, as above
        file = case.get("classname", "").removeprefix("tests.").replace(".", "/") + ".py"
        name = f"{file}::{case.get('name', '').partition('[')[0]}"
        passed = not any(part.tag in {"failure", "error", "skipped"} for part in case)
        found[name] = found.get(name, True) and passed
    return {name: found.get(name, False) for name in named}


def table(every: list[Row], passed: Mapping[str, bool]) -> str:
    """Write the table: a row whose tests do not all pass is red, whatever it says of itself."""
    shown = {row.id: _result(row, passed) for row in every}
    counts = ", ".join(f"{list(shown.values()).count(state)} {state}" for state in (*STATES, "red"))
    lines = [
        f"{len(every)} checks on {clock.now().date().isoformat()}: {counts}.",
        "",
        "| | ASVS | Level | Check | Tests | State |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in every:
        tests = "<br>".join(f"`{name}`{'' if passed.get(name) else ' **failed**'}" for name in row.tests) or "none"
        said = f"{shown[row.id]}. {row.why}" if row.why else shown[row.id]
        lines.append(f"| {row.id} | {row.asvs} | {row.level} | {row.check} | {tests} | {said} |")
    return "\n".join(lines)


def _result(row: Row, passed: Mapping[str, bool]) -> str:
    return row.state if all(passed.get(name) for name in row.tests) else "red"


def write(text: str, path: Path = SECURITY) -> None:
    """Put the table between its marks."""
    before, rest = path.read_text("utf-8").split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", "utf-8")


def main() -> None:
    """Run every test that is named, write the table, and leave with 1 where a row is red."""
    every = rows()
    passed = run(sorted({name for row in every for name in row.tests}))
    write(table(every, passed))
    red = [row.id for row in every if _result(row, passed) == "red"]
    sys.stdout.write(f"{len(every)} checks written into SECURITY.md; red: {', '.join(red) or 'none'}\n")
    sys.exit(1 if red else 0)


if __name__ == "__main__":
    main()
