"""Two people saved the same contact: show both sides, keep the words of the second, overwrite nothing."""

from flask import render_template
from flask.typing import ResponseReturnValue

from mash.queries.workspace import events_since
from mash.web.access import current
from mash.web.contact_page import may_open, open_contact
from mash.web.decision_form import DecisionForm
from mash.web.wiring import reading

DID = {
    "child.decided": "decided for a child",
    "child.recommended": "made a recommendation for a child",
    "child.rated": "rated a child",
    "child.agreement": "recorded agreement",
    "child.observed": "noted facts",
    "child.offered": "offered a child to a team",
    "contact.asked_for": "asked for it",
    "contact.assigned": "gave the contact to somebody",
    "contact.claimed": "took the contact",
    "contact.closed": "closed it",
    "contact.informed": "closed it as information only",
    "contact.manager_told": "told a manager",
    "contact.receipt_corrected": "corrected the time of receipt",
    "contact.recommended": "sent it to a manager",
    "contact.pattern_reviewed": "reviewed the view of the pattern",
    "contact.pattern_viewed": "wrote a view of the pattern",
    "contact.reopened": "reopened it",
    "contact.undone": "took their decision back",
    "contact.share_undone": "took back having given it",
    "contact.screened": "screened it",
    "information.asked": "asked a partner",
    "information.received": "recorded a partner's reply",
    "oversight.acknowledged": "took the red up",
    "oversight.agreed": "agreed the recommendation",
    "oversight.changed": "changed the recommendation",
    "oversight.directed": "gave a direction",
    "oversight.returned": "returned the recommendation",
    "red.escalated": "told that it waits for a manager",
    "red.given": "gave it to somebody",
    "red.handed_to_night_team": "handed it to the night team",
    "red.taken": "took it up",
    "red.undone": "put it back to wait for a manager",
}


def show_conflict(reference: str, form: DecisionForm) -> ResponseReturnValue:
    """Answer a save that came second with both sides. Its answers are still in the draft."""
    since = str(form.value("made"))
    with reading() as session:
        head = may_open(session, reference)
        happened = events_since(session, head.id, int(since) if since.isdecimal() else 0, not_by=current().user_id)
        opened = open_contact(session, reference, form)
    told = [(one.who, DID.get(one.kind, "changed it"), one.at) for one in happened]
    return render_template("conflict.html", opened=opened, mine=form, form=None, happened=told), 409
