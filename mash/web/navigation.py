"""Where each role can go, in the order shown, and which page is home.

Whoever can go to more places than stand on one line finds those of now and then, such as settings, under "More".
"""

from dataclasses import dataclass

from flask import request

from mash.web.access import who
from mash.web.called import rated_now


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the header."""

    words: str
    path: str
    roles: frozenset[str]
    now_and_then: bool

    @property
    def called(self) -> str:
        """Its words, in which a rating goes by its name in the version in force."""
        return self.words.replace("Red", rated_now("red"), 1) if self.path == "/red" else self.words

    @property
    def here(self) -> bool:
        return request.path == self.path or request.path.startswith(f"{self.path}/")


@dataclass(frozen=True, slots=True)
class Places:
    """The header's line, and what it keeps under "More"."""

    line: list[Place]
    more: list[Place]

    @property
    def here_under_more(self) -> Place | None:
        return next((place for place in self.more if place.here), None)


def _place(words: str, path: str, *roles: str, now_and_then: bool = False) -> Place:
    return Place(words, path, frozenset(roles), now_and_then)


ON_ONE_LINE = 10  # places that stand beside each other at a width of 1280 pixels
PLACES = (
    _place("Queue", "/queue", "contact_officer", "practitioner", "manager"),
    _place("Red board", "/red", "practitioner", "manager"),
    _place("Offered to us", "/hand-overs", "receiving_team"),
    _place("Record a contact", "/contacts/new", "contact_officer", "practitioner", "manager"),
    _place("Search", "/search", "contact_officer", "practitioner", "manager", "auditor"),
    _place("Timeliness", "/timeliness", "practitioner", "manager", "reviewer", "auditor"),
    _place("Team", "/team", "manager"),
    _place("Reviews", "/reviews", "practitioner", "manager"),
    _place("Restricted", "/restricted", "manager", "auditor", now_and_then=True),
    _place("Thresholds", "/thresholds", "practitioner", "manager", "reviewer", "auditor", "safeguarding_partner"),
    _place("Replays", "/replays", "manager", "reviewer", "auditor", "safeguarding_partner"),
    _place("Subject access", "/subject-access", "manager", "auditor", now_and_then=True),
    _place("Retention", "/retention", "manager", "auditor", now_and_then=True),
    _place("Audit", "/audit", "auditor"),
    _place("Users", "/admin/users", "admin"),
    _place("Settings", "/admin/settings", "manager", "auditor", "admin", now_and_then=True),
)
HOMES = (
    ("manager", "/red"),
    ("practitioner", "/queue"),
    ("contact_officer", "/queue"),
    ("receiving_team", "/hand-overs"),
    ("reviewer", "/thresholds"),
    ("safeguarding_partner", "/thresholds"),
    ("auditor", "/audit"),
    ("admin", "/admin/users"),
)


def places() -> Places:
    """List where whoever is signed in can go."""
    found = who()
    if found is None or found.must_change_password:
        return Places([], [])
    open_to_them = [place for place in PLACES if not place.roles.isdisjoint(found.roles)]
    if len(open_to_them) <= ON_ONE_LINE:
        return Places(open_to_them, [])
    return Places(
        [place for place in open_to_them if not place.now_and_then],
        [place for place in open_to_them if place.now_and_then],
    )


def home(roles: frozenset[str]) -> str:
    """Return the first page for someone's first role."""
    return next((path for role, path in HOMES if role in roles), "/help")
