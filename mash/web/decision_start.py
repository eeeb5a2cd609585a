"""What the decision form shows when a page is opened: what its reader had written, or what is already on record."""

from collections.abc import Mapping
from typing import Any

from mash.queries.workspace import Sheet, Workspace
from mash.queries.workspace_people import ChildCard
from mash.rules import Catalogue
from mash.web.decision_form import ALIKE, APART, DecisionForm, scopes_for
from mash.web.fact_rows import rows_of


def names_of(found: Sheet) -> dict[int, str]:
    """Name each child on the contact, by id."""
    return {child.id: child.name for child in found.children}


def start_form(found: Workspace, catalogue: Catalogue, *, changing: bool = False) -> DecisionForm:
    """Make the form as its reader left it, or else from the record. Nothing is chosen for anyone beforehand."""
    names = names_of(found)
    written = (found.draft.data.get("fields") if found.draft else None) or {}
    if written:
        mode = (written.get("mode") or [ALIKE])[0]
        return DecisionForm(catalogue, scopes_for(names, mode), {name: list(given) for name, given in written.items()})
    said = {
        child.id: _on_record(child, catalogue, child.recommended if changing else child.returned)
        for child in found.children
    }
    alike = len({repr(sorted(answers.items())) for answers in said.values()}) <= 1
    form = DecisionForm(catalogue, scopes_for(names, ALIKE if alike else APART))
    for scope in form.scopes:
        answers = said[scope.child_ids[0]] if scope.child_ids else {}
        form.raw |= {f"{scope.key}-{name}": given for name, given in answers.items()}
    if found.views and found.views[-1].row.state in {"waiting", "set_aside"}:
        form.raw["pattern"] = [found.views[-1].row.text]
    return form


def own_levels(found: Sheet) -> dict[int, int]:
    """Return the level that the reader chose for each child before the check was shown, for those it was shown for."""
    kept: Mapping[str, int] = (found.draft.data.get("own") if found.draft else None) or {}
    return {int(child): level for child, level in kept.items()}


def with_own(form: DecisionForm, own: Mapping[int, int]) -> dict[int, int]:
    """Add the levels now chosen for children who had none. The first one said stays."""
    fresh = {child: level for scope in form.scopes if (level := form.level(scope.key)) for child in scope.child_ids}
    return fresh | dict(own)


def to_draft(form: DecisionForm, own: Mapping[int, int]) -> dict[str, Any]:
    """Write the form as a draft keeps it."""
    unsaved = {name: given for name, given in form.raw.items() if name not in {"version", "made"} and given != [""]}
    return {"fields": unsaved, "own": {str(child): level for child, level in own.items()}}


def _on_record(child: ChildCard, catalogue: Catalogue, before: Any) -> dict[str, list[str]]:
    """Put what was noted, and a rating or an answer that came back from a manager, into the form's fields."""
    known = rows_of(catalogue)
    said: dict[str, list[str]] = {}
    for code, seen in child.observed.items():
        if code not in known:
            continue
        value = seen.value if isinstance(seen.value, dict) else {"value": seen.value}
        said[f"is-{code}"] = [str(value.get("value", ""))]
        said |= {f"{name}-{code}": [str(detail)] for name, detail in value.items() if name != "value"}
    if child.row.rating:
        said["rating"] = [child.row.rating]
    if before is not None:
        told = {
            "level": str(before.level),
            "route": before.route,
            "reason": before.reason,
            "lower": before.lower_reason,
            "receiver": before.receiver,
            "agreement": before.agreement_status or "",
            "rating": before.rating or "",
            "none": "yes" if before.none_applies and not _found(child, catalogue) else "",
        }
        said |= {name: [value] for name, value in told.items() if value}
    return said


def _found(child: ChildCard, catalogue: Catalogue) -> bool:
    """Say whether an indicator has been found since, so that the words that none applies no longer stand."""
    codes = {fact.name for fact in catalogue.indicators()}
    return any(_value(seen.value) == "present" for code, seen in child.observed.items() if code in codes)


def _value(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value
