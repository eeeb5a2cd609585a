"""Every check has its tests, each of them there; and what no other test asks of the product's own text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mash.config import HOUSE
from tests.trust import BEGIN, END, SECURITY, STATES, Row, is_there, results, rows, table, write

MODULES = sorted((HOUSE / "mash").rglob("*.py"))
ASKS_THE_NETWORK = {"mash/openid.py": "the council's sign-in provider", "mash/mail.py": "the mail server"}
SPARK_DOES = {"mash/cli/replay_spark.py"}
"""Spark carries our own function and columns between its own processes so; nothing that came from outside."""
MADE_UP = ("mash/journeys/sample/", "mash/staffing/")
"""An invented history, and weeks that are simulated: nothing that chance there guards."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def named(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def importers(*tops: str) -> set[str]:
    return {named(path) for path in MODULES if {one.partition(".")[0] for one in imports(path)} & set(tops)}


def test_there_are_seventy_three_checks_each_with_tests_or_a_reason() -> None:
    every = rows()
    assert [row.id for row in every] == [f"A{number:02}" for number in range(1, 74)]
    for row in every:
        assert row.state in STATES, row.id
        assert bool(row.tests) == (row.state != "not yet"), row.id
        assert row.why or row.state == "green", row.id
        assert re.fullmatch(r"[123](, [123])*", row.level), row.id


def test_every_test_that_a_check_names_is_there() -> None:
    assert [name for row in rows() for name in row.tests if not is_there(name)] == []
    assert not is_there("web/test_forms.py::test_nothing_of_the_kind")
    assert not is_there("web/test_nothing.py::test_a_choice_is_one_of_those_shown")


def test_the_table_in_security_names_every_check() -> None:
    text = SECURITY.read_text().partition(BEGIN)[2].partition(END)[0]
    assert [row.id for row in rows() if f"| {row.id} |" not in text] == []


def test_a_check_whose_test_fails_or_did_not_run_is_red(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.web.test_a" name="test_b[1]"/>'
        '<testcase classname="tests.web.test_a" name="test_b[2]"><failure/></testcase>'
        '<testcase classname="tests.web.test_a" name="test_c"/></testsuite></testsuites>'
    )
    b, c, gone = (f"web/test_a.py::test_{name}" for name in ("b", "c", "gone"))
    passed = results(report, [b, c, gone])
    assert passed == {b: False, c: True, gone: False}
    every = [Row(f"A{n}", "1", "1", "Said", (test,), "green") for n, test in enumerate((b, c, gone))]
    assert "1 green, 0 partly, 0 not yet, 2 red" in table(every, passed)
    page = tmp_path / "SECURITY.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write("new", page)
    assert page.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"


def test_no_module_reads_objects_or_runs_text() -> None:
    assert importers("pickle", "marshal", "shelve", "dill") == SPARK_DOES
    runs = re.compile(r"^(eval|exec|render_template_string|compile|os\.system|os\.popen)$")
    found = {
        (named(path), ast.unparse(node.func))
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and runs.match(ast.unparse(node.func))
    }
    assert found == set()


def test_chance_that_guards_something_is_the_system_s() -> None:
    assert {name for name in importers("random") if not name.startswith(MADE_UP)} == set()


def test_the_product_knows_nothing_of_its_tests() -> None:
    assert importers("tests", "pytest", "hypothesis") == set()


def test_only_the_provider_is_asked_over_the_network() -> None:
    assert importers("requests", "smtplib", "urllib3", "httpx", "aiohttp", "ftplib") == set(ASKS_THE_NETWORK)
    opens = {name for name in importers("urllib", "http") if "urlopen" in (HOUSE / name).read_text()}
    assert opens == set()
