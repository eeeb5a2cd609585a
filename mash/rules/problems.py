"""What is wrong with a file or a set of facts, in words that say how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file: where it is, what is wrong, how to mend it. Line 0 means the file as a whole."""

    file: str
    line: int
    wrong: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.wrong}. {self.mend}."


class DocumentRefused(ValueError):
    """A catalogue or rule set cannot be used; `problems` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Wrong(Exception):
    """One mistake, on its way to the `Problems` that know the file."""

    def __init__(self, line: int, wrong: str, mend: str) -> None:
        self.line, self.wrong, self.mend = line, wrong, mend
        super().__init__(wrong)


@dataclass(slots=True)
class Problems:
    """Gather the mistakes of one file, so that its author hears of all of them together."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def gather(self) -> "_Gather":
        """Note a mistake made inside a `with` block and carry on after it."""
        return _Gather(self)

    def refuse_if_any(self) -> None:
        """Raise DocumentRefused when a mistake has been noted."""
        if self.found:
            raise DocumentRefused(sorted(self.found, key=lambda problem: problem.line))


@dataclass(frozen=True, slots=True)
class _Gather:
    into: Problems

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(fault, Wrong):
            return False
        self.into.found.append(Problem(self.into.file, fault.line, fault.wrong, fault.mend))
        return True


def meant(name: str, known: Iterable[str], otherwise: str) -> str:
    """Say which known name was probably meant, or `otherwise` when none is near.

    >>> meant("age_year", ["age_years", "sex"], "See the catalogue")
    "Did you mean 'age_years'? If not, see the catalogue"
    """
    near = get_close_matches(name, list(known), n=1, cutoff=0.75)  # a wild guess could suggest the opposite
    return f"Did you mean '{near[0]}'? If not, {otherwise[0].lower()}{otherwise[1:]}" if near else otherwise
