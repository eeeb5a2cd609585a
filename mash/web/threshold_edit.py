"""Write a draft with forms: the document, its items one by one, and what is wrong with them said beside the field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from mash.journeys.draft_thresholds import DraftChanged, draft_to_change, save_draft
from mash.queries.threshold_drafts import DraftRow, comments_on
from mash.rules import Catalogue
from mash.rules.rewriting import rewritten
from mash.rules.soundness import Finding
from mash.web.access import actor, has_role, needs_role
from mash.web.condition_form import Part, from_condition, new_row, read_part, to_condition
from mash.web.condition_moves import change
from mash.web.condition_view import ConditionView
from mash.web.draft_checks import Checked, Fault, checked, checked_so
from mash.web.draft_conflict import Differing, conflict
from mash.web.draft_document import NEW, Draft, draft_of, listed, said, words_for
from mash.web.draft_facts import FactRow, answers_of, as_answered, fact_of, from_facts, read_rows, shown_facts, to_facts
from mash.web.draft_fields import answers_to, choices, fields_of, in_words, purpose_of, read_fields, value_of
from mash.web.draft_sections import SECTIONS, VERSION
from mash.web.once import once, say
from mash.web.threshold_words import DRAFT_STATES
from mash.web.versions import READS_DRAFTS, draft_or_404
from mash.web.wiring import moment, reading, wiring

blueprint = Blueprint("threshold_edit", __name__, url_prefix="/thresholds")
ARRANGED = {"copy": "Copied", "up": "Moved up", "down": "Moved down", "remove": "Removed", "split": "Split"}


@dataclass(frozen=True, slots=True)
class Edited:
    """One item of a draft with what a browser sent written into it."""

    row: DraftRow
    draft: Draft
    section: str
    place: int | None
    item: Mapping[str, Any]
    part: Part | None
    rows: list[FactRow]

    @property
    def text(self) -> str:
        """Return the whole text with the item in it."""
        return self.draft.with_item(self.section, self.place, self.item)

    def checked(self, catalogue: Catalogue) -> Checked:
        """Say what would be wrong with the draft if this were saved."""
        return checked_so(self.row.text, self.section, self.place, self.item, lambda: self.text, catalogue)

    def faults(self, found: Checked, *, fresh: bool) -> list[Fault]:
        """Return the mistakes of the item, in the text as it stands, or with what was sent written into it."""
        if not found.faults:
            return []
        draft = draft_of(self.text) if fresh else self.draft
        items, key = draft.items(self.section), SECTIONS[self.section].key
        place = self.place
        if place is None and fresh:
            same = [n for n, one in enumerate(items) if one.get(key) == self.item.get(key)]
            place = same[-1] if same else len(items) - 1
        return [] if place is None or place >= len(items) else found.about(draft.path_of(self.section, place))

    @property
    def name(self) -> str:
        """Name the item as findings do."""
        return str(self.item.get(SECTIONS[self.section].key) or "")


@blueprint.get("/<draft>/edit")
@needs_role(*READS_DRAFTS)
def show(draft: str) -> str:
    """Show the draft as a document whose every part can be opened and changed."""
    return _overview(draft_or_404(draft))


def _overview(row: DraftRow, header: Mapping[str, Any] | None = None) -> str:
    draft, catalogue = draft_of(row.text), wiring().rulebook.catalogue
    with reading() as session:
        comments = comments_on(session, row.id)
    more: dict[str, Any] = {"version": VERSION, "value_of": value_of, "states": DRAFT_STATES, "comments": comments}
    sections = {name: listed(draft, name, catalogue) for name in SECTIONS}
    more |= {"kinds": SECTIONS, "sections": sections, "levels": choices(draft.data, catalogue)["levels"]}
    more |= {"fixed": [name for name, kind in SECTIONS.items() if kind.shape == "single" or name == "levels"]}
    more |= {"header": header or draft.data.get("version") or {}, "writes": _writes(row), "wrong": draft.wrong}
    found = checked(row.text, catalogue)
    holes: dict[str, list[Finding]] = {}
    for one in found.findings or ():
        holes.setdefault(one.at.partition("/")[0], []).append(one)
    return render_template("draft_edit.html", draft=row, checked=found, holes=holes, **more)


def _writes(row: DraftRow) -> bool:
    return has_role("reviewer") and row.state in ("open", "proposed")


@blueprint.post("/<draft>/edit")
@needs_role("reviewer")
def save_header(draft: str) -> ResponseReturnValue:
    """Save the title, dates and foreword."""
    row = draft_or_404(draft)
    old = draft_of(row.text).data.get("version")
    if not isinstance(old, dict):
        raise NotFound("This draft has no header that a form can show.")
    new = read_fields(VERSION, request.form, old)
    try:
        return _save(row, rewritten(row.text, ("version",), old, new), "Changed the title, dates or foreword")
    except DraftChanged:
        told = [Differing(field.words, value_of(old, field), value_of(new, field)) for field in VERSION]
        return conflict(row, told, url_for("threshold_edit.show", draft=draft))


@blueprint.post("/<draft>/arrange")
@needs_role("reviewer")
def arrange(draft: str) -> ResponseReturnValue:
    """Copy, move, split or remove an item."""
    row = draft_or_404(draft)
    document = draft_of(row.text)
    verb, _, rest = request.form.get("do", "").partition(":")
    section, _, number = rest.partition(":")
    if verb not in ARRANGED or section not in SECTIONS or not number.isdecimal() or len(number) > 6:
        raise NotFound("There is no such change.")
    if request.form.get("revision", "") != str(row.revision):
        raise DraftChanged
    place = int(number)
    if place >= len(document.items(section)):
        raise NotFound("There is no such item.")
    made = {
        "copy": lambda: document.copied(section, place),
        "up": lambda: document.moved(section, place, place - 1),
        "down": lambda: document.moved(section, place, place + 1),
        "remove": lambda: document.without(section, place),
        "split": lambda: document.split(section, place),
    }
    what = f"{ARRANGED[verb]} {SECTIONS[section].one} {document.id_of(section, place)}"
    return _save(row, made[verb](), what, f"#section-{section}")


def _save(row: DraftRow, text: str, what: str, anchor: str = "") -> ResponseReturnValue:
    seen = request.form.get("revision", "")

    def keep(session: Session) -> str:
        kept = save_draft(
            session,
            draft_to_change(session, row.name),
            text=text,
            what=what,
            revision_seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            by=actor(),
            at=moment(),
        )
        told = f"{what}. Saved as revision {kept.number}." if kept else "Nothing was different, so nothing was saved."
        replay = url_for("replays.show", baseline=row.based_on, candidate=row.name)
        say(session, told, link=("Replay this change", replay) if kept else None)
        return url_for("threshold_edit.show", draft=row.name) + anchor

    return once(keep)


@blueprint.get("/<draft>/edit/<section>/<item>")
@needs_role(*READS_DRAFTS)
def edit_item(draft: str, section: str, item: str) -> str:
    """Show one item as a form."""
    row = draft_or_404(draft)
    document, place = _found(row, section, item)
    is_ = document.items(section)[place] if place is not None else _empty(section, document)
    catalogue = wiring().rulebook.catalogue
    part = from_condition(is_["when"], catalogue) if "when" in is_ else None
    if part is None and SECTIONS[section].purpose and SECTIONS[section].shape != "lines":
        part = Part("all", [new_row()])
    rows = from_facts(is_.get("facts"), catalogue) if section == "examples" else []
    return _item_page(Edited(row, document, section, place, is_, part, rows), item)


def _empty(section: str, document: Draft) -> dict[str, Any]:
    kind = SECTIONS[section]
    made: dict[str, Any] = {
        field.key: "" for field in kind.fields if "." not in field.key and field.needed and field.kind != "many"
    }
    made |= {field.key: [] for field in kind.fields if field.needed and field.kind == "many"}
    made |= {field.key: False for field in kind.fields if field.needed and field.kind == "flag"}
    made |= {"facts": {}, "expect": {}} if section == "examples" else {}
    return made | ({"kind": "combination", "then": {"level": ""}} if section == "rules" else {})


def _found(row: DraftRow, section: str, item: str) -> tuple[Draft, int | None]:
    document = draft_of(row.text)
    place = document.place_of(section, item) if section in SECTIONS else None
    if section not in SECTIONS or (place is None and item != NEW):
        raise NotFound("There is nothing of that name in this draft.")
    return document, place


def _item_page(edited: Edited, name: str, *, fresh: bool = False) -> str:
    row, catalogue = edited.row, wiring().rulebook.catalogue
    with reading() as session:
        comments = comments_on(session, row.id).get(name, [])
    found = checked(edited.text if fresh else row.text, catalogue)
    purpose = purpose_of(edited.section, edited.item)
    chosen = choices(edited.draft.data, catalogue) | answers_to(edited.item, catalogue)
    view = ConditionView(catalogue, purpose, chosen, words_for(edited.draft, catalogue))
    more: dict[str, Any] = {"kind": SECTIONS[edited.section], "value_of": value_of, "view": view, "checked": found}
    fields = fields_of(edited.section, edited.draft.items(edited.section), edited.item, catalogue)
    more |= {"name": name, "mistakes": edited.faults(found, fresh=fresh), "fields": fields}
    more |= {"rows": [(one, fact_of(one, catalogue), answers_of(one, catalogue)) for one in edited.rows]}
    more |= {"comments": comments, "writes": _writes(row), "fresh": fresh}
    return render_template("draft_item.html", draft=row, edited=edited, part=edited.part, **more)


def sent(draft: str, section: str, item: str) -> Edited:
    """Write what a browser sent into an item of the draft as it stands now."""
    row, catalogue = draft_or_404(draft), wiring().rulebook.catalogue
    if section not in SECTIONS:
        raise NotFound("There is nothing of that name in this draft.")
    document = draft_of(row.text)
    place = document.place_of(section, item)
    old = document.items(section)[place] if place is not None else _empty(section, document)
    fields = fields_of(section, document.items(section), old, catalogue)
    new, do, part = read_fields(fields, request.form, old), request.form.get("do", ""), None
    if "when.kind" in request.form and do != "none:when":
        part = change(read_part(request.form, "when", catalogue), do)
    elif do == "row:when":
        part = Part("all", [new_row()])
    if part is not None:
        new["when"] = to_condition(part, catalogue)
    elif "when.kind" in request.form:
        new.pop("when", None)
    rows = read_rows(request.form, catalogue) if section == "examples" else []
    if section == "examples" and "facts.n" in request.form:
        new["facts"] = as_answered(old.get("facts"), to_facts(rows, catalogue))
    return Edited(row, document, section, place, new, part, rows)


@blueprint.post("/<draft>/edit/<section>/<item>")
@needs_role("reviewer")
def save_item(draft: str, section: str, item: str) -> ResponseReturnValue:
    """Save one item; or, for a button that adds or takes away a row, show the form so, with nothing lost."""
    edited = sent(draft, section, item)
    if request.form.get("do", "save") != "save":
        return _item_page(edited, item, fresh=True)
    name = edited.name or "without a number"
    what = f"{'Added' if edited.place is None else 'Changed'} {SECTIONS[section].one} {name}"
    try:
        return _save(edited.row, edited.text, what)
    except DraftChanged:
        row, catalogue = draft_or_404(draft), wiring().rulebook.catalogue
        return conflict(row, _both(edited, catalogue), url_for("threshold_edit.show", draft=draft))


def _both(edited: Edited, catalogue: Catalogue) -> list[Differing]:
    """Tell what stands and what was sent, field by field."""
    theirs = edited.draft.items(edited.section)[edited.place] if edited.place is not None else {}
    words = words_for(edited.draft, catalogue)
    fields = fields_of(edited.section, edited.draft.items(edited.section), edited.item, catalogue)
    chosen = choices(edited.draft.data, catalogue)
    told = [
        Differing(one.words, *(in_words(value_of(item, one), chosen.get(one.of, {})) for item in (theirs, edited.item)))
        for one in fields
        if one.kind != "facts"
    ]
    if edited.rows or "facts" in theirs:
        both = (shown_facts(item.get("facts"), catalogue) for item in (theirs, edited.item))
        told.append(Differing("What is known", *both))
    if "when" in edited.item:
        met = (said(words, "when", item.get("when")) for item in (theirs, edited.item))
        told.append(Differing("Met when", *met))
    return told


@blueprint.post("/<draft>/check")
@needs_role("reviewer")
def check(draft: str) -> str:
    """Say what would be wrong with the draft if what was sent were saved. Nothing is."""
    edited = sent(draft, request.form.get("section", ""), request.form.get("item", ""))
    found = edited.checked(wiring().rulebook.catalogue)
    faults = edited.faults(found, fresh=True)
    return render_template("draft_check.html", draft=edited.row, checked=found, faults=faults, id=edited.name)
