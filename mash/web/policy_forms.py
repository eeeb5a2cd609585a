"""The form of each dated policy: its fields, how they are filled from what holds, and what they say as a policy."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from marshmallow import fields

from mash.journeys.set_policy import PolicyRefused
from mash.kinds import TO_SOCIAL_CARE
from mash.web.keeping_forms import KEEPING
from mash.web.policy_form import Content, PolicyForm, whole_number
from mash.web.policy_words import WEEKDAYS, clock_words
from mash.web.record_form import TimeOfDay
from mash.web.schemas import Choice, Choices, SafeText, Whole
from mash.workflow.clock_policy import CLOCKS, Deemed, Reading, Unit
from mash.workflow.escalation import Post
from mash.workflow.sign_in_policy import LONGEST_KEPT, Act
from mash.workflow.sign_off import Need, kind_of
from mash.workflow.timeliness import FREEZE_AFTER, USUAL_DIGESTS

DAY = 24 * 60
DIGESTS = {"digest-1": "The first time", "digest-2": "The second time"}
PATTERNS = 3
"""The fewest lines that the form of the pattern policy has."""
YES_NO = {"yes": "Yes", "no": "No"}
ELAPSED = (Unit.HOURS, Unit.MINUTES)


def _start_sign_off(content: Content) -> dict[str, Any]:
    ticked = {name: "yes" if content[name] else "no" for name in ("small_team_exception", "close_before_acceptance")}
    return {
        "needs_manager": content["needs_manager"],
        "goes_ahead_from": kind_of(content["goes_ahead_from"]).value,
        **ticked,
    }


def _read_sign_off(said: dict[str, Any], before: Content) -> dict[str, Any]:
    return {
        "needs_manager": [need.value for need in Need if need.value in said["needs_manager"]],
        "strength": before["strength"],
        "goes_ahead_from": said["goes_ahead_from"],
        "small_team_exception": said["small_team_exception"] == "yes",
        "close_before_acceptance": said["close_before_acceptance"] == "yes",
    }


def pattern_lines(content: Content) -> range:
    """Number the lines that the form of the pattern policy has: one for each limit that holds, and three at least."""
    return range(1, max(PATTERNS, len(content["limits"])) + 1)


def _pattern_fields(content: Content) -> dict[str, fields.Field[Any]]:
    return {
        f"{what}-{number}": Whole(least=least, most=most, called=called)
        for number in pattern_lines(content)
        for what, called, least, most in (("contacts", "Contacts", 2, 100), ("days", "Days", 1, 3650))
    }


def _start_pattern(content: Content) -> dict[str, Any]:
    limits = enumerate(content["limits"], 1)
    return {f"{what}-{number}": limit[what] for number, limit in limits for what in ("contacts", "days")}


def _read_pattern(said: dict[str, Any], before: Content) -> dict[str, Any]:
    limits, known = [], {(limit["contacts"], limit["days"]): limit["words"] for limit in before["limits"]}
    for number in pattern_lines(before):
        contacts, days = said[f"contacts-{number}"], said[f"days-{number}"]
        if (contacts is None) != (days is None):
            missing = "contacts" if contacts is None else "days"
            raise PolicyRefused(f"{missing}-{number}", f"Enter how many {missing}, or leave both empty")
        if contacts is not None:
            limits.append(
                {"contacts": contacts, "days": days, "words": known.get((contacts, days)) or _days_words(days)}
            )
    if not limits:
        raise PolicyRefused("contacts-1", "Enter at least one pattern: how many contacts in how many days")
    return {"limits": limits}


def _days_words(days: int) -> str:
    return f"{days // 365 * 12} months" if days % 365 == 0 else f"{days} days"


def _start_escalation(content: Content) -> dict[str, Any]:
    return {step["post"]: step["minutes"] for step in content["steps"]} | {"night_team": content["night_team"]}


def _read_escalation(said: dict[str, Any], _: Content) -> dict[str, Any]:
    told = [{"post": post.value, "minutes": said[post.value]} for post in Post if said[post.value] is not None]
    if not told:
        raise PolicyRefused("deputy", "Enter after how many minutes at least one of them is told")
    if any(later["minutes"] <= first["minutes"] for first, later in pairwise(told)):
        raise PolicyRefused("head_of_service", "The head of service is told after the deputy: enter more minutes")
    return {"steps": told, "night_team": said["night_team"]}


def _start_clocks(content: Content) -> dict[str, Any]:
    limits = {name: next(iter(content["limits"][name].items())) for name in CLOCKS}
    return {
        "one_working_day": content["one_working_day"],
        "deemed_receipt": content["deemed_receipt"],
        "working_day_minutes": round(content["working_day_hours"] * 60),
        **{f"amount-{name}": amount for name, (_, amount) in limits.items()},
        **{f"unit-{name}": unit for name, (unit, _) in limits.items()},
    }


def _read_clocks(said: dict[str, Any], _: Content) -> dict[str, Any]:
    return {
        "one_working_day": said["one_working_day"],
        "deemed_receipt": said["deemed_receipt"],
        "working_day_hours": said["working_day_minutes"] / 60,
        "limits": {name: {said[f"unit-{name}"]: said[f"amount-{name}"]} for name in CLOCKS},
    }


def units_of(clock: str) -> dict[str, str]:
    """Give the units in which a clock may be set."""
    return {unit.value: f"{unit.words}s" for unit in (ELAPSED if CLOCKS[clock].day_and_night else Unit)}


def _clock_fields() -> dict[str, fields.Field[Any]]:
    amounts = {f"amount-{name}": whole_number(clock.words, 1000) for name, clock in CLOCKS.items()}
    units = {f"unit-{name}": Choice(units_of(name), empty="Choose what it is counted in") for name in CLOCKS}
    pairs = {f"{part}-{name}": (amounts | units)[f"{part}-{name}"] for name in CLOCKS for part in ("amount", "unit")}
    return {
        "one_working_day": Choice(tuple(Reading), empty="Choose how one working day is read"),
        "deemed_receipt": Choice(tuple(Deemed), empty="Choose when it counts as received"),
        "working_day_minutes": whole_number("A working day", DAY),
        **pairs,
    }


def _start_hours(content: Content) -> dict[str, Any]:
    return {
        f"{end}-{weekday}": clock_words(hours[place])
        for weekday, hours in content["weekdays"].items()
        for place, end in enumerate(("opens", "closes"))
    }


def _read_hours(said: dict[str, Any], _: Content) -> dict[str, Any]:
    weekdays: dict[str, list[str]] = {}
    for number, day in enumerate(WEEKDAYS, 1):
        opens, closes = said[f"opens-{number}"], said[f"closes-{number}"]
        if (opens is None) != (closes is None):
            missing = "opens" if opens is None else "closes"
            raise PolicyRefused(f"{missing}-{number}", f"Enter when {day} {missing}, or leave both empty if closed")
        if opens and closes and opens >= closes:
            raise PolicyRefused(f"closes-{number}", f"{day} must close after it opens")
        if opens and closes:
            weekdays[str(number)] = [opens.isoformat("minutes"), closes.isoformat("minutes")]
    if not weekdays:
        raise PolicyRefused("opens-1", "Enter the hours of at least one day")
    return {"weekdays": weekdays}


def _start_timeliness(content: Content) -> dict[str, Any]:
    times = enumerate(content.get("digests", USUAL_DIGESTS), 1)
    kept = {name: content[name] for name in ("target_per_cent", "at_risk_minutes")}
    kept |= {f"digest-{number}": clock_words(written) for number, written in times}
    return kept | {"freeze_after_days": content.get("freeze_after_days", FREEZE_AFTER.days)}


def _read_timeliness(said: dict[str, Any], before: Content) -> dict[str, Any]:
    times = [said[name] for name in DIGESTS if said[name] is not None]
    if times != sorted(set(times)):
        raise PolicyRefused("digest-2", "The second time must be later than the first")
    numbers = {name: said[name] for name in ("target_per_cent", "at_risk_minutes", "freeze_after_days")}
    return numbers | {"digests": [each.isoformat("minutes") for each in times], "stages": before["stages"]}


FORMS: Mapping[str, PolicyForm] = {
    "sign-off": PolicyForm(
        "sign_off",
        "What a manager agrees first",
        "Nothing else queues for a manager. The strongest responses never wait.",
        lambda _: {
            "needs_manager": Choices(tuple(Need), empty="Select at least one"),
            "goes_ahead_from": Choice(TO_SOCIAL_CARE, empty="Choose an outcome that goes to social care"),
            "small_team_exception": Choice(YES_NO, empty="Say yes or no"),
            "close_before_acceptance": Choice(YES_NO, empty="Say yes or no"),
        },
        _start_sign_off,
        _read_sign_off,
    ),
    "pattern": PolicyForm(
        "pattern",
        "When contacts make a pattern",
        "Closing yet another asks for one written view of them all, reviewed after by fresh eyes.",
        _pattern_fields,
        _start_pattern,
        _read_pattern,
    ),
    "red": PolicyForm(
        "escalation",
        "Who is told that a red waits",
        "Counted day and night from the moment it is rated red, until a manager takes it up.",
        lambda _: (
            {post.value: Whole(least=1, most=DAY, called=f"{post.words}, minutes") for post in Post}
            | {"night_team": SafeText(empty="Enter the team that takes reds over", called="Team")}
        ),
        _start_escalation,
        _read_escalation,
    ),
    "claims": PolicyForm(
        "claims",
        "How long a contact stays with its holder",
        "Never a lock: anyone may take it over sooner with a reason.",
        lambda _: {"lapses_after_minutes": whole_number("Minutes", 240)},
        lambda content: {"lapses_after_minutes": content["lapses_after_minutes"]},
        lambda said, _: {"lapses_after_minutes": said["lapses_after_minutes"]},
    ),
    "signing-in": PolicyForm(
        "sign_in",
        "What asks for a passkey",
        "Hand passkeys out first: whoever has none cannot do what asks for one.",
        lambda _: {
            "passkey_for": Choices(tuple(Act)),
            "ended_kept_days": whole_number("Days", LONGEST_KEPT),
        },
        lambda content: {name: content[name] for name in ("passkey_for", "ended_kept_days")},
        lambda said, _: {name: said[name] for name in ("passkey_for", "ended_kept_days")},
    ),
    "timeliness": PolicyForm(
        "timeliness",
        "What is aimed at",
        "The line on the timeliness charts, what counts as at risk, when people are sent theirs, and months frozen.",
        lambda _: {
            "target_per_cent": whole_number("The share in time", 100),
            "at_risk_minutes": whole_number("Minutes", DAY),
            **{name: TimeOfDay(called=called) for name, called in DIGESTS.items()},
            "freeze_after_days": whole_number("Days", 60),
        },
        _start_timeliness,
        _read_timeliness,
    ),
    "clocks": PolicyForm(
        "clocks",
        "How long each clock allows",
        "A contact is held to what was in force on the day it was received. Clocks never pause.",
        lambda _: _clock_fields(),
        _start_clocks,
        _read_clocks,
    ),
    "opening-hours": PolicyForm(
        "opening_hours",
        "When the front door is open",
        "Working days and hours are counted by it. A day without hours is closed.",
        lambda _: {
            f"{end}-{number}": TimeOfDay(called=f"When {day} {end}")
            for number, day in enumerate(WEEKDAYS, 1)
            for end in ("opens", "closes")
        },
        _start_hours,
        _read_hours,
    ),
    **KEEPING,
}
"""Every policy that may be set on a page, by the last part of its address."""
