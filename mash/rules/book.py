"""Every version in a folder: which was in force on a day, and which may be used for what."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from mash.rules.catalogue import Catalogue
from mash.rules.catalogue_document import load_catalogue
from mash.rules.document import load_ruleset
from mash.rules.problems import DocumentRefused, Problem
from mash.rules.ruleset import RuleSet

CATALOGUE = "catalogue.yaml"
_NAMED_DAY = re.compile(r"([0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)[-.]")


class NoRuleSetInForce(LookupError):
    """No version covers the day asked about."""


class ThresholdsChanged(Exception):
    """A version differs from what was adopted or approved. Nothing is judged by it until that is settled."""


class VersionRefused(LookupError):
    """The version asked for is not in the book, or may not be used for this."""


@dataclass(frozen=True, slots=True, eq=False)
class RuleBook:
    """The catalogue and every version, oldest first."""

    catalogue: Catalogue
    versions: tuple[RuleSet, ...]

    @classmethod
    def load(cls, folder: Path | str) -> "RuleBook":
        """Read `catalogue.yaml` and every dated file of a folder.

        Raises:
            DocumentRefused: when a file is wrong, is not named by the day it begins, reuses an id, or overlaps another
                version and neither is a draft.
            OSError: when a file cannot be read.
        """
        catalogue = load_catalogue(Path(folder) / CATALOGUE)
        versions: list[RuleSet] = []
        problems: list[Problem] = []
        for path in sorted(Path(folder).glob("[0-9]*.yaml")):
            try:
                ruleset = load_ruleset(path, catalogue)
            except DocumentRefused as refused:
                problems += refused.problems
                continue
            problems += _misfits(path.name, ruleset, versions)
            problems += [
                Problem(path.name, 0, said, "Give it another key, so that what was decided stays what it was")
                for said in _kinds_changed(ruleset, versions, catalogue)
            ]
            versions.append(ruleset)
        if problems:
            raise DocumentRefused(problems)
        return cls(catalogue, tuple(sorted(versions, key=lambda one: one.effective_from)))

    def get(self, id: str) -> RuleSet:
        """Return a version by its id, whatever its status.

        Raises:
            VersionRefused: when there is none.
        """
        for ruleset in self.versions:
            if ruleset.id == id:
                return ruleset
        known = ", ".join(ruleset.id for ruleset in self.versions)
        raise VersionRefused(f"No version is called '{id}'. Use one of: {known}.")

    def in_force(self, day: date, *, replay: bool = False) -> RuleSet:
        """Return the version that judges a contact received on a day.

        Args:
            day: The day of receipt, in England.
            replay: Whether withdrawn versions count, because history is being replayed and nobody is being graded.

        Raises:
            NoRuleSetInForce: when no version that may be used covers the day. There is no nearest guess.
        """
        for ruleset in self.versions:
            if ruleset.in_force(day) and _usable(ruleset, replay=replay):
                return ruleset
        kind = "version" if replay else "version for live use"
        raise NoRuleSetInForce(f"No {kind} of the thresholds covers {day}. Add one whose dates do.")

    def at_receipt(self, id: str | None, day: date) -> RuleSet:
        """Return the version that was in force when a contact was received.

        Args:
            id: The version named at receipt, which tells apart two that were in force on one day; None if none was.
            day: The day of receipt, in England.

        Raises:
            NoRuleSetInForce: when no version for live use covers the day.
        """
        named = (one for one in self.versions if one.id == id and one.version.use == "live")
        return next((one for one in named if one.effective_from <= day), None) or self.in_force(day)

    def judging(self, at_receipt: RuleSet, today: date) -> RuleSet:
        """Return the version that judges a contact still open: what those begun since say of open contacts is done.

        Source:
            thresholds/README.md, `transition`: a version leaves open contacts to the one before, or takes them over.
        """
        later = self.begun_since(at_receipt, today)
        over = [one for one in later if one.transition[0] == "regrade" and one.in_force(one.effective_from)]
        return over[-1] if over else at_receipt

    def begun_since(self, at_receipt: RuleSet, today: date) -> list[RuleSet]:
        """Return the versions for live use that began after the one at receipt, up to today, the oldest first."""
        begun = [one for one in self.versions if one.version.use == "live" and one.effective_from <= today]
        return begun[begun.index(at_receipt) + 1 :] if at_receipt in begun else []

    def succeeded_by(self, ruleset: RuleSet, begins: date) -> "RuleBook":
        """Return the book with one more version for live use from a day on, which ends the one in force that day."""
        head = replace(ruleset.version, status="live", use="live", effective_from=begins, effective_to=None)
        kept = [_ended(one, begins) for one in self.versions]
        added = replace(ruleset, version=head)
        return RuleBook(self.catalogue, tuple(sorted([*kept, added], key=lambda one: one.effective_from)))

    def with_draft(self, ruleset: RuleSet) -> "RuleBook":
        """Return the book with a draft beside its versions, which is never used for live advice."""
        head = replace(ruleset.version, status="draft", use="replay_only")
        return RuleBook(self.catalogue, (*self.versions, replace(ruleset, version=head)))

    def kinds_changed(self, ruleset: RuleSet) -> list[str]:
        """Say which outcomes of a version are of another kind than a version here, or the catalogue, says they are."""
        return _kinds_changed(ruleset, self.versions, self.catalogue)

    def for_use(self, id: str, day: date, *, replay: bool = False) -> RuleSet:
        """Return a version by its id if it may judge a contact received on a day.

        Raises:
            VersionRefused: when it is not in the book; or, unless `replay`, when it is for replay only or its dates do
                not cover the day.
        """
        ruleset = self.get(id)
        if replay:
            return ruleset
        if ruleset.version.use != "live":
            raise VersionRefused(f"Version '{id}' is {ruleset.status} and for replay only. It never grades a contact.")
        if not ruleset.in_force(day):
            raise VersionRefused(f"Version '{id}' does not cover {day}. Use the version in force that day.")
        return ruleset


def _kinds_changed(ruleset: RuleSet, others: Iterable[RuleSet], catalogue: Catalogue) -> list[str]:
    known = {outcome.key: (outcome.kind, "the catalogue") for outcome in catalogue.outcomes}
    for other in others:
        known |= {key: (kind, f"version '{other.id}'") for key, kind in other.kinds().items()}
    return [
        f"the outcome '{key}' is of the kind '{kind}', and in {known[key][1]} it is '{known[key][0]}'"
        for key, kind in ruleset.kinds().items()
        if key in known and known[key][0] is not kind
    ]


def _usable(ruleset: RuleSet, *, replay: bool) -> bool:
    return ruleset.status != "draft" if replay else ruleset.version.use == "live"


def _ended(ruleset: RuleSet, next_begins: date) -> RuleSet:
    """Return a version with its last day before the next begins; as it is if it ended, or is not for live use."""
    last, ends = next_begins - timedelta(days=1), ruleset.effective_to
    over = ruleset.version.use != "live" or (ends is not None and ends <= last)
    return ruleset if over else replace(ruleset, version=replace(ruleset.version, effective_to=last))


def _misfits(file: str, ruleset: RuleSet, others: list[RuleSet]) -> Iterator[Problem]:
    begins = ruleset.effective_from
    named = _NAMED_DAY.match(file)
    if named is None or not begins.isoformat().startswith(named[1]):
        yield Problem(
            file, 0, f"the name does not begin with {begins}, the day in force", f"Name it {begins}-title.yaml"
        )
    for other in others:
        if other.id == ruleset.id:
            yield Problem(file, 0, f"the id '{ruleset.id}' belongs to another version", "Give each version its own id")
        elif "draft" not in (ruleset.status, other.status) and _overlap(ruleset, other):
            yield Problem(file, 0, f"its dates overlap version '{other.id}'", "Set effective_to of the older one")


def _overlap(one: RuleSet, other: RuleSet) -> bool:
    first, second = sorted((one, other), key=lambda version: version.effective_from)
    return first.effective_to is None or first.effective_to >= second.effective_from
