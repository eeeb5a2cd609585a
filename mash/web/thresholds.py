"""The thresholds to read: every version, one as a document, one rule with contacts it helped to decide. For anyone."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from mash.exchange.dmn import to_dmn
from mash.exchange.table import to_rows
from mash.queries.going_live import publications, waiting_roll_backs
from mash.queries.rule_contacts import contacts_of_rule
from mash.queries.threshold_drafts import all_drafts
from mash.rules import RuleSet
from mash.web.access import anyone, has_role, who
from mash.web.csv_out import csv_line
from mash.web.forms import Form
from mash.web.going_live import MAKERS, OPEN_CONTACTS, RollBackSchema
from mash.web.threshold_words import DRAFT_STATES, STATUSES, document_of, matching, status_of
from mash.web.versions import READS_DRAFTS, may_read, text_of, version_or_404
from mash.web.wiring import moment, reading, wiring
from mash.workflow.calendar import london_day

blueprint = Blueprint("thresholds", __name__)

LONGEST = 80
STILL_OPEN = timedelta(days=90)
"""How long after a version's last day contacts that came under it may still be decided."""
TYPES = {"dmn": "application/xml", "csv": "text/csv", "yaml": "application/yaml"}
READS_CONTACTS = ("practitioner", "manager", "auditor")


@blueprint.get("/thresholds")
@anyone
def versions() -> str:
    """List every version that the reader may see, the newest first."""
    today = london_day(moment())
    found = [one for one in reversed(wiring().rulebook.versions) if may_read(one)]
    now = next((one for one in found if one.status == "live" and one.in_force(today)), None)
    return render_template(
        "thresholds.html", versions=found, in_force=now, status_of=status_of, today=today, **_published(now)
    )


def _published(now: RuleSet | None) -> dict[str, Any]:
    """Give the drafts, what was published here and who may undo it; nothing to those who do not read drafts."""
    if not has_role(*READS_DRAFTS):
        return {"drafts": None}
    makes, today = has_role(*MAKERS), london_day(moment())
    begun = [one for one in wiring().rulebook.versions if one.version.use == "live" and one.effective_from <= today]
    told: dict[str, Any] = {"makes": makes, "earlier": {one.id: one.title for one in begun if one is not now}}
    told |= {"contacts": OPEN_CONTACTS, "put_back": Form(RollBackSchema()), "states": DRAFT_STATES}
    with reading() as session:
        told |= {"published": publications(session), "waiting": waiting_roll_backs(session)}
        return told | {"drafts": all_drafts(session)}


@blueprint.get("/thresholds/<version>")
@anyone
def show(version: str) -> str:
    """Show a version as a document, or what of it holds the words looked for."""
    ruleset = version_or_404(version)
    sought = " ".join(request.args.get("q", "")[:LONGEST].split())
    whole = document_of(ruleset)
    found = matching(whole, sought.lower().split()) if sought else whole
    status = status_of(ruleset, london_day(moment()))
    return render_template("threshold.html", ruleset=ruleset, document=found, sought=sought, status=status)


@blueprint.get("/thresholds/<version>.<any(dmn, csv, yaml):shape>")
@anyone
def download(version: str, shape: str) -> Response:
    """Give a version as a file: decision tables, a table for a spreadsheet, or the document itself."""
    ruleset = version_or_404(version)
    if shape == "yaml":
        try:
            content = text_of(ruleset).encode()
        except LookupError as gone:
            raise NotFound(str(gone)) from gone
    elif shape == "csv":
        content = "".join(map(csv_line, to_rows(ruleset))).encode("utf-8-sig")
    else:
        content = to_dmn(ruleset).encode()
    headers = {"Content-Disposition": f'attachment; filename="{ruleset.id}.{shape}"'}
    return Response(content, mimetype=TYPES[shape], headers=headers)


@blueprint.get("/thresholds/<version>/rules/<path:rule>")
@anyone
def show_rule(version: str, rule: str) -> str:
    """Show one rule: exactly when it holds, what it gives, and contacts in which it was met for those who may know."""
    ruleset = version_or_404(version)
    card = document_of(ruleset).find(rule)
    if card is None:
        raise NotFound("This version has no such rule.")
    found, reads = who(), has_role(*READS_CONTACTS)
    contacts = None
    if found and reads and ruleset.status != "draft":
        with reading() as session:
            since, until = _in_use(ruleset)
            contacts = contacts_of_rule(session, version, rule, found.roles, since=since, until=until)
    return render_template("threshold_rule.html", ruleset=ruleset, card=card, contacts=contacts, statuses=STATUSES)


def _in_use(ruleset: RuleSet) -> tuple[datetime, datetime]:
    since = datetime.combine(ruleset.effective_from, time(), UTC)
    if ruleset.effective_to is None:
        return since, moment()
    return since, datetime.combine(ruleset.effective_to, time(), UTC) + STILL_OPEN
