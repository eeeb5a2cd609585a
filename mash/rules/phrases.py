"""What every comparison and effect is called, said once: a version is read in these words wherever it is read."""

from collections.abc import Iterable, Iterator, Sequence

from mash.rules.catalogue import Fact, FactType, Role

ALL = "All of these:"
ANY = "Any of these:"
NOT_RULED_OUT = "This is so, or has not been ruled out:"
UNLESS = "unless it is established that:"
_LEAST = {"severity": "at least {0}", "frequency": "at least {0}", "duration": "for {0} or longer"}
_AGES = frozenset({"years", "weeks"})


def at_least(least: int, of: int) -> str:
    """Say how many of so many conditions must hold."""
    if least == of:
        return ALL
    return ANY if least == 1 else f"At least {least} of these {of}:"


def spread(areas: int) -> str:
    """Say over how many areas of life at least what is counted must lie."""
    return f"over at least {areas} areas of life"


def band(fact: Fact, low: int | None, high: int | None) -> str:
    """Say between which numbers, both included, a fact lies; None is no end."""
    if low is None:
        age = fact.unit in _AGES and high is not None
        return f"under {many(fact, (high or 0) + 1)}" if age else f"{many(fact, high or 0)} or fewer"
    if high is None:
        return f"{many(fact, low)} or more"
    return many(fact, low) if low == high else f"{low} to {many(fact, high)}"


def many(fact: Fact, number: int) -> str:
    """Say a number of a fact with its unit."""
    if fact.unit == "percent":
        return f"{number}%"
    unit = fact.unit.removesuffix("s") if number == 1 else fact.unit
    return f"{number} {unit}".rstrip()


def answers(values: Iterable[str]) -> str:
    """Say which answers count."""
    return " or ".join(value.replace("_", " ") for value in values)


def from_answer(fact: Fact, least: str) -> str:
    """Say which answers of an ordered choice count from one on."""
    values = list(fact.values)
    return answers(values[values.index(least) :] if least in values else [least])


def detail(qualifier: str, least: str, values: Sequence[str]) -> str:
    """Say how severe, how often or for how long at least."""
    return least if least == values[-1] else _LEAST.get(qualifier, "at least {0}").format(least)


def unknown(fact: Fact, name: str) -> str:
    """Say that nobody knows; of a risk, that it has not been ruled out."""
    if fact.role is not Role.RISK:
        return f"It is not known: {name}"
    worst = f": {many(fact, 1)} or more" if fact.type is FactType.NUMBER else ""
    worst = f": {answers(fact.values[1:])}" if fact.type is FactType.CHOICE else worst
    return f"{NOT_RULED_OUT} {name}{worst}"


def compared(name: str, what: str) -> str:
    """Say a comparison of a fact, by its name; its presence alone where nothing is compared."""
    return f"{name}: {what}" if what else name


def level(ordinal: int, name: str) -> str:
    """Name a level by its number and its name."""
    return f"level {ordinal}, {name}"


def reaches(level: str) -> str:
    """Say that a level is reached."""
    return f"The rules reach {level} or higher"


def reaches_basis(name: str) -> str:
    """Say that a legal basis is reached."""
    return f"A rule reaches: {name}"


def effects(
    rating: str, bases: Iterable[str], route_floor: str, others: Iterable[str], ask: Iterable[str]
) -> Iterator[str]:
    """Say what comes of a rule, its level aside, from names.

    Args:
        others: Second routes, duties and what to mind, in words.
    """
    if rating:
        yield f"Rate {rating}"
    yield from bases
    if route_floor:
        yield f"At least {route_floor.lower()}"
    yield from others
    yield from ask
