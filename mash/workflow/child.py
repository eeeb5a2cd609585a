"""What the workflow may know of one child on a contact."""

from dataclasses import dataclass

from mash.workflow.routes import Route
from mash.workflow.words import Agreement, HandOver, Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One child's facts as this move would leave them; only the hand-over is as it stood before.

    Levels are the ordinals of the version that judges the contact. None and "" mean not recorded, never "no".

    Attributes:
        route: The outcome being chosen or recommended now.
        standing: The outcome that already stands from an earlier move; reopening a contact clears it.
        rating_before: The rating that this one replaces.
        advised_level: What the rules in force suggest, likewise `advised_route`.
        reason: Why this outcome.
        why_lower: Why it is lower than the rules suggest, or why the rating is lower than it was.
        overrides_agreement: Something is being done without the agreement it would usually have.
        receiver: The service or lead practitioner to whom the child is offered.
    """

    id: str
    name: str = "this child"
    route: Route | None = None
    standing: Route | None = None
    level: int | None = None
    rating: Rating | None = None
    rating_before: Rating | None = None
    advised_level: int | None = None
    advised_route: Route | None = None
    reason: str = ""
    why_lower: str = ""
    agreement: Agreement | None = None
    overrides_agreement: bool = False
    hand_over: HandOver = HandOver.NOT_OFFERED
    receiver: str = ""

    @property
    def outcome(self) -> Route | None:
        """The outcome chosen now, or else the one that stands."""
        return self.route or self.standing

    @property
    def rating_falls(self) -> bool:
        """Whether this rating is less urgent than the one it replaces."""
        return bool(self.rating and self.rating_before and self.rating.urgency < self.rating_before.urgency)
