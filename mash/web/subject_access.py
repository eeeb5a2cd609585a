"""Requests for one's own records: the list, a new one, one request, each part of the record decided, and its file."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys import subject_access as journey
from mash.journeys.contacts import NotFound
from mash.journeys.keep_extracts import KEPT
from mash.journeys.subject_access import ENDINGS, STANDINGS, Asked, RequestRefused
from mash.journeys.subject_gather import gather
from mash.queries import subject_access as queries
from mash.queries.subject_access import RequestShown
from mash.web.access import actor, current, needs_role
from mash.web.contact_page import may_open
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_proof
from mash.web.reads import told
from mash.web.schemas import Choice, Choices, DayMonthYear, FormSchema, SafeText
from mash.web.search import reference_form
from mash.web.wiring import moment, reading, wiring
from mash.workflow.calendar import london_day
from mash.workflow.sign_in_policy import Act
from mash.workflow.subject_access import GROUNDS

blueprint = Blueprint("subject_access", __name__, url_prefix="/subject-access")
READERS = ("manager", "auditor")
ANSWERS = {
    "release": "Release it",
    "part": "Release it without what is marked",
    "withhold": "Withhold it",
}


class NewSchema(FormSchema):
    reference = SafeText(longest=20, empty="Enter a contact that they are on", called="Reference")
    person = SafeText(longest=20, empty="Select whose records are asked for", called="Person")
    asked_by = SafeText(longest=200, empty="Enter the name of whoever asks", called="Name")
    standing = Choice(STANDINGS, empty="Select who asks")
    authority = SafeText(longest=500, called="What shows that they may ask")
    wanted = SafeText(longest=2000, called="What they ask for")
    received = DayMonthYear(called="The day it was received", empty="Enter the day it was received", earliest=2000)


class IdentitySchema(FormSchema):
    how = SafeText(longest=500, empty="Say how it was checked", called="How it was checked")


class ExtendSchema(FormSchema):
    reason = SafeText(longest=500, empty="Say why it is complex", called="Reason")


class GatherSchema(FormSchema):
    def __init__(self, also: dict[str, str] | None = None) -> None:
        super().__init__()
        self.fields["also"] = self.declared_fields["also"] = Choices(also or {})

    also = Choices({})


class ReleaseSchema(FormSchema):
    pass


class SendBackSchema(FormSchema):
    reason = SafeText(longest=500, empty="Say what is to be decided again", called="Reason")


class CloseSchema(FormSchema):
    ended = Choice(ENDINGS, empty="Select how it ended")
    reason = SafeText(longest=500, empty="Say how the answer was given, or why it was not", called="How or why")


@blueprint.get("")
@needs_role(*READERS)
def show() -> str:
    """List the requests, those due soonest first."""
    with reading() as session:
        found = queries.requests(session, user_id=current().user_id, roles=current().roles, at=moment())
    told(people=[person for listed in found for person in listed.people])
    return render_template("subject_access.html", found=found, today=london_day(moment()), endings=ENDINGS)


@blueprint.get("/new")
@needs_role("manager")
def ask() -> ResponseReturnValue:
    """Ask whose records are asked for, by whom and since when, beginning from a contact that they are on."""
    today = london_day(moment())
    start = {"received": {"day": today.day, "month": today.month, "year": today.year}}
    return _new_page(Form(NewSchema(), start | {"reference": request.args.get("reference", "")[:20]}))


def _new_page(form: Form) -> str:
    reference = reference_form(str(form.value("reference")))
    people: dict[str, str] = {}
    if reference:
        with reading() as session:
            head = may_open(session, reference)
            found = queries.known_on(session, head.id, current().roles)
        people = {str(one.id): queries.name_of(one) for one in found}
        told(people=[one.id for one in found])
    return render_template("subject_new.html", form=form, reference=reference, people=people, standings=STANDINGS)


@blueprint.post("/new")
@needs_role("manager")
def begin() -> ResponseReturnValue:
    """Begin a request."""
    form = Form(NewSchema()).post(request.form)
    if form.errors or not (form.data["person"].isdecimal() and len(form.data["person"]) < 10):
        return _new_page(form.fault({} if form.errors else {"person": "Select whose records are asked for"})), 422
    names = ("asked_by", "standing", "authority", "wanted")
    asked = Asked(**{name: form.data[name] for name in names}, received_on=form.data["received"])
    reference, person = reference_form(form.data["reference"]), int(form.data["person"])

    def open_it(session: Session) -> str:
        number = journey.open_request(session, reference, person, asked, by=actor(), at=moment())
        say(session, f"SAR-{number} is opened.")
        return url_for("subject_access.one", number=number)

    try:
        return once(open_it)
    except RequestRefused as wrong:
        return _new_page(form.fault({wrong.field: str(wrong)})), 422


@blueprint.get("/<int:number>")
@needs_role(*READERS)
def one(number: int) -> str:
    """Show one request: who asks, until when, its parts with what became of each, and what is next."""
    return show_request(number)


def found_request(session: Session, number: int) -> RequestShown:
    """Find a request that the reader may know of.

    Raises:
        NotFound: If there is none.
    """
    found = queries.request_shown(session, number, user_id=current().user_id, roles=current().roles, at=moment())
    if found is None:
        raise NotFound("There is no such request.")
    told(people=[person.id for person in found.people])
    return found


def show_request(number: int, act: str = "", refused: Form | None = None) -> str:
    """Show one request; ``refused`` is the form of an act that was refused."""
    with reading() as session:
        found, files = found_request(session, number), queries.files_written(session, number)
    told(people=[other.id for other in found.also])
    forms = {name: Form(schema(), prefix=f"{name}-") for name, (schema, _) in ACTS.items()}
    forms |= {act: refused} if refused else {}
    return render_template(
        "subject_request.html",
        found=found,
        forms=forms,
        form=refused,
        files=[file for file in files if moment() < file.at + KEPT],
        today=london_day(moment()),
        mine=current().user_id,
        answers=ANSWERS,
        grounds=GROUNDS,
        standings=STANDINGS,
        endings=ENDINGS,
        name_of=queries.name_of,
    )


@blueprint.post("/<int:number>/<act>")
@needs_role("manager")
def act(number: int, act: str) -> ResponseReturnValue:
    """Check who asks, extend, gather, ask for the release, send back or close."""
    if act not in ACTS:
        raise NotFound
    return _do(number, act)


@blueprint.post("/<int:number>/sign")
@needs_role("manager")
@needs_proof(Act.EXPORT)
def sign(number: int) -> ResponseReturnValue:
    """Sign the release of what somebody else decided."""
    return _do(number, "sign")


def _do(number: int, act: str) -> ResponseReturnValue:
    make, do = ACTS.get(act, (ReleaseSchema, _sign))
    schema = make()
    if act == "gather":
        with reading() as session:
            schema = GatherSchema({str(other.id): "" for other in found_request(session, number).also})
    form = Form(schema, prefix=f"{act}-").post(request.form)
    if form.errors:
        return show_request(number, act, form), 422

    def go(session: Session) -> str:
        say(session, do(session, number, form.data))
        return url_for("subject_access.one", number=number)

    try:
        return once(go)
    except RequestRefused as wrong:
        return show_request(number, act, form.fault({wrong.field or "_schema": str(wrong)})), 422


def fact_words() -> dict[str, str]:
    """Give what each fact is called, by code."""
    return {code: fact.words for code, fact in wiring().rulebook.catalogue.facts.items()}


def _identity(session: Session, number: int, said: dict[str, Any]) -> str:
    journey.check_identity(session, number, said["how"], by=actor(), at=moment())
    return "It is kept that you checked who asks."


def _extend(session: Session, number: int, said: dict[str, Any]) -> str:
    journey.extend(session, number, said["reason"], by=actor(), at=moment())
    return "It has two months more. Tell whoever asked, and why."


def _gather(session: Session, number: int, said: dict[str, Any]) -> str:
    also = [int(each) for each in said["also"]]
    count = gather(session, number, also, fact_words(), by=actor(), at=moment())
    return f"Gathered: {count} parts. Each waits for a decision."


def _release(session: Session, number: int, _: dict[str, Any]) -> str:
    journey.ask_release(session, number, fact_words(), by=actor(), at=moment())
    return "It waits for another manager to sign."


def _sign(session: Session, number: int, _: dict[str, Any]) -> str:
    journey.sign(session, number, fact_words(), by=actor(), at=moment())
    return "It is signed. The file can be written."


def _send_back(session: Session, number: int, said: dict[str, Any]) -> str:
    journey.send_back(session, number, said["reason"], by=actor(), at=moment())
    return "It is sent back."


def _close(session: Session, number: int, said: dict[str, Any]) -> str:
    journey.close_request(session, number, said["ended"], said["reason"], by=actor(), at=moment())
    return "It is closed."


ACTS: dict[str, tuple[Callable[[], FormSchema], Callable[[Session, int, dict[str, Any]], str]]] = {
    "identity": (IdentitySchema, _identity),
    "extend": (ExtendSchema, _extend),
    "gather": (GatherSchema, _gather),
    "release": (ReleaseSchema, _release),
    "send-back": (SendBackSchema, _send_back),
    "close": (CloseSchema, _close),
}
"""What may be done to a request on its page: the form, and what does it and says so."""
