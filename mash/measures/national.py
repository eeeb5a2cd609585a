"""What the Department for Education publishes of every authority, to stand beside our own: facts, source and year."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from mash.intake.codes import SOURCES
from mash.measures.figures import percentage

FILE = Path(__file__).parents[1] / "data" / "national_statistics.json"
ENGLAND = "England"


@dataclass(frozen=True, slots=True)
class Area:
    """One area's year. Numbers of children's referrals; None where the Department publishes none."""

    name: str
    referrals: int | None
    re_referrals: int | None
    by_source: Mapping[str, int | None]

    @property
    def re_referred(self) -> Decimal | None:
        """Re-referrals in per cent of referrals."""
        return _share(self.re_referrals, self.referrals)

    def from_source(self, group: str) -> Decimal | None:
        """Referrals from one group of sources, in per cent of all."""
        return _share(self.by_source.get(group), self.referrals)


@dataclass(frozen=True, slots=True)
class National:
    """One year of the national statistics, ended on 31 March.

    ``found`` is how many assessments of England found a factor, in per cent of those with any, by its strand.
    """

    year: int
    source: str
    groups: tuple[str, ...]
    areas: Mapping[str, Area]
    found: Mapping[str, Decimal | None]

    def beside(self, council: str) -> list[Area]:
        """Give England, and the authority whose name a council bears, if there is one."""
        own = council.removesuffix(" Council").removeprefix("City of ").strip()
        return [self.areas[name] for name in dict.fromkeys((ENGLAND, own)) if name in self.areas]


@cache
def national() -> National:
    """Read the year that comes with the service."""
    held = json.loads(FILE.read_text("utf-8"))
    groups = tuple(held["groups"])
    areas = {
        name: Area(name, referrals, again, dict(zip(groups, sources, strict=True)))
        for name, (referrals, again, sources) in held["areas"].items()
    }
    of = held["assessments"]
    found = {strand: _share(of[strand], of["with_factors"]) for strand in ("neglect", "domestic_abuse")}
    return National(held["year"], held["source"], groups, areas, found)


def group_of(code: str) -> str:
    """Name the Department's group that a source belongs to; an empty name for a source without a code.

    >>> group_of("3A"), group_of("6"), group_of("")
    ('Health services', 'Police', '')
    """
    return GROUPS.get(code, "")


GROUPS = {one.code: one.group for one in SOURCES.codes}


def _share(part: int | None, whole: int | None) -> Decimal | None:
    return None if part is None or whole is None else percentage(part, whole)
