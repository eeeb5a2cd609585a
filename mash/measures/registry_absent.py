"""The measures that written definitions ask for and this record cannot give, each with why: a blank is not a nought."""

from mash.measures.measure import Measure

DOWNSTREAM = "assessments, conferences and plans are recorded in the case system that takes the child over"

ABSENT = (
    Measure(
        id="contacts-per-10000",
        codes=("domain K1 rate", "standards K2"),
        name="Contacts for each 10,000 children living here",
        unit="child on contact",
        not_held="the record does not hold how many children live here: divide by the population that you publish with",
    ),
    Measure(
        id="threshold-agreement-share",
        codes=("domain K22", "standards K18"),
        name="Audits that agree with the level decided",
        unit="audit",
        not_held="no sample of decisions is decided again by a second person on this record",
    ),
    Measure(
        id="changed-on-challenge-share",
        codes=("domain K23",),
        name="Decisions changed after a challenge",
        unit="challenge",
        not_held="a partner's challenge is not kept as such: what a manager changed or returned is, with the reason",
    ),
    Measure(
        id="matched-referral-share",
        codes=("standards K4b",),
        name="Contacts followed by a referral from the same source",
        unit="child on contact",
        not_held="each referral made here stands on the contact it came from, so none is matched by child and source: "
        "see children-referred-share",
    ),
    Measure(
        id="not-in-need-share",
        codes=("standards K11",),
        name="Children assessed and found not in need",
        unit="assessment",
        not_held=DOWNSTREAM,
    ),
    Measure(
        id="assessment-in-45-days",
        codes=("domain K27", "standards K12"),
        name="Assessments within 45 working days",
        unit="assessment",
        not_held=DOWNSTREAM,
    ),
    Measure(
        id="conference-in-15-days",
        codes=("domain K27", "standards K13"),
        name="First conferences within 15 working days",
        unit="conference",
        not_held=DOWNSTREAM,
    ),
)
