"""A list of codes and the spellings that mean them: exact code, known label, local alias, or a person must say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from mash.intake.cells import fold, tidy

_PREFIX = re.compile(r"^[a-z][0-9]?\)\s*", re.IGNORECASE)
_CODE_THEN_LABEL = re.compile(r"^([a-z0-9]+)\s*[:\-]\s*(.+)$", re.IGNORECASE)


class Method(StrEnum):
    """How a spelling was understood."""

    CODE = "code"
    LABEL = "label"
    GROUP = "group"
    ALIAS = "alias"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True)
class Coded:
    """What a file gave, kept as given, beside the code it was understood as.

    ``code`` is ``None`` when nobody has yet said what ``given`` means.
    """

    given: str
    code: str | None
    method: Method


@dataclass(frozen=True, slots=True)
class Code:
    """One member of a code set. ``prefix`` is the letter Annex A writes before it."""

    code: str
    label: str
    group: str = ""
    prefix: str = ""
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CodeSet:
    """A named list of codes with its source.

    Args:
        words: What one member is called in a message, such as "contact source".
        annex_a: How Annex A writes a member, from its prefix, code, label and group; blank if it never does.
        with_label: Whether files write the code and then a label ("6: Police"). Off for yes and no, where a
            trailing word may change the meaning.
    """

    name: str
    words: str
    source: str
    codes: tuple[Code, ...]
    annex_a: str = ""
    with_label: bool = False
    _by_code: dict[str, Code] = field(init=False, repr=False, default_factory=dict)
    _by_spelling: dict[str, tuple[str, Method]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for code in self.codes:
            self._by_code[code.code] = code
            for spelling in (code.label, *code.spellings):
                self._claim(fold(spelling), code.code, Method.LABEL)
        for code in self.codes:
            self._by_spelling[fold(code.code)] = (code.code, Method.CODE)
        for group, members in self.groups().items():
            if len(members) == 1:
                self._by_spelling.setdefault(fold(group), (members[0], Method.GROUP))

    def _claim(self, spelling: str, code: str, method: Method) -> None:
        if self._by_spelling.get(spelling, (code, method))[0] != code:
            raise ValueError(f"{self.name}: {spelling!r} is a spelling of two codes; keep it for one or for neither.")
        self._by_spelling[spelling] = (code, method)

    def groups(self) -> dict[str, list[str]]:
        """List the codes of each reporting group, in order."""
        grouped: dict[str, list[str]] = {}
        for code in self.codes:
            if code.group:
                grouped.setdefault(code.group, []).append(code.code)
        return grouped

    def __getitem__(self, code: str) -> Code:
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def words_for(self, code: str, given: str = "") -> str:
        """Name a code as a person reads it; what is not a member by what was given for it, or as it stands."""
        return self[code].label if code in self else given or code

    def written(self, code: str) -> str:
        """Write a code as Annex A does. Raises ``KeyError`` for a code that is not a member."""
        member = self[code]
        form = self.annex_a or "{code}"
        return form.format(prefix=member.prefix, code=member.code, label=member.label, group=member.group)

    def resolve(self, given: str, aliases: Mapping[str, str] | None = None) -> Coded:
        """Say which code a spelling means: code, label, a group of one, a local alias, or unmapped. Never a guess.

        Args:
            aliases: Spellings confirmed by this council, folded as ``fold`` does, each with its code.
        """
        found = _shipped(self, given)
        if found is None and (alias := (aliases or {}).get(fold(given))) in self._by_code:
            found = (str(alias), Method.ALIAS)
        code, method = found or (None, Method.UNMAPPED)
        return Coded(given, code, method)

    def find(self, given: str) -> tuple[str, Method] | None:
        """Look a spelling up in the tables shipped here, without any alias."""
        bare = _PREFIX.sub("", tidy(given))
        return self._by_spelling.get(fold(bare)) or self._code_with_label(bare)

    def _code_with_label(self, text: str) -> tuple[str, Method] | None:
        parts = _CODE_THEN_LABEL.match(text) if self.with_label else None
        if parts is None:
            return None
        found = self._by_spelling.get(fold(parts[1]))
        said = self._by_spelling.get(fold(parts[2]))
        if found is None or found[1] is not Method.CODE or (said and said[0] != found[0]):
            return None
        other_group = fold(parts[2]) in {fold(group) for group in self.groups()} - {fold(self[found[0]].group)}
        return None if other_group else found


@lru_cache(maxsize=10_000)
def _shipped(codeset: CodeSet, given: str) -> tuple[str, Method] | None:
    """Remember the answer: a file has few spellings and many rows."""
    return codeset.find(given)


def table(text: str) -> tuple[Code, ...]:
    """Read codes from lines of ``code | label | prefix | group | spelling; spelling``, the last three optional."""
    return tuple(_line(line) for line in text.strip().splitlines())


def _line(line: str) -> Code:
    code, label, prefix, group, spellings = ([part.strip() for part in line.split("|")] + [""] * 3)[:5]
    return Code(code, label, group, prefix, _listed(spellings.split(";")))


def _listed(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in parts if part.strip())
