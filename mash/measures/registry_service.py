"""The figures read of the service, row by row, with all that must be printed beside each."""

from typing import Any

from mash.measures.measure import DECISIONS, Measure, of_children, of_contacts

SENT = "Requests by the London day on which they were sent, each once its time is up."
NOW = "What is open at this moment, whenever it was received."
ELAPSED = "Counted day and night."
OPEN_IN = "An open contact is in the denominator and not in the numerator."


def _replies(id: str, name: str, counts: str, by: str = "agency") -> Measure:
    told: dict[str, Any] = {"unit": "request", "cohort": SENT, "clock": "The reply's own limit, by rating.", "by": by}
    return of_contacts(id, name, f"requests answered {counts}", "requests sent whose time is up", "domain K16", **told)


OF_SERVICE: tuple[Measure, ...] = (
    of_contacts(
        "hours-to-decision",
        "Opening hours from receipt to decision",
        "contacts received, decided",
        "contacts received that are decided by now",
        "standards K3c",
        spread="opening hours",
        clock="Opening hours of the front door.",
        breaks=("It leaves out what is still open, so it flatters while any is: read it with what is late and open.",),
    ),
    of_contacts(
        "open-by-rating",
        "Open now, by rating and when due",
        "contacts open",
        "",
        "standards K3d",
        by="rating and when due",
        cohort=NOW,
        now=True,
    ),
    of_contacts(
        "open-and-overdue",
        "Open now and overdue, by how long",
        "contacts open and late",
        "",
        "domain K26",
        by="how late",
        cohort=NOW,
        now=True,
    ),
    of_contacts(
        "decided-in-limit-by-rating",
        "Decided within the limit of their rating",
        "contacts decided in time",
        "contacts received whose time is up",
        "domain K12",
        by="rating",
        clock="Red by its own clock, from receipt or from the rating; the others by the clock that judges them.",
        breaks=("By the rating as it stands now. Amber and green have no clock of their own on record.",),
    ),
    of_contacts(
        "red-acknowledged",
        "Reds acknowledged by a manager",
        "reds that a manager acknowledged",
        "contacts received that are red",
        "domain K13",
        spread="minutes",
        clock=f"From the first red rating. {ELAPSED}",
    ),
    of_contacts(
        "red-decided",
        "Reds decided",
        "reds decided",
        "contacts received that are red",
        "domain K13",
        spread="hours",
        clock=f"From when its red clock first started, to the decision. {ELAPSED}",
    ),
    of_contacts(
        "acknowledged-in-time",
        "Referrers told that it arrived, in time",
        "contacts acknowledged in time",
        "contacts received, not anonymous, whose time to acknowledge is up",
        "domain K14",
        clock="The acknowledgement's limit from receipt: one working day as shipped.",
    ),
    of_contacts(
        "told-outcome-in-time",
        "Referrers told the outcome, in time",
        "contacts whose referrer was told the outcome in time",
        "contacts decided, not anonymous, whose time to tell is up",
        "domain K15",
        cohort="Contacts by the London day on which they were decided.",
        clock="The limit from the decision: one working day as shipped.",
        breaks=("That a referrer cannot be told, with the reason why, counts as told.",),
    ),
    _replies("replied-in-time", "Partners' replies in time, by agency", "in time"),
    _replies("replied-in-time-by-rating", "Partners' replies in time, by rating", "in time", by="rating"),
    _replies("replied-late", "Partners' replies that came late, by agency", "late"),
    _replies("never-replied", "Partners who never replied, by agency", "by nothing so far"),
    of_contacts(
        "agreement-recorded-share",
        "Requests with agreement to a service on record",
        "requests received with an answer on agreement, whatever it was",
        "requests received",
        "domain K20",
    ),
    of_contacts(
        "override-share",
        "Checks made without agreement",
        "contacts received with agreement overridden",
        "contacts received on which partners were asked",
        "domain K20",
    ),
    of_children(
        "signed-off-by-another",
        "Decisions that another person agreed",
        "decisions recommended by one person and taken by another",
        "domain K21",
        out_of="decisions taken",
        cohort=DECISIONS,
        breaks=("Policy sends only some decisions to a manager, so all of them is not what is aimed at.",),
    ),
    of_children(
        "signed-off-where-asked",
        "Decisions that policy sends to a manager, agreed by one",
        "decisions recommended by one person and taken by another",
        "domain K21",
        out_of="decisions taken that policy sends to a manager",
        cohort=DECISIONS,
    ),
)
