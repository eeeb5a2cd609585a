"""What may stop a move: each guard looks at one situation and answers with sentences fit for the screen, or none."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from mash.kinds import INFORMING, Kind
from mash.workflow import pattern, sign_off
from mash.workflow.child import Child
from mash.workflow.routes import Route
from mash.workflow.sign_off import Need
from mash.workflow.situation import Situation
from mash.workflow.words import Agreement, HandOver, Rating, Role

Guard: TypeAlias = Callable[[Situation], Iterable[str]]


def for_each(children: Iterable[Child], lacks: Callable[[Child], bool], sentence: str) -> list[str]:
    """Say a sentence for each child that lacks something; `{name}` in it is the child's name."""
    said = [sentence.format(name=child.name) for child in children if lacks(child)]
    return [f"{words[:1].upper()}{words[1:]}" for words in said]


def a_child_is_named(situation: Situation) -> list[str]:
    return [] if situation.children else ["Record at least one child, even if unborn or not yet named."]


def every_child_has_an_outcome(situation: Situation) -> list[str]:
    chosen = for_each(situation.concerned, lambda child: child.outcome is None, "Select what happens next for {name}.")
    left = for_each(situation.others, lambda child: child.standing is None, "Decide what happens next for {name} too.")
    return chosen + left


def what_stands_is_kept(situation: Situation) -> list[str]:
    def replaced(child: Child) -> bool:
        return bool(child.standing and child.route and child.route != child.standing)

    sentence = "An outcome already stands for {name}. Reopen the contact to change it."
    return for_each(situation.can_wait, replaced, sentence)


def nothing_stands(situation: Situation) -> list[str]:
    sentence = "An outcome already stands for {name}, so the contact is not an error."
    return for_each(situation.children, lambda child: child.standing is not None, sentence)


def decision_is_recorded(situation: Situation) -> list[str]:
    """Ask for level, rating, agreement and reasons, for children whose outcome can wait for them."""
    waiting = [child for child in situation.can_wait if child.route is not None]
    no_lower_reason = "Say why you are choosing less than the rules suggest for {name}."
    return [
        *for_each(waiting, lambda child: child.level is None, "Select a level of need for {name}."),
        *for_each(waiting, lambda child: child.rating is None, "Select a rating for {name}."),
        *for_each(
            waiting,
            lambda child: child.agreement is None and not _is(child.route, Kind.INFORMATION),
            "Select whether the parent or carer of {name} has agreed.",
        ),
        *for_each(waiting, lambda child: not child.reason.strip(), "Enter the reason for your decision about {name}."),
        *for_each(
            waiting,
            lambda child: situation.policy.below_rules(child) and not child.why_lower.strip(),
            no_lower_reason,
        ),
    ]


def _is(route: Route | None, kind: Kind) -> bool:
    return route is not None and route.kind is kind


def voluntary_help_is_agreed(situation: Situation) -> list[str]:
    sentence = (
        "{route} for {{name}} is voluntary and agreement was not given. "
        "Think again about what the child needs without it, and choose another step."
    )
    return [
        said
        for child in situation.concerned
        if child.route and child.route.kind.voluntary and child.agreement is not None and child.agreement.against
        for said in for_each([child], lambda _: True, sentence.format(route=child.route.words))
    ]


def signed_off(situation: Situation) -> list[str]:
    if situation.second_person:
        return []
    found = sign_off.findings(situation.policy, situation.children)
    return [finding.objection for finding in found]


def red_is_lowered_by_a_manager(situation: Situation) -> list[str]:
    if situation.second_person:
        return []
    found = sign_off.findings(
        situation.policy, [replace(child, route=None, standing=None) for child in situation.concerned]
    )
    lowered = [finding for finding in found if finding.code is Need.RED_LOWERED]
    return [f"{finding.sentence} A manager who did not set or suggest this must do it." for finding in lowered]


def second_pair_of_eyes(situation: Situation) -> list[str]:
    if situation.second_person or Role.MANAGER not in situation.roles or situation.recommender_id is None:
        return []
    exception = " or record why your team is too small for two" if situation.policy.small_team_exception else ""
    return [f"You recommended this, so another manager must answer it{exception}."]


def goes_ahead_at_once(situation: Situation) -> list[str]:
    """Let only an outcome pass that is chosen now and too strong to wait for anyone."""
    state, strong = situation.state.words.lower(), situation.policy.strong.lower()
    sentence = f"While the contact is {state}, {{name}} can only be given this or something stronger: {strong}."
    return for_each(situation.concerned, lambda child: not situation.policy.goes_ahead(child.route), sentence)


def has_a_rating(situation: Situation) -> list[str]:
    return for_each(situation.concerned, lambda child: child.rating is None, "Select a rating for {name}.")


def lower_rating_is_explained(situation: Situation) -> list[str]:
    fallen = [child for child in situation.concerned if child.rating_falls and not child.why_lower.strip()]
    red = [child for child in fallen if child.rating_before is Rating.RED]
    other = [child for child in fallen if child.rating_before is not Rating.RED]
    return [
        *for_each(red, lambda _: True, "Say why {name} is no longer red."),
        *for_each(other, lambda _: True, "Say why the rating of {name} is lower than it was."),
    ]


def recommendation_is_made(situation: Situation) -> list[str]:
    """Ask what is recommended and why, unless it is about a red: telling a manager of a red never waits."""
    children = [child for child in situation.can_wait if child.rating is not Rating.RED]
    return [
        *for_each(children, lambda child: child.outcome is None, "Select what you recommend for {name}."),
        *for_each(
            [child for child in children if child.outcome],
            lambda child: not (child.reason.strip() or child.standing),
            "Enter the reason for what you recommend for {name}.",
        ),
    ]


def pattern_is_viewed(situation: Situation) -> list[str]:
    """Ask whoever closes yet another contact what they make of all of them together; nothing stronger is asked."""
    found = pattern.asked(situation.repeats, situation.concerned, situation.children)
    if not found or situation.pattern_view.strip():
        return []
    return [f"Write your view of the pattern: this is {found[0].words}."]


def checks_are_lawful(situation: Situation) -> list[str]:
    wanting = {
        "Check the family's history first.": situation.history_checked,
        "Record the lawful basis for asking.": situation.lawful_basis_recorded,
        "Record agreement to these checks, or a manager's authority to make them without it.": situation.checks_allowed,
    }
    return [sentence for sentence, done in wanting.items() if not done]


def replies_are_in(situation: Situation) -> list[str]:
    left = situation.requests_outstanding
    return [f"{left} {'request is' if left == 1 else 'requests are'} still unanswered."] if left else []


def information_only(situation: Situation) -> list[str]:
    worried = "Only information, advice or signposting can close {name} this way. Rate the contact and decide."
    red = "{name} is rated red, so this needs a decision."
    return [
        *([] if situation.no_worry_confirmed else ["Confirm there is no worry about a child in this contact."]),
        *([] if situation.reason.strip() else ["Say what you did."]),
        *for_each(
            situation.children, lambda child: child.outcome is None or child.outcome.kind not in INFORMING, worried
        ),
        *for_each(situation.children, lambda child: child.rating is Rating.RED, red),
    ]


def receives(child: Child) -> bool:
    """Say whether somebody must receive this child after the outcome that stands."""
    return child.outcome is not None and not child.outcome.closes


def may_be_offered(situation: Situation) -> list[str]:
    needing = [child for child in situation.can_wait if receives(child)]
    early = [child for child in needing if child.outcome and child.outcome.kind.voluntary]
    offered = [child for child in situation.concerned if situation.about or receives(child)]
    return [
        *for_each(offered, lambda child: not receives(child), "Nobody needs to receive {name}."),
        *for_each(
            offered,
            lambda child: child.hand_over is HandOver.ACCEPTED,
            "The hand-over of {name} is already accepted.",
        ),
        *for_each(
            needing,
            lambda child: not child.receiver.strip(),
            "Name the service or lead practitioner to receive {name}.",
        ),
        *for_each(early, lambda child: not agreed(child), "Record the parent's or carer's agreement for {name}."),
    ]


def outcome_stands(situation: Situation) -> list[str]:
    return for_each(situation.concerned, lambda child: child.standing is None, "Decide what happens next for {name}.")


def stands_at_once(situation: Situation) -> list[str]:
    sentence = "The contact is not decided yet, so the hand-over of {name} waits for that."
    return for_each(situation.concerned, lambda child: not situation.policy.goes_ahead(child.standing), sentence)


def agreed(child: Child) -> bool:
    """Say whether a parent or carer has agreed, or a young person whose own agreement is enough is recorded so."""
    return child.agreement is not None and (child.agreement.given or child.agreement is Agreement.NOT_NEEDED)


def was_offered(situation: Situation) -> list[str]:
    sentence = "The hand-over of {name} has not been offered."
    answered = [child for child in situation.concerned if situation.about or receives(child)]
    return for_each(answered, lambda child: child.hand_over is not HandOver.OFFERED, sentence)


def others_are_accepted(situation: Situation) -> list[str]:
    waiting = [child for child in situation.others if receives(child)]
    sentence = "The hand-over of {name} is not accepted yet."
    return for_each(waiting, lambda child: child.hand_over is not HandOver.ACCEPTED, sentence)


def hand_overs_are_accepted(situation: Situation) -> list[str]:
    if situation.policy.close_before_acceptance:
        return []
    waiting = [child for child in situation.children if receives(child)]
    sentence = "The hand-over of {name} is not accepted yet; until it is, the child is yours."
    return for_each(waiting, lambda child: child.hand_over is not HandOver.ACCEPTED, sentence)


def step_down_is_prepared(situation: Situation) -> list[str]:
    strong = [child for child in situation.concerned if situation.policy.goes_ahead(child.standing)]
    had = "The outcome for {{name}} is not stepped down from here: {route}."
    return [
        *(
            said
            for child in strong
            if child.standing
            for said in for_each([child], lambda _: True, had.format(route=child.standing.words.lower()))
        ),
        *for_each(
            situation.concerned,
            lambda child: not (child.agreement and child.agreement.given),
            "Record the parent's or carer's agreement to step {name} down.",
        ),
        *for_each(
            situation.concerned,
            lambda child: not child.receiver.strip(),
            "Name the lead practitioner who will receive {name}.",
        ),
    ]


def has_a_reason(situation: Situation) -> list[str]:
    return [] if situation.reason.strip() else ["Give a reason."]


def manager_or_undo(situation: Situation) -> list[str]:
    undoing = situation.undo_open and situation.actor_id == situation.decider_id
    if Role.MANAGER in situation.roles or undoing:
        return []
    return ["A manager reopens a contact; the person who decided may undo it for the first few minutes."]


def may_backdate(situation: Situation) -> tuple[str, ...]:
    """List what stands in the way of moving a recorded time of receipt to an earlier one; empty when nothing does."""
    manager = [] if Role.MANAGER in situation.roles else ["A manager moves a time of receipt to an earlier one."]
    return (*manager, *has_a_reason(situation))
