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
from mash.rules.rewriting import rewritten
from mash.web.access import actor, has_role, needs_role
from mash.web.condition_form import Part, from_condition, new_row, read_part, to_condition
from mash.web.condition_moves import change
from mash.web.condition_view import ConditionView
from mash.web.draft_checks import checked
from mash.web.draft_document import NEW, Draft, draft_of, listed, said, words_for
from mash.web.draft_fields import SECTIONS, VERSION, choices, purpose_of, read_fields, value_of
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

    @property
    def text(self) -> str:
        """Return the whole text with the item in it."""
        return self.draft.with_item(self.section, self.place, self.item)

    @property
    def where(self) -> int:
        """Return the item's place in the text with it."""
        return len(self.draft.items(self.section)) if self.place is None else self.place


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
    more |= {"header": header or draft.data.get("version") or {}, "writes": _writes(row), "wrong": draft.wrong}
    return render_template("draft_edit.html", draft=row, checked=checked(row.text, catalogue), **more)


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
        told = [(field.words, value_of(old, field), value_of(new, field)) for field in VERSION]
        return _conflict(row, told, url_for("threshold_edit.show", draft=draft))


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
    part = from_condition(is_["when"], wiring().rulebook.catalogue) if "when" in is_ else None
    if part is None and SECTIONS[section].purpose:
        part = Part("all", [new_row()])
    return _item_page(Edited(row, document, section, place, is_, part), item)


def _empty(section: str, document: Draft) -> dict[str, Any]:
    kind = SECTIONS[section]
    made: dict[str, Any] = {
        field.key: "" for field in kind.fields if "." not in field.key and field.needed and field.kind != "many"
    }
    made |= {field.key: [] for field in kind.fields if field.needed and field.kind == "many"}
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
    view = ConditionView(catalogue, purpose, choices(edited.draft.data, catalogue))
    more: dict[str, Any] = {"kind": SECTIONS[edited.section], "value_of": value_of, "view": view, "checked": found}
    more |= {"name": name, "mistakes": [one for one in found.faults if one.about(edited.section, edited.where)]}
    more |= {"comments": comments, "writes": _writes(row), "fresh": fresh}
    return render_template("draft_item.html", draft=row, edited=edited, part=edited.part, **more)


def _sent(draft: str, section: str, item: str) -> Edited:
    """Write what a browser sent into an item of the draft as it stands now."""
    row, catalogue = draft_or_404(draft), wiring().rulebook.catalogue
    if section not in SECTIONS:
        raise NotFound("There is nothing of that name in this draft.")
    document = draft_of(row.text)
    place = document.place_of(section, item)
    old = document.items(section)[place] if place is not None else _empty(section, document)
    new = read_fields(SECTIONS[section].fields, request.form, old)
    part = None
    if "when.kind" in request.form:
        part = change(read_part(request.form, "when", catalogue), request.form.get("do", ""))
        new["when"] = to_condition(part, catalogue)
    return Edited(row, document, section, place, new, part)


@blueprint.post("/<draft>/edit/<section>/<item>")
@needs_role("reviewer")
def save_item(draft: str, section: str, item: str) -> ResponseReturnValue:
    """Save one item; or, for a button that adds or takes away a row, show the form so, with nothing lost."""
    edited = _sent(draft, section, item)
    if request.form.get("do", "save") != "save":
        return _item_page(edited, item, fresh=True)
    name = edited.item.get(SECTIONS[section].key) or "without a number"
    what = f"{'Added' if edited.place is None else 'Changed'} {SECTIONS[section].one} {name}"
    try:
        return _save(edited.row, edited.text, what)
    except DraftChanged:
        row, catalogue = draft_or_404(draft), wiring().rulebook.catalogue
        return _conflict(row, _both(edited, catalogue), url_for("threshold_edit.show", draft=draft))


def _both(edited: Edited, catalogue: Any) -> list[tuple[str, Any, Any]]:
    """Tell what stands and what was sent, field by field."""
    theirs = edited.draft.items(edited.section)[edited.place] if edited.place is not None else {}
    words = words_for(edited.draft, catalogue)
    told = [(one.words, value_of(theirs, one), value_of(edited.item, one)) for one in SECTIONS[edited.section].fields]
    if "when" in edited.item:
        told.append(("Met when", said(words, "when", theirs.get("when")), said(words, "when", edited.item["when"])))
    return told


def _conflict(row: DraftRow, told: list[tuple[str, Any, Any]], back: str) -> ResponseReturnValue:
    """Show what somebody saved meanwhile beside what was sent, which can be saved over it; nothing is lost."""
    ours = frozenset({"csrf_token", "form_token", "revision"})
    sent = [pair for pair in request.form.items(multi=True) if pair[0] not in ours]
    return render_template("draft_conflict.html", draft=row, told=told, sent=sent, back=back), 409


@blueprint.post("/<draft>/check")
@needs_role("reviewer")
def check(draft: str) -> str:
    """Say what would be wrong with the draft if what was sent were saved. Nothing is."""
    edited = _sent(draft, request.form.get("section", ""), request.form.get("item", ""))
    found = checked(edited.text, wiring().rulebook.catalogue)
    faults = [one for one in found.faults if one.about(edited.section, edited.where)]
    id = str(edited.item.get("id") or "")
    return render_template("draft_check.html", draft=edited.row, checked=found, faults=faults, id=id)
