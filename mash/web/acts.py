"""One small form, one act on a contact: done and said, or shown again as written with what stands in the way."""

import re
from collections.abc import Callable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.contacts import Stale
from mash.journeys.practice import Practice, practice_from
from mash.journeys.restrict import AccessRefused
from mash.web.contact_page import may_open, show_contact
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import FormSchema
from mash.web.wiring import wiring
from mash.workflow.contact import MoveRefused

Act = Callable[[Session, dict[str, Any], Practice], str]
PLACES = (
    ("Give a reason", "reason"),
    ("Say what you direct", "reason"),
    ("Say why the checks", "reason"),
    ("Say why the referrer", "note"),
    ("Select how the referrer", "way"),
    ("Write the note", "text"),
    ("Write your view", "pattern"),
    ("Say what you see", "seen"),
    ("Say who the child is", "forename"),
    ("Name the", "team"),
    ("Record the parent", "agreement"),
    ("You recommended this", "exception"),
    ("The time of receipt", "day"),
    ("A time of receipt", "day"),
)
CHANGED = "This contact changed while you were working. Look at it again; what you wrote is still here."


def act_on(
    reference: str,
    name: str,
    schema: FormSchema,
    act: Act,
    *,
    of: str = "",
    goes_to: str = "",
    action: tuple[str, str] | None = None,
) -> ResponseReturnValue:
    """Do one thing to a contact.

    Args:
        name: Which form of the page it is, so that what was written is shown in it again.
        of: The answer that says which it is, where the page has such a form for each child or each thing told.
        act: Does it, in one transaction, and returns what to say then.
        goes_to: Where to go after; the contact's own page unless said.
        action: Words and a URL to post to, to offer beside what is said, such as to undo it.
    """
    if of:
        name = f"{name}-{re.sub('[^a-z0-9]', '', request.form.get(of, ''))[:12]}"
    form = Form(schema, prefix=f"{name}-").post(request.form, buttons=("go",))
    if form.errors:
        return _again(reference, name, form), 422

    def do(session: Session) -> str:
        may_open(session, reference)
        said = act(session, form.data, practice_from(session, wiring().rulebook))
        say(session, said, link=("Open it", f"/contacts/{reference}") if goes_to else None, action=action)
        return goes_to or f"/contacts/{reference}"

    try:
        return once(do)
    except MoveRefused as refused:
        return _again(reference, name, place(form, refused.objections)), 422
    except AccessRefused as refused:
        return _again(reference, name, form.fault({refused.field: str(refused)})), 422
    except Stale:
        return _again(reference, name, form.fault({"_schema": CHANGED})), 409


def place(form: Form, objections: tuple[str, ...]) -> Form:
    """Put each sentence of a refusal beside the answer it is about; what is about none stays at the top."""
    for number, sentence in enumerate(objections):
        about = (name for start, name in PLACES if sentence.startswith(start) and name in form.schema.fields)
        form.fault({next(about, f"objection{number}"): sentence})
    return form


def _again(reference: str, name: str, form: Form) -> str:
    problems = tuple((form.anchor(field), said) for field, said in form.errors.items())
    return show_contact(reference, act={name: form}, problems=problems)
