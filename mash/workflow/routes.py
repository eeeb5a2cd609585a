"""What may be decided of a child by the version that judges the contact: its routes, each known by its kind. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mash.kinds import Kind


@dataclass(frozen=True, slots=True)
class Route:
    """The main outcome for one child. Extra routes (police, designated officer) are recorded beside it.

    Attributes:
        words: What the version calls it.
        place: Where it stands among the routes its version's rules give, weakest first; None for one they never give.
        team: Who receives a child by it, where the version says so.
        done: What is said once it was done, where that is not what it is called.
    """

    key: str
    words: str
    kind: Kind
    place: int | None = field(default=None, compare=False)
    team: str = field(default="", compare=False)
    done: str = field(default="", compare=False)

    @property
    def closes(self) -> bool:
        """Whether nobody receives the child after this outcome."""
        return self.kind.closes


def unknown_route(key: str) -> Route:
    """Give an outcome on record that no version here knows: somebody receives the child, nothing is closed by it."""
    return Route(key, key.replace("_", " ").replace("-", " ").capitalize(), Kind.ASSESSMENT)


@dataclass(frozen=True, slots=True)
class Routes:
    """The outcomes of one version, in its order, and those on record from others.

    Attributes:
        own: What may be chosen on a contact that this version judges.
        others: What other versions call theirs, by key.
    """

    own: Mapping[str, Route]
    others: Mapping[str, Route] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Route]:
        return iter(self.own.values())

    def get(self, key: str | None) -> Route | None:
        """Return an outcome by its key, of this version or else of another; None for none."""
        if not key:
            return None
        return self.own.get(key) or self.others.get(key) or unknown_route(key)

    def of(self, *kinds: Kind) -> tuple[Route, ...]:
        """Return what may be chosen of some kinds, in the order of the kinds, each kind's weakest first."""
        return tuple(route for kind in kinds for route in self if route.kind is kind)

    def first(self, *kinds: Kind) -> Route | None:
        """Return the weakest outcome of some kinds, of this version or else of another; None where nobody has one."""
        others = (route for kind in kinds for route in self.others.values() if route.kind is kind)
        return next(iter(self.of(*kinds)), None) or next(others, None)
