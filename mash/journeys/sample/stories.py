"""Invent one contact: what it is about, which children, what was seen, what people decided and when."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from mash.config import DATA
from mash.journeys.sample.families import Family, InventedChild
from mash.journeys.sample.figures import Figures

LONDON = ZoneInfo("Europe/London")
STORIES: dict[str, Any] = json.loads((DATA / "invented_stories.json").read_text("utf-8"))
CODES = {
    "individual": ("1A", "1A", "1B", "1C", "1D"),
    "schools": ("2A",),
    "education": ("2B",),
    "health": ("3A", "3B", "3C", "3D", "3E", "3F"),
    "housing": ("4",),
    "la": ("5A", "5B", "5C", "5D"),
    "police": ("6",),
    "other_legal": ("7",),
    "other": ("8",),
    "anonymous": ("9",),
    "unknown": ("10",),
}
AGENCIES = {
    "schools": "Anytown schools",
    "education": "Education welfare",
    "health": "Anytown health trust",
    "housing": "Anytown homes",
    "la": "Anytown Council",
    "police": "Anytown police",
    "other_legal": "Probation service",
    "other": "Family charity",
}
RECEIVED_BY = ("strategy_discussion", "child_and_family_assessment", "early_help", "passed_to_allocated_worker")
INFORMATION_TYPES = ("statutory_check", "information_share", "advice", "notification")
OPEN_TO = ("early_help", "child_in_need", "child_in_need", "protection_plan", "looked_after")


@dataclass(slots=True)
class ChildStory:
    """What was seen of one child on this contact, and what people decided."""

    child: InventedChild
    observed: dict[str, Any]
    route: str
    rating: str
    level: int
    facts: dict[str, Any] = field(default_factory=dict)
    advice: dict[str, Any] | None = None
    advised_level: int | None = None


@dataclass(slots=True)
class Story:
    """One invented contact, from the moment it was received. ``decided_at`` empty: it is still open."""

    family: Family
    received_at: datetime
    entered_at: datetime
    type: str
    group: str
    source_code: str
    channel: str
    narrative: str
    identity: str
    theme: str
    children: list[ChildStory]
    agreement: str | None
    told: str
    decided_at: datetime | None = None
    state: str = "received"


def needs_manager(story: Story, told: ChildStory) -> str:
    """Say why a manager must agree what is decided of a child, as the shipped policy does; empty if none must."""
    if told.route == "strategy_discussion":
        return ""
    if told.rating == "red":
        return "This child is rated red."
    refused = story.agreement in {"refused", "withdrawn"} and told.route in {"no_further_action", "advice"}
    return "This child would be closed after agreement was refused or withdrawn." if refused else ""


class Storyteller:
    """Invents contacts one at a time, in order of time, by the published shares."""

    def __init__(
        self, chance: Random, figures: Figures, *, now: datetime, due: Callable[[str, datetime], datetime]
    ) -> None:
        self.chance, self.figures, self.now, self.due = chance, figures, now, due
        asked, all_of, share = figures.outcomes_of_requests, figures.outcomes_of_all, figures.request_share
        self.of_requests = (asked["early_help"], asked["child_and_family_assessment"])
        self.of_others = tuple(
            max(0.0, (all_of[route] - share * asked[route]) / (1 - share))
            for route in ("early_help", "child_and_family_assessment")
        )

    def moment_in(self, day: date) -> datetime:
        """Choose a moment of a day: mostly in opening hours, some at night."""
        out = self.chance.random() < self.figures.shape["out_of_hours"]
        minutes = (
            self.chance.randint(0, 24 * 60 - 1) if out else int(self.chance.triangular(8.5 * 60, 17 * 60, 11 * 60))
        )
        at = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=LONDON)
        return at.astimezone(UTC)

    def tell(self, family: Family, at: datetime) -> Story:
        """Invent one contact about a family."""
        chance, shape = self.chance, self.figures.shape
        group = chance.choices(list(self.figures.sources), list(self.figures.sources.values()))[0]
        request = chance.random() < self.figures.request_share
        kind = "service_request" if request else chance.choices(INFORMATION_TYPES, (4, 3, 2, 2))[0]
        main = self._outcome(request)
        theme = chance.choices(list(self.figures.themes), list(self.figures.themes.values()))[0]
        tier = self._tier(main, request)
        story = Story(
            family=family,
            received_at=at,
            entered_at=at + timedelta(minutes=chance.choice((0, 1, 2, 5, 12, 40, 180))),
            type=kind,
            group=group,
            source_code=chance.choice(CODES[group]),
            channel="police_notification" if group == "police" else chance.choice(("telephone", "email", "web_form")),
            narrative=self._says(theme, tier, kind),
            identity="anonymous" if group == "anonymous" else self._identity(group),
            theme=theme,
            children=[],
            agreement=self._agreement(main, shape["agreement_refused"]),
            told=chance.choice(("yes", "yes", "no", "not_asked_unsafe")),
        )
        story.children = [
            self._child(child, story, main, tier, place) for place, child in enumerate(self._who(family, at))
        ]
        self._decide(story, request)
        return story

    def _outcome(self, request: bool) -> str:
        early, assessment = self.of_requests if request else self.of_others
        draw = self.chance.random()
        if draw < assessment:
            return "strategy_discussion" if self.chance.random() < 0.22 else "child_and_family_assessment"
        if draw < assessment + early:
            return "early_help"
        if not request:
            return "information_given"
        return self.chance.choice(("no_further_action", "no_further_action", "advice"))

    def _tier(self, route: str, request: bool) -> str:
        if route == "strategy_discussion":
            return "high"
        if route == "child_and_family_assessment":
            return self.chance.choices(("middle", "high"), (0.85, 0.15))[0]
        if route == "early_help":
            return self.chance.choices(("low", "middle"), (0.6, 0.4))[0]
        return self.chance.choices(("low", "middle"), (0.88, 0.12))[0] if request else "low"

    def _says(self, theme: str, tier: str, kind: str) -> str:
        if kind in STORIES["information"] and tier == "low":
            return str(STORIES["information"][kind])
        return str(STORIES["themes"][theme]["says"][("low", "middle", "high").index(tier)])

    def _identity(self, group: str) -> str:
        may = group in {"individual", "unknown"}
        return "withheld" if may and self.chance.random() < self.figures.shape["withheld_identity"] * 5 else "open"

    def _agreement(self, route: str, refused: float) -> str | None:
        if route == "information_given":
            return None
        if route == "strategy_discussion":
            return self.chance.choice(("not_asked_unsafe", "not_needed"))
        if route == "early_help":
            return "given_verbally"
        if self.chance.random() < refused * 1.5:
            return self.chance.choice(("refused", "withdrawn"))
        return self.chance.choice(("given_verbally", "given_in_writing", "unable_to_ask", "not_asked_other"))

    def _who(self, family: Family, at: datetime) -> list[InventedChild]:
        young = [child for child in family.children if child.is_a_child(at.date())]
        if len(young) > 1 and self.chance.random() > self.figures.shape["whole_family_on_contact"]:
            return [self.chance.choice(young)]
        return young

    def _child(self, child: InventedChild, story: Story, main: str, tier: str, place: int) -> ChildStory:
        chance, shape = self.chance, self.figures.shape
        if child.open_to is None and chance.random() < shape["open_case"] / 3:
            child.open_to = chance.choice(OPEN_TO)
        observed: dict[str, Any] = {}
        if story.type == "service_request" or tier != "low":
            likely = STORIES["themes"][story.theme]
            pool = likely["low"] + (likely["middle"] if tier != "low" else []) if tier != "high" else likely["high"]
            for code in chance.sample(pool, min(len(pool), chance.randint(1, 3))):
                observed[code] = "present"
            for code in chance.sample(STORIES["protective"], chance.randint(0, 2)):
                observed[code] = {"value": "present", "evidence": "seen_or_confirmed"}
            if tier == "high" and main == "strategy_discussion" and chance.random() < 0.6:
                observed["immediate-harm"] = "present"
        same = place == 0 or chance.random() < 0.8
        route = main if same or main == "information_given" else "no_further_action"
        if child.open_to and route in {"no_further_action", "advice"}:  # the published shares of the rest hold
            route = "passed_to_allocated_worker"
        return ChildStory(child, observed, route, self._rating(route), self._level(route))

    def _rating(self, route: str) -> str:
        by_route = {"strategy_discussion": (70, 28, 2), "child_and_family_assessment": (7, 68, 25)}
        return self.chance.choices(("red", "amber", "green"), by_route.get(route, (1, 14, 85)))[0]

    def _level(self, route: str) -> int:
        levels = {"strategy_discussion": (4,), "child_and_family_assessment": (3, 3, 3, 4), "early_help": (2, 2, 3)}
        return self.chance.choice(levels.get(route, (1, 1, 2)))

    def _decide(self, story: Story, request: bool) -> None:
        """Give the moment of decision: in time by the published share, or late with a long tail."""
        chance = self.chance
        clock = "early-help" if any(child.route == "early_help" for child in story.children) else "social-care"
        due = self.due(clock, story.received_at)
        red = any(child.rating == "red" for child in story.children)
        if chance.random() < (0.7 if red else self.figures.in_time):
            room = (due - story.entered_at) * (0.45 if red else 1)
            decided = story.entered_at + room * chance.uniform(0.05, 0.98)
        else:
            decided = due + timedelta(hours=chance.lognormvariate(2.7, 1.0))
        if decided < self.now and chance.random() > 0.0004:
            story.decided_at = max(decided, story.entered_at + timedelta(minutes=4))
        story.state = self._state(story, request)

    def _state(self, story: Story, request: bool) -> str:
        if story.decided_at is None or story.decided_at >= self.now:
            story.decided_at = None
            age = self.now - story.received_at
            if age < timedelta(hours=2):
                return "received"
            rated = ("received", "screened", "rated", "waiting_for_information", "with_manager")
            waits = any(needs_manager(story, told) for told in story.children)
            return self.chance.choices(rated, (25, 15, 38, 15, 60 if waits and request else 0))[0]
        if any(child.route in RECEIVED_BY for child in story.children):
            waits = self.now - story.decided_at < timedelta(hours=30) and self.chance.random() < 0.6
            return "decided" if waits else "handed_over"
        return "closed"
