"""All that a guard may look at when somebody wants to move a contact."""

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from mash.workflow.child import Child
from mash.workflow.pattern import Repeat
from mash.workflow.sign_off import Policy
from mash.workflow.words import Role, State

ActorId: TypeAlias = str | int | UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a guard may look at: built for one move, then thrown away.

    Attributes:
        about: The children this move concerns, by id; empty for all of them.
        recommender_id: Who recommended, or failing that who last rated; None when nobody but the actor has looked.
        decider_id: Who decided, which matters while `undo_open`, the first minutes in which a decider may reopen.
        reason: Why the move is made, where the move as a whole needs a reason.
        exception_reason: Why one person both recommends and agrees, in a team too small for two.
        no_worry_confirmed: Somebody checked that an information-only contact holds no worry about a child.
        checks_allowed: Agreement to the checks is recorded, or a manager has authorised them without.
        requests_outstanding: Information requests still unanswered once this move is made.
        repeats: Whom so many contacts have been about that closing another asks for a view of the pattern.
        pattern_view: That view, written by whoever closes.
    """

    state: State
    actor_id: ActorId
    roles: frozenset[Role]
    policy: Policy
    children: tuple[Child, ...] = ()
    about: frozenset[str] = frozenset()
    recommender_id: ActorId | None = None
    decider_id: ActorId | None = None
    undo_open: bool = False
    reason: str = ""
    exception_reason: str = ""
    no_worry_confirmed: bool = False
    history_checked: bool = False
    lawful_basis_recorded: bool = False
    checks_allowed: bool = False
    requests_outstanding: int = 0
    repeats: tuple[Repeat, ...] = ()
    pattern_view: str = ""

    def __post_init__(self) -> None:
        if strangers := self.about - {child.id for child in self.children}:
            raise ValueError(f"A move cannot be about children who are not on the contact: {sorted(strangers)}.")

    @property
    def concerned(self) -> tuple[Child, ...]:
        """The children this move is about."""
        return tuple(child for child in self.children if not self.about or child.id in self.about)

    @property
    def others(self) -> tuple[Child, ...]:
        """The children it leaves as they are."""
        return tuple(child for child in self.children if self.about and child.id not in self.about)

    @property
    def can_wait(self) -> tuple[Child, ...]:
        """The children this move is about whose outcome does not go ahead at once."""
        return tuple(child for child in self.concerned if not self.policy.goes_ahead(child.outcome))

    @property
    def exceptions(self) -> list[str]:
        """What is recorded where one person both recommends and agrees; empty where two do."""
        return [f"Exception: {self.exception_reason}"] if self.exception_reason.strip() else []

    @property
    def second_person(self) -> bool:
        """Whether the actor is a manager who did not recommend this, or is covered by a recorded exception."""
        excepted = self.policy.small_team_exception and bool(self.exception_reason.strip())
        another = self.recommender_id is not None and self.actor_id != self.recommender_id
        return Role.MANAGER in self.roles and (another or excepted)
