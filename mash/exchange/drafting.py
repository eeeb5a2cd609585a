"""A draft from a table of descriptors: another version's document, with the levels that the table gives indicators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.exchange.giving import Given
from mash.exchange.match import Judged, Sure
from mash.exchange.sheet import Fault
from mash.exchange.table import present
from mash.rules.catalogue import Catalogue
from mash.rules.document import ruleset_from
from mash.rules.parts import Rule
from mash.rules.problems import Problems
from mash.rules.rewriting import replaced
from mash.rules.ruleset import RuleSet
from mash.rules.source import Entry, read_yaml

_UNCONDITIONAL = frozenset({"level", "source", "rating", "basis", "unless"})


@dataclass(frozen=True, slots=True)
class Settled:
    """The row that speaks for each indicator; what cannot be used, by line; and what the version keeps beside a row."""

    rows: Mapping[str, Judged]
    faults: tuple[Fault, ...]


def settle(judged: Sequence[Judged], chosen: Mapping[int, str]) -> Settled:
    """Choose the row of each indicator.

    Args:
        judged: Every row.
        chosen: By line, the indicator that a person, or whoever speaks for one, takes a row of near words to mean.
    """
    faults = [one.fault for one in judged if one.fault]
    meant: dict[str, list[Judged]] = {}
    for one in judged:
        code = one.code or chosen.get(one.row.line, "")
        if code and not one.fault:
            meant.setdefault(code, []).append(one)
        elif one.sure is Sure.NEAR:
            faults.append(_unsure(one))
    rows: dict[str, Judged] = {}
    for code, found in meant.items():
        first, *others = found
        if len({(one.level, one.gives) for one in found}) > 1:
            lines = ", ".join(str(one.row.line) for one in found)
            what = "levels" if len({one.level for one in found}) > 1 else "ratings or legal bases"
            wrong = f"Lines {lines} give the indicator {code} different {what}, so none of them is used."
            faults.append(Fault(first.row.line, "level", wrong, "Keep the one that holds."))
            continue
        rows[code] = first
        wrong = f"Line {first.row.line} says the level of {code} already."
        faults += [Fault(one.row.line, "descriptor", wrong, "Take this row out.") for one in others]
    return Settled(rows, tuple(sorted(faults, key=lambda fault: fault.line)))


def _unsure(one: Judged) -> Fault:
    nearest = one.near[0]
    wrong = f"It may mean {nearest.code}, “{nearest.words}” ({nearest.share}% alike); that is not sure."
    return Fault(one.row.line, "descriptor", wrong, "Write the code that it means in the column indicator.")


def kept_beside(rows: Mapping[str, Judged], ruleset: RuleSet) -> tuple[Fault, ...]:
    """Say for which indicators the version holds more than the level that a row gives: all of it is kept."""
    told = []
    for code, one in rows.items():
        lines = ruleset.indicators.get(code, ())
        changed = one.level not in {line.then.level for line in lines if present(line.when)}
        if changed and any(_more(line, one) for line in lines):
            wrong = f"{ruleset.id} says more of {code} than its level: how serious, how long, or on what legal basis."
            told.append(Fault(one.row.line, "level", wrong, "All of that is kept. Read it in the draft."))
    return tuple(told)


def _more(line: Rule, row: Judged) -> bool:
    """Say whether a line holds more than a row says of its indicator."""
    said, then = row.gives or Given(), line.then
    rated = then.rating is not None and not said.rating
    return rated or bool(then.bases and not said.bases) or not present(line.when)


def with_levels(text: str, rows: Mapping[str, Judged], ruleset: RuleSet) -> str:
    """Return a version's document with the level, rating, legal basis, words and source that rows give to indicators.

    All else stays as it was.
    """
    whole: Any = read_yaml(text.encode()).plain()
    lines, wording = dict(whole["indicators"]), dict(whole.get("wording") or {})
    for code, one in rows.items():
        lines[code] = _lines(lines.get(code), ruleset.levels[one.level].key, _said(one, _source(code, one, ruleset)))
        if one.row.descriptor != _words(code, ruleset):
            wording[code] = one.row.descriptor
    if lines != whole["indicators"]:
        text = _section(text, "indicators", lines)
    return _section(text, "wording", wording) if wording != (whole.get("wording") or {}) else text


def _words(code: str, ruleset: RuleSet) -> str:
    lines = ruleset.indicators.get(code)
    return lines[0].words if lines else ruleset.catalogue.facts[code].words


def _source(code: str, one: Judged, ruleset: RuleSet) -> str:
    """Return the source that a row gives, where it is another than the version has for the indicator."""
    indicator = ruleset.catalogue.facts[code].indicator
    known = {line.source for line in ruleset.indicators.get(code, ())} or {indicator.source if indicator else ""}
    return "" if one.row.source in known else one.row.source


def _said(one: Judged, source: str) -> dict[str, Any]:
    """Return what a row says of its indicator besides the level, as a line of the document has it."""
    given = one.gives or Given()
    bases = list(given.bases) if len(given.bases) != 1 else given.bases[0]
    said = {"rating": given.rating, "basis": bases, "source": source}
    return {key: value for key, value in said.items() if value}


def _lines(old: Any, level: str, more: dict[str, Any]) -> Any:
    """Return an indicator's lines with the level of those that hold on its presence alone changed; others as before."""
    if not isinstance(old, list):
        return [{"level": level, **more}] if more else level
    alone = [line for line in old if set(line) <= _UNCONDITIONAL]
    changed = [({**line, "level": level} | more) if line in alone else line for line in old]
    return changed if alone else [{"level": level, **more}, *changed]


def headed(text: str, *, id: str, title: str, begins: date, based_on: RuleSet, table: str) -> str:
    """Return a document with the header of a draft, for replay only, that nobody has approved."""
    whole: Any = read_yaml(text.encode()).plain()
    header = {key: value for key, value in whole["version"].items() if key != "author"}
    header |= {"id": id, "title": title, "status": "draft", "use": "replay_only"}
    header |= {"label": f"Draft from {table}, based on {based_on.id}", "approved": None, "supersedes": based_on.id}
    header |= {"effective_from": begins, "effective_to": None, "training_from": None}
    header["reason"] = f"Drawn up from the table {table}"
    text = _section(text, "version", header)
    return _section(text, "mappings", []) if "mappings" in whole else text


def loaded(text: str, catalogue: Catalogue, file: str) -> RuleSet:
    """Read a draft's text as the program will.

    Raises:
        DocumentRefused: With every mistake in it, by line.
    """
    problems, roots = Problems(file), [Entry(None)]
    with problems.gather():
        roots = [read_yaml(text.encode())]
    problems.refuse_if_any()
    return ruleset_from(roots[0], catalogue, problems)


def _section(text: str, key: str, value: Any) -> str:
    return replaced(text, (key,), value).replace(f"\n{key}:\n\n", f"\n{key}:\n", 1)
