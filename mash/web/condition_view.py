"""What the form of a condition shows beside its fields: what may be chosen, and each fact's comparisons and windows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mash.rules import Catalogue, Fact
from mash.rules.condition_reader import Purpose
from mash.rules.plain_words import PlainWords
from mash.web.condition_form import GROUPS, Part, as_written, code_of, fact_label, tests_of, windows_of
from mash.web.draft_document import said

NARROWED = {"codes": "Only these count:", "tag": "Only signs with these marks count:", "except": "Left out:"}


@dataclass(frozen=True, slots=True)
class ConditionView:
    """Choices for one condition.

    Attributes:
        chosen: What else the draft has to choose from, by kind.
        words: What says the draft's conditions in words; None while it has too little to say them with.
    """

    catalogue: Catalogue
    purpose: Purpose | None
    chosen: Mapping[str, Mapping[str, str]]
    words: PlainWords | None = None

    @property
    def groups(self) -> Mapping[str, str]:
        return GROUPS

    def facts(self) -> Iterator[tuple[str, str]]:
        """Give the words of every fact that the condition may look at, with what sort of fact it is."""
        for fact in self.catalogue.facts.values():
            if self.purpose and fact.role in self.purpose.roles:
                sort = self.catalogue.domains[fact.indicator.domain] if fact.indicator else f"{fact.role}, {fact.type}"
                yield fact_label(self.catalogue, fact.name), sort

    def label(self, code: str) -> str:
        """Return the words by which a fact is chosen."""
        return fact_label(self.catalogue, code)

    def fact(self, part: Part) -> Fact | None:
        """Return the fact of a row; None where none is chosen yet."""
        return self.catalogue.facts.get(self.code(part))

    def code(self, part: Part) -> str:
        """Return the code of the fact of a row, or what was typed."""
        return code_of(self.catalogue, str(part.get("fact")))

    def tests(self, part: Part) -> Mapping[str, str]:
        """Return the comparisons of a row."""
        return tests_of(self.fact(part))

    def windows(self, part: Part) -> Mapping[str, str]:
        """Return the windows that a row's count is kept over, where there are several."""
        found = windows_of(self.catalogue, self.code(part))
        return found if len(found) > 1 else {}

    def window(self, part: Part) -> str:
        """Return the window of a row's fact."""
        return self.code(part).rpartition("_")[2]

    def values(self, part: Part) -> list[str]:
        """Return the answers to choose from in a row, with what stands there though it is none of them."""
        fact = self.fact(part)
        known = list(fact.values) if fact else []
        return [*known, *(one for one in part.get("choices") or [] if one not in known)] if known else []

    def said(self, part: Part) -> str:
        """Say in words what a form cannot show."""
        return said(self.words, "when", as_written(part.get("written")))

    def kept(self, part: Part) -> list[str]:
        """Say what a count of signs is narrowed by that no field shows: signs by name, and marks."""
        said = as_written(part.get("rest"))
        return [
            f"{words} {'; '.join(self._called(str(one)) for one in (given if isinstance(given, list) else [given]))}"
            for key, words in NARROWED.items()
            if (given := said.get(key))
        ]

    def _called(self, code: str) -> str:
        fact = self.catalogue.facts.get(code)
        return fact.words if fact else self.catalogue.tags.get(code, code)

    def qualifiers(self, part: Part) -> Mapping[str, Any]:
        """Return the details that may go with a row's indicator."""
        fact = self.fact(part)
        names = fact.indicator.qualifiers if fact and fact.indicator else ()
        return {name: self.catalogue.qualifiers[name] for name in names}
