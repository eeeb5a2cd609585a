"""The life of a contact, as policy: what follows from what up to a decision, and every reason why not."""

from dataclasses import replace

import pytest

from mash.workflow.contact import (
    Agreement,
    Child,
    HandOver,
    Move,
    Rating,
    Role,
    State,
    advance,
    may,
    may_backdate,
    moves_open,
)
from tests.workflow.routes import R
from tests.workflow.situations import (
    MANAGER,
    OFFICER,
    RECEIVER,
    WORKER,
    a_child,
    a_decided_child,
    a_situation,
    refused,
)

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
    bare = Child(id="sam", name="Sam", route=R.CHILD_AND_FAMILY_ASSESSMENT)

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
    changed = a_decided_child(route=R.STRATEGY_DISCUSSION)
    weaker = replace(changed, route=R.CHILD_AND_FAMILY_ASSESSMENT)
    assert refused(a_situation(State.RATED, weaker), Move.DECIDE) == (
        "An outcome already stands for Sam. Reopen the contact to change it.",
    )


def test_a_move_cannot_be_about_a_child_who_is_not_on_the_contact() -> None:
    with pytest.raises(ValueError, match="not on the contact"):
        a_situation(about=frozenset({"nobody"}))


# What has to be said


def test_going_below_the_rules_must_be_explained() -> None:
    lower = a_child(route=R.EARLY_HELP, level=2)
    managed = a_situation(State.RATED, lower, roles=MANAGER, recommender_id="bea")
    assert refused(managed, Move.DECIDE) == ("Say why you are choosing less than the rules suggest for Sam.",)

    explained = replace(lower, why_lower="A grandparent has moved in.")
    assert advance(replace(managed, children=(explained,)), Move.DECIDE) is State.DECIDED


def test_early_help_never_follows_a_refusal() -> None:
    unwilling = a_child(route=R.EARLY_HELP, level=2, advised_level=2, advised_route=None, agreement=Agreement.REFUSED)
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
