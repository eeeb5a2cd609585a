"""One page for each contact: everything known, and what to do about it."""

from flask import Blueprint

from mash.web.access import needs_role
from mash.web.contact_page import READERS, show_contact

blueprint = Blueprint("workspace", __name__)


@blueprint.get("/contacts/<reference>")
@needs_role(*READERS)
def show(reference: str) -> str:
    """Show one contact."""
    return show_contact(reference)
