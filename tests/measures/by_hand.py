"""What each figure that is read row by row should be, worked out slowly in plain Python from lives, apart from its SQL.

Each answers with rows: the contact's place in the life (None for what another system told of), whether it is in the
numerator, the part, and how long it took.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from tests.measures.by_hand_days import DAYS, back_a_year, london, open_hours, working_days_on
from tests.measures.histories import Said, Told, _kept
from tests.measures.lives import NOW, Came, Kid, Life, day_of_told

Found = tuple[int | None, bool, str, float | None]
Placed = tuple[int, Came]
ASSESSED = {"child_and_family_assessment", "strategy_discussion"}
NOTHING = {"no_further_action", "advice"}
SOCIAL_CARE = {"protection_plan", "child_in_need", "looked_after"}
GROUPS = {"6": "Police", "1A": "Individual", "1C": "Individual", "2A": "Schools", "10": "Unknown", "": "Not known"}


class Hand:
    """One life read by hand for one period."""

    def __init__(self, life: Life, first: date, last: date) -> None:
        self.life, self.first, self.last = life, first, last
        self.counted = [(n, came) for n, came in enumerate(life.came) if came.state != "cancelled"]

    def within(self, at: datetime | None) -> bool:
        return at is not None and self.first <= london(at) <= self.last

    @property
    def received(self) -> list[Placed]:
        return [(n, came) for n, came in self.counted if self.within(came.at)]

    @property
    def children(self) -> Iterator[tuple[int, Came, int, Kid]]:
        for n, came in self.received:
            for who, kid in came.kids:
                yield n, came, who, kid

    def distinct(self) -> Iterator[Found]:
        seen = set()
        for n, _, who, _ in self.children:
            if who not in seen:
                seen.add(who)
                yield n, True, "", None

    def share(self, test: Callable[[Kid], bool], *, requests: bool = False) -> Iterator[Found]:
        for n, came, _, kid in self.children:
            if came.request or not requests:
                yield n, test(kid), "", None

    def contacts_referred(self) -> Iterator[Found]:
        for n, came in self.received:
            yield n, any(kid.outcome in ASSESSED and kid.open_to not in SOCIAL_CARE for _, kid in came.kids), "", None

    def children_in_time(self, *, decided: bool) -> Iterator[Found]:
        for n, came in self.counted:
            kind, due = judged(came)
            if not kind or due is None or not self.within(came.after(came.decided) if decided else came.at):
                continue
            if decided or came.at + timedelta(hours=due) < NOW:
                for _ in came.kids:
                    yield n, came.decided is not None and came.decided <= due, "", None

    def again(self, days: int, times: int) -> Iterator[Found]:
        for n, came, who, _ in self.children:
            before = 0
            for m, other in self.counted:
                same = came.incident is not None and other.incident is not None
                about = any(person == who for person, _ in other.kids)
                sooner = other.at < came.at or (other.at == came.at and m < n)
                before += m != n and about and sooner and not same and came.at - other.at <= days * DAYS
            yield n, before >= times, "", None

    def all_referrals(self) -> Iterator[tuple[int | None, int, date, bool]]:
        told = {(who, day_of_told(days)) for who, kind, days, _ in self.life.told if kind == "referral"}
        for who, kind, days, nothing in self.life.told:
            if kind == "referral":
                yield None, who, day_of_told(days), bool(nothing)
        for n, came in self.counted:
            for who, kid in came.kids:
                day = london(came.at + timedelta(hours=kid.decided))
                if kid.outcome in ASSESSED and kid.open_to not in SOCIAL_CARE and (who, day) not in told:
                    yield n, who, day, False

    def referrals(self, kind: str = "all") -> Iterator[Found]:
        every = list(self.all_referrals())
        best: dict[int, list[bool]] = {}
        for n, who, day, nothing in every:
            if not self.first <= day <= self.last:
                continue
            again = any(other == who and back_a_year(day) <= was < day for _, other, was, _ in every)
            best.setdefault(who, []).append(again)
            if kind != "children":
                yield n, {"all": True, "nothing": nothing, "again": again}[kind], "", None
        if kind == "children":
            yield from ((None, any(found), "", None) for found in best.values())

    def mix(self, of: str) -> Iterator[Found]:
        for n, came, _, kid in self.children:
            yield n, True, "", None
            if of == "source":
                yield n, True, GROUPS[came.source], None
                continue
            for code, value in kid.noted:
                if value == "present" or (isinstance(value, dict) and value["value"] == "present"):
                    yield n, True, code.replace("_", " "), None

    def unknown(self, of: str) -> Iterator[Found]:
        for n, came, who, _ in self.children:
            blank = came.source in {"", "10"} if of == "source" else self.life.ethnicity[who] in {"", "NOBT"}
            yield n, blank, "", None

    def opened(self, days: int | None) -> Iterator[Found]:
        for n, came, who, kid in self.children:
            if kid.outcome != "early_help":
                continue
            day = london(came.at + timedelta(hours=kid.decided))
            begun = [
                london(came.at + timedelta(hours=h))
                for _, r, s, h in kid.offers
                if (r, s) == ("early_help", "accepted")
            ]
            begun += [
                day_of_told(d)
                for w, k, d, _ in self.life.told
                if (w, k) == (who, "early_help") and day_of_told(d) >= day
            ]
            if days is None:
                yield n, bool(begun), "", None
            elif (last := working_days_on(day, days)) < london(NOW):
                yield n, any(one <= last for one in begun), "", None

    def stepped(self, days: int) -> Iterator[Found]:
        for n, came in self.counted:
            for who, kid in came.kids:
                for kind, _, state, hours in kid.offers:
                    at = came.at + timedelta(hours=hours)
                    if (kind, state) != ("step_down", "accepted") or not self.within(at) or at + days * DAYS > NOW:
                        continue
                    back = [
                        one.at
                        for _, one in self.counted
                        if any(p == who for p, _ in one.kids) and at < one.at <= at + days * DAYS
                    ]
                    yield n, bool(back), "", None

    def changed(self) -> Iterator[Found]:
        for n, came in self.counted:
            taken = sorted(
                (one.decided, place, one.route) for place, one in enumerate(came.taken) if one.decided is not None
            )
            if taken and self.within(came.after(taken[0][0])):
                yield n, any(route != taken[0][2] for *_, route in taken), "", None

    def hours(self) -> Iterator[Found]:
        for n, came in self.received:
            if came.decided is not None:
                yield n, True, "", open_hours(came.at, came.at + timedelta(hours=came.decided))

    def by_rating(self) -> Iterator[Found]:
        for n, came in self.received:
            kind, due = judged(came)
            reds = [start + length for name, start, length, _ in came.clocks if name == "red"]
            limit = min(reds) if came.rating == "red" and reds else due if kind else None
            if limit is not None and came.at + timedelta(hours=limit) < NOW:
                yield n, came.decided is not None and came.decided <= limit, came.rating or "not rated", None

    def reds(self, clock: str) -> Iterator[Found]:
        for n, came in self.received:
            starts = [start for name, start, _, _ in came.clocks if name == clock]
            if came.rating != "red" or not starts:
                continue
            end = came.decided if clock == "red" else min(came.taken_up, default=None)
            took = None if end is None else max(0, end - min(starts)) * (1.0 if clock == "red" else 60.0)
            yield n, end is not None, "", took

    def told(self, clock: str) -> Iterator[Found]:
        for n, came in self.counted:
            lengths = [(length, stop) for name, _, length, stop in came.clocks if name == clock]
            if clock == "feedback":
                if came.decided is None or not self.within(came.after(came.decided)):
                    continue
                lengths = [(came.decided + length, stop) for length, stop in lengths]
            elif self.within(came.at):
                lengths = [(length, came.acknowledged) for length, _ in lengths]
            else:
                continue
            for due, done in lengths:
                if came.at + timedelta(hours=due) < NOW:
                    yield n, done is not None and done <= due, "", None

    def replies(self, answer: str, by: str = "agency") -> Iterator[Found]:
        for n, came in self.counted:
            for one in came.asked:
                if not self.within(came.after(one.sent)) or came.at + timedelta(hours=one.due) >= NOW:
                    continue
                if one.replied is None or one.kind == "none":
                    was = "never"
                else:
                    was = "in time" if one.replied <= one.due else "late"
                yield n, was == answer, one.agency if by == "agency" else came.rating or "not rated", None

    def agreed(self) -> Iterator[Found]:
        yield from ((n, "service" in came.agreed, "", None) for n, came in self.received if came.request)

    def overridden(self) -> Iterator[Found]:
        yield from ((n, "override" in came.agreed, "", None) for n, came in self.received if came.asked)

    def signed(self, *, asked: bool) -> Iterator[Found]:
        for n, came in self.counted:
            for one in came.taken:
                if self.within(came.after(one.decided)) and (one.asked or not asked):
                    yield n, None not in one.by and one.by[0] != one.by[1], "", None

    def open(self, *, late: bool) -> Iterator[Found]:
        for n, came in self.counted:
            kind, due = judged(came)
            if not kind or due is None or came.decided is not None:
                continue
            at = came.at + timedelta(hours=due)
            if not late:
                when = "not due" if london(at) > london(NOW) else "due today" if at >= NOW else "overdue"
                yield n, True, f"{came.rating or 'not rated'}, {when}", None
            elif at < NOW:
                by = NOW - at
                band = (
                    "1: up to a day" if by <= DAYS else "2: up to a week" if by <= 7 * DAYS else "3: more than a week"
                )
                yield n, True, band, None


def judged(came: Came) -> tuple[str, int | None]:
    """Say whose clock judges a contact, by the same slow reader that the sums are held against."""
    said = tuple(Said(one.route, one.recommended, one.decided) for one in came.taken)
    outcomes = tuple(kid.outcome for _, kid in came.kids)
    told = Told(0, came.state, came.request, False, came.decided, came.one_day, came.three_days, outcomes, said)
    return _kept(told)


BY_HAND: dict[str, Callable[[Hand], Iterator[Found]]] = {
    "distinct-children": Hand.distinct,
    "children-in-time": lambda h: h.children_in_time(decided=False),
    "children-in-time-decided": lambda h: h.children_in_time(decided=True),
    "children-referred-share": lambda h: h.share(lambda kid: kid.outcome in ASSESSED),
    "children-early-help-share": lambda h: h.share(lambda kid: kid.outcome == "early_help"),
    "children-no-service-share": lambda h: h.share(lambda kid: kid.outcome in NOTHING),
    "children-no-service-of-requests": lambda h: h.share(lambda kid: kid.outcome in NOTHING, requests=True),
    "referral-share": Hand.contacts_referred,
    "repeat-contact-90": lambda h: h.again(90, 1),
    "repeat-contact-365": lambda h: h.again(365, 1),
    "multiple-contact-365": lambda h: h.again(365, 2),
    "referrals": lambda h: h.referrals(),
    "re-referral-share": lambda h: h.referrals("again"),
    "children-re-referred-share": lambda h: h.referrals("children"),
    "referral-no-further-action-share": lambda h: h.referrals("nothing"),
    "source-mix": lambda h: h.mix("source"),
    "concern-mix": lambda h: h.mix("concern"),
    "source-unknown-share": lambda h: h.unknown("source"),
    "ethnicity-unknown-share": lambda h: h.unknown("ethnicity"),
    "early-help-opened-share": lambda h: h.opened(None),
    "early-help-opened-in-20-days": lambda h: h.opened(20),
    "step-down-returns-6-months": lambda h: h.stepped(183),
    "step-down-returns-12-months": lambda h: h.stepped(365),
    "outcome-changed-share": Hand.changed,
    "hours-to-decision": Hand.hours,
    "decided-in-limit-by-rating": Hand.by_rating,
    "red-acknowledged": lambda h: h.reds("red-acknowledge"),
    "red-decided": lambda h: h.reds("red"),
    "acknowledged-in-time": lambda h: h.told("acknowledge"),
    "told-outcome-in-time": lambda h: h.told("feedback"),
    "replied-in-time": lambda h: h.replies("in time"),
    "replied-in-time-by-rating": lambda h: h.replies("in time", "rating"),
    "replied-late": lambda h: h.replies("late"),
    "never-replied": lambda h: h.replies("never"),
    "agreement-recorded-share": Hand.agreed,
    "override-share": Hand.overridden,
    "signed-off-by-another": lambda h: h.signed(asked=False),
    "signed-off-where-asked": lambda h: h.signed(asked=True),
    "open-by-rating": lambda h: h.open(late=False),
    "open-and-overdue": lambda h: h.open(late=True),
}
