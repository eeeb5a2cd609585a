"""Where each role can go, in the order shown, and which page is home. A place shows once its page exists."""

from dataclasses import dataclass

from flask import current_app, request

from mash.web.access import who


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the header."""

    words: str
    path: str
    roles: frozenset[str]

    @property
    def here(self) -> bool:
        return request.path == self.path or request.path.startswith(f"{self.path}/")


def _place(words: str, path: str, *roles: str) -> Place:
    return Place(words, path, frozenset(roles))


PLACES = (
    _place("Queue", "/queue", "contact_officer", "practitioner", "manager"),
    _place("Red board", "/red", "practitioner", "manager"),
    _place("Offered to us", "/hand-overs", "receiving_team"),
    _place("Record a contact", "/contacts/new", "contact_officer", "practitioner", "manager"),
    _place("Search", "/search", "contact_officer", "practitioner", "manager", "auditor"),
    _place("Timeliness", "/timeliness", "practitioner", "manager", "reviewer", "auditor"),
    _place("Team", "/team", "manager"),
    _place("Reviews", "/reviews", "practitioner", "manager"),
    _place("Restricted", "/restricted", "manager", "auditor"),
    _place("Messages", "/messages", "manager"),
    _place("Thresholds", "/thresholds", "practitioner", "manager", "reviewer", "auditor", "safeguarding_partner"),
    _place("Replays", "/replays", "manager", "reviewer", "auditor", "safeguarding_partner"),
    _place("Subject access", "/subject-access", "manager", "auditor"),
    _place("Retention", "/retention", "manager", "auditor"),
    _place("Audit", "/audit", "auditor"),
    _place("Users", "/admin/users", "admin"),
    _place("Settings", "/admin/settings", "manager", "auditor", "admin"),
    _place("Calendar", "/admin/calendar", "admin"),
    _place("Jobs", "/admin/jobs", "admin"),
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


def _exists(path: str) -> bool:
    if "mash.paths" not in current_app.extensions:
        current_app.extensions["mash.paths"] = frozenset(rule.rule for rule in current_app.url_map.iter_rules())
    paths: frozenset[str] = current_app.extensions["mash.paths"]
    return path in paths


def places() -> list[Place]:
    """List where whoever is signed in can go."""
    found = who()
    if found is None or found.must_change_password:
        return []
    return [place for place in PLACES if not place.roles.isdisjoint(found.roles) and _exists(place.path)]


def home(roles: frozenset[str]) -> str:
    """Return the first page for someone's first role."""
    return next((path for role, path in HOMES if role in roles and _exists(path)), "/help")
