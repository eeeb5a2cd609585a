"""What each dated policy says, in plain words: one line for each thing it sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import Any

from mash.kinds import Kind
from mash.web.keeping_words import backup_lines, privacy_lines, retention_lines
from mash.workflow.clock_policy import CLOCKS, Deemed, Limit, Reading, Unit
from mash.workflow.escalation import Post
from mash.workflow.pattern import nth
from mash.workflow.sign_in_policy import Act
from mash.workflow.sign_off import Need, kind_of
from mash.workflow.timeliness import FREEZE_AFTER, USUAL_DIGESTS

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
YES_NO = {True: "Yes", False: "No"}
KIND_WORDS: Mapping[str, str] = {
    Kind.NO_SERVICE: "No service",
    Kind.INFORMATION: "Information given",
    Kind.ADVICE: "Advice",
    Kind.SIGNPOSTING: "Signposting",
    Kind.EARLY_HELP: "Early help",
    Kind.ANOTHER_AUTHORITY: "Passed to another authority",
    Kind.ASSESSMENT: "Assessment by social care",
    Kind.PASSED_ON: "Passed to the allocated worker",
    Kind.STRATEGY: "Strategy discussion",
}
"""What each kind of outcome is called where no one version's own name fits."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a policy sets. Several ``said`` are a list."""

    about: str
    said: tuple[str, ...]


def policy_lines(name: str, content: Mapping[str, Any]) -> list[Line]:
    """Say what an entry of a policy sets.

    Args:
        content: In the shape of its document in ``mash/data``; with ``set_by``, the version of the thresholds that set
            the limit of a clock, by the clock's name.
    """
    return TELLERS[name](content)


def need_words(need: Need) -> str:
    """Say what a manager agrees first, as a line of a list: "Is rated red"."""
    return need.words[:1].upper() + need.words[1:]


def minutes_words(minutes: int) -> str:
    """Write a number of minutes as a person says it."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'s' * (hours != 1)}"] if hours else []
    parts += [f"{rest} minute{'s' * (rest != 1)}"] if rest or not hours else []
    return " ".join(parts)


def _sign_off(content: Mapping[str, Any]) -> list[Line]:
    needs = [need for need in Need if need.value in content["needs_manager"]]
    strength = [kind_of(code) for code in content["strength"]]
    at_once = strength[strength.index(kind_of(content["goes_ahead_from"])) :]
    return [
        Line("A manager agrees first when a child", tuple(need_words(need) for need in needs) or ("Never",)),
        Line("Never waits for a manager", tuple(KIND_WORDS[kind] for kind in at_once)),
        Line(
            "One manager may recommend and agree",
            ("Yes, with the reason recorded" if content["small_team_exception"] else "No",),
        ),
        Line("A contact may close before every hand-over is accepted", (YES_NO[content["close_before_acceptance"]],)),
    ]


def _pattern(content: Mapping[str, Any]) -> list[Line]:
    asked = tuple(f"The {nth(limit['contacts'])} contact in {limit['words']}" for limit in content["limits"])
    return [Line("Before closing, a written view of the pattern is asked for at", asked)]


def _escalation(content: Mapping[str, Any]) -> list[Line]:
    told = [
        Line(f"{Post(step['post']).words} is told after", (minutes_words(step["minutes"]) + ", day and night",))
        for step in content["steps"]
    ]
    return [*told, Line("Takes reds over when the front door closes", (content["night_team"],))]


def _claims(content: Mapping[str, Any]) -> list[Line]:
    idle = minutes_words(content["lapses_after_minutes"])
    return [Line("Open with someone who does nothing, it is free for others after", (idle,))]


def _clocks(content: Mapping[str, Any]) -> list[Line]:
    reading = Reading(content["one_working_day"])
    worth = f", {content['working_day_hours']:g} hours" if reading is Reading.HOURS else ""
    set_by = {name: f"; the thresholds {version} set this" for name, version in content.get("set_by", {}).items()}
    always = {name: ", day and night" for name, clock in CLOCKS.items() if clock.day_and_night}
    limits = [
        Line(clock.words, (_limit(content["limits"][name]) + always.get(name, "") + set_by.get(name, ""),))
        for name, clock in CLOCKS.items()
    ]
    arrives = Deemed(content["deemed_receipt"]).words
    return [
        Line("One working day is read as", (_capital(reading.words) + worth,)),
        Line("What arrives while closed counts as received", (_capital(arrives),)),
        *limits,
    ]


def _limit(limit: Mapping[str, int]) -> str:
    return next(Limit(Unit(unit), amount).words for unit, amount in limit.items())


def _opening_hours(content: Mapping[str, Any]) -> list[Line]:
    days = [(weekday, content["weekdays"].get(str(weekday))) for weekday in range(1, 8)]
    found = []
    for hours, alike in groupby(days, key=lambda day: day[1]):
        names = [WEEKDAYS[weekday - 1] for weekday, _ in alike]
        about = names[0] if len(names) == 1 else f"{names[0]} {'to' if len(names) > 2 else 'and'} {names[-1]}"
        open_words = f"{clock_words(hours[0])} to {clock_words(hours[1])}" if hours else "Closed"
        found.append(Line(about, (open_words,)))
    return found


def clock_words(written: str) -> str:
    """Write a time of day as on every page, such as "8:30am"."""
    at = time.fromisoformat(written)
    return f"{at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}"


def _timeliness(content: Mapping[str, Any]) -> list[Line]:
    stages = tuple(
        f"{CLOCKS[clock].words}: {', '.join(_stage(told) for told in stages.values())}"
        for clock, stages in content["stages"].items()
    )
    return [
        Line("Aimed at", (f"{content['target_per_cent']} per cent in time",)),
        Line("At risk with less left than", (minutes_words(content["at_risk_minutes"]),)),
        Line("Whoever holds the contact is told", stages),
        Line("Everyone is sent what is theirs to do, on working days at", _digests(content)),
        Line("A month’s figures are frozen", (f"{_frozen_after(content)} days after it ends",)),
    ]


def _digests(content: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(clock_words(written) for written in content.get("digests", USUAL_DIGESTS)) or ("Never",)


def _frozen_after(content: Mapping[str, Any]) -> int:
    days: int = content.get("freeze_after_days", FREEZE_AFTER.days)
    return days


def _stage(told: Mapping[str, float]) -> str:
    if "share_gone" in told:
        return "half way" if told["share_gone"] == 0.5 else f"when {told['share_gone']:.0%} has gone"
    minutes = int(told["minutes_left"])
    return f"{minutes_words(minutes)} before" if minutes else "when due"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _sign_in(content: Mapping[str, Any]) -> list[Line]:
    asked = tuple(act.words for act in Act if act in content["passkey_for"])
    days = content["ended_kept_days"]
    return [
        Line("Asks for a passkey", asked or ("Nothing",)),
        Line("A sign-in that has ended is listed for", (f"{days} day{'s' * (days != 1)}",)),
    ]


def _told(lines: Callable[[Mapping[str, Any]], list[tuple[str, str]]]) -> Callable[[Mapping[str, Any]], list[Line]]:
    return lambda content: [Line(about, (said,)) for about, said in lines(content)]


TELLERS: Mapping[str, Callable[[Mapping[str, Any]], list[Line]]] = {
    "sign_off": _sign_off,
    "pattern": _pattern,
    "escalation": _escalation,
    "claims": _claims,
    "clocks": _clocks,
    "opening_hours": _opening_hours,
    "timeliness": _timeliness,
    "sign_in": _sign_in,
    "privacy": _told(privacy_lines),
    "backup": _told(backup_lines),
    "retention": _told(retention_lines),
}
