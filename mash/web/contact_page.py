"""Open one contact for a reader who may: read it, note that it was read, and show the page about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from mash.clock import LONDON
from mash.journeys.check import Checked, check
from mash.journeys.contacts import NotFound
from mash.journeys.practice import Practice, practice_from
from mash.journeys.views import seen
from mash.queries.restricted import may_see_restricted
from mash.queries.workspace import Head, Workspace, head_of, workspace
from mash.rules import Catalogue, NoRuleSetInForce, RuleSet
from mash.web.access import actor, current, has_role
from mash.web.check_panel import Panel, level_words, panels, triggers
from mash.web.decision_form import DecisionForm, Scope
from mash.web.decision_start import names_of, own_levels, start_form
from mash.web.fact_rows import always_asked, offered, rows_of
from mash.web.wiring import moment, reading, transaction, wiring
from mash.workflow.sign_off import Policy

READERS = ("contact_officer", "practitioner", "manager", "receiving_team", "auditor")
ON_DUTY = ("contact_officer", "practitioner", "manager")
QUALIFIED = ("practitioner", "manager")
UNDECIDED = frozenset({"received", "screened", "rated", "waiting_for_information", "reopened"})


def may_open(session: Session, reference: str) -> Head:
    """Find a contact that the reader may open.

    Raises:
        NotFound: If there is none.
        Forbidden: If it is restricted, or a receiving team was never offered it.
    """
    head = head_of(session, reference)
    if head is None:
        raise NotFound(f"There is no contact {reference}.")
    reader = current()
    only_receives = not has_role(*ON_DUTY, "auditor")
    if head.restricted and not may_see_restricted(reader.roles):
        raise Forbidden
    if only_receives and reader.team not in head.teams:
        raise Forbidden
    return head


@dataclass(frozen=True)
class Opened:
    """A contact as its reader sees it now: the record, the form, the check, and the practice it is judged by."""

    found: Workspace
    form: DecisionForm
    own: Mapping[int, int]
    checked: Mapping[int, Checked]
    practice: Practice
    ruleset: RuleSet | None

    @property
    def reference(self) -> str:
        return self.found.contact.reference

    @property
    def catalogue(self) -> Catalogue:
        return self.practice.rulebook.catalogue

    @property
    def policy(self) -> Policy:
        return self.practice.sign_off(moment())

    @cached_property
    def names(self) -> dict[int, str]:
        return names_of(self.found)

    @cached_property
    def day(self) -> date:
        return self.found.contact.received_at.astimezone(LONDON).date()

    def people(self, scope: Scope) -> list[Any]:
        return [child.person for child in self.found.children if child.id in scope.child_ids]

    def offered(self, scope: Scope) -> Any:
        return offered(self.catalogue, self.people(scope), self.day)

    def rows(self, scope: Scope) -> list[Any]:
        """List the rows to show as chosen: those answered, and what is always asked."""
        always = always_asked(self.people(scope), self.day)
        known = rows_of(self.catalogue)
        chosen = self.form.rows(scope.key)
        return [known[code] for code in always if known[code] not in chosen and code in known] + chosen

    def panels(self, scope: Scope) -> list[Panel]:
        """Give the check, only for children for whom the reader has said a level of their own."""
        if not set(scope.child_ids) <= set(self.own) or not self.form.level(scope.key):
            return []
        return panels(self.form, scope, self.checked, self.names, self.policy)

    def triggers(self, scope: Scope) -> Any:
        return triggers(scope, self.checked)

    @property
    def levels(self) -> Mapping[str, str]:
        return level_words(self.ruleset)

    @property
    def state(self) -> str:
        return self.found.contact.state

    @property
    def claimed_by_other(self) -> bool:
        return self.found.presence.holder_id not in {None, current().user_id}

    @property
    def can_decide(self) -> bool:
        """Whether the reader decides or recommends here now; while with a manager, the others may still recommend."""
        if not has_role(*QUALIFIED):
            return False
        unsaid = any(child.recommended is None and not child.row.outcome for child in self.found.children)
        return self.state in UNDECIDED or (self.state == "with_manager" and unsaid)

    @property
    def can_record(self) -> bool:
        """Whether the reader notes what is known, and proposes a rating, without deciding."""
        return self.state in UNDECIDED and has_role("contact_officer") and not has_role(*QUALIFIED)


def open_contact(session: Session, reference: str, form: DecisionForm | None = None) -> Opened:
    """Read a contact with the reader's own draft, or with what they have just sent."""
    head = may_open(session, reference)
    reader = current()
    practice = practice_from(session, wiring().rulebook)
    found = workspace(session, head.id, user_id=reader.user_id, roles=reader.roles, at=moment())
    form = form or start_form(found, practice.rulebook.catalogue)
    saying = {} if form.errors else {child: form.saying(scope) for scope in form.scopes for child in scope.child_ids}
    checked = check(session, head.id, saying, practice)
    try:
        day = found.contact.received_at.astimezone(LONDON).date()
        ruleset = practice.rulebook.in_force(day)
    except NoRuleSetInForce:
        ruleset = None
    return Opened(found, form, own_levels(found), checked, practice, ruleset)


def page(reference: str, form: DecisionForm | None = None, **more: Any) -> str:
    """Show the page about a contact, and note that it was shown."""
    try:
        with transaction() as session:
            head = may_open(session, reference)
            seen(session, head.id, "workspace", actor(), moment())
    except Forbidden:
        _note_refused(reference)
        raise
    with reading() as session:
        opened = open_contact(session, reference, form)
    return render_template("workspace.html", opened=opened, form=opened.form, **more)


def _note_refused(reference: str) -> None:
    """Note that someone tried to open what is not for them."""
    with transaction() as session:
        head = head_of(session, reference)
        if head is not None:
            seen(session, head.id, "refused", actor(), moment())
