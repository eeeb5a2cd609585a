"""What holds for a contact whatever people do to it, in any order."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mash.workflow.contact import (
    Agreement,
    Child,
    HandOver,
    Move,
    MoveRefused,
    Rating,
    Role,
    Route,
    Situation,
    State,
    advance,
    may,
    moves_open,
)
from mash.workflow.sign_off import policy_on
from tests.workflow.routes import ROUTES, R

POLICY = policy_on(date(2026, 11, 25))
PEOPLE = st.sampled_from(["ana", "bea", "mo", "zed"])
QUALIFIED = st.sampled_from([Role.PRACTITIONER, Role.MANAGER])
MAYBE = st.sampled_from(["", "Because."])
CHOSEN = st.sampled_from(ROUTES)
BOTH = st.fixed_dictionaries({"sam": CHOSEN, "lee": CHOSEN})
ONE = st.dictionaries(st.sampled_from(["sam", "lee"]), CHOSEN, min_size=1, max_size=1)
NAMES = st.sampled_from(["sam", "lee"])
HANDING_OVER = (Move.OFFER, Move.ACCEPT, Move.DECLINE, Move.STEP_DOWN)
MOVING_ON = {Move.SCREEN, Move.RETURN_IT, Move.CLOSE, Move.REOPEN}
AFTER_DECISION = {State.DECIDED, State.HANDED_OVER, State.STEPPED_DOWN}

children = st.builds(
    Child,
    id=st.just("sam"),
    route=st.none() | st.sampled_from(list(ROUTES)),
    standing=st.none() | st.sampled_from(list(ROUTES)),
    level=st.none() | st.integers(1, 4),
    rating=st.none() | st.sampled_from(list(Rating)),
    rating_before=st.none() | st.sampled_from(list(Rating)),
    advised_level=st.none() | st.integers(1, 4),
    advised_route=st.none() | st.sampled_from(list(ROUTES)),
    reason=MAYBE,
    why_lower=MAYBE,
    agreement=st.none() | st.sampled_from(list(Agreement)),
    overrides_agreement=st.booleans(),
    hand_over=st.sampled_from(list(HandOver)),
    receiver=MAYBE,
)


def situations(**fixed: Any) -> st.SearchStrategy[Situation]:
    free: dict[str, st.SearchStrategy[Any]] = {
        "state": st.sampled_from(list(State)),
        "actor_id": PEOPLE,
        "roles": st.frozensets(st.sampled_from(list(Role)), min_size=1, max_size=2),
        "policy": st.sampled_from(
            [POLICY, replace(POLICY, small_team_exception=False), replace(POLICY, close_before_acceptance=True)]
        ),
        "children": st.lists(children, max_size=3).map(
            lambda some: tuple(replace(child, id=f"child {place}") for place, child in enumerate(some))
        ),
        "recommender_id": st.none() | PEOPLE,
        "decider_id": st.none() | PEOPLE,
        "undo_open": st.booleans(),
        "reason": MAYBE,
        "exception_reason": MAYBE,
        "no_worry_confirmed": st.booleans(),
        "history_checked": st.booleans(),
        "lawful_basis_recorded": st.booleans(),
        "checks_allowed": st.booleans(),
        "requests_outstanding": st.integers(0, 2),
    }
    return st.builds(Situation, **free | {name: st.just(value) for name, value in fixed.items()})


MOVES = st.sampled_from(list(Move))


@given(situation=situations(), move=MOVES)
def test_asking_whether_a_move_may_be_made_agrees_with_making_it(situation: Situation, move: Move) -> None:
    objections = may(situation, move)
    if objections:
        with pytest.raises(MoveRefused) as refused:
            advance(situation, move)
        assert refused.value.objections == objections
    else:
        advance(situation, move)
        assert move in moves_open(replace(situation, children=(Child(id="x", standing=R.STRATEGY_DISCUSSION),)))


@given(situation=situations(), move=MOVES)
def test_every_objection_is_a_sentence_said_once(situation: Situation, move: Move) -> None:
    objections = may(situation, move)
    assert len(set(objections)) == len(objections)
    for sentence in objections:
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "{" not in sentence


@given(situation=situations(), role=QUALIFIED, place=st.integers(0, 2))
def test_a_stronger_route_is_never_refused_for_sign_off_agreement_or_missing_facts(
    situation: Situation, role: Role, place: int
) -> None:
    if situation.state is State.CANCELLED or not situation.children:
        return
    chosen = situation.children[place % len(situation.children)]
    strong = replace(chosen, route=R.STRATEGY_DISCUSSION)
    others = (strong if child is chosen else child for child in situation.children)
    urgent = replace(situation, roles=frozenset({role}), children=tuple(others), about=frozenset({chosen.id}))

    assert may(urgent, Move.DECIDE) == ()


@given(situation=situations(state=State.WITH_MANAGER), move=st.sampled_from([Move.AGREE, Move.CHANGE]))
def test_whoever_recommended_is_never_the_one_who_agrees_without_a_recorded_exception(
    situation: Situation, move: Move
) -> None:
    if may(situation, move) == ():
        exception = situation.policy.small_team_exception and situation.exception_reason
        assert situation.actor_id != situation.recommender_id or exception
        assert Role.MANAGER in situation.roles


@given(situation=situations(), move=MOVES)
def test_cancelled_is_final(situation: Situation, move: Move) -> None:
    assert may(replace(situation, state=State.CANCELLED), move) != ()


@given(situation=situations(), move=MOVES)
def test_people_with_no_part_in_the_work_move_nothing(situation: Situation, move: Move) -> None:
    onlooker = replace(situation, roles=frozenset({Role.REVIEWER, Role.ADMIN, Role.AUDITOR}))
    assert may(onlooker, move) != ()


class LifeOfAContact(RuleBasedStateMachine):
    """A contact with two children, worked by people who try anything; a record keeps what was allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.RECEIVED
        self.children = {name: Child(id=name, name=name) for name in ("sam", "lee")}
        self.recommender: str | None = None
        self.was_cancelled = False
        self.steps = 0

    def situation(self, actor: str, role: Role, changes: dict[str, Child], **said: Any) -> Situation:
        return Situation(
            state=self.state,
            actor_id=actor,
            roles=frozenset({role}),
            policy=POLICY,
            children=tuple({**self.children, **changes}.values()),
            about=frozenset(changes),
            recommender_id=self.recommender,
            **said,
        )

    def tried(self, move: Move, actor: str, role: Role, changes: dict[str, Child], **said: Any) -> bool:
        try:
            self.state = advance(self.situation(actor, role, changes, **said), move)
        except MoveRefused:
            return False
        assert not self.was_cancelled
        return True

    @rule(actor=PEOPLE, rating=st.sampled_from(list(Rating)), name=NAMES, why=MAYBE)
    def rate(self, actor: str, rating: Rating, name: str, why: str) -> None:
        before = self.children[name]
        rated = replace(before, rating=rating, rating_before=before.rating, why_lower=why)
        if self.tried(Move.RATE, actor, Role.PRACTITIONER, {name: rated}):
            assert not (before.rating is Rating.RED and rating is not Rating.RED)
            self.children[name] = replace(rated, rating_before=None)
            self.recommender = actor

    @precondition(lambda self: self.state not in {State.RECEIVED, State.SCREENED} or self.steps % 5 == 0)
    @rule(
        answer=st.sampled_from([Move.DECIDE, Move.AGREE, Move.CHANGE]),
        actor=PEOPLE,
        role=QUALIFIED,
        routes=BOTH | ONE,
        agreement=st.sampled_from([Agreement.GIVEN_VERBALLY, Agreement.NOT_NEEDED, Agreement.REFUSED, None]),
        level=st.sampled_from([1, 3]),
    )
    def choose(
        self,
        answer: Move,
        actor: str,
        role: Role,
        routes: dict[str, Route],
        agreement: Agreement | None,
        level: int,
    ) -> None:
        move = answer if self.state is State.WITH_MANAGER else Move.DECIDE
        said: dict[str, Any] = {"level": level, "advised_level": level, "reason": "Why.", "agreement": agreement}
        chosen = {name: replace(self.children[name], route=route, **said) for name, route in routes.items()}
        locked = self.state not in {State.RATED, State.WAITING_FOR_INFORMATION, State.WITH_MANAGER, State.REOPENED}
        if not self.tried(move, actor, role, chosen, reason="Why."):
            assert move is not Move.DECIDE or self.was_cancelled or set(routes.values()) != {R.STRATEGY_DISCUSSION}
            return
        weaker = [child for child in chosen.values() if child.route is not R.STRATEGY_DISCUSSION]
        signed = role is Role.MANAGER and actor != self.recommender
        assert not (weaker and locked)
        assert signed or all(child.rating is not Rating.RED and not (_closes(child) and level == 3) for child in weaker)
        for name, child in chosen.items():
            kept = replace(child, route=None, standing=child.route, hand_over=HandOver.NOT_OFFERED, receiver="Team")
            self.children[name] = kept

    @precondition(lambda self: self.state in {State.RATED, State.REOPENED})
    @rule(actor=PEOPLE)
    def recommend(self, actor: str) -> None:
        proposed = {
            name: replace(child, route=R.CHILD_AND_FAMILY_ASSESSMENT, reason="Why.")
            for name, child in self.children.items()
            if child.standing is None
        }
        if self.tried(Move.RECOMMEND, actor, Role.PRACTITIONER, proposed):
            self.recommender = actor

    @precondition(lambda self: any(child.standing for child in self.children.values()))
    @rule(name=NAMES, actor=PEOPLE, odd=st.sampled_from([None, *HANDING_OVER]))
    def hand_over(self, name: str, actor: str, odd: Move | None) -> None:
        child = self.children[name]
        move = odd or (Move.ACCEPT if child.hand_over is HandOver.OFFERED else Move.OFFER)
        role = Role.RECEIVING_TEAM if move in {Move.ACCEPT, Move.DECLINE} else Role.PRACTITIONER
        if self.tried(move, actor, role, {name: child}, reason="Why."):
            new = {Move.ACCEPT: HandOver.ACCEPTED, Move.DECLINE: HandOver.DECLINED}.get(move, HandOver.OFFERED)
            assert role is Role.PRACTITIONER or child.hand_over is HandOver.OFFERED
            self.children[name] = replace(child, hand_over=new)

    @rule(place=st.integers(0, 3), actor=PEOPLE, role=QUALIFIED | st.sampled_from(list(Role)))
    def move_on(self, place: int, actor: str, role: Role) -> None:
        moves = [move for move in moves_open(self.situation(actor, role, {})) if move in MOVING_ON]
        if (
            moves
            and self.tried(moves[place % len(moves)], actor, role, {}, reason="Why.")
            and self.state is State.REOPENED
        ):
            self.children = {name: replace(child, standing=None) for name, child in self.children.items()}

    @precondition(lambda self: self.steps % 9 == 8)
    @rule(actor=PEOPLE, role=st.sampled_from(list(Role)))
    def cancel(self, actor: str, role: Role) -> None:
        if self.tried(Move.CANCEL, actor, role, {}, reason="Entered twice."):
            assert role is Role.MANAGER
            self.was_cancelled = True

    @invariant()
    def time_passes(self) -> None:
        self.steps += 1

    @invariant()
    def a_decided_contact_has_an_outcome_for_every_child(self) -> None:
        if self.state in AFTER_DECISION or self.state is State.CLOSED:
            assert all(child.standing for child in self.children.values())

    @invariant()
    def a_contact_handed_over_or_closed_has_every_hand_over_accepted(self) -> None:
        if self.state in {State.HANDED_OVER, State.CLOSED}:
            receiving = [child for child in self.children.values() if not _closes(child)]
            assert all(child.hand_over is HandOver.ACCEPTED for child in receiving)

    @invariant()
    def cancelled_stays_cancelled(self) -> None:
        assert not self.was_cancelled or self.state is State.CANCELLED


def _closes(child: Child) -> bool:
    return (child.route or child.standing) in {
        R.ADVICE,
        R.SIGNPOSTING,
        R.INFORMATION_GIVEN,
        R.NO_FURTHER_ACTION,
    }


def test_a_contact_keeps_its_promises_whatever_people_do_to_it() -> None:
    run_state_machine_as_test(LifeOfAContact, settings=settings(stateful_step_count=40, deadline=None))
