"""Close a contact that asked for no service in four presses: what it was, what came of it, what was done, no worry."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.journeys.inform import inform
from mash.journeys.practice import practice_from
from mash.journeys.views import seen
from mash.web.access import actor, needs_role
from mash.web.contact_page import ON_DUTY, may_open, open_contact
from mash.web.contact_words import TYPES
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, FormSchema, SafeText, Tick, Whole
from mash.web.wiring import moment, reading, transaction, wiring
from mash.workflow.contact import MoveRefused

blueprint = Blueprint("quick", __name__)
QUICK_TYPES = {code: words for code, words in TYPES.items() if code != "service_request"}
OUTCOMES = {"information_given": "Information given", "advice": "Advice given", "signposting": "Signposted elsewhere"}
