"""Find people and contacts. The question is posted, so that nothing personal is ever in an address.

A search changes nothing, so it is answered at once instead of leading on to another page. Who was shown is recorded.
"""

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from mash.journeys.people import phone_asked, postcode_form, search_form
from mash.journeys.views import seen_all
from mash.queries.search import HOMES, SHOWN, Wanted, reads_only_some, search
from mash.web import reads
from mash.web.access import actor, current, needs_role
from mash.web.forms import Form
from mash.web.schemas import DayMonthYear, FormSchema, SafeText
from mash.web.wiring import moment, reading, transaction

blueprint = Blueprint("search", __name__)

SHORTEST_NAME = 2
SHORTEST_PHONE = 4
WHY = {
    "reference": "On that contact",
    "same_name": "Same name",
    "name": "Name matches",
    "sound": "Sounds like it",
    "address": "At that address",
    "born": "Same date of birth",
    "postcode": "Same postcode",
    "phone": "Same phone number",
    "phone_part": "Phone number has these digits",
}


class SearchSchema(FormSchema):
    name = SafeText(called="Name")
    born = DayMonthYear(called="Date of birth", earliest=1900)
    place = SafeText(called="Address")
    postcode = SafeText(longest=10, called="Postcode")
    phone = SafeText(longest=30, called="Phone number")
    reference = SafeText(longest=20, called="Reference")


def reference_form(reference: str) -> str:
    """Write a reference as we give it.

    >>> reference_form(" c 26 4217 "), reference_form("C-26-04217"), reference_form("nonsense")
    ('C-26-04217', 'C-26-04217', 'NONSENSE')
    """
    tidy = reference.strip().upper()
    parts = re.fullmatch(r"C?[\s-]*(\d\d)[\s-]+0*(\d{1,6})", tidy)
    return f"C-{parts[1]}-{int(parts[2]):05d}" if parts else tidy


@blueprint.get("/search")
@needs_role("contact_officer", "practitioner", "manager", "auditor")
def ask() -> str:
    """Show the empty form."""
    return render_template("search.html", form=Form(SearchSchema()), found=None)


@blueprint.post("/search")
@needs_role("contact_officer", "practitioner", "manager", "auditor")
def answer() -> ResponseReturnValue:
    """Answer a search, and record whose contacts were shown."""
    form = Form(SearchSchema()).post(request.form)
    wanted = _wanted(form)
    if form.errors or wanted is None:
        return render_template("search.html", form=form, found=None), 422
    reads.asked(**form.data)
    with reading() as session:
        found = search(session, wanted, roles=current().roles)
        some = reads_only_some(session, wanted.place, roles=current().roles)
    reads.told(people=[one.person.id for one in found])
    shown = sorted({contact.id for one in found for contact in one.contacts})
    with transaction() as session:
        seen_all(session, shown or [None], "search", actor(), moment())
    return render_template(
        "search.html", form=form, found=found, why=WHY, full=len(found) == SHOWN, homes=HOMES if some else 0
    )


def _wanted(form: Form) -> Wanted | None:
    """Put the answers into the forms that are kept; None, with the problem said, if nothing can be looked for."""
    if form.errors:
        return None
    name = search_form(form.data["name"])
    if form.data["name"] and len(name.replace(" ", "")) < SHORTEST_NAME:
        form.fault({"name": "Enter at least 2 letters of the name"})
        return None
    if form.data["born"] and form.data["born"] > moment().date():
        form.fault({"born": "Date of birth must be in the past"})
        return None
    digits = phone_asked(form.data["phone"])
    if form.data["phone"] and len(digits) < SHORTEST_PHONE:
        form.fault({"phone": f"Enter at least {SHORTEST_PHONE} digits of the phone number"})
        return None
    wanted = Wanted(
        name=name,
        born=form.data["born"],
        place=search_form(form.data["place"]),
        postcode=postcode_form(form.data["postcode"]),
        phone=digits,
        reference=reference_form(form.data["reference"]) if form.data["reference"] else "",
    )
    if wanted.empty:
        form.fault({"name": "Enter a name, a date of birth, an address, a postcode, a phone number or a reference"})
        return None
    return wanted
