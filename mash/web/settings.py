"""The dated policies: what holds, since when, who set it and why, what held before; an administrator sets the next."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import red_turns, situations
from mash.journeys.closed_days import add_closed_day
from mash.journeys.contacts import NotFound
from mash.journeys.practice import Practice
from mash.journeys.set_policy import PolicyRefused, set_policy
from mash.journeys.set_up import shipped_entries
from mash.kinds import TO_SOCIAL_CARE
from mash.queries.access import LONGEST, MOST
from mash.queries.going_live import sign_off_policy
from mash.queries.policies import PolicySet, Standing, closed_days, stand, standing
from mash.queries.skipped import SKIPPED_FOR
from mash.web.access import actor, needs_role
from mash.web.called import route_words
from mash.web.filters import count, span
from mash.web.forms import Form
from mash.web.keeping_forms import AFTER, BACKUP
from mash.web.keeping_words import PRIVACY, RECORD_CLASSES
from mash.web.once import once, say
from mash.web.policy_form import PolicyForm
from mash.web.policy_forms import FORMS, YES_NO, pattern_lines, units_of
from mash.web.policy_words import KIND_WORDS, WEEKDAYS, need_words, policy_lines
from mash.web.proof import FRESH, needs_proof
from mash.web.schemas import Choice, DayMonthYear, FormSchema, SafeText
from mash.web.wiring import moment, practice_in, reading, wiring
from mash.workflow.calendar import london_day
from mash.workflow.clock_policy import CLOCKS, Deemed, Reading
from mash.workflow.escalation import Post
from mash.workflow.going_live import Signatures, SignOffPolicy, in_words
from mash.workflow.sign_in_policy import Act
from mash.workflow.sign_off import Need

blueprint = Blueprint("settings", __name__, url_prefix="/admin/settings")
READERS = ("admin", "manager", "auditor")
SIGNED_IN = "mash/data/going_live_policy.json"
KINDS = {"closure": "We are closed here", "bank-holiday": "It is a bank holiday in England"}


class ClosedDaySchema(FormSchema):
    day = DayMonthYear(called="The day", empty="Enter the day")
    kind = Choice(KINDS, empty="Say which it is")
    why = SafeText(empty="Say what the day is", called="What the day is")


@blueprint.get("")
@needs_role(*READERS)
def show() -> str:
    """Show every policy in force, in words, and what no page sets."""
    with reading() as session:
        held, days = _held(session), closed_days(session)
        teams = practice_in(session).receivers
        today = london_day(moment())
        signed = sign_off_policy(session, today)
    return render_template(
        "settings.html",
        policies=[(slug, form, held[form.name]) for slug, form in FORMS.items()],
        lines=policy_lines,
        days=[day for day in days if day.day >= today][:4],
        fixed=_fixed({KIND_WORDS.get(route) or route_words(route): team for route, team in teams.items()}, signed),
    )


@blueprint.get("/<slug>")
@needs_role(*READERS)
def one(slug: str) -> str:
    """Show one policy with what came before it, and the form that sets the next."""
    asked = _form(slug)
    with reading() as session:
        found = _held(session)[asked.name]
    held = _holding(found)
    return _page(slug, found, Form(asked.schema(held), asked.start(held)))


@blueprint.post("/<slug>")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def change(slug: str) -> ResponseReturnValue:
    """Set a policy from a day on."""
    asked = _form(slug)
    with reading() as session:
        found = _held(session)[asked.name]
    held = _holding(found)
    form = Form(asked.schema(held)).post(request.form)
    if form.errors:
        return _page(slug, found, form), 422

    def keep(session: Session) -> str:
        starts: date = form.data["starts"]
        moved = set_policy(
            session,
            asked.name,
            asked.read(form.data, held),
            starts=starts,
            reason=form.data["reason"],
            rulebook=wiring().rulebook,
            by=actor(),
            at=moment(),
        )
        _say(session, f"Saved. It holds from {starts:%-d %B %Y}.", moved)
        return url_for("settings.one", slug=slug)

    try:
        return once(keep)
    except PolicyRefused as wrong:
        return _page(slug, found, form.fault({wrong.field: str(wrong)})), 422


@blueprint.get("/closed-days")
@needs_role(*READERS)
def list_closed() -> str:
    """List the days on which the front door is closed, and ask for another."""
    return _closed_page(Form(ClosedDaySchema()))


@blueprint.post("/closed-days")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def close() -> ResponseReturnValue:
    """Add a day on which the front door is closed."""
    form = Form(ClosedDaySchema()).post(request.form)
    day: date | None = form.data.get("day")
    if day and day < london_day(moment()):
        form.fault({"day": "The day must be today or later"})
    if form.errors or day is None:
        return _closed_page(form), 422

    def add(session: Session) -> str:
        moved = add_closed_day(
            session,
            day,
            form.data["why"],
            bank_holiday=form.data["kind"] == "bank-holiday",
            rulebook=wiring().rulebook,
            by=actor(),
            at=moment(),
        )
        if moved is None:
            raise PolicyRefused("day", "That day is closed already")
        _say(session, f"Saved. The front door is closed on {day:%-d %B %Y}.", moved)
        return url_for("settings.list_closed")

    try:
        return once(add)
    except PolicyRefused as wrong:
        return _closed_page(form.fault({wrong.field: str(wrong)})), 422


def _say(session: Session, words: str, moved: int) -> None:
    say(session, words, detail=f"{count(moved, 'deadline')} moved, each with an event." if moved else "")


def _form(slug: str) -> PolicyForm:
    if slug not in FORMS:
        raise NotFound("There is no such policy.")
    return FORMS[slug]


def _held(session: Session) -> dict[str, Standing]:
    """Give each policy as it stands today; one that the database does not hold yet is as it came.

    What the thresholds set for a clock stands in the place of what the policy says, with the version that set it.
    """
    today = london_day(moment())
    found = standing(session, today)
    for name in (form.name for form in FORMS.values()):
        if name not in found:
            found[name] = stand([_as_shipped(name, entry) for entry in shipped_entries(name)], today)
    if now := found["clocks"].now:
        held = now.content | _limits(practice_in(session), today)
        found["clocks"] = replace(found["clocks"], now=replace(now, content=held))
    return found


def _limits(practice: Practice, today: date) -> dict[str, Any]:
    """Give what every clock allows today, and which of that a version of the thresholds set, and since when."""
    policy, (differing, version) = practice.limits_on(today)
    limits = {name: {limit.unit.value: limit.amount} for name, limit in policy.limits.items()}
    since = {"set_since": practice.rulebook.get(version).effective_from} if differing else {}
    return {"limits": limits, "set_by": dict.fromkeys(differing, version)} | since


def _holding(found: Standing) -> dict[str, Any]:
    """Give what a policy says today, or what it is to say first where nothing has begun."""
    return (found.now or found.coming[0]).content


def _as_shipped(name: str, entry: dict[str, Any]) -> PolicySet:
    return PolicySet(0, name, date.fromisoformat(entry["from"]), entry, "", "", moment())


def _page(slug: str, found: Standing, form: Form) -> str:
    return render_template(
        "setting.html",
        slug=slug,
        asked=FORMS[slug],
        found=found,
        held=_holding(found),
        form=form,
        lines=policy_lines,
        needs={need.value: need_words(need) for need in Need},
        routes={kind: words for kind, words in KIND_WORDS.items() if kind in TO_SOCIAL_CARE},
        yes_no=YES_NO,
        acts={act.value: act.words for act in Act},
        patterns=pattern_lines(_holding(found)) if slug == "pattern" else (),
        posts={post.value: post.words for post in Post},
        readings={reading.value: reading.words for reading in Reading},
        deemed={deemed.value: deemed.words for deemed in Deemed},
        clocks=CLOCKS,
        units_of=units_of,
        weekdays=WEEKDAYS,
        numbers={"privacy": PRIVACY, "backups": {name: called for name, (called, _) in BACKUP.items()}},
        record_classes=RECORD_CLASSES,
        after=AFTER,
    )


def _closed_page(form: Form) -> str:
    today = london_day(moment())
    with reading() as session:
        days = closed_days(session)
    ahead = [day for day in days if day.day >= today]
    past = [day for day in reversed(days) if day.day < today and not day.bank_holiday]
    return render_template("closed_days.html", ahead=ahead, past=past, form=form, kinds=KINDS)


def _fixed(teams: dict[str, str], signed: SignOffPolicy) -> list[tuple[str, str, str]]:
    """Say what no page sets: what it is, what it says, and where it is written."""
    named = "; ".join(f"{route}: {team}" for route, team in teams.items())
    return [
        ("The team that receives each outcome unless a person names another", named, "mash/data/receiving_teams.json"),
        ("Who signs a draft of the thresholds before it goes live", _signed(signed.usual), SIGNED_IN),
        ("Who signs one that turns away children who came back", _signed(signed.after_harm), SIGNED_IN),
        ("A decision can be undone for", _long(situations.UNDO_FOR), "mash/journeys/situations.py"),
        ("“I have this” on a red can be undone for", _long(red_turns.UNDO_WITHIN), "mash/journeys/red_turns.py"),
        ("A skipped contact is not offered again for", _long(SKIPPED_FOR), "mash/queries/skipped.py"),
        ("Signed out when idle for", _long(wiring().settings.idle), "MASH_IDLE_MINUTES"),
        ("Places at which one may be signed in", str(MOST), "mash/queries/access.py"),
        ("Signed out at the latest after", _long(LONGEST), "mash/queries/access.py"),
        ("Asked again who one is, before an administrator’s act, after", _long(FRESH), "mash/web/access.py"),
    ]


def _signed(needed: Signatures) -> str:
    return f"{in_words(needed).capitalize()}. Each is somebody else, who neither wrote any of it nor asked for it."


def _long(length: timedelta) -> str:
    return span(length, spoken=True)
