"""The figures read of children: who came, came back, was referred, was helped. Each gives the rows it is made of."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from mash.intake.codes import SOURCES
from mash.kinds import ASSESSED, CLOSING, Kind
from mash.measures.counting import STORED, rows_now
from mash.measures.days import london_day as london_day_of
from mash.measures.extract_rows import year_before
from mash.measures.extracts import SOCIAL_CARE, referral_days, referred_in
from mash.measures.reading import Read, Row, Window
from mash.models import ChildOnContact, Contact, Decision, Episode, HandOver, Observation, Person, of_kind
from mash.workflow.calendar import london_day

GROUPS = {code.code: code.group or code.label for code in SOURCES.codes}
NOT_KNOWN = {"source": ("", "10"), "ethnicity": ("", "NOBT")}
AT_ONCE = 500


def _received(w: Window, *columns: Any) -> Any:
    """Select each child on each contact received in the period."""
    of = select(Contact.id, *columns).join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
    return w.session.execute(of.where(w.received()).order_by(Contact.id, ChildOnContact.id))


def distinct_children(w: Window) -> Iterator[Row]:
    seen: set[int] = set()
    for contact, person in _received(w, ChildOnContact.person_id):
        if person not in seen:
            seen.add(person)
            yield Row(contact)


def came_to(*kinds: Kind, new: bool = False, requests: bool = False) -> Read:
    """Read children on contacts by their outcome; ``new`` leaves out those open to social care already."""

    def read(w: Window) -> Iterator[Row]:
        outcome = of_kind(ChildOnContact.outcome, *kinds)
        if new:
            outcome &= or_(ChildOnContact.open_to.is_(None), ChildOnContact.open_to.not_in(SOCIAL_CARE))
        asked = Contact.type_at_receipt == "service_request"
        for contact, met, request in _received(w, func.coalesce(outcome, False), asked):
            if request or not requests:
                yield Row(contact, bool(met))

    return read


def contacts_referred(w: Window) -> Iterator[Row]:
    met: dict[int, bool] = {}
    for row in came_to(*ASSESSED, new=True)(w):
        met[row.contact_id or 0] = met.get(row.contact_id or 0, False) or row.met
    yield from (Row(contact, one) for contact, one in met.items())


def children_in_time(basis: str) -> Read:
    """Read children on contacts by the clock that judges their contact, once its time is up or of those decided."""

    def read(w: Window) -> Iterator[Row]:
        days = w.period.first, w.period.last
        c = rows_now(w.since, STORED[basis].between(*days)).subquery("c").c
        wanted = c[basis].between(*days), c.kind != "", c.cancelled.is_(False)
        due = [c.due_at < w.at] if basis == "received_on" else []
        children = select(c.contact_id, c.in_time).join(ChildOnContact, ChildOnContact.contact_id == c.contact_id)
        for contact, met in w.session.execute(children.where(*wanted, *due)):
            yield Row(contact, bool(met))

    return read


def again_within(days: int, earlier: int = 1) -> Read:
    """Read children on contacts by whether so many earlier contacts came in the days before, of other incidents."""

    def read(w: Window) -> Iterator[Row]:
        child, before = aliased(ChildOnContact), aliased(Contact)
        at = (
            select(before.received_at)
            .join(child, child.contact_id == before.id)
            .where(child.person_id == ChildOnContact.person_id, before.state != "cancelled", _came_before(before))
            .order_by(before.received_at.desc())
            .limit(1)
            .offset(earlier - 1)
            .scalar_subquery()
        )
        for contact, came, last in _received(w, Contact.received_at, at):
            yield Row(contact, last is not None and came - last <= timedelta(days=days))

    return read


def _came_before(before: Any) -> ColumnElement[bool]:
    sooner = or_(
        before.received_at < Contact.received_at,
        and_(before.received_at == Contact.received_at, before.id < Contact.id),
    )
    return and_(sooner, or_(before.incident_id.is_(None), before.incident_id.is_distinct_from(Contact.incident_id)))


Referred = tuple[int | None, int, date, bool | None]


def _referred(w: Window) -> list[Referred]:
    """Give the referrals begun in the period: contact, child, day, and whether it came to no further action."""
    if "referred" not in w.kept:
        w.kept["referred"] = _read_referred(w)
    found: list[Referred] = w.kept["referred"]
    return found


def _read_referred(w: Window) -> list[Referred]:
    begun = referred_in(w.session, w.period)
    own = [int(id[2:]) for id, *_ in begun if id.startswith("RC")]
    contacts: dict[str, int] = {}
    for start in range(0, len(own), AT_ONCE):
        of = select(ChildOnContact.id, ChildOnContact.contact_id)
        some = ChildOnContact.id.in_(own[start : start + AT_ONCE])
        contacts |= {f"RC{child}": contact for child, contact in w.session.execute(of.where(some))}
    return [(contacts.get(id), person, day, none) for id, person, day, none in begun]


def _days_referred(w: Window) -> dict[int, list[date]]:
    """Give the days of every referral of the children referred in the period, up to its end."""
    people, found = sorted({person for _, person, *_ in _referred(w)}), dict[int, list[date]]()
    for start in range(0, len(people), AT_ONCE):
        found |= referral_days(w.session, w.period.last, people[start : start + AT_ONCE])
    return found


def referred(w: Window) -> Iterator[Row]:
    yield from (Row(contact) for contact, *_ in _referred(w))


def no_further_action(w: Window) -> Iterator[Row]:
    yield from (Row(contact, bool(none)) for contact, _, _, none in _referred(w))


def referred_again(*, children: bool = False) -> Read:
    """Read referrals by whether the child had one in the 12 months before, on an earlier day; or the children."""

    def read(w: Window) -> Iterator[Row]:
        days, found = _days_referred(w), dict[int, Row]()
        for contact, person, began, _ in _referred(w):
            again = any(year_before(began) <= day < began for day in days.get(person, ()))
            if not children:
                yield Row(contact, again)
            elif person not in found or (again and not found[person].met):
                found[person] = Row(contact, again)
        yield from found.values()

    return read


def source_mix(w: Window) -> Iterator[Row]:
    for contact, source in _received(w, Contact.source_code):
        yield Row(contact)
        yield Row(contact, part=GROUPS.get(source, "Not known"))


def unknown_source(w: Window) -> Iterator[Row]:
    yield from (Row(contact, code in NOT_KNOWN["source"]) for contact, code in _received(w, Contact.source_code))


def unknown_ethnicity(w: Window) -> Iterator[Row]:
    of = select(Contact.id, Person.ethnicity).join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
    for contact, code in w.session.execute(of.join(Person, Person.id == ChildOnContact.person_id).where(w.received())):
        yield Row(contact, code in NOT_KNOWN["ethnicity"])


def concern_mix(w: Window) -> Iterator[Row]:
    yield from (Row(contact) for (contact,) in _received(w))
    of = (
        select(Contact.id, Observation.code, Observation.value)
        .join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
        .join(Observation, Observation.child_id == ChildOnContact.id)
        .where(w.received(), Observation.superseded_at.is_(None))
    )
    for contact, code, value in w.session.execute(of):
        if (value.get("value") if isinstance(value, dict) else value) == "present":
            yield Row(contact, part=code.replace("_", " "))


def early_help_opened(days: int | None) -> Read:
    """Read children who came to early help by whether it has begun, or begun in so many working days of the decision.

    Of the latter, only those whose days are over stand in it.
    """

    def read(w: Window) -> Iterator[Row]:
        accepted = HandOver.child_id == ChildOnContact.id, HandOver.state == "accepted"
        taken = select(func.min(HandOver.answered_at)).where(*accepted, of_kind(HandOver.route, Kind.EARLY_HELP))
        told = Episode.person_id == ChildOnContact.person_id, Episode.kind == "early_help"
        started = select(func.min(Episode.started_on)).where(*told, Episode.started_on >= _day_of_decision())
        wanted = of_kind(ChildOnContact.outcome, Kind.EARLY_HELP), ChildOnContact.decided_at.is_not(None)
        columns = ChildOnContact.decided_at, taken.scalar_subquery(), started.scalar_subquery()
        rows = select(Contact.id, *columns).join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
        found: Any = w.session.execute(rows.where(w.received(), *wanted))
        for contact, decided, answered, began in found:
            opened = min((day for day in (answered and london_day(answered), began) if day), default=None)
            if days is None:
                yield Row(contact, opened is not None)
                continue
            last = w.calendar.add_working_days(london_day(decided), days)
            if last < london_day(w.at):
                yield Row(contact, opened is not None and opened <= last)

    return read


def _day_of_decision() -> Any:
    return london_day_of(ChildOnContact.__table__.c.decided_at)


def stepped_down_returned(days: int) -> Read:
    """Read step-downs accepted in the period, so many days or more ago, by whether the child was reported again."""

    def read(w: Window) -> Iterator[Row]:
        child, later = aliased(ChildOnContact), aliased(Contact)
        came = (
            select(func.min(later.received_at))
            .join(child, child.contact_id == later.id)
            .where(child.person_id == ChildOnContact.person_id, later.received_at > HandOver.answered_at)
            .where(later.state != "cancelled")
            .scalar_subquery()
        )
        rows = (
            select(Contact.id, HandOver.answered_at, came)
            .join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
            .join(HandOver, HandOver.child_id == ChildOnContact.id)
            .where(HandOver.kind == "step_down", HandOver.state == "accepted", w.holds(HandOver.answered_at))
            .where(Contact.state != "cancelled")
        )
        found: Any = w.session.execute(rows)
        for contact, stepped, back in found:
            if stepped + timedelta(days=days) <= w.at:
                yield Row(contact, back is not None and back <= stepped + timedelta(days=days))

    return read


def outcome_changed(w: Window) -> Iterator[Row]:
    """Read children first decided in the period by whether a later decision gave them another outcome."""
    in_period = select(Decision.child_id).where(w.holds(Decision.decided_at))
    rows = (
        select(Contact.id, Decision.child_id, Decision.decided_at, Decision.route)
        .join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
        .join(Decision, Decision.child_id == ChildOnContact.id)
        .where(Decision.child_id.in_(in_period), Decision.decided_at.is_not(None), Contact.state != "cancelled")
        .order_by(Decision.child_id, Decision.decided_at, Decision.id)
    )
    first: dict[int, tuple[int, Any, str]] = {}
    changed: set[int] = set()
    for contact, child, at, route in w.session.execute(rows):
        held = first.setdefault(child, (contact, at, route))
        changed.update({child} if route != held[2] else ())
    for child, (contact, at, _) in first.items():
        if w.period.begins <= at < w.period.ends:
            yield Row(contact, child in changed)


READ_OF_CHILDREN: dict[str, Read] = {
    "distinct-children": distinct_children,
    "children-in-time": children_in_time("received_on"),
    "children-in-time-decided": children_in_time("decided_on"),
    "children-referred-share": came_to(*ASSESSED),
    "children-early-help-share": came_to(Kind.EARLY_HELP),
    "children-no-service-share": came_to(*CLOSING),
    "children-no-service-of-requests": came_to(*CLOSING, requests=True),
    "referral-share": contacts_referred,
    "repeat-contact-90": again_within(90),
    "repeat-contact-365": again_within(365),
    "multiple-contact-365": again_within(365, earlier=2),
    "referrals": referred,
    "re-referral-share": referred_again(),
    "children-re-referred-share": referred_again(children=True),
    "referral-no-further-action-share": no_further_action,
    "source-mix": source_mix,
    "concern-mix": concern_mix,
    "source-unknown-share": unknown_source,
    "ethnicity-unknown-share": unknown_ethnicity,
    "early-help-opened-share": early_help_opened(None),
    "early-help-opened-in-20-days": early_help_opened(20),
    "step-down-returns-6-months": stepped_down_returned(183),
    "step-down-returns-12-months": stepped_down_returned(365),
    "outcome-changed-share": outcome_changed,
}
