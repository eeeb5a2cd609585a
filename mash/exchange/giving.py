"""What a row of a table gives besides its level: a rating and legal bases of the version that the draft begins from."""

from collections.abc import Iterator
from dataclasses import dataclass

from mash.exchange.plain import plain
from mash.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Given:
    """A rating ("" for none named) and legal bases, by their keys. What is not named stays as the version has it."""

    rating: str = ""
    bases: tuple[str, ...] = ()


def given(text: str, ruleset: RuleSet) -> Given | None:
    """Read a cell of names or keys parted by semi-colons; None if it is empty. Call `not_given` first."""
    said = set(_parts(text))
    ratings, bases = _ratings(ruleset), _bases(ruleset)
    rating = next((ratings[one] for one in said if one in ratings), "")
    found = {bases[one] for one in said if one in bases}
    return Given(rating, tuple(basis.key for basis in ruleset.bases if basis.key in found)) if said else None


def not_given(text: str, ruleset: RuleSet) -> tuple[str, str] | None:
    """Say what in a cell is neither a rating nor a legal basis of the version, and how to mend it; None if nothing."""
    ratings, bases, said = _ratings(ruleset), _bases(ruleset), set(_parts(text))
    routes = {plain(name) for route in ruleset.routes for name in (route.key, route.name)}
    mend = f"Write a rating ({', '.join(one.name for one in ruleset.ratings)})"
    mend += f" or a legal basis ({', '.join(one.key for one in ruleset.bases)}), parted by semi-colons."
    if len({ratings[one] for one in said if one in ratings}) > 1:
        return "It names more than one rating.", "Keep one of them."
    for part in said - set(ratings) - set(bases):
        if part in routes:
            return f"“{part}” is a route, and no indicator gives one.", "Routes come from the version's route rules."
        return f"“{part[:60]}” is not a rating or legal basis of {ruleset.id}.", mend
    return None


def _parts(text: str) -> Iterator[str]:
    return (plain(part) for part in text.split(";") if plain(part))


def _ratings(ruleset: RuleSet) -> dict[str, str]:
    return {plain(said): one.key for one in ruleset.ratings for said in (one.key, one.name, f"rate {one.name}")}


def _bases(ruleset: RuleSet) -> dict[str, str]:
    return {plain(said): one.key for one in ruleset.bases for said in (one.key, one.name)}
