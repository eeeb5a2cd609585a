"""A table of descriptors becomes a draft: send it, see what each row means and how sure that is, choose, make it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from mash.exchange.drafting import Settled, kept_beside, loaded, settle, with_levels
from mash.exchange.giving import Given
from mash.exchange.match import Judged, Sure, judge
from mash.exchange.sheet import Fault, Sheet, SheetRefused, read_sheet
from mash.journeys.draft_thresholds import DraftRefused, start_draft
from mash.rules import DocumentRefused, RuleSet
from mash.web.access import actor, needs_role
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.schemas import Choice, FormSchema, SafeText
from mash.web.versions import text_of
from mash.web.wiring import moment, wiring

blueprint = Blueprint("threshold_import", __name__, url_prefix="/thresholds/import")
TABLE = ("table",)


@dataclass(frozen=True, slots=True)
class Read:
    """A table as it was understood: its text, what it is based on, and its rows."""

    text: str
    based_on: RuleSet
    sheet: Sheet
    judged: Sequence[Judged]

    @property
    def unsure(self) -> list[Judged]:
        return [one for one in self.judged if one.sure is Sure.NEAR]

    @property
    def settled(self) -> Settled:
        """Settle what is sure by itself."""
        return settle([one for one in self.judged if one.sure is not Sure.NEAR], {})

    @property
    def faults(self) -> list[Fault]:
        return sorted((*self.sheet.faults, *self.settled.faults), key=lambda fault: fault.line)

    @property
    def kept(self) -> tuple[Fault, ...]:
        return kept_beside(self.settled.rows, self.based_on)

    def level_words(self, one: Judged) -> str:
        level = self.based_on.levels[one.level]
        return f"{level.ordinal} {level.name}"

    def gives_words(self, one: Judged) -> str:
        """Name the rating and legal bases that a row sets; empty where it says nothing of them."""
        given = one.gives or Given()
        rating = [rating.name for rating in self.based_on.ratings if rating.key == given.rating]
        return "; ".join([*rating, *(basis.name for basis in self.based_on.bases if basis.key in given.bases)])

    @property
    def unchanged(self) -> int:
        """Count the rows that are rules of the version, word for word."""
        return sum(one.sure is Sure.THERE for one in self.judged)


@blueprint.get("")
@needs_role("reviewer")
def ask() -> str:
    """Ask for a table."""
    return _asked(_form({}))


@blueprint.post("")
@needs_role("reviewer")
def look() -> ResponseReturnValue:
    """Say what a table means. It changes nothing, so it is answered at once."""
    form = _form({}).post(request.form, buttons=TABLE)
    sent = request.files.get("table")
    if sent is None or not sent.filename:
        form.fault({"table": "Choose a table to send"})
    if form.errors or sent is None:
        return _asked(form), 422
    try:
        found = _read(sent.read(), form.data["based_on"])
    except SheetRefused as refused:
        return _asked(form.fault({"table": str(refused)})), 422
    return _shown(found, _draft_form(found))


@blueprint.post("/draft")
@needs_role("reviewer")
def make() -> ResponseReturnValue:
    """Make the draft from the rows that are sure and those that were chosen."""
    named = _form({}).post(request.form, buttons=tuple(name for name in request.form if name != "based_on"))
    if named.errors:
        return _asked(named), 422
    try:
        found = _read(request.form.get("table", "").encode("utf-8", "replace"), named.data["based_on"])
    except SheetRefused as refused:
        return _asked(named.fault({"table": str(refused)})), 422
    form = _draft_form(found).post(request.form, buttons=TABLE)
    settled = _chosen(found, form)
    if form.errors:
        return _shown(found, form), 422
    ruleset, name, title = found.based_on, form.data["name"], form.data["title"]

    def begin(session: Session) -> str:
        start_draft(session, based_on=ruleset, text=text, name=name, title=title, by=actor(), at=moment())
        told = f"The draft {name} is begun from your table and {ruleset.id}: {len(settled.rows)} indicators matched."
        say(session, f"{told} Nothing is judged by it.")
        return url_for("threshold_edit.show", draft=name)

    try:
        text = with_levels(text_of(ruleset), settled.rows, ruleset)
        loaded(text, ruleset.catalogue, name)
        return once(begin)
    except (DraftRefused, DocumentRefused) as refused:
        return _shown(found, form.fault({"name": str(refused)})), 422


def _chosen(found: Read, form: Form) -> Settled:
    """Settle all rows with those chosen on the form; what does not go together is a fault of the form."""
    chosen = {one.row.line: code for one in found.unsure if (code := form.data.get(f"row-{one.row.line}"))}
    settled = settle(found.judged, chosen)
    used = {one.row.line for one in settled.rows.values()}
    for line, code in chosen.items():
        if line not in used:
            form.fault({f"row-{line}": f"Line {line}: another row of the table gives {code} a level"})
    name = form.data.get("name", "")
    if any(one.id == name for one in wiring().rulebook.versions):
        form.fault({"name": f"The name {name} is taken. A name is never used again"})
    if not settled.rows:
        form.fault({"name": "No row gives an indicator a level, so there is no draft to make"})
    return settled


def _read(content: bytes, based_on: str) -> Read:
    ruleset, sheet = wiring().rulebook.get(based_on), read_sheet(content)
    return Read(content.decode("utf-8-sig"), ruleset, sheet, judge(sheet, ruleset))


def _versions() -> dict[str, str]:
    return {one.id: f"{one.id}: {one.title}" for one in _usable()}


def _scales() -> list[tuple[list[str], RuleSet]]:
    """Put together versions whose levels, ratings and legal bases are called the same: their ids, and one of them."""
    found: dict[object, tuple[list[str], RuleSet]] = {}
    for one in _usable():
        levels = tuple((level.key, level.ordinal, level.name) for level in one.levels)
        named = tuple((said.key, said.name) for said in one.ratings)
        found.setdefault((levels, named, one.bases), ([], one))[0].append(one.id)
    return [*found.values()]


def _usable() -> list[RuleSet]:
    return [one for one in reversed(wiring().rulebook.versions) if one.status != "draft"]


def _form(more: dict[str, object]) -> Form:
    based_on = Choice(tuple(_versions()), empty="Select the version that everything else comes from")
    made: type[FormSchema] = type("ThisTableSchema", (FormSchema,), {"based_on": based_on, **more})
    return Form(made(), {"based_on": next(iter(_versions()), "")})


def _draft_form(found: Read) -> Form:
    """Make the form of the draft: a choice for each row that is not sure, then its name and title."""
    rows = {f"row-{one.row.line}": Choice(tuple(near.code for near in one.near)) for one in found.unsure}
    name = SafeText(longest=42, empty="Give the draft a short name, such as dn-2027-04", called="Name")
    form = _form({**rows, "name": name, "title": SafeText(empty="Give the draft a title", called="Title")})
    form.raw["based_on"] = found.based_on.id
    return form


def _asked(form: Form) -> str:
    return render_template("threshold_import.html", form=form, versions=_versions(), scales=_scales(), found=None)


def _shown(found: Read, form: Form) -> str:
    return render_template("threshold_import.html", form=form, versions=_versions(), found=found)
