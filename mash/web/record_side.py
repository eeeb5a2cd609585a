"""The left side of the page about a contact, and the bar above it: the record, shaped for reading."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from mash.journeys.pattern import may_review
from mash.journeys.situations import UNDO_FOR
from mash.queries.restricted import emergency_until
from mash.queries.withheld import Tiers
from mash.queries.workspace import Workspace
from mash.queries.workspace_people import AdultCard, ChildCard
from mash.web.access import current
from mash.web.fact_rows import in_words
from mash.web.filters import day as day_words
from mash.web.filters import moment as moment_words
from mash.web.judged import Judged
from mash.web.wiring import moment
from mash.workflow.parts import Part
from mash.workflow.words import Agreement

UNDECIDED = frozenset({"received", "screened", "rated", "waiting_for_information", "reopened"})
LOCKED = frozenset({"decided", "handed_over", "stepped_down", "closed"})
ADDRESS_STALE = timedelta(days=365)
LATE_ENTRY = timedelta(hours=1)
TOLD = {"yes": "Yes", "no": "No", "not_asked_unsafe": "No: it would raise risk"}


def _exists(rule: str) -> bool:
    """Say whether there is a page to lead to."""
    return any(known.rule == rule for known in current_app.url_map.iter_rules())


def _flat(said: dict[str, Any], whose: str) -> list[tuple[str, str]]:
    """Write what was kept as pairs: names as words, and each code that nobody has mapped as it was given."""
    found: list[tuple[str, str]] = []
    for name, value in said.items():
        if name == "as_given" and isinstance(value, dict):
            found += [(f"{whose}{in_words(field)}, as given", str(given)) for field, given in value.items()]
        else:
            words = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
            found.append((f"{whose}{in_words(name)}", words))
    return found


@dataclass(frozen=True)
class RecordSide(Judged):
    """What is on record of one contact, as it is shown."""

    found: Workspace

    @property
    def tiers(self) -> Tiers:
        """What is withheld from the reader, part by part."""
        return self.found.tiers

    @property
    def no_referrer(self) -> Part | None:
        """The policy by which who made contact is withheld from the reader; None if they see it."""
        return self.tiers.of_referrer(self.found.contact)

    @property
    def no_address(self) -> Part | None:
        """The policy by which the home is withheld from the reader; None if they see it."""
        address = self.found.contact.address
        return self.tiers.of_address(protected=address is not None and address.protected)

    @property
    def open_until(self) -> datetime | None:
        """Until when it is open to the reader, where that is only so for an emergency."""
        contact = self.found.contact
        return emergency_until(current().roles, contact.id) if contact.restricted else None

    # The bar at the top

    @property
    def any_unborn(self) -> bool:
        return any(child.person.unborn for child in self.found.children)

    @property
    def mothers(self) -> list[AdultCard]:
        return [adult for adult in self.found.adults if "mother" in adult.row.relation.lower()]

    @property
    def newest_rating(self) -> Any:
        given = [child.rated for child in self.found.children if child.rated]
        return max(given, key=lambda rating: rating.at, default=None)

    def you_or(self, user_id: int | None) -> str:
        return "you" if user_id == current().user_id else self.found.who(user_id)

    @property
    def open_work(self) -> bool:
        return self.state not in LOCKED and self.state != "cancelled"

    @property
    def clock(self) -> str:
        return next((clock.name for clock in self.found.clocks if clock.due_at == self.found.contact.due_at), "")

    @property
    def how(self) -> list[str]:
        return next((clock.how for clock in self.found.clocks if clock.due_at == self.found.contact.due_at), [])

    @property
    def markers(self) -> list[tuple[str, Any]]:
        """Every risk to children marker, with whose it is and how they stand to the child."""
        children = [(child.name, marker) for child in self.found.children for marker in child.markers]
        adults = [
            (f"{adult.name} ({adult.row.relation})" if adult.row.relation else adult.name, marker)
            for adult in self.found.adults
            for marker in adult.markers
        ]
        return children + adults

    @property
    def claimed_by_other(self) -> bool:
        return self.found.presence.holder_id not in {None, current().user_id}

    # What was reported

    @property
    def entered_late(self) -> bool:
        return self.found.contact.entered_at - self.found.contact.received_at > LATE_ENTRY

    @property
    def as_sent(self) -> list[tuple[str, str]]:
        """What was sent that the record has no place for, in the words it came in; nothing of a hidden child."""
        places = {str(child.row.position): child for child in self.found.children}
        own = {name: said for name, said in self.found.contact.extra.items() if name != "children"}
        if self.no_referrer or self.no_address:  # what came with it may name them in words that nobody has read
            own = {}
        found = _flat(own, "")
        for place, said in (self.found.contact.extra.get("children") or {}).items():
            child = places.get(place)
            if child is None or not child.hidden:
                found += _flat(said, f"{child.name}: " if child and len(places) > 1 else "")
        return found

    def _newest(self, kind: str) -> Any:
        rows = [child.agreements[kind] for child in self.found.children if kind in child.agreements]
        rows += [row for row in self.found.told if row.kind == kind]
        return max(rows, key=lambda row: row.id, default=None)

    @property
    def told_words(self) -> str:
        row = self._newest("told")
        if row is None:
            return "Not recorded"
        return TOLD.get(row.status, in_words(row.status)) + (f". {row.reason}" if row.reason else "")

    @property
    def agreement_words(self) -> str:
        row = self._newest("service")
        if row is None:
            return "Not recorded, which is not a refusal"
        said = Agreement(row.status).words if row.status in set(Agreement) else in_words(row.status)
        by = f", {row.given_by}" if row.given_by else ""
        return f"{said}{by}, {moment_words(row.at)}" + (f". {row.reason}" if row.reason else "")

    def about_child(self, child: ChildCard) -> list[str]:
        """Give what is known of a child in a few words each; what is not known is left out."""
        person = child.person
        born = f"born {day_words(person.date_of_birth)}" if person.date_of_birth else ""
        parts = [born, {"F": "girl", "M": "boy"}.get(person.sex, ""), person.school, person.gp and f"GP {person.gp}"]
        language = f"speaks {person.language}" if person.language else ""
        parts += [language, "needs an interpreter" if person.interpreter else ""]
        parts += ["disabled" if set(person.disabilities) - {"NONE"} else ""]
        return [part for part in parts if part] or ["Little is recorded yet"]

    @property
    def stale_address(self) -> str:
        """Warn of an address that nobody checked lately; empty if somebody did."""
        checked = self.found.contact.address_verified_at
        if checked is None:
            return "Nobody has checked this address. Check it before a visit or a letter."
        if moment() - checked > ADDRESS_STALE:
            return f"This address was last checked {day_words(checked)}. Check it before a visit or a letter."
        return ""

    # What can be taken back

    @property
    def undo_until(self) -> datetime | None:
        """Until when the reader may take back what they decided; None when they may not."""
        decided = [c.decided for c in self.found.children if c.decided and c.decided.decided_at]
        newest = max(decided, key=lambda one: one.id, default=None)
        at = self.found.contact.decided_at
        if self.state not in LOCKED or at is None or newest is None or newest.decided_by_id != current().user_id:
            return None
        accepted = any(child.row.hand_over == "accepted" for child in self.found.children)
        return at + UNDO_FOR if moment() <= at + UNDO_FOR and not accepted else None

    @property
    def message_held(self) -> bool:
        """Whether the message to the referrer is still held, so that a decision can be undone."""
        return self.found.message is not None and moment() < self.found.message.hold_until

    # The view of the pattern

    @property
    def view_waits(self) -> bool:
        newest = self.found.views[-1:]
        return self.state in LOCKED and any(one.row.state in {"waiting", "disputed"} for one in newest)

    @property
    def view_objections(self) -> tuple[str, ...]:
        """What stands in the way of the reader's reviewing the newest view."""
        return may_review(self.found.views[-1].row, user_id=current().user_id, roles=current().roles)

    @property
    def has_people_page(self) -> bool:
        return _exists("/contacts/<reference>/people")

    @property
    def has_print_page(self) -> bool:
        return _exists("/contacts/<reference>/print")
