"""What is wrong with a draft, beside the field it belongs to, and the holes it has, worked out once for each text."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, replace
from typing import Any

from mash.queries.rule_books import read_draft, text_hash
from mash.rules import Catalogue, RuleSet
from mash.rules.one_item import SECTIONS, with_one
from mash.rules.problems import Problem
from mash.rules.soundness import Finding, check, places
from mash.rules.written import Written

PATIENCE = 0.2
"""Seconds that a page waits for the holes of a draft before it says that they are being looked for."""
MOST_KEPT = 32
Told = Callable[[int, int], None]
_WHERE = re.compile(r"([\w.-]+(?:\[[0-9]+\])?(?:\.[\w-]+(?:\[[0-9]+\])?)*): (.*)", re.DOTALL)
_STEP = re.compile(r"([\w-]+)(?:\[([0-9]+)\])?")
_PLAINER = (
    (re.compile(r"the key '(\w+)' is missing"), r"\1 is missing"),
    (re.compile(r"Add '(\w+):'"), "Fill it in"),
    (re.compile(r"'' is not text|an empty value is not text"), "nothing is written here"),
    (re.compile(r"'' is not an answer to this|'' is not a number of [\w ]+"), "no answer is given yet"),
    (re.compile(r"Write words here, in quotes if they look like a number"), "Fill it in"),
    (re.compile(r"'' is not a whole number"), "this is not a whole number"),
    (re.compile(r"Write (?:\{fact: [\w-]+\}|one of the two)"), "Choose another comparison"),
    (re.compile(r"Write it as 2026-04-01, without quotes"), "Choose a day"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: the steps that lead to it (from 0), what is wrong, how to mend it."""

    steps: tuple[str | int, ...]
    wrong: str
    mend: str

    @property
    def words(self) -> str:
        return f"{self.wrong[:1].upper()}{self.wrong[1:]}. {self.mend}."

    @property
    def field(self) -> str:
        """Name the field that it belongs to, once its steps begin in the item: a part of the condition, or a key."""
        if self.steps[:1] != ("when",):
            return ".".join(str(one) for one in self.steps if isinstance(one, str))
        return "-".join(["when", *(str(one) for one in self.steps if isinstance(one, int))])


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. `findings` None: they are being looked for; or the draft cannot be read, and `faults` say why."""

    hash: str
    faults: tuple[Fault, ...] = ()
    written: Written | None = None
    findings: tuple[Finding, ...] | None = None
    progress: tuple[int, int] = (0, 0)
    """While they are being looked for: how many kinds of hole have been, of how many."""

    def about(self, path: tuple[str | int, ...]) -> list[Fault]:
        """Return the mistakes in one item, each with the steps that lead to it inside the item."""
        within = [one for one in self.faults if one.steps[: len(path)] == path]
        return [replace(one, steps=one.steps[len(path) :]) for one in within]

    @property
    def checking(self) -> bool:
        return self.written is not None and self.findings is None


class _Holes:
    """The holes of the newest texts, looked for one at a time beside the pages."""

    def __init__(self) -> None:
        self._lock, self._kept = threading.Lock(), OrderedDict[str, Future[tuple[Finding, ...]]]()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="holes")
        self._progress: tuple[str, int, int] = ("", 0, 0)

    def of(self, hash: str, written: Written) -> tuple[Finding, ...] | None:
        with self._lock:
            found = self._kept.get(hash)
            if found is None or found.cancelled():
                for waiting in self._kept.values():  # the newest text is looked at next; whoever asks again waits again
                    waiting.cancel()
                found = self._kept[hash] = self._worker.submit(_look, written, self._telling(hash))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)[1].cancel()
        try:
            return found.result(timeout=PATIENCE)
        except (NotYet, CancelledError):
            return None

    def progress(self, hash: str) -> tuple[int, int]:
        """Say how far the search in a text is: none of none while it waits for another."""
        of, done, total = self._progress
        return (done, total) if of == hash else (0, 0)

    def _telling(self, hash: str) -> Told:
        def tell(done: int, total: int) -> None:
            self._progress = (hash, done, total)

        return tell


def _look(written: Written, told: Told) -> tuple[Finding, ...]:
    return check(written.ruleset, places(written.root), told=told)


_holes = _Holes()


def checked(text: str, catalogue: Catalogue) -> Checked:
    """Say what is wrong with a draft's text, and what holes it has as far as they have been found."""
    hash, read = text_hash(text), read_draft(text, catalogue)
    if read.problems is not None:
        return Checked(hash, tuple(fault_of(one) for one in read.problems.problems))
    if read.written is None:
        raise AssertionError("a draft is read or refused")
    return _searched(hash, read.written)


def checked_so(
    saved: str, section: str, place: int | None, item: Mapping[str, Any], text: Callable[[], str], catalogue: Catalogue
) -> Checked:
    """Say the same of a draft with one item typed otherwise, without reading the rest again where that can be done.

    Args:
        saved: The text as it was saved.
        place: Where the item stands in its section, from 0; None for a new one, of which all must be read: its name
            may be another's.
        text: Gives the whole text with the item in it.
    """
    written = read_draft(saved, catalogue).written
    if written is not None and section in SECTIONS and place is not None:
        (ruleset,) = with_one(written, section, place, [item])
        if ruleset is not None and _named(ruleset, section, place) == _named(written.ruleset, section, place):
            return _searched(ruleset.content_hash, replace(written, ruleset=ruleset))
    return checked(text(), catalogue)


def _named(ruleset: RuleSet, section: str, place: int) -> str:
    return str(getattr(ruleset, section)[place].id)


def _searched(hash: str, written: Written) -> Checked:
    findings = _holes.of(hash, written)
    return Checked(hash, (), written, findings, _holes.progress(hash) if findings is None else (0, 0))


def fault_of(problem: Problem) -> Fault:
    """Take a problem apart: where it is, and what to say of it to someone who sees a form."""
    found = _WHERE.fullmatch(problem.wrong)
    where, wrong = (found[1], found[2]) if found else ("", problem.wrong)
    steps: list[str | int] = []
    for name, number in _STEP.findall(where):
        steps += [name, int(number) - 1] if number else [name]
    mend = problem.mend
    for pattern, plainer in _PLAINER:
        wrong, mend = pattern.sub(plainer, wrong), pattern.sub(plainer, mend)
    return Fault(tuple(steps), wrong, mend)
