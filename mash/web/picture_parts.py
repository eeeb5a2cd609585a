"""What each page of pictures shows beside its tables: the drawing, time limits met, and the national statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from mash.measures.figures import Figure, by_period, months, percentage
from mash.measures.national import Area, National
from mash.measures.outside import FigureNumber
from mash.measures.pictures import Asked, Share
from mash.measures.written import figure_rows
from mash.web.drawings import Bars, Lines, Number, bars, lines
from mash.web.picture_tables import Seen, month_words, share_words

IN_TIME = {
    "social-care-in-time": "social care in time",
    "early-help-in-time": "early help in time",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One group of sources: its share of our contacts and of our referrals, and what each area publishes of referrals.

    A share is None where it may not be shown, or is not published.
    """

    name: str
    contacts: Decimal | None
    referrals: Decimal | None
    areas: Sequence[Decimal | None]

    @property
    def england(self) -> Decimal | None:
        return self.areas[0]


@dataclass(frozen=True, slots=True)
class InTime:
    """One month of what was decided in time: each clock's figure as it is written, and its share for the drawing."""

    group: str
    name: str
    first: str
    last: str
    rows: Sequence[dict[str, Any]]

    def share(self, place: int) -> Decimal | None:
        written = self.rows[place]["percentage"]
        return None if written is None else Decimal(str(written))


def in_time(session: Session, asked: Asked, hidden: set[FigureNumber] | None) -> list[InTime]:
    """Give each month's contacts that were decided in time, by receipt, clock by clock: never the two as one.

    Args:
        hidden: What figures of these months hide from who is outside the team; None for who is in it.
    """
    periods = months(asked.first, asked.last)
    return [_month(found, hidden) for found in by_period(session, IN_TIME, periods, asked.at)]


def _month(found: dict[str, Figure], hidden: set[FigureNumber] | None) -> InTime:
    one = next(iter(found.values()))
    group = f"{one.first:%Y%m}"
    rows = figure_rows([found[id] for id in IN_TIME], hidden)
    return InTime(group, month_words(group), one.first.isoformat(), one.last.isoformat(), rows)


def drawn_by_month(found: Seen, met: Sequence[InTime] = ()) -> Lines | None:
    """Draw a picture's shares, after those of the time limits where they are given."""
    groups = [one.group for one in met] or [group for group, _ in found.rows]
    shares: list[tuple[str, Sequence[Number]]] = [
        (words, [one.share(place) for one in met]) for place, words in enumerate(IN_TIME.values() if met else ())
    ]
    shares += [(share.words, _along(found, share, groups)) for share in found.picture.shares]
    return lines([month_words(group, short=True) for group in groups], shares)


def _along(found: Seen, share: Share, groups: Sequence[str]) -> list[Number]:
    rows = dict(found.rows)
    return [row.share(share) if (row := rows.get(group)) else None for group in groups]


def drawn_by_group(found: Seen) -> Bars | None:
    """Draw how many there are in each group."""
    first = next(iter(found.picture.numbers))
    return bars(
        [(group, float(row.numbers[first]), f"{row.numbers[first]:,}", None) for group, row in found.rows if row]
    )


def by_source(found: Seen, published: National, areas: Sequence[Area]) -> list[Source]:
    """Set our sources beside those of areas, in the order of the national statistics, ours without a code last."""
    ours = dict(found.rows)
    return [
        Source(
            group,
            _of_all(found, group, "received"),
            _of_all(found, group, "referred"),
            [area.from_source(group) for area in areas],
        )
        for group in (*published.groups, *(name for name in ours if name not in published.groups))
    ]


def _of_all(found: Seen, group: str, number: str) -> Decimal | None:
    """Give a group's share of all; none where their sum may not be shown."""
    row = dict(found.rows).get(group)
    if found.whole is None:
        return None
    return percentage(row.numbers[number] if row else 0, found.whole.numbers[number])


def drawn_beside(sources: Sequence[Source]) -> Bars | None:
    """Draw our shares of referrals with a mark for England's."""
    return bars(
        [
            (
                one.name,
                one.referrals,
                f"{share_words(one.referrals)}, England {share_words(one.england)}",
                one.england,
            )
            for one in sources
        ]
    )


def furthest(sources: Sequence[Source]) -> str:
    """Say where our sources of referrals lie furthest from England's."""
    apart = [
        (one.referrals - one.england, one) for one in sources if one.referrals is not None and one.england is not None
    ]
    if not apart:
        return ""
    (_, less), (_, more) = min(apart, key=lambda one: one[0]), max(apart, key=lambda one: one[0])
    said = [f"{one.name}, {one.referrals}% of our referrals against {one.england}% in England" for one in (more, less)]
    return f"Furthest above England: {said[0]}. Furthest below: {said[1]}."
