"""Open one contact for a reader who may: read it, note that it was read, and show the page about it."""

from collections.abc import Callable, Mapping

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from mash.journeys.check import Checked, check
from mash.journeys.contacts import NotFound
from mash.journeys.pattern import repeats_of
from mash.journeys.practice import Practice
from mash.journeys.rectify import ABOUT, KINDS
from mash.journeys.share_out import hold_on
from mash.journeys.views import seen
from mash.queries.restricted import emergency_until, may_know
from mash.queries.workspace import Head, Sheet, head_of, sheet, workspace
from mash.rules import Catalogue, FactsRefused, RuleSet
from mash.web import partner_words
from mash.web.access import UNSAFE, actor, current, has_role
from mash.web.called import tell_apart
from mash.web.decision_form import DecisionForm
from mash.web.decision_start import own_levels, start_form
from mash.web.forms import Form
from mash.web.judged import Judged
from mash.web.opened import Opened
from mash.web.record_side import LOCKED
from mash.web.schemas import FormSchema
from mash.web.wiring import moment, practice_in, reading, transaction
from mash.workflow.emergency import emergency_policy
from mash.workflow.pattern import Repeat

READERS = ("contact_officer", "practitioner", "manager", "receiving_team", "auditor")
Sent = Callable[[Sheet, Catalogue], DecisionForm]
"""Makes the form that was sent, from the names of the children and the catalogue."""
ON_DUTY = ("contact_officer", "practitioner", "manager")
QUALIFIED = ("practitioner", "manager")


INFORMATION = {
    "addenda_about": ABOUT,
    "addenda_kinds": KINDS,
    "agencies": {agency: agency for agency in partner_words.AGENCIES},
    "bases": partner_words.BASES,
    "checks": partner_words.CHECKS,
    "replies": partner_words.REPLIES,
    "sensitivity": partner_words.SENSITIVITY,
}


class ContactRefused(NotFound):
    """A contact that is not there, or not for this reader: they are told the same. ``reference`` says which it is."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no contact {reference}.")
        self.reference = reference


class ReadOnly(Forbidden):
    """A contact that was opened in an emergency, which is for reading."""


class Acts(dict[str, Form]):
    """The page's small forms by name: the one that was refused as it was written, every other one empty."""

    def __missing__(self, name: str) -> Form:
        return Form(FormSchema(), prefix=f"{name}-")


def may_open(session: Session, reference: str) -> Head:
    """Find a contact that the reader may open.

    Raises:
        ContactRefused: If there is none, the reader may not know of it, or their team was never offered it.
        ReadOnly: If they were let in for an emergency, and this would change it.
    """
    head, reader = head_of(session, reference), current()
    if head is None:
        raise ContactRefused(reference)
    receives = has_role("receiving_team") and reader.team in head.teams
    if not may_know(reader.roles, head.id, restricted=head.restricted and not receives):
        raise ContactRefused(reference)
    if not has_role(*ON_DUTY, "auditor") and not receives:
        raise ContactRefused(reference)
    if head.restricted and emergency_until(reader.roles, head.id) and request.method in UNSAFE and not _still_allowed():
        raise ReadOnly
    return head


def _still_allowed() -> bool:
    """Say whether what is asked for is open even in an emergency, as what only strengthens a response is."""
    return request.endpoint in emergency_policy().may_also


def open_contact(
    session: Session,
    reference: str,
    form: DecisionForm | Sent | None = None,
    *,
    head: Head | None = None,
    changing: bool = False,
    checking: bool = True,
) -> Opened:
    """Read a contact, whole, with the reader's own draft over it, or with what they have just sent.

    Args:
        form: The form as it is, or what makes it from the record; the reader's own draft if neither.
        head: What was found of it in this request by ``may_open``.
        changing: Whether a manager is about to change what was recommended, and so begins from it.
        checking: Whether the rules are to be asked.
    """
    head = head or may_open(session, reference)
    reader, practice = current(), practice_in(session)
    found = workspace(session, head.id, user_id=reader.user_id, roles=reader.roles, at=moment())
    catalogue = practice.rulebook.catalogue
    if callable(form):
        form = form(found, catalogue)
    form = form or start_form(found, catalogue, changing=changing)
    beside = _beside(session, found, practice, form, checking=checking)
    changed = practice.changed_since(found.contact, moment())
    return Opened(found, practice, form, own_levels(found), *beside, changing, changed)


def judge_sent(session: Session, reference: str, sent: Sent, *, checking: bool = True) -> Judged:
    """Read as much of a contact as it takes to judge what has just been sent over it.

    Args:
        checking: Whether the rules are to be asked.
    """
    head = may_open(session, reference)
    reader, practice = current(), practice_in(session)
    found = sheet(session, head.id, user_id=reader.user_id, roles=reader.roles)
    form = sent(found, practice.rulebook.catalogue)
    return Judged(found, practice, form, own_levels(found), *_beside(session, found, practice, form, checking=checking))


def _beside(
    session: Session, found: Sheet, practice: Practice, form: DecisionForm, *, checking: bool
) -> tuple[Mapping[int, Checked], RuleSet | None, tuple[Repeat, ...]]:
    """Give what the rules make of a form, the version they are of, and whom so many contacts are about."""
    contact, at = found.contact, moment()
    saying = {child: form.saying(scope) for scope in form.scopes for child in scope.child_ids}
    try:
        checked = check(session, contact.id, saying, practice, at) if checking else {}
    except FactsRefused:
        checked = {}
    repeats = repeats_of(session, contact, practice, at) if contact.state not in LOCKED else ()
    return checked, practice.judging(contact, at), repeats


def show_contact(
    reference: str,
    form: DecisionForm | None = None,
    *,
    act: Mapping[str, Form] | None = None,
    problems: tuple[tuple[str, str], ...] = (),
    changing: bool = False,
) -> str:
    """Show the page about a contact, and note that it was shown.

    Args:
        act: A small form of the page that was sent and refused, by its name, to show what was written in it.
        problems: What to say at the top beside the decision form's own problems, each after the id it leads to.
    """
    with transaction() as session:
        head = may_open(session, reference)
        seen(session, head.id, "workspace", actor(), moment())
        if head.claimed_by_id == current().user_id:
            hold_on(session, head.id, by=actor(), at=moment())
    with reading() as session:
        opened = open_contact(session, reference, form, head=head, changing=changing)
    opened.form.notes = problems
    tell_apart(one.reference for one in opened.found.history.contacts)
    return render_template("workspace.html", opened=opened, form=opened.form, acts=Acts(act or {}), **INFORMATION)


def note_refused(reference: str) -> None:
    """Note that someone tried to open, or to change, what is not for them."""
    with transaction() as session:
        head = head_of(session, reference)
        seen(session, head.id if head else None, "refused", actor(), moment())
