"""What the rules give for one case, as places in the version's lists; and the order in which outcomes are stronger."""

from collections.abc import Mapping, Sequence
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


def outcome_of(ruleset: RuleSet, outputs: Outputs, registers: Sequence[int] | Mapping[int, int], case: int) -> Outcome:
    """Read the outcome of one case from the registers.

    Args:
        ruleset: The version the program was compiled from.
        outputs: Where its results stand.
        registers: What the program left.
        case: The place of the case's bit.
    """

    def reached(places: tuple[int, ...]) -> int:
        return sum([registers[place] >> case & 1 for place in places])

    rating = reached(outputs.ratings)
    if registers[outputs.not_a_child] >> case & 1:
        return Outcome(None, rating, ruleset.not_a_child.route, None, ())
    redirects = enumerate(outputs.redirects)
    bases = zip(ruleset.bases, outputs.bases, strict=True)
    return Outcome(
        level=reached(outputs.levels),
        rating=rating,
        strength=reached(outputs.strengths),
        redirect=next((number for number, place in redirects if registers[place] >> case & 1), None),
        bases=tuple([basis.key for basis, place in bases if registers[place] >> case & 1]),
    )
