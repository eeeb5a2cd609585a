"""The life of a contact: one table of states and moves, and what may stop a move. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import cast

from transitions import EventData, Machine, MachineError

from mash.workflow import guards as g
from mash.workflow.child import Child
from mash.workflow.guards import may_backdate
from mash.workflow.routes import Route
from mash.workflow.situation import Situation
from mash.workflow.words import Agreement, HandOver, Move, Rating, Role, State, one_of

__all__ = [
    "TABLE",
    "Agreement",
    "Child",
    "HandOver",
    "Move",
    "MoveRefused",
    "Rating",
    "Role",
    "Route",
    "Situation",
    "State",
    "Step",
    "advance",
    "diagram",
    "may",
    "may_backdate",
    "moves_open",
]

RECEIVED, SCREENED, RATED = State.RECEIVED, State.SCREENED, State.RATED
WAITING, WITH_MANAGER, DECIDED = State.WAITING_FOR_INFORMATION, State.WITH_MANAGER, State.DECIDED
HANDED_OVER, STEPPED_DOWN, CLOSED = State.HANDED_OVER, State.STEPPED_DOWN, State.CLOSED
REOPENED, CANCELLED = State.REOPENED, State.CANCELLED

OFFICER, WORKER, MANAGER, RECEIVER = Role.CONTACT_OFFICER, Role.PRACTITIONER, Role.MANAGER, Role.RECEIVING_TEAM
ANYONE_ON_DUTY = (OFFICER, WORKER, MANAGER)
QUALIFIED = (WORKER, MANAGER)

UNDECIDED = (RECEIVED, SCREENED, RATED, WAITING, WITH_MANAGER, REOPENED)
LOCKED = (DECIDED, HANDED_OVER, STEPPED_DOWN, CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: who may make a move, from where, to where (None: it stays), and what may stop it."""

    move: Move
    sources: tuple[State, ...]
    dest: State | None
    roles: tuple[Role, ...]
    guards: tuple[g.Guard, ...] = ()
    at_once: bool = False

    @property
    def label(self) -> str:
        """How the diagram names it."""
        return f"{self.move.value} at once" if self.at_once else self.move.value


DECISION = (
    g.a_child_is_named,
    g.every_child_has_an_outcome,
    g.what_stands_is_kept,
    g.decision_is_recorded,
    g.voluntary_help_is_agreed,
    g.pattern_is_viewed,
)
RATING = (g.a_child_is_named, g.has_a_rating, g.lower_rating_is_explained, g.red_is_lowered_by_a_manager)
AT_ONCE = (g.a_child_is_named, g.goes_ahead_at_once)
INFORMATION = (g.what_stands_is_kept, g.information_only, g.pattern_is_viewed, g.signed_off)
RECOMMENDATION = (g.recommendation_is_made, g.pattern_is_viewed)
OFFER = (g.a_child_is_named, g.outcome_stands, g.may_be_offered)
STEP_DOWN = (g.a_child_is_named, g.outcome_stands, g.step_down_is_prepared)
OFFERED = (g.a_child_is_named, g.was_offered)

# Where a move has several rows from one state, the first that nothing stops is taken; a refusal speaks for the first.
# Rows marked at_once keep the promise that software never holds up a stronger response.
TABLE: tuple[Step, ...] = (
    Step(Move.SCREEN, (RECEIVED,), SCREENED, ANYONE_ON_DUTY),
    Step(Move.RATE, (RECEIVED, SCREENED), RATED, QUALIFIED, RATING),
    Step(Move.RATE, (RATED, WAITING, WITH_MANAGER, REOPENED), None, QUALIFIED, RATING),
    Step(Move.ASK_INFORMATION, (RATED, WAITING, REOPENED), WAITING, QUALIFIED, (g.checks_are_lawful,)),
    Step(Move.INFORMATION_IN, (WAITING,), RATED, ANYONE_ON_DUTY, (g.replies_are_in,)),
    Step(Move.INFORMATION_IN, (WAITING,), None, ANYONE_ON_DUTY),
    Step(Move.RECOMMEND, (RATED, WAITING, REOPENED), WITH_MANAGER, QUALIFIED, RECOMMENDATION),
    Step(Move.RECOMMEND, (WITH_MANAGER,), None, QUALIFIED, RECOMMENDATION),  # what was left to say of a red
    Step(Move.DECIDE, (RATED, WAITING, REOPENED), DECIDED, QUALIFIED, (*DECISION, g.signed_off)),
    Step(Move.DECIDE, UNDECIDED, DECIDED, QUALIFIED, (*AT_ONCE, g.every_child_has_an_outcome), at_once=True),
    Step(Move.DECIDE, UNDECIDED, None, QUALIFIED, AT_ONCE, at_once=True),  # while the other children wait
    Step(Move.DECIDE, LOCKED, DECIDED, QUALIFIED, AT_ONCE, at_once=True),  # on a record otherwise read-only
    Step(Move.AGREE, (WITH_MANAGER,), DECIDED, (MANAGER,), (*DECISION, g.second_pair_of_eyes)),
    Step(Move.CHANGE, (WITH_MANAGER,), DECIDED, (MANAGER,), (*DECISION, g.second_pair_of_eyes, g.has_a_reason)),
    Step(Move.RETURN_IT, (WITH_MANAGER,), RATED, (MANAGER,), (g.has_a_reason,)),
    Step(Move.INFORM, (RECEIVED, SCREENED, RATED, REOPENED), CLOSED, ANYONE_ON_DUTY, INFORMATION),
    Step(Move.OFFER, (DECIDED,), None, ANYONE_ON_DUTY, OFFER),
    Step(Move.OFFER, UNDECIDED, None, ANYONE_ON_DUTY, (*OFFER, g.stands_at_once), at_once=True),
    Step(Move.ACCEPT, (DECIDED,), HANDED_OVER, (RECEIVER,), (*OFFERED, g.others_are_accepted)),
    Step(Move.ACCEPT, (STEPPED_DOWN,), CLOSED, (RECEIVER,), (*OFFERED, g.others_are_accepted)),
    Step(Move.ACCEPT, (DECIDED, STEPPED_DOWN), None, (RECEIVER,), OFFERED),
    Step(Move.ACCEPT, UNDECIDED, None, (RECEIVER,), OFFERED, at_once=True),
    Step(Move.DECLINE, (DECIDED, STEPPED_DOWN), DECIDED, (RECEIVER,), (*OFFERED, g.has_a_reason)),
    Step(Move.DECLINE, UNDECIDED, None, (RECEIVER,), (*OFFERED, g.has_a_reason), at_once=True),
    Step(Move.STEP_DOWN, (DECIDED, HANDED_OVER), STEPPED_DOWN, (*QUALIFIED, RECEIVER), STEP_DOWN),
    Step(Move.CLOSE, (DECIDED, HANDED_OVER), CLOSED, ANYONE_ON_DUTY, (g.hand_overs_are_accepted,)),
    Step(Move.REOPEN, LOCKED, REOPENED, QUALIFIED, (g.manager_or_undo, g.has_a_reason)),
    Step(Move.CANCEL, UNDECIDED, CANCELLED, (MANAGER,), (g.nothing_stands, g.has_a_reason)),
)


class MoveRefused(Exception):
    """A move that may not be made now; `objections` holds every reason, each a sentence fit for the screen."""

    def __init__(self, move: Move, state: State, objections: tuple[str, ...]) -> None:
        self.move, self.state, self.objections = move, state, objections
        super().__init__(" ".join(objections))


@dataclass(eq=False)
class _Attempt:
    """What the machine moves in place of a record: one attempt at one move."""

    state: State
    situation: Situation
    refusal: tuple[str, ...] = ()


def _objections(step: Step, situation: Situation) -> tuple[str, ...]:
    allowed = situation.roles.intersection(step.roles)
    role = (
        [] if allowed else [f"This is for a {one_of([role.words for role in step.roles])}: {step.move.words.lower()}."]
    )
    spoken = [sentence for guard in step.guards for sentence in guard(situation)]
    return tuple(dict.fromkeys([*role, *spoken]))


def _nothing_objects(step: Step, event: EventData) -> bool:
    attempt = cast("_Attempt", event.model)
    objections = _objections(step, attempt.situation)
    attempt.refusal = attempt.refusal or objections
    return not objections


# One machine for every contact and thread: it holds no model, so it neither grows nor remembers.
MACHINE = Machine(
    model=None,
    states=State,
    transitions=[
        {
            "trigger": step.move.value,
            "source": list(step.sources),
            "dest": step.dest,
            "conditions": partial(_nothing_objects, step),
        }
        for step in TABLE
    ],
    initial=None,
    auto_transitions=False,
    send_event=True,
)


def _does_not_follow(move: Move, state: State) -> str:
    return f"{move.words} does not follow while the contact is {state.words.lower()}."


def advance(situation: Situation, move: Move) -> State:
    """Make one move and return the state it leads to, which may be the one it began in.

    Raises:
        MoveRefused: If the move does not follow from this state, or anything objects. Every objection is given at once.
    """
    attempt = _Attempt(situation.state, situation)
    try:
        moved = MACHINE.events[move.value].trigger(attempt)
    except MachineError:
        raise MoveRefused(move, situation.state, (_does_not_follow(move, situation.state),)) from None
    if not moved:
        raise MoveRefused(move, situation.state, attempt.refusal)
    return attempt.state


def may(situation: Situation, move: Move) -> tuple[str, ...]:
    """List what stands in the way of a move, without making it; empty when nothing does."""
    heard = [_objections(step, situation) for step in _steps(situation.state, move)]
    if not heard:
        return (_does_not_follow(move, situation.state),)
    return () if () in heard else heard[0]


def moves_open(situation: Situation) -> tuple[Move, ...]:
    """List the moves that follow from here for this person's roles; `may` says what each still lacks.

    Deciding is always listed for those qualified, because a strong enough outcome may be decided in any state but
    cancelled. Hand-overs before the contact is decided are listed once a child has such an outcome.
    """
    strong = any(situation.policy.goes_ahead(child.standing) for child in situation.children)

    def is_open(step: Step) -> bool:
        follows = strong or step.move is Move.DECIDE or not step.at_once
        return follows and bool(situation.roles.intersection(step.roles))

    return tuple(move for move in Move if any(map(is_open, _steps(situation.state, move))))


def _steps(state: State, move: Move) -> Iterable[Step]:
    return [step for step in TABLE if step.move is move and state in step.sources]


def diagram() -> str:
    """Draw the table as a Mermaid state diagram, one line for each pair of states."""
    labels: defaultdict[tuple[State, State], list[str]] = defaultdict(list)
    for step in TABLE:
        for source in step.sources:
            label = labels[source, step.dest or source]
            label.extend([step.label] if step.label not in label else [])
    ordered = sorted(labels, key=lambda pair: [list(State).index(state) for state in pair])
    lines = [f"    {source} --> {dest} : {', '.join(labels[source, dest])}" for source, dest in ordered]
    ends = [f"    {state} --> [*]" for state in (CLOSED, CANCELLED)]
    return "\n".join(["stateDiagram-v2", "    [*] --> received", *lines, *ends]) + "\n"
