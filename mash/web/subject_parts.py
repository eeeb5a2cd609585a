"""One part of a record that is asked for, read and decided by a person; and the file of what two people released."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from mash.journeys.contacts import NotFound
from mash.journeys.rectify import KINDS
from mash.journeys.subject_access import RequestRefused, decide_part
from mash.journeys.subject_file import Answered, take_file, write_file
from mash.journeys.views import seen
from mash.queries.subject_access import PartShown, RequestShown, people_of
from mash.web.access import actor, needs_role
from mash.web.extracts import store
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_proof
from mash.web.reads import told
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.subject_access import ANSWERS, ReleaseSchema, fact_words, found_request, show_request
from mash.web.wiring import moment, reading, transaction, wiring
from mash.workflow.sign_in_policy import Act
from mash.workflow.subject_access import GROUNDS, Answer

blueprint = Blueprint("subject_parts", __name__, url_prefix="/subject-access/<int:number>")
GROUND_WORDS = {code: ground.words for code, ground in GROUNDS.items()}
LONGEST_TEXT = 100_000


class PartSchema(FormSchema):
    answer = Choice(ANSWERS, empty="Select what becomes of it")
    ground = Choice(GROUND_WORDS)
    reason = SafeText(longest=1000, called="Reason")
    marked = SafeText(longest=LONGEST_TEXT, called="The text")


@blueprint.get("/parts/<int:place>")
@needs_role("manager")
def ask(number: int, place: int) -> str:
    """Show one part as it stands, what is proposed of it, and ask what becomes of it."""
    with reading() as session:
        found, part = found_part(session, number, place)
    return show_part(number, found, part)


def _begun(part: PartShown) -> Form:
    """Begin the form from what was decided, or else from what is proposed."""
    row = part.row
    decided = row.answer is not None
    start = {"ground": row.ground if decided else row.proposed_ground, "marked": row.marked or row.text}
    return Form(PartSchema(), start | {"answer": row.answer, "reason": row.reason})


def found_part(session: Session, number: int, place: int) -> tuple[RequestShown, PartShown]:
    """Find one part of a request that the reader may know of.

    Raises:
        NotFound: If there is none.
    """
    found = found_request(session, number)
    part = next((one for one in found.parts if one.row.place == place), None)
    if part is None:
        raise NotFound("There is no such part.")
    return found, part


def show_part(
    number: int, found: RequestShown, part: PartShown, form: Form | None = None, *, addendum: Form | None = None
) -> str:
    """Show one part, and note that it was read. ``form`` and ``addendum`` are forms of it that were refused."""
    if part.row.contact_id is not None:
        with transaction() as session:
            seen(session, part.row.contact_id, "subject access", actor(), moment())
    more: dict[str, Any] = {
        "answers": ANSWERS,
        "ground_words": GROUND_WORDS,
        "grounds": GROUNDS,
        "longest": LONGEST_TEXT,
    }
    more |= {
        "said": form or _begun(part),
        "addendum": addendum or Form(FormSchema(), prefix="addendum-"),
        "kinds": KINDS,
    }
    return render_template("subject_part.html", number=number, found=found, part=part, form=form or addendum, **more)


@blueprint.post("/parts/<int:place>")
@needs_role("manager")
def decide(number: int, place: int) -> ResponseReturnValue:
    """Keep what becomes of a part, and go on to the next that waits."""
    form = Form(PartSchema()).post(request.form)
    with reading() as session:
        found, part = found_part(session, number, place)
    if form.errors:
        return show_part(number, found, part, form), 422
    said = {name: form.data[name] or "" for name in ("ground", "reason", "marked")}

    def keep(session: Session) -> str:
        answer = Answer(form.data["answer"])
        decide_part(session, number, place, answer=answer, **said, by=actor(), at=moment())
        waits = [one.row.place for one in found.undecided if one.row.place != place]
        after = next((one for one in waits if one > place), waits[0] if waits else None)
        if after is None:
            say(session, "Every part is decided.")
            return url_for("subject_access.one", number=number)
        return url_for("subject_parts.ask", number=number, place=after)

    try:
        return once(keep)
    except RequestRefused as wrong:
        return show_part(number, found, part, form.fault({wrong.field or "answer": str(wrong)})), 422


@blueprint.post("/file")
@needs_role("manager")
@needs_proof(Act.EXPORT)
def write(number: int) -> ResponseReturnValue:
    """Write the file of what was released."""

    def go(session: Session) -> str:
        write_file(session, store(), number, fact_words(), _render, by=actor(), at=moment())
        say(session, "The file is written. It waits here for a day, encrypted, for you alone.")
        return url_for("subject_access.one", number=number)

    try:
        return once(go)
    except RequestRefused as wrong:
        form = Form(ReleaseSchema(), prefix="file-")
        return show_request(number, "file", form.fault({"_schema": str(wrong)})), 422


def _render(answered: Answered) -> bytes:
    council = wiring().settings.council
    return render_template("subject_release.html", answered=answered, council=council, at=moment()).encode()


@blueprint.get("/file/<int:written>")
@needs_role("manager")
@needs_proof(Act.EXPORT)
def take(number: int, written: int) -> Response:
    """Give a file to whoever had it written."""
    with transaction() as session:
        content = take_file(session, store(), number, written, fact_words(), by=actor(), at=moment())
        told(people=people_of(session, number))
    answer = Response(content, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="SAR-{number}.html"'
    return answer
