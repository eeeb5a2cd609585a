"""Anyone can ask without a database what may happen next to a contact, and the README shows the same."""

import json
import re

from click.testing import CliRunner, Result

from mash.cli import main
from mash.config import HOUSE
from mash.workflow.contact import TABLE, diagram

BLOCK = re.compile(r"<!-- diagram: begin -->\s*```mermaid\n(.*?)```\s*<!-- diagram: end -->", re.DOTALL)


def ask(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_the_diagram_in_the_readme_is_the_one_the_workflow_draws() -> None:
    drawn = ask("workflow", "diagram")
    assert (drawn.exit_code, drawn.stdout) == (0, diagram())
    shown = BLOCK.search((HOUSE / "README.md").read_text(encoding="utf-8"))
    assert shown, "README.md has no block between <!-- diagram: begin --> and <!-- diagram: end -->"
    assert shown[1].strip() == drawn.stdout.strip()


def test_every_move_is_listed_with_where_it_leads_and_whose_it_is() -> None:
    rows = json.loads(ask("workflow", "moves", "--format", "json").stdout)
    assert [(row["move"], row["to"]) for row in rows] == [(step.move.value, step.dest and step.dest) for step in TABLE]
    assert all(row["from"] and row["who"] for row in rows)
    words = ask("workflow", "moves").stdout.splitlines()
    assert len(words) == len(TABLE)
    assert words[0].startswith(f"{TABLE[0].move}: ")
