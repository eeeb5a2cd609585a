"""The parts of a contact that are withheld by themselves, and from whom: a policy held as data."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a contact that is withheld.

    Attributes:
        words: What it is, to begin a sentence with.
        sees: Roles that see it without asking; ``may_reveal``: roles that may have it shown, with a reason.
        ask: Whom everybody else asks.
        lasts: How long it is then shown.
    """

    name: str
    words: str
    sees: frozenset[str]
    may_reveal: frozenset[str]
    ask: str
    lasts: timedelta

    def seen_by(self, roles: AbstractSet[str]) -> bool:
        return not self.sees.isdisjoint(roles)

    def may_be_revealed_to(self, roles: AbstractSet[str]) -> bool:
        return not self.may_reveal.isdisjoint(roles)


@cache
def withheld_parts() -> Mapping[str, Part]:
    """Read the parts from the policy that comes with the service, by name."""
    said = json.loads((files("mash") / "data" / "parts_policy.json").read_text("utf-8"))
    return {
        one["part"]: Part(
            name=one["part"],
            words=one["words"],
            sees=frozenset(one["sees"]),
            may_reveal=frozenset(one["may_reveal"]),
            ask=one["ask"],
            lasts=timedelta(minutes=one["minutes"]),
        )
        for one in said["parts"]
    }
