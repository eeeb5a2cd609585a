"""The breakdowns of what was received: what came of it, from whom, which strands, who came before, who helps early."""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, null, or_, select
from sqlalchemy.orm import Session, aliased

from mash.kinds import ASSESSED, Kind
from mash.measures.counting import STORED, rows_now, since_folded
from mash.measures.days import days_after, month_number
from mash.measures.national import GROUPS
from mash.measures.pictures import Asked, Picture, Share
from mash.models import ChildOnContact, Contact, HandOver, Observation, of_kind

BY_RECEIPT = "Contacts by the London day on which the council received them. Those cancelled as an error are left out."
AS_NOW = "Outcomes are as they stand now, by the strongest of a contact’s children."
ACCEPTED_HERE = (
    "A referral is an outcome of assessment or strategy discussion. Its assessment counts as begun once a team "
    "accepts the child here; contacts imported with their outcome alone have no acceptance on record."
)
AS_NOTED = (
    "Signs as noted for any child of the contact and not corrected since. A contact without any sign on record is "
    "in neither share: not noted is not absent. One contact may have both."
)
NO_SOURCE = "No code given"
DAYS = (90, 365)
ONE, MORE, MOST = "1 contact", " contacts", "5 or more contacts"
IN_ORDER = (*dict.fromkeys(GROUPS.values()), NO_SOURCE)


def received(session: Session, asked: Asked) -> Any:
    """Give the columns of what was received on the days asked for, as the figures have it."""
    c = rows_now(since_folded(session), STORED.received_on.between(asked.first, asked.last)).subquery("c")
    of = c.c.received_on.between(asked.first, asked.last), c.c.cancelled.is_(False)
    return select(c).where(*of).subquery("n")


def _one_each(n: Any, group: Any, **numbers: Any) -> Select[*tuple[Any, ...]]:
    """Give a row a contact."""
    told = [said.label(name) for name, said in numbers.items()]
    head = n.c.contact_id, cast(null(), String).label("child"), n.c.received_on.label("day"), group.label("group")
    return select(*head, *told)


def _taken_on(n: Any, *kinds: Kind) -> ColumnElement[bool]:
    """Whether a team has accepted a child of a contact for one of some kinds of route."""
    return exists().where(
        ChildOnContact.contact_id == n.c.contact_id,
        HandOver.child_id == ChildOnContact.id,
        HandOver.state == "accepted",
        of_kind(HandOver.route, *kinds),
    )


def _conversion(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    n = received(session, asked)
    referred, helped = n.c.service == "assessment", n.c.service == "early_help"
    return _one_each(
        n,
        month_number(n.c.received_on),
        received=literal(value=True),
        requests=n.c.request.is_(True),
        referred=referred,
        begun=and_(referred, _taken_on(n, *ASSESSED)),
        helped=helped,
        accepted=and_(helped, _taken_on(n, Kind.EARLY_HELP)),
    )


def _sources(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    n = received(session, asked)
    group = case(GROUPS, value=Contact.source_code, else_=NO_SOURCE)
    numbers = {"received": literal(value=True), "referred": n.c.service == "assessment"}
    return _one_each(n, group, **numbers, none=n.c.service == "none").join(Contact, Contact.id == n.c.contact_id)


def _strands(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    n = received(session, asked)
    said = cast(Observation.value, String)
    present = or_(said == '"present"', said.like('%"value": "present"%'))
    of = (
        ChildOnContact.contact_id == n.c.contact_id,
        Observation.child_id == ChildOnContact.id,
        Observation.superseded_at.is_(None),
        present,
    )
    numbers = {
        name: exists().where(*of, Observation.code.in_(asked.strands.get(name, ())))
        for name in ("neglect", "domestic_abuse")
    }
    every = [code for codes in asked.strands.values() for code in codes]
    noted = exists().where(*of, Observation.code.in_(every))
    return _one_each(n, month_number(n.c.received_on), received=literal(value=True), noted=noted, **numbers)


def _repeats(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    n, child, before = received(session, asked), aliased(ChildOnContact), aliased(ChildOnContact)
    contact, earlier = aliased(Contact), aliased(Contact)
    another = or_(contact.incident_id.is_(None), earlier.incident_id.is_(None))
    another |= earlier.incident_id != contact.incident_id

    def within(days: int) -> ColumnElement[bool]:
        return exists().where(
            before.person_id == child.person_id,
            before.contact_id != child.contact_id,
            earlier.id == before.contact_id,
            earlier.state != "cancelled",
            earlier.received_at < contact.received_at,
            days_after(earlier.received_at, days) >= contact.received_at,
            another,
        )

    return (
        select(
            n.c.contact_id,
            cast(child.id, String).label("child"),
            n.c.received_on.label("day"),
            month_number(n.c.received_on).label("group"),
            literal(value=True).label("children"),
            *(within(days).label(f"within_{days}") for days in DAYS),
        )
        .join(child, child.contact_id == n.c.contact_id)
        .join(contact, contact.id == n.c.contact_id)
    )


def _children(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    n = received(session, asked)
    child = ChildOnContact
    newest = n.c.received_on.desc(), child.contact_id.desc()
    place = func.row_number().over(partition_by=child.person_id, order_by=newest)
    every = (
        select(
            n.c.contact_id,
            cast(child.id, String).label("child"),
            n.c.received_on.label("day"),
            func.count().over(partition_by=child.person_id).label("many"),
            place.label("place"),
        )
        .join(child, child.contact_id == n.c.contact_id)
        .subquery("e")
        .c
    )
    many = cast(every.many, String) + MORE
    group = case((every.many == 1, ONE), (every.many >= 5, MOST), else_=many)
    head = every.contact_id, every.child, every.day, group.label("group")
    return select(*head, (every.place == 1).label("children"), literal(value=True).label("contacts"))


def offers_of_early_help() -> ColumnElement[bool]:
    """Say in SQL whether an offer is of early help, the first or a step down."""
    return or_(HandOver.kind == "step_down", of_kind(HandOver.route, Kind.EARLY_HELP))


def _early_help(session: Session, asked: Asked) -> Select[*tuple[Any, ...]]:
    n = received(session, asked)
    states = ("accepted", "declined", "offered", "withdrawn")
    told = [(HandOver.state == state).label(state) for state in states]
    return (
        select(
            n.c.contact_id,
            cast(HandOver.id, String).label("child"),
            n.c.received_on.label("day"),
            HandOver.to_team.label("group"),
            literal(value=True).label("every"),
            *told,
        )
        .join(ChildOnContact, ChildOnContact.contact_id == n.c.contact_id)
        .join(HandOver, HandOver.child_id == ChildOnContact.id)
        .where(offers_of_early_help())
    )


CONVERSION = Picture(
    id="conversion",
    name="From contact to referral, assessment and early help",
    unit="contact",
    numbers={
        "received": ("Received", "contacts received"),
        "requests": ("Asking for a service", "contacts received asking for a service"),
        "referred": ("Referrals", "contacts received that came to a referral to social care"),
        "begun": ("Accepted for assessment", "contacts received whose referral an assessment team has accepted"),
        "helped": ("Early help", "contacts received that came to early help"),
        "accepted": ("Early help accepted", "contacts received whose early help a service has accepted"),
    },
    shares=(
        Share("referred", "received", "became a referral"),
        Share("helped", "received", "came to early help"),
        Share("begun", "referred", "referrals accepted"),
        Share("accepted", "helped", "early help accepted"),
    ),
    by_month=True,
    rows=_conversion,
    cohort=BY_RECEIPT,
    notes=(
        AS_NOW,
        ACCEPTED_HERE,
    ),
)
SOURCES = Picture(
    id="sources",
    name="Who contacts us, and what comes of it",
    unit="contact",
    numbers={
        "received": ("Received", "contacts received"),
        "referred": ("Referrals", "contacts received that came to a referral to social care"),
        "none": ("Neither", "contacts received, decided, that came to neither early help nor a referral"),
    },
    shares=(
        Share("referred", "received", "became a referral"),
        Share("none", "received", "came to neither"),
    ),
    by_month=False,
    rows=_sources,
    order=IN_ORDER,
    cohort=BY_RECEIPT,
    notes=(AS_NOW, "Groups of sources are those of the Department for Education’s children in need census."),
)
STRANDS = Picture(
    id="strands",
    name="Neglect and domestic abuse",
    unit="contact",
    numbers={
        "received": ("Received", "contacts received"),
        "noted": ("With any sign", "contacts received with a sign on record"),
        "neglect": ("Neglect", "contacts received with a sign of neglect"),
        "domestic_abuse": ("Domestic abuse", "contacts received with a sign of domestic abuse"),
    },
    shares=(
        Share("neglect", "noted", "neglect"),
        Share("domestic_abuse", "noted", "domestic abuse"),
    ),
    by_month=True,
    rows=_strands,
    cohort=BY_RECEIPT,
    notes=(AS_NOTED,),
)
REPEATS = Picture(
    id="repeats",
    name="Children who were on a contact before",
    unit="child on contact",
    numbers={
        "children": ("Children on contacts", "children on contacts received"),
        "within_90": (
            "Before within 90 days",
            "children on contacts received who had been on another in the 90 days before",
        ),
        "within_365": (
            "Before within 365 days",
            "children on contacts received who had been on another in the 365 days before",
        ),
    },
    shares=(
        Share("within_90", "children", "within 90 days"),
        Share("within_365", "children", "within 365 days"),
    ),
    by_month=True,
    rows=_repeats,
    cohort=BY_RECEIPT,
    notes=("Two reports of one incident are not a coming back. A record of less than a year before finds too few.",),
)
CHILDREN = Picture(
    id="children",
    name="How many contacts each child had",
    unit="child on contact",
    numbers={
        "children": ("Children", "different children"),
        "contacts": ("Times on a contact", "times they were on a contact"),
    },
    shares=(),
    by_month=False,
    rows=_children,
    cohort="Children on contacts received on the days asked for, by how many of those contacts they were on.",
    notes=("The list of children gives the newest contact of each.",),
)
EARLY_HELP = Picture(
    id="early-help",
    name="Early help by the service that receives it",
    unit="offer of one child",
    numbers={
        "every": ("Offered", "offers of early help"),
        "accepted": ("Accepted", "offers of early help that were accepted"),
        "declined": ("Declined", "offers of early help that were declined"),
        "offered": ("Waiting", "offers of early help that wait for an answer"),
        "withdrawn": ("Taken back", "offers of early help that were taken back"),
    },
    shares=(
        Share("accepted", "every", "accepted"),
        Share("declined", "every", "declined"),
    ),
    by_month=False,
    rows=_early_help,
    cohort="Offers made of children on contacts received on the days asked for, steps down from social care included.",
    notes=("A child who was declined and offered again has two offers.",),
)
