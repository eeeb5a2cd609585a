"""The life of a contact, as policy: who must agree, what never waits, hand-over, undoing, and the machine itself."""

import gc
from dataclasses import replace

import pytest

from mash.workflow.contact import (
    MACHINE,
    TABLE,
    Agreement,
    Child,
    HandOver,
    Move,
    Rating,
    Role,
    State,
    advance,
    diagram,
    moves_open,
)
from tests.workflow.routes import R
from tests.workflow.situations import (
    MANAGER,
    OFFICER,
    POLICY,
    RECEIVER,
    a_child,
    a_decided_child,
    a_situation,
    refused,
)

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
    bare = Child(id="sam", route=R.STRATEGY_DISCUSSION)
    assert advance(a_situation(state, bare), Move.DECIDE) is State.DECIDED


def test_a_strategy_discussion_for_one_child_does_not_wait_for_the_others() -> None:
    children = (Child(id="sam", route=R.STRATEGY_DISCUSSION), a_child(id="lee", route=R.NO_FURTHER_ACTION))
    situation = a_situation(State.WITH_MANAGER, *children, about=frozenset({"sam"}))
    assert advance(situation, Move.DECIDE) is State.WITH_MANAGER

    sam = Child(id="sam", standing=R.STRATEGY_DISCUSSION)
    offering = replace(situation, children=(sam, children[1]))
    assert advance(offering, Move.OFFER) is State.WITH_MANAGER
    assert moves_open(offering) == (Move.RATE, Move.RECOMMEND, Move.DECIDE, Move.OFFER)
    assert moves_open(situation) == (Move.RATE, Move.RECOMMEND, Move.DECIDE)


@pytest.mark.parametrize("move", [Move.ACCEPT, Move.DECLINE])
def test_a_strategy_discussion_offered_at_once_is_answered_at_once(move: Move) -> None:
    offered = Child(id="sam", standing=R.STRATEGY_DISCUSSION, hand_over=HandOver.OFFERED)
    waiting = a_situation(State.RATED, offered, a_child(id="lee"), about=frozenset({"sam"}), roles=RECEIVER)
    assert advance(replace(waiting, reason="The other district leads."), move) is State.RATED


def test_the_other_children_do_not_ride_along_with_a_strategy_discussion() -> None:
    sam, lee = Child(id="sam", route=R.STRATEGY_DISCUSSION), Child(id="lee", name="Lee", route=R.ADVICE)
    assert refused(a_situation(State.CLOSED, sam, lee), Move.DECIDE) == (
        "While the contact is closed, Lee can only be given this or something stronger: strategy discussion.",
    )


def test_a_hand_over_before_the_contact_is_decided_is_only_for_what_goes_ahead_at_once() -> None:
    assert refused(a_situation(State.RATED, a_decided_child()), Move.OFFER) == (
        "The contact is not decided yet, so the hand-over of Sam waits for that.",
    )


# Information only


def test_an_information_only_contact_closes_quickly() -> None:
    told = a_child(route=R.INFORMATION_GIVEN, rating=None, level=None, advised_level=None, advised_route=None)
    asked = a_situation(
        State.RECEIVED, told, roles=OFFICER, no_worry_confirmed=True, reason="Told Cafcass nothing is held."
    )
    assert advance(asked, Move.INFORM) is State.CLOSED
    assert refused(replace(asked, no_worry_confirmed=False, reason=""), Move.INFORM) == (
        "Confirm there is no worry about a child in this contact.",
        "Say what you did.",
    )


def test_a_child_the_rules_put_at_level_3_is_not_closed_as_information_only() -> None:
    worrying = a_child(route=R.ADVICE, advised_route=None, level=None)
    quick = a_situation(State.RATED, worrying, no_worry_confirmed=True, reason="Advised the school.")
    assert refused(quick, Move.INFORM) == (
        (
            "Sam would be closed at a level that is statutory for some or all. "
            "A manager who did not recommend it must agree."
        ),
    )


def test_a_red_is_never_closed_as_information_only() -> None:
    red = a_child(route=R.ADVICE, rating=Rating.RED, advised_level=None, advised_route=None)
    quick = a_situation(State.RATED, red, roles=MANAGER, no_worry_confirmed=True, reason="Advised.")
    assert "Sam is rated red, so this needs a decision." in refused(quick, Move.INFORM)


# Handing over


def test_early_help_names_who_will_receive_the_child_and_has_agreement() -> None:
    bare = a_decided_child(route=R.EARLY_HELP, receiver="", agreement=Agreement.NOT_ASKED_OTHER)
    assert refused(a_situation(State.DECIDED, bare), Move.OFFER) == (
        "Name the service or lead practitioner to receive Sam.",
        "Record the parent's or carer's agreement for Sam.",
    )


@pytest.mark.parametrize(("state", "move"), [(State.DECIDED, Move.OFFER), (State.HANDED_OVER, Move.STEP_DOWN)])
def test_nobody_is_offered_a_child_before_an_outcome_stands(state: State, move: Move) -> None:
    undecided = a_child(receiver="Assessment team 2")
    assert refused(a_situation(state, undecided), move) == ("Decide what happens next for Sam.",)


def test_nobody_receives_a_child_given_advice() -> None:
    advised = a_decided_child(route=R.ADVICE)
    assert refused(a_situation(State.DECIDED, advised, about=frozenset({"sam"})), Move.OFFER) == (
        "Nobody needs to receive Sam.",
    )


def test_a_contact_is_handed_over_when_the_last_child_is_accepted() -> None:
    sam = a_decided_child(hand_over=HandOver.OFFERED)
    lee = a_decided_child(id="lee", name="Lee", hand_over=HandOver.OFFERED)
    kim = a_decided_child(id="kim", name="Kim", route=R.ADVICE)
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
    assert advance(a_situation(State.DECIDED, a_decided_child(route=R.ADVICE)), Move.CLOSE) is State.CLOSED


def test_stepping_down_needs_agreement_and_a_lead_practitioner() -> None:
    bare = a_decided_child(agreement=None, receiver="")
    assert len(refused(a_situation(State.HANDED_OVER, bare), Move.STEP_DOWN)) == 2

    ready = a_decided_child(receiver="Jo Lee, Hill School")
    assert advance(a_situation(State.HANDED_OVER, ready), Move.STEP_DOWN) is State.STEPPED_DOWN
    offered = replace(ready, hand_over=HandOver.OFFERED)
    assert advance(a_situation(State.STEPPED_DOWN, offered, roles=RECEIVER), Move.ACCEPT) is State.CLOSED


def test_a_strategy_discussion_is_not_stepped_down_from_here() -> None:
    strong = a_decided_child(route=R.STRATEGY_DISCUSSION)
    assert refused(a_situation(State.HANDED_OVER, strong), Move.STEP_DOWN) == (
        "The outcome for Sam is not stepped down from here: strategy discussion.",
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
