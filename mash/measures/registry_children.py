"""The figures read of children, one by one, with all that must be printed beside each."""

from mash.measures.measure import CHILDREN, LIMITS, Measure, of_children, of_contacts

CHILD, REFERRAL = "child", "referral"
BEGUN = "Referrals by the London day on which they began."
OPEN_IN = "An open contact is in the denominator and not in the numerator."
ONE_FORM = (
    "A referral is a child whose contact came to an assessment or strategy discussion while not open to social care,"
)
ONE_FORM += " or one that another system told of; one told of by both counts once."
LOOKS_BACK = "It needs the twelve months before on record: where the record begins later it is too low."
BEGINS = (
    "That early help has begun stands for an early help assessment, which is recorded elsewhere: its team accepted the"
)
BEGINS += " child, or another system told of it."


def _again(id: str, words: str, counts: str, *codes: str) -> Measure:
    known = ("A contact linked to the same incident is no return.", LOOKS_BACK)
    return of_children(id, f"Children who came {words}", f"{CHILDREN} {counts}", *codes, breaks=known)


def _stepped(months: int, days: int) -> Measure:
    return of_children(
        f"step-down-returns-{months}-months",
        f"Stepped down and reported again within {months} months",
        f"children stepped down who were reported again within {days} days",
        "domain K25",
        out_of=f"children stepped down {days} days or more ago",
        cohort="Step-downs by the London day on which they were accepted, each once its time is up.",
    )


OF_CHILDREN: tuple[Measure, ...] = (
    Measure(
        id="distinct-children",
        name="Different children on contacts received",
        codes=("standards K1c",),
        counts="different children on contacts received",
        unit=CHILD,
        breaks=("A child on two contacts counts once; people are matched by the council's number alone.",),
    ),
    of_children(
        "children-in-time",
        "Children decided in time",
        f"{CHILDREN}, decided in time",
        "standards K3",
        out_of=f"{CHILDREN} whose time is up",
        clock=LIMITS,
        breaks=("A contact about four children counts four times.",),
    ),
    of_children(
        "children-in-time-decided",
        "Children decided in time, of those decided",
        "children on contacts decided in time",
        "standards K3b",
        out_of="children on contacts decided",
        cohort="Contacts by the London day on which they were first decided: it leaves out what is open and flatters.",
        clock=LIMITS,
        headline="children-in-time",
    ),
    of_contacts(
        "referral-share",
        "Contacts that became a referral",
        "contacts received that came to an assessment or strategy discussion for a child not open already",
        "contacts received",
        "domain K17",
        breaks=(OPEN_IN, "Of all contacts, whether they asked for a service or not."),
    ),
    of_children(
        "children-referred-share",
        "Children who came to an assessment or strategy discussion",
        f"{CHILDREN} that came to an assessment or strategy discussion",
        "standards K4",
        breaks=(OPEN_IN,),
    ),
    of_children(
        "children-early-help-share",
        "Children who came to early help",
        f"{CHILDREN} that came to early help",
        "standards K5",
        breaks=(OPEN_IN,),
    ),
    of_children(
        "early-help-opened-in-20-days",
        "Early help begun within 20 working days",
        "children whose early help had begun within 20 working days of the decision",
        "standards K5b",
        out_of="children on contacts received who came to early help 20 working days or more ago",
        breaks=(BEGINS,),
    ),
    of_children(
        "early-help-opened-share",
        "Early help begun, of those who came to it",
        "children whose early help has begun",
        "domain K24",
        out_of="children on contacts received who came to early help",
        breaks=(BEGINS,),
    ),
    of_children(
        "children-no-service-share",
        "Children who came to no service",
        f"{CHILDREN} that came to no service, information, advice or signposting",
        "standards K6",
        breaks=(OPEN_IN,),
    ),
    of_children(
        "children-no-service-of-requests",
        "Children on requests who came to no service",
        "children on requests received that came to no service, information, advice or signposting",
        "standards K6",
        out_of="children on requests received",
        breaks=(OPEN_IN, "Asking for a service is taken as recorded at receipt."),
    ),
    _again("repeat-contact-90", "again within 90 days", "with one in the 90 days before", "domain K19", "standards K7"),
    _again(
        "repeat-contact-365", "again within a year", "with one in the 365 days before", "domain K19", "standards K7"
    ),
    _again(
        "multiple-contact-365",
        "three times within a year",
        "with two or more in the 365 days before",
        "domain K19",
    ),
    Measure(
        id="referrals",
        name="Referrals begun",
        codes=("standards K8",),
        counts="referrals begun",
        unit=REFERRAL,
        cohort=BEGUN,
        breaks=(ONE_FORM,),
    ),
    of_children(
        "re-referral-share",
        "Referrals of children referred in the 12 months before",
        "referrals of a child with another in the 12 months before, on an earlier day",
        "domain K18",
        "standards K9",
        out_of="referrals begun",
        unit=REFERRAL,
        cohort=BEGUN,
        breaks=(ONE_FORM, LOOKS_BACK),
    ),
    of_children(
        "children-re-referred-share",
        "Children referred again, of children referred",
        "children referred with another referral in the 12 months before",
        "standards K9b",
        out_of="different children referred",
        unit=CHILD,
        cohort=BEGUN,
        breaks=(ONE_FORM, LOOKS_BACK),
    ),
    of_children(
        "referral-no-further-action-share",
        "Referrals that came to no further action",
        "referrals that came to no further action",
        "standards K10",
        out_of="referrals begun",
        unit=REFERRAL,
        cohort=BEGUN,
        breaks=(ONE_FORM, "Only another system can tell of it: a referral made here is always for an assessment."),
    ),
    of_children(
        "source-mix",
        "Who reported, by the national groups of sources",
        f"{CHILDREN} from a group of sources",
        "standards K14",
        by="source",
    ),
    of_children(
        "concern-mix",
        "What was reported, by indicator",
        f"{CHILDREN} with an indicator noted as present",
        "standards K15",
        by="indicator",
        breaks=(
            "Indicators of our own catalogue, at the front door: not the factors found at the end of assessments.",
        ),
    ),
    of_children(
        "source-unknown-share",
        "Source not known or not mapped",
        f"{CHILDREN} whose source is unknown or has no national code",
        "standards K16",
    ),
    of_children(
        "ethnicity-unknown-share",
        "Ethnicity not known or not mapped",
        f"{CHILDREN} whose ethnicity is unknown or has no national code",
        "standards K16",
        breaks=("A refusal to say is an answer, and known.",),
    ),
    of_children(
        "outcome-changed-share",
        "Outcomes changed after the decision",
        "children whose outcome was decided otherwise later",
        "standards K17",
        out_of="children first decided",
        cohort="Children by the London day on which they were first decided.",
    ),
    *(_stepped(6, 183), _stepped(12, 365)),
)
