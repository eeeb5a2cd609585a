"""What the rules give for one case, as places in the version's lists; and the order in which outcomes are stronger."""

from collections.abc import Callable
from dataclasses import dataclass

from mash.rules.program import Outputs
from mash.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Outcome:
    """Level, rating, route and legal basis of one case.

    Level is None for a person who is not a child. `strength` is the route the rules and gates give; `redirect`, when
    not None, stands in front of it as the main route.
    """

    level: int | None
    rating: int
    strength: int
    redirect: int | None
    bases: tuple[str, ...]

    def beyond(self, other: "Outcome") -> bool:
        """Say whether level, rating or strength is higher here than there."""
        level = higher(self.level, other.level)
        return level or self.rating > other.rating or self.strength > other.strength


def higher(this: int | None, that: int | None) -> bool:
    """Say whether one level is higher than another; "not a child" is below the lowest."""
    return this is not None and (that is None or this > that)


def outcome_of(ruleset: RuleSet, outputs: Outputs, bit: Callable[[int], int]) -> Outcome:
    """Read the outcome of one case from the registers.

    Args:
        ruleset: The version the program was compiled from.
        outputs: Where its results stand.
        bit: Returns the bit of a register for this case.
    """
    redirect = next((place for place, register in enumerate(outputs.redirects) if bit(register)), None)
    if bit(outputs.not_a_child):
        return Outcome(None, sum(map(bit, outputs.ratings)), ruleset.not_a_child.route, None, ())
    return Outcome(
        level=sum(map(bit, outputs.levels)),
        rating=sum(map(bit, outputs.ratings)),
        strength=sum(map(bit, outputs.strengths)),
        redirect=redirect,
        bases=tuple(basis.key for basis, register in zip(ruleset.bases, outputs.bases, strict=True) if bit(register)),
    )
