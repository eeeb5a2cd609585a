"""A contact as its reader sees it now: the record, the form over it, the check beside it, shaped for the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mash.kinds import Kind
from mash.queries.workspace_people import ChildCard
from mash.rules import RuleSet
from mash.web.access import current, has_role
from mash.web.decision_form import DecisionForm, Scope
from mash.web.decision_rules import view_wanted
from mash.web.fact_rows import Row, always_asked, details_of, matching, offered, rows_of
from mash.web.record_side import UNDECIDED, RecordSide
from mash.workflow.words import Agreement, Rating

QUALIFIED = ("practitioner", "manager")
SAME_VERDICT = (
    "status", "level", "own_level", "rating", "route", "reason", "lower_reason", "agreement_status", "receiver",
    "advised_level", "advised_route", "decided_by_id", "recommended_by_id",
)  # fmt: skip


@dataclass(frozen=True)
class Opened(RecordSide):
    """One contact, opened.

    Attributes:
        changing: Whether a manager is about to change what was recommended.
        changed: The newest version that began since the contact came, while it is open.
    """

    changing: bool = False
    changed: RuleSet | None = None

    # The decision

    @property
    def back(self) -> str:
        """What an address of the form ends with, so that a button that only keeps it comes back to the same page."""
        return "?on=change" if self.changing else ""

    @property
    def can_decide(self) -> bool:
        """Whether the reader decides or recommends here now; while with a manager, what is unsaid may still be said."""
        if not has_role(*QUALIFIED):
            return False
        if self.state == "with_manager":
            unsaid = any(child.recommended is None and not child.row.outcome for child in self.found.children)
            return self.changing if self.answers_as_manager else unsaid
        return self.state in UNDECIDED

    @property
    def can_record(self) -> bool:
        """Whether the reader notes what is known, and proposes a rating, without deciding."""
        return self.state in UNDECIDED and has_role("contact_officer") and not has_role(*QUALIFIED)

    @property
    def recommended(self) -> list[ChildCard]:
        return [child for child in self.found.children if child.recommended]

    @property
    def verdicts(self) -> list[tuple[list[ChildCard], Any]]:
        """What to show of the children: what waits for an answer, or what stands; once for those it is the same for."""
        found: dict[Any, tuple[list[ChildCard], Any]] = {}
        for child in self.found.children:
            decision = child.recommended or child.decided
            if decision is not None:
                same = (child.row.hand_over, *(getattr(decision, name) for name in SAME_VERDICT))
                found.setdefault(same, ([], decision))[0].append(child)
        return list(found.values())

    @property
    def repeated(self) -> dict[str, str]:
        """Whom so many contacts are about, by name, and which one this is; the household last, if it says more."""
        said = {self.names[int(one.child_id)]: one.words for one in self.repeats if one.child_id is not None}
        home = next((one.words for one in self.repeats if one.child_id is None), "")
        return said | ({"The household": home} if home and home not in said.values() else {})

    @property
    def view_lacking(self) -> bool:
        """Whether what is recommended would close one contact too many without anyone's view of them all."""
        routes = {c.id: c.recommended.route if c.recommended else c.row.outcome for c in self.found.children}
        return view_wanted(self.repeats, routes, self.routes_here) and not any(
            one.row.state == "waiting" for one in self.found.views
        )

    def sign_off_of(self, children: list[ChildCard]) -> list[str]:
        """Why a manager must agree, for all of these children."""
        return [need for child in children if child.recommended for need in child.recommended.sign_off]

    def advised_rating(self, decision: Any) -> str:
        """Name the rating that the rules suggested as the version that suggested it does; empty for none."""
        code = str((decision.advice or {}).get("rating", ""))
        advising = next((one for one in self.practice.rulebook.versions if one.id == decision.ruleset_id), None)
        named = {rating.key: rating.name for rating in advising.ratings} if advising else {}
        return named.get(code, code.capitalize())

    def reasons_of(self, decision: Any) -> list[Mapping[str, Any]]:
        """Why the rules said so: as kept, or for history that kept only which rules were met, in their words again."""
        advice = decision.advice or {}
        if "reasons" in advice or not advice.get("rules"):
            return list(advice.get("reasons", ()))
        known = {rule.id: rule for rule in self.practice.rulebook.get(advice["ruleset_id"]).level_rules()}
        met = [known[id] for id in advice["rules"] if id in known]
        return [{"id": rule.id, "words": rule.words, "source": rule.source} for rule in met]

    def is_lower(self, child: ChildCard, decision: Any) -> bool:
        """Whether a decision is less than the rules suggested, or came with the lowering of a red."""
        lower = decision.advised_level and decision.level < decision.advised_level
        said, advised = self.routes_here.get(decision.route), self.routes_here.get(decision.advised_route)
        weaker = said and advised and self.policy.weaker(said, advised)
        lowered = child.rated is not None and child.rated.was == Rating.RED
        return bool(lower or weaker or lowered)

    @property
    def manager_told(self) -> bool:
        """Whether a manager already has it before them, so that telling again would say nothing new."""
        return self.state == "with_manager" and self.found.contact.rating == Rating.RED

    @property
    def recommended_by_me(self) -> bool:
        mine = current().user_id
        return any(c.recommended.recommended_by_id == mine for c in self.recommended if c.recommended)

    @property
    def children_words(self) -> dict[str, str]:
        return {str(child): name for child, name in self.names.items()}

    @property
    def to_offer(self) -> list[ChildCard]:
        """Children whose outcome stands and whom somebody must receive, but who are offered to nobody."""
        standing = [(child, self.routes_here.get(child.row.outcome)) for child in self.found.children]
        needing = [child for child, route in standing if route and not route.closes]
        return [child for child in needing if child.row.hand_over in {None, "declined"} and self.state == "decided"]

    @property
    def to_step_down(self) -> list[ChildCard]:
        assessed = [c for c in self.found.children if self.is_kind(c.row.outcome, Kind.ASSESSMENT)]
        return assessed if self.state in {"decided", "handed_over"} and has_role(*QUALIFIED) else []

    def came_late(self, asked: Any) -> bool:
        """Whether a reply came after the decision and nobody has weighed it yet."""
        decided = self.found.contact.decided_at
        return bool(decided and asked.replied_at and asked.replied_at > decided and asked.changes_decision is None)

    def as_note(self, form: DecisionForm) -> str:
        """Write a decision that came second as words to keep."""
        parts = []
        for scope in form.scopes:
            route = self.routes_here.get(str(form.value(f"{scope.key}-route")))
            said = route.words if route else "nothing chosen"
            level = form.value(f"{scope.key}-level") or "not said"
            parts.append(f"{scope.names}: level {level}, {said}. {form.value(f'{scope.key}-reason')}".strip())
        return "Not saved as the decision. " + " ".join(parts)

    @property
    def can_ask(self) -> bool:
        """Whether the reader may ask partners now."""
        return has_role(*QUALIFIED) and self.state in ("rated", "waiting_for_information", "reopened")

    @property
    def answers_as_manager(self) -> bool:
        return has_role("manager") and self.state == "with_manager"

    def my_team_answers(self, child: ChildCard) -> bool:
        """Whether the child's last offer waits for the reader's own team."""
        last = child.offers[-1]
        return has_role("receiving_team") and last.state == "offered" and last.to_team == current().team

    @property
    def shows_manager_panel(self) -> bool:
        return (
            has_role("manager")
            and self.open_work
            and not self.changing
            and (self.state == "with_manager" or self.found.contact.rating == Rating.RED)
        )

    @property
    def returned(self) -> list[Any]:
        """The manager's last word on a recommendation that was sent back, while it is being done again."""
        sent_back = [done for done in self.found.oversight if done.kind == "returned"]
        return sent_back[-1:] if self.state in UNDECIDED and any(c.returned for c in self.found.children) else []

    @property
    def agreements(self) -> dict[str, str]:
        return {agreement.value: agreement.words for agreement in Agreement}

    @property
    def details(self) -> Mapping[str, tuple[str, Mapping[str, str]]]:
        """Every detail that goes with a fact, with its question and answers, for the rows a script makes."""
        return details_of(self.catalogue)

    def people(self, scope: Scope) -> list[Any]:
        return [child.person for child in self.found.children if child.id in scope.child_ids]

    def proposals(self, scope: Scope) -> Iterator[Any]:
        return (child.proposed for child in self.found.children if child.proposed and child.id in scope.child_ids)

    def offered(self, scope: Scope) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        return offered(self.catalogue, self.people(scope), self.day)

    def matches(self, scope: Scope) -> list[Row]:
        return matching(self.offered(scope), str(self.form.value(f"{scope.key}-find")))

    def rows(self, scope: Scope) -> list[Row]:
        """List the rows to show: those answered, after what is always asked."""
        always = always_asked(self.people(scope), self.day)
        known, chosen = rows_of(self.catalogue), self.form.rows(scope.key)
        return [known[code] for code in always if code in known and known[code] not in chosen] + chosen
