"""The published figures that the invented history follows, read from data with their sources."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean
from typing import Any

from mash.config import DATA


@dataclass(frozen=True, slots=True)
class Figures:
    """Published shares and totals, as ``mash/data/published_figures.json`` holds them."""

    monthly: Mapping[str, int]
    request_share: float
    outcomes_of_requests: Mapping[str, float]
    outcomes_of_all: Mapping[str, float]
    in_time: float
    sources: Mapping[str, float]
    themes: Mapping[str, float]
    re_referrals: float
    shape: Mapping[str, Any]

    def contacts_in(self, month: date) -> int:
        """Give the published total of a month, or what its like-named months published, or the mean of all."""
        exact = self.monthly.get(f"{month:%Y-%m}")
        if exact is not None:
            return exact
        alike = [total for name, total in self.monthly.items() if name.endswith(f"{month:-%m}")]
        return round(mean(alike or self.monthly.values()))


def published_figures() -> Figures:
    """Read the figures."""
    held = json.loads((DATA / "published_figures.json").read_text("utf-8"))
    return Figures(
        monthly=held["monthly_contacts"]["months"],
        request_share=held["request_share"]["value"],
        outcomes_of_requests=_numbers(held["outcomes_of_requests"]),
        outcomes_of_all=_numbers(held["outcomes_of_all"]),
        in_time=held["decided_in_time"]["value"],
        sources=_numbers(held["referral_sources"]["counts"]),
        themes=_numbers(held["themes"]["counts"]),
        re_referrals=held["re_referrals"]["value"],
        shape=held["shape"],
    )


def _numbers(held: Mapping[str, Any]) -> dict[str, float]:
    return {name: value for name, value in held.items() if isinstance(value, int | float)}


def months_back(last: date, contacts: int, figures: Figures) -> list[tuple[date, int]]:
    """List months (their first day) with how many contacts each gets, oldest first, ending in the month of ``last``.

    The last month gets the share of its total that has passed; the first gets what is left over.
    """
    month, left, listed = last.replace(day=1), contacts, []
    following = (month + timedelta(days=32)).replace(day=1)
    total = round(figures.contacts_in(month) * last.day / (following - month).days)
    while left > 0:
        take = min(left, max(total, 1))
        listed.append((month, take))
        left -= take
        month = (month - timedelta(days=1)).replace(day=1)
        total = figures.contacts_in(month)
    return listed[::-1]
