"""The life of a contact, as policy: what follows from what, for whom, and every reason why not."""

import gc
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mash.workflow.contact import (
    MACHINE,
    TABLE,
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
    diagram,
    may,
    may_backdate,
    moves_open,
)
from mash.workflow.sign_off import policy_on

POLICY = policy_on(date(2026, 11, 25))
WORKER, MANAGER, OFFICER = frozenset({Role.PRACTITIONER}), frozenset({Role.MANAGER}), frozenset({Role.CONTACT_OFFICER})
RECEIVER = frozenset({Role.RECEIVING_TEAM})


def a_child(**said: Any) -> Child:
    usual: dict[str, Any] = {
        "id": "sam",
        "name": "Sam",
        "route": Route.CHILD_AND_FAMILY_ASSESSMENT,
        "level": 3,
        "rating": Rating.AMBER,
        "advised_level": 3,
        "advised_route": Route.CHILD_AND_FAMILY_ASSESSMENT,
        "reason": "Bruising to the arm, and an account that changed.",
        "agreement": Agreement.GIVEN_VERBALLY,
    }
    return Child(**usual | said)


def a_decided_child(**said: Any) -> Child:
    route = said.pop("route", Route.CHILD_AND_FAMILY_ASSESSMENT)
    return a_child(**{"route": None, "standing": route, "receiver": "Assessment team 2"} | said)


def a_situation(state: State = State.RATED, *children: Child, **said: Any) -> Situation:
    usual: dict[str, Any] = {"actor_id": "ana", "roles": WORKER, "policy": POLICY, "children": children or (a_child(),)}
    return Situation(state=state, **usual | said)


def refused(situation: Situation, move: Move) -> tuple[str, ...]:
    with pytest.raises(MoveRefused) as caught:
        advance(situation, move)
    assert may(situation, move) == caught.value.objections
    return caught.value.objections


# The ordinary way through


def test_a_contact_goes_from_new_to_closed_by_the_ordinary_way() -> None:
    decided = a_decided_child(hand_over=HandOver.OFFERED)
    accepted = replace(decided, hand_over=HandOver.ACCEPTED)

    assert advance(a_situation(State.RECEIVED, roles=OFFICER), Move.SCREEN) is State.SCREENED
    assert advance(a_situation(State.SCREENED), Move.RATE) is State.RATED
    assert advance(a_situation(State.RATED), Move.DECIDE) is State.DECIDED
    assert advance(a_situation(State.DECIDED, a_decided_child()), Move.OFFER) is State.DECIDED
    assert advance(a_situation(State.DECIDED, decided, roles=RECEIVER), Move.ACCEPT) is State.HANDED_OVER
    assert advance(a_situation(State.HANDED_OVER, accepted), Move.CLOSE) is State.CLOSED


@pytest.mark.parametrize("state", [State.RATED, State.WAITING_FOR_INFORMATION, State.WITH_MANAGER, State.REOPENED])
def test_a_rating_may_change_without_moving_the_contact(state: State) -> None:
    assert advance(a_situation(state), Move.RATE) is state


@pytest.mark.parametrize("state", [State.RECEIVED, State.SCREENED])
def test_an_ordinary_decision_waits_until_the_contact_is_rated(state: State) -> None:
    assert refused(a_situation(state), Move.DECIDE)


def test_a_move_that_does_not_follow_says_so() -> None:
    assert refused(a_situation(State.CLOSED), Move.SCREEN) == ("Screen does not follow while the contact is closed.",)


def test_every_objection_is_given_at_once() -> None:
    bare = Child(id="sam", name="Sam", route=Route.CHILD_AND_FAMILY_ASSESSMENT)

    assert refused(a_situation(State.RATED, bare, roles=OFFICER), Move.DECIDE) == (
        "This is for a qualified social worker or manager: decide.",
        "Select a level of need for Sam.",
        "Select a rating for Sam.",
        "Select whether the parent or carer of Sam has agreed.",
        "Enter the reason for your decision about Sam.",
    )


def test_a_refused_move_leaves_the_situation_as_it_was() -> None:
    situation = a_situation(State.RATED, a_child(level=None))
    before = replace(situation)

    refused(situation, Move.DECIDE)

    assert situation == before


# Who


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN, Role.AUDITOR])
@pytest.mark.parametrize("state", list(State))
def test_reviewers_administrators_and_auditors_move_nothing(role: Role, state: State) -> None:
    assert moves_open(a_situation(state, roles=frozenset({role}))) == ()


def test_a_contact_officer_may_not_set_a_rating() -> None:
    assert refused(a_situation(State.SCREENED, roles=OFFICER), Move.RATE) == (
        "This is for a qualified social worker or manager: rate.",
    )


def test_the_moves_open_to_a_contact_officer_on_a_new_contact_are_to_screen_or_inform() -> None:
    assert moves_open(a_situation(State.RECEIVED, roles=OFFICER)) == (Move.SCREEN, Move.INFORM)


def test_only_the_receiving_team_accepts() -> None:
    offered = a_decided_child(hand_over=HandOver.OFFERED)
    assert refused(a_situation(State.DECIDED, offered, roles=MANAGER), Move.ACCEPT) == (
        "This is for a receiving team: accept the hand-over.",
    )


# Each child


def test_a_contact_is_decided_only_when_every_child_has_an_outcome() -> None:
    undecided = a_child(id="lee", name="Lee", route=None)
    assert refused(a_situation(State.RATED, a_child(), undecided), Move.DECIDE) == (
        "Select what happens next for Lee.",
    )


def test_a_child_left_out_of_a_decision_must_already_have_an_outcome() -> None:
    both = (a_child(), a_child(id="lee", name="Lee"))
    about_sam = a_situation(State.RATED, *both, about=frozenset({"sam"}))
    assert refused(about_sam, Move.DECIDE) == ("Decide what happens next for Lee too.",)

    lee_stands = replace(about_sam, children=(both[0], a_decided_child(id="lee", name="Lee")))
    assert advance(lee_stands, Move.DECIDE) is State.DECIDED


@pytest.mark.parametrize(
    ("state", "move", "roles"),
    [
        (State.SCREENED, Move.RATE, WORKER),
        (State.RATED, Move.DECIDE, WORKER),
        (State.CLOSED, Move.DECIDE, WORKER),
        (State.WITH_MANAGER, Move.AGREE, MANAGER),
        (State.DECIDED, Move.OFFER, WORKER),
        (State.DECIDED, Move.ACCEPT, RECEIVER),
        (State.HANDED_OVER, Move.STEP_DOWN, WORKER),
    ],
)
def test_what_is_done_for_a_child_needs_a_child(state: State, move: Move, roles: frozenset[Role]) -> None:
    nobody = a_situation(state, children=(), roles=roles)
    assert refused(nobody, move) == ("Record at least one child, even if unborn or not yet named.",)


def test_an_outcome_that_stands_is_not_replaced_without_reopening() -> None:
    changed = a_decided_child(route=Route.STRATEGY_DISCUSSION)
    weaker = replace(changed, route=Route.CHILD_AND_FAMILY_ASSESSMENT)
    assert refused(a_situation(State.RATED, weaker), Move.DECIDE) == (
        "An outcome already stands for Sam. Reopen the contact to change it.",
    )


def test_a_move_cannot_be_about_a_child_who_is_not_on_the_contact() -> None:
    with pytest.raises(ValueError, match="not on the contact"):
        a_situation(about=frozenset({"nobody"}))


# What has to be said


def test_going_below_the_rules_must_be_explained() -> None:
    lower = a_child(route=Route.EARLY_HELP, level=2)
    managed = a_situation(State.RATED, lower, roles=MANAGER, recommender_id="bea")
    assert refused(managed, Move.DECIDE) == ("Say why you are choosing less than the rules suggest for Sam.",)

    explained = replace(lower, why_lower="A grandparent has moved in.")
    assert advance(replace(managed, children=(explained,)), Move.DECIDE) is State.DECIDED


def test_early_help_never_follows_a_refusal() -> None:
    unwilling = a_child(
        route=Route.EARLY_HELP, level=2, advised_level=2, advised_route=None, agreement=Agreement.REFUSED
    )
    assert "voluntary" in refused(a_situation(State.RATED, unwilling), Move.DECIDE)[0]


def test_to_rate_is_to_give_a_rating() -> None:
    assert refused(a_situation(State.SCREENED, a_child(rating=None)), Move.RATE) == ("Select a rating for Sam.",)


def test_lowering_a_rating_must_be_explained_and_raising_it_need_not() -> None:
    lowered = a_child(rating=Rating.GREEN, rating_before=Rating.AMBER)
    raised = a_child(rating=Rating.RED, rating_before=Rating.AMBER)

    assert refused(a_situation(State.RATED, lowered), Move.RATE) == ("Say why the rating of Sam is lower than it was.",)
    assert advance(a_situation(State.RATED, raised), Move.RATE) is State.RATED


def test_lowering_red_needs_a_reason_and_a_manager_who_did_not_set_it() -> None:
    lowered = a_child(rating=Rating.AMBER, rating_before=Rating.RED)
    assert refused(a_situation(State.RATED, lowered), Move.RATE) == (
        "Say why Sam is no longer red.",
        "Sam is being lowered from red. A manager who did not set or suggest this must do it.",
    )

    explained = replace(lowered, why_lower="The alleged perpetrator is in custody.")
    own_rating = a_situation(State.RATED, explained, roles=MANAGER, actor_id="mo", recommender_id="mo")
    assert len(refused(own_rating, Move.RATE)) == 1
    assert advance(replace(own_rating, recommender_id="ana"), Move.RATE) is State.RATED


def test_agencies_are_asked_only_after_history_lawful_basis_and_agreement_or_authority() -> None:
    unready = a_situation(State.RATED)
    assert len(refused(unready, Move.ASK_INFORMATION)) == 3

    ready = replace(unready, history_checked=True, lawful_basis_recorded=True, checks_allowed=True)
    assert advance(ready, Move.ASK_INFORMATION) is State.WAITING_FOR_INFORMATION


def test_a_contact_waits_until_the_last_reply_is_in() -> None:
    waiting = a_situation(State.WAITING_FOR_INFORMATION, requests_outstanding=1)
    assert advance(waiting, Move.INFORMATION_IN) is State.WAITING_FOR_INFORMATION
    assert advance(replace(waiting, requests_outstanding=0), Move.INFORMATION_IN) is State.RATED


@pytest.mark.parametrize("move", [Move.CANCEL, Move.RETURN_IT, Move.CHANGE, Move.REOPEN, Move.DECLINE])
def test_a_move_that_undoes_another_persons_work_needs_a_reason(move: Move) -> None:
    state = State.DECIDED if move in {Move.REOPEN, Move.DECLINE} else State.WITH_MANAGER
    child = a_decided_child(hand_over=HandOver.OFFERED) if state is State.DECIDED else a_child()
    roles = RECEIVER if move is Move.DECLINE else MANAGER
    silent = a_situation(state, child, roles=roles, recommender_id="bea", reason="  ")

    assert refused(silent, move) == ("Give a reason.",)
    assert may(replace(silent, reason="The wrong family."), move) == ()


def test_moving_a_receipt_back_in_time_needs_a_reason_and_a_manager() -> None:
    assert len(may_backdate(a_situation())) == 2
    assert may_backdate(a_situation(roles=MANAGER, reason="The email was in another inbox.")) == ()


# Managers


def test_a_red_is_told_to_a_manager_before_anything_else_is_known() -> None:
    red = Child(id="sam", rating=Rating.RED)
    assert advance(a_situation(State.RATED, red), Move.RECOMMEND) is State.WITH_MANAGER


def test_a_recommendation_says_what_and_why() -> None:
    bare = a_child(route=None)
    unexplained = a_child(reason="")
    assert refused(a_situation(State.RATED, bare), Move.RECOMMEND) == ("Select what you recommend for Sam.",)
    assert refused(a_situation(State.RATED, unexplained), Move.RECOMMEND) == (
        "Enter the reason for what you recommend for Sam.",
    )


@pytest.mark.parametrize("move", [Move.AGREE, Move.CHANGE])
def test_whoever_recommended_may_not_also_agree(move: Move) -> None:
    own = a_situation(State.WITH_MANAGER, roles=MANAGER, actor_id="mo", recommender_id="mo", reason="More is known.")
    assert refused(own, move) == (
        "You recommended this, so another manager must answer it or record why your team is too small for two.",
    )
    assert advance(replace(own, recommender_id="ana"), move) is State.DECIDED


def test_a_small_team_may_record_an_exception_where_policy_allows() -> None:
    own = a_situation(State.WITH_MANAGER, roles=MANAGER, actor_id="mo", recommender_id="mo")
    alone = replace(own, exception_reason="The only manager on duty on Boxing Day.")
    strict = replace(alone, policy=replace(POLICY, small_team_exception=False))

    assert advance(alone, Move.AGREE) is State.DECIDED
    assert refused(strict, Move.AGREE) == ("You recommended this, so another manager must answer it.",)


def test_a_manager_returns_a_recommendation_to_the_practitioner() -> None:
    asked = a_situation(State.WITH_MANAGER, roles=MANAGER, reason="Speak to the school first.")
    assert advance(asked, Move.RETURN_IT) is State.RATED


def test_a_red_decision_by_a_practitioner_goes_to_a_manager() -> None:
    red = a_child(rating=Rating.RED)
    assert refused(a_situation(State.RATED, red), Move.DECIDE) == (
        "Sam is rated red. A manager who did not recommend it must agree.",
    )
    assert advance(a_situation(State.RATED, red, roles=MANAGER, recommender_id="bea"), Move.DECIDE) is State.DECIDED


# Software never holds up a stronger response


@pytest.mark.parametrize("state", [state for state in State if state is not State.CANCELLED])
def test_a_strategy_discussion_is_decided_at_once_from_any_state_with_nothing_else_recorded(state: State) -> None:
    bare = Child(id="sam", route=Route.STRATEGY_DISCUSSION)
    assert advance(a_situation(state, bare), Move.DECIDE) is State.DECIDED


def test_a_strategy_discussion_for_one_child_does_not_wait_for_the_others() -> None:
    children = (Child(id="sam", route=Route.STRATEGY_DISCUSSION), a_child(id="lee", route=Route.NO_FURTHER_ACTION))
    situation = a_situation(State.WITH_MANAGER, *children, about=frozenset({"sam"}))
    assert advance(situation, Move.DECIDE) is State.WITH_MANAGER

    sam = Child(id="sam", standing=Route.STRATEGY_DISCUSSION)
    offering = replace(situation, children=(sam, children[1]))
    assert advance(offering, Move.OFFER) is State.WITH_MANAGER
    assert moves_open(offering) == (Move.RATE, Move.RECOMMEND, Move.DECIDE, Move.OFFER)
    assert moves_open(situation) == (Move.RATE, Move.RECOMMEND, Move.DECIDE)


@pytest.mark.parametrize("move", [Move.ACCEPT, Move.DECLINE])
def test_a_strategy_discussion_offered_at_once_is_answered_at_once(move: Move) -> None:
    offered = Child(id="sam", standing=Route.STRATEGY_DISCUSSION, hand_over=HandOver.OFFERED)
    waiting = a_situation(State.RATED, offered, a_child(id="lee"), about=frozenset({"sam"}), roles=RECEIVER)
    assert advance(replace(waiting, reason="The other district leads."), move) is State.RATED


def test_the_other_children_do_not_ride_along_with_a_strategy_discussion() -> None:
    sam, lee = Child(id="sam", route=Route.STRATEGY_DISCUSSION), Child(id="lee", name="Lee", route=Route.ADVICE)
    assert refused(a_situation(State.CLOSED, sam, lee), Move.DECIDE) == (
        "While the contact is closed, Lee can only be given a strategy discussion or stronger.",
    )


def test_a_hand_over_before_the_contact_is_decided_is_only_for_what_goes_ahead_at_once() -> None:
    assert refused(a_situation(State.RATED, a_decided_child()), Move.OFFER) == (
        "The contact is not decided yet, so the hand-over of Sam waits for that.",
    )


# Information only


def test_an_information_only_contact_closes_quickly() -> None:
    told = a_child(route=Route.INFORMATION_GIVEN, rating=None, level=None, advised_level=None, advised_route=None)
    asked = a_situation(
        State.RECEIVED, told, roles=OFFICER, no_worry_confirmed=True, reason="Told Cafcass nothing is held."
    )
    assert advance(asked, Move.INFORM) is State.CLOSED
    assert refused(replace(asked, no_worry_confirmed=False, reason=""), Move.INFORM) == (
        "Confirm there is no worry about a child in this contact.",
        "Say what you did.",
    )


def test_a_child_the_rules_put_at_level_3_is_not_closed_as_information_only() -> None:
    worrying = a_child(route=Route.ADVICE, advised_route=None, level=None)
    quick = a_situation(State.RATED, worrying, no_worry_confirmed=True, reason="Advised the school.")
    assert refused(quick, Move.INFORM) == (
        "Sam would be closed at a level the rules put at 3 or 4. A manager who did not recommend it must agree.",
    )


def test_a_red_is_never_closed_as_information_only() -> None:
    red = a_child(route=Route.ADVICE, rating=Rating.RED, advised_level=None, advised_route=None)
    quick = a_situation(State.RATED, red, roles=MANAGER, no_worry_confirmed=True, reason="Advised.")
    assert refused(quick, Move.INFORM) == ("Sam is rated red, so this needs a decision.",)


# Handing over


def test_early_help_names_who_will_receive_the_child_and_has_agreement() -> None:
    bare = a_decided_child(route=Route.EARLY_HELP, receiver="", agreement=Agreement.NOT_ASKED_OTHER)
    assert refused(a_situation(State.DECIDED, bare), Move.OFFER) == (
        "Name the service or lead practitioner to receive Sam.",
        "Record the parent's or carer's agreement for Sam.",
    )


@pytest.mark.parametrize(("state", "move"), [(State.DECIDED, Move.OFFER), (State.HANDED_OVER, Move.STEP_DOWN)])
def test_nobody_is_offered_a_child_before_an_outcome_stands(state: State, move: Move) -> None:
    undecided = a_child(receiver="Assessment team 2")
    assert refused(a_situation(state, undecided), move) == ("Decide what happens next for Sam.",)


def test_nobody_receives_a_child_given_advice() -> None:
    advised = a_decided_child(route=Route.ADVICE)
    assert refused(a_situation(State.DECIDED, advised, about=frozenset({"sam"})), Move.OFFER) == (
        "Nobody needs to receive Sam.",
    )


def test_a_contact_is_handed_over_when_the_last_child_is_accepted() -> None:
    sam = a_decided_child(hand_over=HandOver.OFFERED)
    lee = a_decided_child(id="lee", name="Lee", hand_over=HandOver.OFFERED)
    kim = a_decided_child(id="kim", name="Kim", route=Route.ADVICE)
    first = a_situation(State.DECIDED, sam, lee, kim, roles=RECEIVER, about=frozenset({"sam"}))

    assert advance(first, Move.ACCEPT) is State.DECIDED
    last = replace(first, children=(sam, replace(lee, hand_over=HandOver.ACCEPTED), kim))
    assert advance(last, Move.ACCEPT) is State.HANDED_OVER


def test_what_was_not_offered_cannot_be_accepted() -> None:
    assert refused(a_situation(State.DECIDED, a_decided_child(), roles=RECEIVER), Move.ACCEPT) == (
        "The hand-over of Sam has not been offered.",
    )


def test_a_decline_leaves_the_contact_decided() -> None:
    offered = a_decided_child(hand_over=HandOver.OFFERED)
    declined = a_situation(State.DECIDED, offered, roles=RECEIVER, reason="Lives in another district.")
    assert advance(declined, Move.DECLINE) is State.DECIDED
    assert advance(replace(declined, state=State.STEPPED_DOWN), Move.DECLINE) is State.DECIDED


def test_a_contact_stays_the_senders_until_it_is_accepted() -> None:
    offered = a_situation(State.DECIDED, a_decided_child(hand_over=HandOver.OFFERED))
    assert refused(offered, Move.CLOSE) == (
        "The hand-over of Sam is not accepted yet; until it is, the child is yours.",
    )

    lenient = replace(offered, policy=replace(POLICY, close_before_acceptance=True))
    assert advance(lenient, Move.CLOSE) is State.CLOSED


def test_advice_closes_with_nobody_to_accept_it() -> None:
    assert advance(a_situation(State.DECIDED, a_decided_child(route=Route.ADVICE)), Move.CLOSE) is State.CLOSED


def test_stepping_down_needs_agreement_and_a_lead_practitioner() -> None:
    bare = a_decided_child(agreement=None, receiver="")
    assert len(refused(a_situation(State.HANDED_OVER, bare), Move.STEP_DOWN)) == 2

    ready = a_decided_child(receiver="Jo Lee, Hill School")
    assert advance(a_situation(State.HANDED_OVER, ready), Move.STEP_DOWN) is State.STEPPED_DOWN
    offered = replace(ready, hand_over=HandOver.OFFERED)
    assert advance(a_situation(State.STEPPED_DOWN, offered, roles=RECEIVER), Move.ACCEPT) is State.CLOSED


def test_a_strategy_discussion_is_not_stepped_down_from_here() -> None:
    strong = a_decided_child(route=Route.STRATEGY_DISCUSSION)
    assert refused(a_situation(State.HANDED_OVER, strong), Move.STEP_DOWN) == (
        "Sam had a strategy discussion, which is not stepped down from here.",
    )


# Undoing


def test_the_decider_may_undo_for_a_few_minutes_and_then_only_a_manager_reopens() -> None:
    decided = a_situation(
        State.DECIDED, a_decided_child(), decider_id="ana", undo_open=True, reason="Wrong child chosen."
    )
    assert advance(decided, Move.REOPEN) is State.REOPENED
    assert len(refused(replace(decided, undo_open=False), Move.REOPEN)) == 1
    assert len(refused(replace(decided, actor_id="bea"), Move.REOPEN)) == 1
    assert advance(replace(decided, undo_open=False, roles=MANAGER), Move.REOPEN) is State.REOPENED


def test_a_contact_with_an_outcome_is_not_cancelled_as_an_error() -> None:
    partly = a_situation(State.RATED, a_decided_child(), roles=MANAGER, reason="Entered twice.")
    assert refused(partly, Move.CANCEL) == ("An outcome already stands for Sam, so the contact is not an error.",)


def test_cancelled_is_final() -> None:
    everyone = frozenset(Role)
    assert moves_open(a_situation(State.CANCELLED, roles=everyone)) == ()


# The machine


def test_the_machine_has_the_table_and_nothing_more() -> None:
    drawn = {(step.move.value, source.name) for step in TABLE for source in step.sources}
    built = {(name, source) for name, event in MACHINE.events.items() for source in event.transitions}

    assert set(MACHINE.states) == {state.name for state in State}
    assert built == drawn
    assert set(MACHINE.events) == set(Move)


def test_the_machine_remembers_no_contact() -> None:
    for _ in range(50):
        advance(a_situation(), Move.DECIDE)
    gc.collect()

    assert MACHINE.models == []
    assert not [thing for thing in gc.get_objects() if type(thing).__name__ == "_Attempt"]


def test_the_diagram_draws_every_row_once() -> None:
    lines = diagram().splitlines()
    arrows = [line for line in lines if "-->" in line and "[*]" not in line]
    pairs = {(source, step.dest or source) for step in TABLE for source in step.sources}

    assert lines[:2] == ["stateDiagram-v2", "    [*] --> received"]
    assert len(arrows) == len(set(arrows)) == len(pairs)
    assert "    with_manager --> decided : decide at once, agree, change" in arrows
    assert "    closed --> reopened : reopen" in arrows
    assert diagram() == diagram()
