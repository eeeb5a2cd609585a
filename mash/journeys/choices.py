"""What a person chose for a child, what the thresholds advise beside it, and both in the workflow's terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.models import Agreement, Contact
from mash.queries.facts import agreements, newest_of
from mash.rules import Advice, NoRuleSetInForce
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.routes import Route, Routes
from mash.workflow.words import Rating, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person chose for one child. Empty means not said; the workflow says what it still needs.

    ``own_level`` is the level chosen before the check was shown; ``level`` is the one that stands.
    """

    child_id: int
    route: str | None = None
    level: int | None = None
    own_level: int | None = None
    rating: str | None = None
    reason: str = ""
    why_lower: str = ""
    agreement: str | None = None
    agreement_by: str = ""
    overrides_agreement: bool = False
    receiver: str = ""
    extra_routes: tuple[str, ...] = ()
    contact_type: str | None = None
    no_indicators: bool = False


def refuse_strangers(contact: Contact, choices: tuple[Choice, ...]) -> None:
    """See that every choice is about a child on the contact.

    Raises:
        MoveRefused: If one is not.
    """
    known = {child.id for child in contact.children}
    if not known.issuperset(choice.child_id for choice in choices):
        objection = "This is about a child who is not on the contact."
        raise MoveRefused(Move.DECIDE, State(contact.state), (objection,))


def refuse_foreign(contact: Contact, choices: tuple[Choice, ...], practice: Practice, at: datetime) -> None:
    """See that what is chosen is an outcome and a level of the version that judges the contact, or too strong to wait.

    Raises:
        MoveRefused: If one is another version's.
    """
    routes, policy = practice.routes(contact, at), practice.sign_off(at)
    chosen = [route for choice in choices if (route := routes.get(choice.route))]
    foreign = {one.words for one in chosen if one.key not in routes.own and not policy.goes_ahead(one)}
    if foreign:
        sentence = "Select what happens next by the thresholds that judge this contact. They have no {}."
        objections = tuple(sentence.format(words.lower()) for words in sorted(foreign))
        raise MoveRefused(Move.DECIDE, State(contact.state), objections)
    ruleset = practice.judging(contact, at)
    waiting = [choice for choice in choices if choice.level and not policy.goes_ahead(routes.get(choice.route))]
    if ruleset and {choice.level for choice in waiting} - {level.ordinal for level in ruleset.levels}:
        objection = "Select a level of need of the thresholds that judge this contact."
        raise MoveRefused(Move.DECIDE, State(contact.state), (objection,))


def keep_agreements(
    session: Session, contact: Contact, choices: tuple[Choice, ...], *, by: Actor, at: datetime
) -> None:
    """Keep what was said about agreement as its own fact, before anything is decided by it."""
    before = agreements(session, contact) if any(choice.agreement for choice in choices) else []
    for choice in choices:
        if choice.overrides_agreement:
            _keep_override(session, contact, choice, by=by, at=at)
        if choice.agreement is None:
            continue
        service = newest_of(before, choice.child_id).get("service")
        standing = service.status if service else None
        if standing == choice.agreement:
            continue
        session.add(
            Agreement(
                contact_id=contact.id,
                child_id=choice.child_id,
                kind="service",
                status=choice.agreement,
                given_by=choice.agreement_by,
                by_id=by.user_id,
                at=at,
            )
        )
        said = {"child": choice.child_id, "from": standing, "to": choice.agreement}
        record_event(session, kind="child.agreement", at=at, by=by, contact_id=contact.id, data=said)
    session.flush()


def _keep_override(session: Session, contact: Contact, choice: Choice, *, by: Actor, at: datetime) -> None:
    """Keep that something goes ahead without the agreement it would have, and why."""
    session.add(
        Agreement(
            contact_id=contact.id,
            child_id=choice.child_id,
            kind="override",
            status="recorded",
            reason=choice.reason,
            authorised_by_id=by.user_id if by.is_manager else None,
            by_id=by.user_id,
            at=at,
        )
    )


@dataclass(frozen=True, slots=True)
class Advised:
    """What the rules said of one child, the facts they had, and the ordinal of their level (None: not a child).

    ``advice`` is None where no version can judge the child, which stops no decision. ``lowest`` is the lowest level of
    the version that judges the contact, which stands where nobody said one and nothing was advised.
    """

    advice: Advice | None
    facts: dict[str, Any]
    level: int | None
    lowest: int


def advise_all(
    session: Session, contact: Contact, choices: tuple[Choice, ...], practice: Practice, at: datetime
) -> dict[int, Advised]:
    """Ask the thresholds in force at receipt about each child, with the facts as they stand now."""
    chosen = {choice.child_id for choice in choices}
    known = practice.facts(session, contact, [child for child in contact.children if child.id in chosen])
    advised = {}
    lowest = practice.lowest_level(contact, at)
    for choice in choices:
        facts = known[choice.child_id]
        try:
            advice = practice.advise(contact, facts, at)
        except NoRuleSetInForce:
            advised[choice.child_id] = Advised(None, facts.to_json(), None, lowest)
            continue
        advised[choice.child_id] = Advised(advice, facts.to_json(), practice.ordinal(advice), lowest)
    return advised


def changed(choice: Choice, advised: Advised, before: Mapping[int, str | None], routes: Routes) -> dict[str, Any]:
    """Say what a choice changes of a child, as fields of ``mash.workflow.child.Child``; what was not said is left."""
    was = before.get(choice.child_id)
    said: dict[str, Any] = {
        "route": routes.get(choice.route),
        "level": choice.level,
        "rating": Rating(choice.rating) if choice.rating else None,
        "rating_before": Rating(was) if was else None,
        "advised_level": advised.level,
        "advised_route": advised_route(advised, routes),
        "reason": choice.reason,
        "why_lower": choice.why_lower,
        "overrides_agreement": choice.overrides_agreement,
        "receiver": choice.receiver,
    }
    kept = {"level", "rating"}
    return {name: value for name, value in said.items() if not (name in kept and value is None)}


def advised_route(advised: Advised, routes: Routes) -> Route | None:
    """Give the outcome that the rules suggest; None where no version judges the child."""
    return routes.get(advised.advice.route) if advised.advice else None
