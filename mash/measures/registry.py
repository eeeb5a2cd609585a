"""Every figure that is published here, with all that must be printed beside it to be understood."""

from collections.abc import Mapping
from dataclasses import replace

from mash.measures.measure import Measure
from mash.measures.registry_absent import ABSENT
from mash.measures.registry_children import OF_CHILDREN
from mash.measures.registry_service import OF_SERVICE

RECEIVED_DUE = (
    "Contacts by the London day on which the council received them, each once its time is up. One that is still open "
    "then stands in the denominator and is not in time."
)
DECIDED = (
    "Contacts by the London day on which they were first decided. It leaves out what is still open, so it flatters."
)
ONE_DAY = "One working day from receipt, by the clock policy in force on the day; in time until and including its end."
THREE_DAYS = "Three working days from receipt, by the clock policy in force on the day."
NOT_COUNTED = "Contacts cancelled as an error; contacts imported without a time of decision have no clock."
KEPT = (
    "A contact is an early help contact only if early help was recommended or decided before its one working day was "
    "up, and social care was not. One that was late stays late whatever it is called afterwards."
)
IMPORTED = "An imported contact says only its outcome, so it is classed by that: compare it with ours with care."
BY_OUTCOME = (
    "Classed by outcome alone, as the partnership's reports up to 2022 seem to have done. A contact decided on "
)
BY_OUTCOME += (
    "the second day is late as social care and in time as early help, so it can be made to pass by its outcome."
)
AT_RECEIPT = "Asking for a service is taken as recorded at receipt, not as the contact turned out."
OUTCOMES = "Outcomes as they stand now, by the strongest of a contact's children; an assessment includes strategy "
OUTCOMES += "discussions. Contacts still open are in the denominator."


def _in_time(id: str, name: str, kinds: tuple[str, ...], form: str, **told: object) -> Measure:
    due, met = {"": ("due", "in-time"), "decided": ("decided", "decided-in-time")}.get(
        form, (f"{form}.due", f"{form}.in-time")
    )
    clocks = {"social-care": ONE_DAY, "early-help": THREE_DAYS}
    return Measure(
        id=id,
        name=name,
        numerator=tuple(f"{kind}.{met}" for kind in kinds),
        denominator=tuple(f"{kind}.{due}" for kind in kinds),
        cohort=DECIDED if form == "decided" else RECEIVED_DUE,
        clock=" ".join(f"{kind.replace('-', ' ').capitalize()}: {clocks[kind]}" for kind in kinds),
        exclusions=NOT_COUNTED,
        **told,  # type: ignore[arg-type]  # the rest of Measure's own fields
    )


def _timeliness() -> list[Measure]:
    made, both = [], ("social-care", "early-help")
    forms = (
        ("", "", (KEPT, IMPORTED)),
        ("-decided", ", of those decided", (KEPT, IMPORTED)),
        ("-by-outcome", ", by outcome alone", (BY_OUTCOME,)),
    )
    for ending, words, breaks in forms:
        form = ending.removeprefix("-")
        ids = [f"{kind}-in-time{ending}" for kind in both]
        headlines = ["" if not ending else f"{kind}-in-time" for kind in (*both, "blended")]
        made += [
            _in_time(
                ids[0], f"Social care in one working day{words}", both[:1], form, breaks=breaks, headline=headlines[0]
            ),
            _in_time(
                ids[1], f"Early help in three working days{words}", both[1:], form, breaks=breaks, headline=headlines[1]
            ),
            _in_time(
                f"blended-in-time{ending}",
                f"Social care in one and early help in three working days{words}",
                both,
                form,
                breaks=(*breaks, "Two limits in one figure: read its two parts."),
                parts=tuple(ids),
                headline=headlines[2],
            ),
        ]
    return made


def _share(id: str, name: str, numerator: str, denominator: str, *breaks: str) -> Measure:
    return Measure(id=id, name=name, numerator=(numerator,), denominator=(denominator,), breaks=breaks)


def _of_requests(term: str, words: str) -> Measure:
    name = f"Requests that came to {words}"
    return _share(f"{term}-of-requests", name, f"requests.{term}", "requests", OUTCOMES, AT_RECEIPT)


CODES = {
    "contacts-received": ("domain K1", "standards K1b"),
    "children-on-contacts": ("standards K1",),
    "request-share": ("domain K2",),
    "early-help-share": ("domain K3",),
    "assessment-share": ("domain K4",),
    "early-help-of-requests": ("domain K5",),
    "assessment-of-requests": ("domain K6",),
    "no-service-of-requests": ("domain K7",),
    "no-service-share": ("domain K8",),
    "blended-in-time": ("domain K9",),
    "social-care-in-time": ("domain K10",),
    "early-help-in-time": ("domain K11",),
}

MEASURES: Mapping[str, Measure] = {
    measure.id: replace(measure, codes=CODES.get(measure.id, measure.codes))
    for measure in (
        Measure(
            id="contacts-received",
            name="Contacts received",
            numerator=("received",),
            breaks=("One approach is one contact, whether about one child or four.",),
        ),
        Measure(
            id="children-on-contacts",
            name="Children on contacts received",
            numerator=("children",),
            unit="child on contact",
            breaks=("A child on two contacts counts twice.",),
        ),
        Measure(
            id="late-and-open",
            name="Received, still open and late",
            numerator=("late-and-open",),
            clock=f"Social care: {ONE_DAY} Early help: {THREE_DAYS}",
        ),
        *_timeliness(),
        _share("request-share", "Contacts asking for a service", "requests", "received", AT_RECEIPT),
        _share("other-share", "Contacts asking for no service", "others", "received", AT_RECEIPT),
        _share("early-help-share", "Contacts that came to early help", "early-help", "received", OUTCOMES),
        _share("assessment-share", "Contacts that came to an assessment", "assessment", "received", OUTCOMES),
        _share("no-service-share", "Contacts that came to neither", "no-service", "received", OUTCOMES),
        _of_requests("early-help", "early help"),
        _of_requests("assessment", "an assessment"),
        _of_requests("no-service", "neither"),
        *OF_CHILDREN,
        *OF_SERVICE,
        *ABSENT,
    )
}
CONVERSION = (
    "request-share",
    "other-share",
    "early-help-share",
    "assessment-share",
    "no-service-share",
    "early-help-of-requests",
    "assessment-of-requests",
    "no-service-of-requests",
)
"""The shares that the partnership printed side by side; ``mash.measures.figures.reconciled`` says how they meet."""
