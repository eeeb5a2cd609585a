"""Record what the decision form says: the facts of each child first, then the decision, then where to go next."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from mash.journeys.decide import Outcome, decide
from mash.journeys.drafts import drop_draft
from mash.journeys.messages import waiting_message
from mash.journeys.note_facts import note_facts
from mash.journeys.practice import Practice
from mash.rules import FactsRefused, read_facts
from mash.web.access import actor
from mash.web.contact_page import may_open
from mash.web.decision_form import Scope
from mash.web.decision_rules import strong_only
from mash.web.decision_start import with_own
from mash.web.fact_rows import age_of, fits
from mash.web.filters import time
from mash.web.judged import Judged
from mash.web.once import say
from mash.web.onward import onward
from mash.web.wiring import moment
from mash.workflow.contact import Move


def keep_facts(session: Session, opened: Judged, *, usable: bool = False) -> int:
    """Keep what the form says is known. Said of all alike, it is kept for each child of an age it is asked of.

    Args:
        usable: Keep what can be used and leave the rest in the draft, because something here cannot wait for it.

    Raises:
        FactsRefused: If something said cannot be a fact, unless ``usable``.
    """
    said, practice = {}, opened.practice
    for child in opened.found.children:
        facts = opened.form.facts(opened.form.scope_of(child.id).key)
        unborn, years = age_of(child.person, opened.day)
        if opened.form.alike and len(opened.found.children) > 1:
            known = opened.catalogue.facts
            facts = {code: value for code, value in facts.items() if fits(known[code], unborn=unborn, years=years)}
        said[child.id] = _usable(facts, practice) if usable else facts
    return note_facts(session, opened.found.contact.id, said, by=actor(), at=moment(), practice=practice)


def _usable(facts: dict[str, Any], practice: Practice) -> dict[str, Any]:
    try:
        read_facts(practice.rulebook.catalogue, facts)
    except FactsRefused as refused:
        wrong = {problem.fact for problem in refused.problems}
        return {code: value for code, value in facts.items() if code not in wrong}
    return facts


def decide_and_go(session: Session, opened: Judged, scopes: tuple[Scope, ...], *, version: int, whole: bool) -> str:
    """Decide for the children of these sets of answers, in the caller's transaction, and say where to go next.

    Args:
        whole: Whether that is all of them; if not, the rest stays open and its draft stays too.
    """
    may_open(session, opened.reference)
    strong = set(scopes) <= set(strong_only(opened.form, opened.policy, opened.routes_here))
    keep_facts(session, opened, usable=strong)
    own = with_own(opened.form, opened.own)
    choices = tuple(opened.form.choice(scope, child, own.get(child)) for scope in scopes for child in scope.child_ids)
    told: dict[str, Any] = {"version": version, "pattern_view": str(opened.form.value("pattern")).strip()}
    outcome = decide(session, opened.reference, choices, **told, by=actor(), at=moment(), practice=opened.practice)
    if whole:
        drop_draft(session, contact_id=opened.found.contact.id, form="decision", by=actor())
    _tell(session, opened, outcome, whole=whole)
    return onward(session, opened.reference, request.form.get("go", "") if whole else "stay")


def _tell(session: Session, opened: Judged, outcome: Outcome, *, whole: bool) -> None:
    """Say on the next page what came of it. A notice holds the reference, never a name."""
    here = ("Open it", f"/contacts/{opened.reference}")
    if outcome.move is Move.RECOMMEND:
        why = " ".join(unnamed(need, opened) for need in outcome.needs_manager)
        say(session, f"{opened.reference} sent to a manager.", detail=why, kind="note", link=here)
        return
    routes = dict.fromkeys(child.route for child in outcome.contact.children if child.outcome)
    words = ", ".join(opened.route_words(route).lower() for route in routes if route)
    text = f"{opened.reference} saved: level {outcome.contact.level}, {words}."
    if not whole:
        say(session, text, detail="The other children on this contact still need a decision.", link=here)
    else:
        held = waiting_message(session, outcome.contact)
        told = f"The referrer is not told before {time(held.hold_until)}, so that it can be undone." if held else ""
        say(session, text, detail=told, link=here, action=("Undo", f"/contacts/{opened.reference}/undo"))


def unnamed(sentence: str, opened: Judged) -> str:
    """Take names out of a sentence that is kept beyond this page."""
    for name in opened.names.values():
        sentence = sentence.replace(name, "a child")
    return f"{sentence[:1].upper()}{sentence[1:]}"
