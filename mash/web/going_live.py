"""The last steps of a draft: what must hold, asking for approval, a second person's yes, calling off, putting back."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import publish_thresholds as journeys
from mash.journeys.contacts import NotFound
from mash.journeys.put_back import answer_roll_back, ask_roll_back
from mash.queries.earlier_answers import Earlier, earlier_answers
from mash.queries.going_live import Progress, finding_key, progress
from mash.web.access import actor, current, needs_role
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_proof
from mash.web.schemas import Choice, DayMonthYear, FormSchema, SafeText
from mash.web.wiring import moment, reading, wiring
from mash.web.words import ROLES
from mash.workflow.calendar import london_day
from mash.workflow.going_live import gates, in_words, objections_to_approver, usual_start
from mash.workflow.sign_in_policy import Act as SignInAct

blueprint = Blueprint("going_live", __name__, url_prefix="/thresholds")
MAKERS = ("reviewer", "manager")
SIGNERS = (*MAKERS, "safeguarding_partner")
Act = Callable[[Session, dict[str, Any]], str]
OPEN_CONTACTS = {"regrade": "Judge them by it too", "version_at_receipt": "Leave them to the version at receipt"}


class NoteSchema(FormSchema):
    kind = Choice(("finding", "example", "equity", "staff"), empty="Open the page again")
    about = SafeText(longest=200, called="What is answered")
    words = SafeText(longest=4000, empty="Write it in a sentence or more", called="Your words")
    day = DayMonthYear(called="Day of training", earliest=2000)


class StartSchema(FormSchema):
    starts = DayMonthYear(called="Day it begins", empty="Enter the day it begins", earliest=2020)


class ReasonSchema(FormSchema):
    reason = SafeText(longest=2000, empty="Say why", called="Reason")


class RollBackSchema(ReasonSchema):
    repeats = SafeText(longest=64, empty="Choose the version", called="Version")
    starts = DayMonthYear(called="Day it begins", earliest=2020)
    contacts = Choice(OPEN_CONTACTS, empty="Choose what becomes of open contacts")


def _source() -> journeys.Thresholds:
    return journeys.Thresholds(wiring().files, wiring().settings.thresholds)


def _progress(version: str) -> Progress:
    with reading() as session:
        found = progress(session, version, wiring().rulebook, wiring().settings.thresholds, london_day(moment()))
    if found is None:
        raise NotFound("There is no such draft.")
    return found


def _earlier(found: Progress) -> dict[str, Earlier]:
    with reading() as session:
        return earlier_answers(session, found, wiring().rulebook, wiring().settings.thresholds)


@blueprint.get("/<version>/approve")
@needs_role(*SIGNERS, "auditor")
def show(version: str) -> str:
    """Show what must hold before a draft goes live, and what is left to do."""
    return _page(version, {})


def _page(version: str, refused: dict[str, Form]) -> str:
    found = _progress(version)
    reader, start = current(), usual_start(london_day(moment()))
    asked = found.proposal
    signed = frozenset(one.by_id for one in found.signed)
    barred = asked and objections_to_approver(
        reader.user_id, reader.roles, asked.by_id, found.authors, found.left, signed
    )
    begins = {"starts": {"day": start.day, "month": start.month, "year": start.year}}
    told: dict[str, Any] = {"found": found, "gates": gates(found.ready), "barred": barred, "key": finding_key}
    told |= {"needed": in_words(found.needed), "left": in_words(found.left), "roles": ROLES}
    forms = {"start": Form(StartSchema(), begins), "back": Form(ReasonSchema(), prefix="back-")} | refused
    told |= {"draft": found.draft, "forms": forms, "noted": _noted(found, refused.get("note"))}
    told["earlier"] = _earlier(found)
    return render_template("going_live.html", form=next(iter(refused.values()), None), **told)


def _prefix(kind: str, about: str) -> str:
    """Name the fields of one note apart from those of the others on the page."""
    return f"{kind}-{crc32(about.encode()):x}-"


def _noted(found: Progress, refused: Form | None) -> Callable[[str, str], Form]:
    """Give the form of one note: as it was written if it was refused, else with the newest words, to confirm them."""

    def form(kind: str, about: str) -> Form:
        prefix = _prefix(kind, about)
        if refused is not None and refused.prefix == prefix:
            return refused
        note = found.note(kind, about)
        day = note.day if note else None
        written = {"day": day.day, "month": day.month, "year": day.year} if day else {}
        return Form(NoteSchema(), {"words": note.words if note else "", "day": written}, prefix=prefix)

    return form


def _act(version: str, schema: FormSchema, name: str, act: Act, *, prefix: str = "") -> ResponseReturnValue:
    """Do one thing to a draft by a form, or show the page again with what is wrong."""
    form = Form(schema, prefix=prefix).post(request.form)
    if form.errors:
        return _page(version, {name: form}), 422
    _progress(version)

    def do(session: Session) -> str:
        say(session, act(session, form.data))
        return url_for("going_live.show", version=version)

    return once(do)


@blueprint.post("/<version>/approve/note")
@needs_role(*MAKERS)
def note(version: str) -> ResponseReturnValue:
    """Keep an answer or a note about the text as it stands."""

    def write(session: Session, said: dict[str, Any]) -> str:
        told: dict[str, Any] = {
            "kind": said["kind"],
            "about": said["about"],
            "words": said["words"],
            "day": said["day"],
        }
        journeys.write_note(session, version, **told, by=actor(), at=moment(), thresholds=_source())
        return "Kept."

    prefix = _prefix(request.form.get("kind", ""), request.form.get("about", ""))
    return _act(version, NoteSchema(), "note", write, prefix=prefix)


@blueprint.post("/<version>/approve/ask")
@needs_role(*MAKERS)
@needs_proof(SignInAct.PUBLISHING)
def ask(version: str) -> ResponseReturnValue:
    """Ask a second person to approve the text as it stands."""

    def propose(session: Session, _: dict[str, Any]) -> str:
        journeys.propose(session, version, by=actor(), at=moment(), thresholds=_source())
        return "Approval is asked for. Someone who wrote none of it must give it."

    return _act(version, FormSchema(), "ask", propose)


@blueprint.post("/<version>/approve/agree")
@needs_role(*SIGNERS)
@needs_proof(SignInAct.PUBLISHING)
def agree(version: str) -> ResponseReturnValue:
    """Sign off; the last to sign also sets the day it begins."""
    last = len(_progress(version).left) == 1

    def approve(session: Session, said: dict[str, Any]) -> str:
        told: dict[str, Any] = {"by": actor(), "at": moment(), "thresholds": _source()}
        if journeys.approve(session, version, starts_on=said.get("starts"), **told) is None:
            return f"You have signed {version} off. Another signature is needed."
        return f"{version} is approved and begins on {said['starts']:%-d %B %Y}."

    return _act(version, StartSchema() if last else FormSchema(), "start", approve)


@blueprint.post("/<version>/approve/back")
@needs_role(*SIGNERS)
def back(version: str) -> ResponseReturnValue:
    """Send a proposed draft back with a reason."""

    def send(session: Session, said: dict[str, Any]) -> str:
        told: dict[str, Any] = {"by": actor(), "at": moment(), "thresholds": _source()}
        journeys.send_back(session, version, reason=said["reason"], **told)
        return f"{version} is sent back."

    return _act(version, ReasonSchema(), "back", send, prefix="back-")


def _from_list(schema: FormSchema, act: Act) -> ResponseReturnValue:
    """Do one thing from the list of versions; what is wrong is said on a page of its own."""
    form = Form(schema).post(request.form)
    if form.errors:
        raise journeys.PublicationRefused("\n".join(f"{words}." for words in form.errors.values()))

    def do(session: Session) -> str:
        say(session, act(session, form.data))
        return url_for("thresholds.versions")

    return once(do)


@blueprint.post("/publications/<int:number>/call-off")
@needs_role(*MAKERS)
def call_off(number: int) -> ResponseReturnValue:
    """Call off a version that has not begun."""

    def off(session: Session, said: dict[str, Any]) -> str:
        journeys.call_off(session, number, reason=said["reason"], by=actor(), at=moment())
        return "Called off. The version in force stays so."

    return _from_list(ReasonSchema(), off)


@blueprint.post("/roll-back")
@needs_role(*MAKERS)
@needs_proof(SignInAct.PUBLISHING)
def roll_back() -> ResponseReturnValue:
    """Ask that an earlier version be put back."""

    def put_back(session: Session, said: dict[str, Any]) -> str:
        told: dict[str, Any] = {
            "starts_on": said["starts"],
            "open_contacts": said["contacts"],
            "reason": said["reason"],
        }
        ask_roll_back(session, said["repeats"], **told, by=actor(), at=moment(), files=wiring().files)
        return "Asked for. A second person must agree."

    return _from_list(RollBackSchema(), put_back)


@blueprint.post("/roll-back/<int:number>")
@needs_role(*MAKERS)
@needs_proof(SignInAct.PUBLISHING)
def answer(number: int) -> ResponseReturnValue:
    """Agree that an earlier version is put back."""

    def agreed(session: Session, _: dict[str, Any]) -> str:
        _answered(session, number, agree=True, words="")
        return "Agreed. The earlier version is put back."

    return _from_list(FormSchema(), agreed)


@blueprint.post("/roll-back/<int:number>/refuse")
@needs_role(*MAKERS)
def refuse(number: int) -> ResponseReturnValue:
    """Say why an earlier version is not put back."""

    def refused(session: Session, said: dict[str, Any]) -> str:
        _answered(session, number, agree=False, words=said["reason"])
        return "Refused. The version in force stays so."

    return _from_list(ReasonSchema(), refused)


def _answered(session: Session, number: int, *, agree: bool, words: str) -> None:
    told: dict[str, Any] = {"by": actor(), "at": moment(), "files": wiring().files}
    answer_roll_back(session, number, agree=agree, words=words, **told)
