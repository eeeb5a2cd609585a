"""What came of every mutant, as tests/rules/mutants.md: a table by module, then those missed, with reasons where known.

tests/rules/mutants.toml, kept by hand, has the reasons: each with patterns looked for in `module.function: was => is`.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant

REASONS = Path(__file__).with_name("mutants.toml")
KINDS = {1: "Noticed", 36: "Timed out", 37: "By types", 0: "Missed", 33: "No test", None: "Not tried"}
HEAD = """<!-- Which small breaks of mash/rules its tests miss; from `make mutants`, with reasons from mutants.toml. -->
# Mutants

mutmut breaks every function of mash/rules in every small way it knows. *By types* are those that `make check` refuses,
so no test needs to try them. *The same* are missed because nothing differs: the reasons are below. *Noticed* includes
those that never came to an end.
"""


def change_of(name: str, module: SourceFileMutationData) -> str:
    """Return where a mutant is and what it changes: `module.function: was => is`."""
    lines = [
        line for line in get_diff_for_mutant(name, path=module.path).splitlines() if line[:3] not in ("---", "+++")
    ]
    was = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    now = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    function = (
        name.rpartition(".")[2].rpartition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    )
    return f"{Path(module.path).stem}.{function}: {was} => {now}"


@cache
def _reasons() -> list[tuple[str, re.Pattern[str]]]:
    read = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return [(one["reason"], re.compile("|".join(one["changes"]))) for one in read["same"]]


def why_the_same(name: str, module: SourceFileMutationData) -> str | None:
    """Return why a mutant changes nothing, if that is known."""
    change = change_of(name, module)
    return next((reason for reason, pattern in _reasons() if pattern.search(change)), None)


def write(modules: Iterable[SourceFileMutationData], to: Path) -> None:
    """Write the table and the lists."""
    same, missed = defaultdict[str, list[str]](list), list[str]()
    counts: dict[str, Counter[str]] = {}
    for module in sorted(modules, key=lambda one: str(one.path)):
        count = counts[Path(module.path).stem] = Counter()
        for name, code in module.exit_code_by_key.items():
            kind = KINDS.get(code, "Noticed")
            if kind in ("Missed", "No test"):
                change, why = change_of(name, module), why_the_same(name, module)
                kind = "The same" if why else kind
                (same[why] if why else missed).append(change)
            count["Noticed" if kind == "Timed out" else kind] += 1
    lines = [HEAD, *_table(counts), "", "## The same", ""]
    for why, changes in sorted(same.items()):
        lines += [f"* {why}", *(f"  * `{change}`" for change in changes)]
    lines += ["", "## Missed", "", *(f"* `{change}`" for change in missed)]
    to.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _table(counts: dict[str, Counter[str]]) -> list[str]:
    kinds = ("Noticed", "By types", "The same", "Missed", "No test", "Not tried")
    rows = [f"| Module | {' | '.join(kinds)} | Share noticed |", f"| --- |{' --: |' * (len(kinds) + 1)}"]
    for name, count in [*counts.items(), ("**All**", sum(counts.values(), Counter[str]()))]:
        live = count["Noticed"] + count["Missed"] + count["No test"] + count["The same"]
        share = f"{count['Noticed'] / live:.1%}" if live else ""
        rows.append(f"| {name} | {' | '.join(str(count[kind]) for kind in kinds)} | {share} |")
    return rows
