"""Two people saved the same contact: show both sides, keep the words of the second, overwrite nothing."""

from flask import render_template
from flask.typing import ResponseReturnValue

from mash.queries.workspace import events_since
from mash.web.access import current
from mash.web.contact_page import may_open, open_contact
from mash.web.decision_form import DecisionForm
from mash.web.wiring import reading


def show_conflict(reference: str, form: DecisionForm) -> ResponseReturnValue:
    """Answer a save that came second with both sides. Its answers are still in the draft."""
    since = str(form.value("made"))
    with reading() as session:
        head = may_open(session, reference)
        happened = events_since(session, head.id, int(since) if since.isdecimal() else 0, not_by=current().user_id)
        opened = open_contact(session, reference, form)
    return render_template("conflict.html", opened=opened, mine=form, form=None, happened=happened), 409
