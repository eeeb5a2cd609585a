"""Take a decision from the form: keep it as a draft, check it, tell a manager, record it."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from mash.journeys import triage
from mash.journeys.check import check
from mash.journeys.contacts import Stale
from mash.journeys.decide import Outcome, decide
from mash.journeys.drafts import drop_draft, keep_draft
from mash.journeys.practice import practice_from
from mash.journeys.tell_manager import tell_manager
from mash.journeys.triage import RatingGiven, Seen, claim, claim_next, observe, rate, screen
from mash.web.access import actor, has_role, needs_role
from mash.web.conflict import show_conflict
from mash.web.contact_page import ON_DUTY, QUALIFIED, Opened, may_open, open_contact, page
from mash.web.decision_form import APART, DecisionForm, posted
from mash.web.decision_rules import complete, place_objections, strong_only
from mash.web.decision_start import names_of, to_draft, with_own
from mash.web.fact_rows import age_of, fits
from mash.web.filters import time
from mash.web.forms import whole
from mash.web.once import once, say
from mash.web.quick import inform_from
from mash.web.wiring import moment, reading, transaction, wiring
from mash.workflow.contact import Move, MoveRefused
