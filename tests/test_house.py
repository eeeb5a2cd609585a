"""The rules of the house that no other tool checks: who may ask the time, who may commit, how long a file may be."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mash.config import HOUSE
from mash.rules import RuleBook, load_ruleset

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
SAYS_SO_ITSELF = {".json", ".csv", ".xlsx", ".woff2", ".png", ".ico", ".svg", ".pdf", ".txt", ".mako"}
"""Kinds of file that have no room for a comment in their first line, or whose format another program reads."""
BORROWED = ("mash/web/static/govuk", "mash/web/static/vendor")
OPENINGS = ('"""', "#", "<!", "{#", "/*", "//", "MIT License")


def kept() -> list[Path]:
    """List the files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=True,
    )
    return [HOUSE / name for name in listed.stdout.splitlines() if (HOUSE / name).is_file()]


def modules(*under: str) -> list[Path]:
    tops = tuple(f"{top}/" for top in under)
    return [path for path in kept() if path.suffix == ".py" and named(path).startswith(tops)]


def named(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count what explains a function; to explain more is no fault."""
    first = node.body[0]
    return (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0


def calls(path: Path) -> Iterator[str]:
    """Give each call in a module as it is written: ``session.commit``, ``datetime.now``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_every_file_begins_by_saying_what_it_is_for() -> None:
    def silent(path: Path) -> bool:
        first, second, *_ = [*path.read_text().splitlines(), "", ""]
        return not (second if first.startswith("#!") else first).startswith(OPENINGS)

    ours = [p for p in kept() if p.suffix not in SAYS_SO_ITSELF and not named(p).startswith(BORROWED)]
    assert [named(path) for path in ours if silent(path)] == []


def test_every_module_has_a_docstring() -> None:
    assert [
        named(p) for p in modules("mash", "tests", "migrations") if not ast.get_docstring(ast.parse(p.read_text()))
    ] == []


def test_no_module_is_long() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in modules("mash", "tests")}
    assert {name: length for name, length in lengths.items() if length >= LONGEST_MODULE} == {}


def test_no_function_is_long() -> None:
    lengths = {
        f"{named(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 - lines_of_docstring(node)
        for path in modules("mash", "tests")
        for node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


def test_only_the_clock_asks_what_time_it_is() -> None:
    asks = re.compile(r"(^|\.)(now|utcnow|today|time|time_ns|localtime|gmtime)$")
    from_elsewhere = re.compile(r"^(datetime|date|time|dt)\b")
    askers = {
        named(path)
        for path in modules("mash")
        for call in calls(path)
        if asks.search(call) and from_elsewhere.search(call) and call not in {"time", "date", "datetime"}
    }
    assert askers == {"mash/clock.py"}


def test_sql_does_not_ask_what_time_it_is_either() -> None:
    asks = re.compile(r"func\.(now|current_\w+)\b|\bCURRENT_(TIMESTAMP|DATE|TIME)\b|server_default")
    assert [named(path) for path in modules("mash", "migrations") if asks.search(path.read_text())] == []


def test_only_the_database_module_commits() -> None:
    commits = re.compile(r"\b(session|connection|engine|writing)\w*(\(.*\))?\.(commit|begin|begin_nested)$|\bcommit$")
    committers = {named(path) for path in modules("mash") for call in calls(path) if commits.search(call)}
    assert committers == {"mash/db.py", "mash/migrate.py"}


def test_no_test_is_skipped_or_let_off() -> None:
    lets_off = re.compile(r"\b(pytest|mark)\.(skip|skipif|xfail|importorskip)$")  # the style check has pytest by name
    found = [
        f"{named(path)}: {ast.unparse(node)}"
        for path in modules("tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name) and lets_off.search(ast.unparse(node))
    ]
    assert found == []


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_down_the_page() -> None:
    done = lint_imports(HOUSE)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("where", "wrong", "broken"),
    [
        ("mash/models/people.py", "import mash.journeys", "Imports point down the page"),
        ("mash/workflow/__init__.py", "import sqlalchemy", "Six rooms are pure"),
        ("mash/rules/__init__.py", "import mash.workflow", "Imports point down the page"),
        ("mash/journeys/events.py", "import mash.clock", "Only the edges read the clock"),
        ("mash/web/__init__.py", "import mash.models", "Views write through journeys and read through queries only"),
        ("mash/stray.py", "", "Imports point down the page"),
    ],
)
def test_an_import_that_points_up_is_caught(tmp_path: Path, where: str, wrong: str, broken: str) -> None:
    shutil.copytree(HOUSE / "mash", tmp_path / "mash", ignore=shutil.ignore_patterns("__pycache__", "static", "data"))
    shutil.copy(HOUSE / "pyproject.toml", tmp_path)
    with (tmp_path / where).open("a") as module:
        module.write(f"\n{wrong}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert re.search(rf"{broken}.* BROKEN|stray", done.stdout), done.stdout


def test_every_pin_in_the_project_is_the_one_in_both_locks() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    pins = [
        re.sub(r"\[.*\]", "", pin).replace(".yaml", "-yaml")
        for pin in project["project"]["dependencies"]
        if "==" in pin
    ]
    for lock in ("run.txt", "test.txt"):
        locked = (HOUSE / ".lock" / lock).read_text()
        assert [pin for pin in pins if f"\n{pin} " not in f"\n{locked}"] == []


def test_every_download_is_checked_against_a_hash() -> None:
    for lock in ("run.txt", "test.txt"):
        entries = re.split(r"\n(?=\S)", (HOUSE / ".lock" / lock).read_text().strip())
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_licence_is_the_one_that_the_project_names() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text())
    assert project["project"]["license"] == "MIT"
    assert (HOUSE / "LICENSE").read_text().startswith("MIT License")


NAMES_IN = ("mash/workflow/", "mash/journeys/", "mash/web/", "mash/queries/", "mash/measures/")
MAY_NAME = {
    "mash/journeys/import_words.py": "the codes of the sector's own files",
    "mash/journeys/sample/": "an invented history, decided by the shipped versions",
    "mash/queries/past.py": "what replay calls what came later",
    "mash/measures/board_report.py": "the same, reported",
}
ALSO_MEAN_MORE = {"advice", "closed", "early_help", "everyone", "protection", "told"}
"""Keys that are also a kind, a type of contact, a state or a plain word: that they stand in code says nothing."""


def names_of_versions() -> set[str]:
    """Give every key of a route, an outcome or a level that the versions in this house use."""
    book = RuleBook.load(HOUSE / "thresholds")
    elsewhere = (HOUSE / "thresholds" / "elsewhere").glob("[0-9]*.yaml")
    versions = [*book.versions, *(load_ruleset(path, book.catalogue) for path in elsewhere)]
    routes = {key for version in versions for key in version.kinds()} | {one.key for one in book.catalogue.outcomes}
    levels = {level.key for version in versions for level in version.levels}
    return (routes | levels) - ALSO_MEAN_MORE


def texts_in(path: Path) -> set[str]:
    """Give what a file says between quotes: the strings of a module, or what any other file quotes."""
    if path.suffix == ".py":
        nodes = ast.walk(ast.parse(path.read_text()))
        return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {found for pair in re.findall(r"\"([^\"]*)\"|'([^']*)'", path.read_text()) for found in pair}


def test_no_code_knows_a_level_or_a_route_by_its_name() -> None:
    """What a route asks of the service is its kind, in mash/kinds.py. A version of the thresholds owns the names."""
    names = names_of_versions()
    looked_at = [
        path
        for path in kept()
        if named(path).startswith(NAMES_IN)
        and path.suffix in {".py", ".html", ".css", ".js"}
        and not named(path).startswith((*MAY_NAME, *BORROWED))
    ]
    assert {"child_and_family_assessment", "family_help", "L3"} <= names
    assert {named(path): found for path in looked_at if (found := texts_in(path) & names)} == {}
