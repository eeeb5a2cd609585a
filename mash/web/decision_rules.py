"""What the decision form still lacks, said all at once; and each refusal of a journey beside the answer it is about."""

from collections.abc import Mapping, Sequence

from mash.journeys.check import Checked
from mash.rules import RuleSet
from mash.web.check_panel import why_lower
from mash.web.decision_form import DecisionForm, Scope
from mash.workflow.child import Child
from mash.workflow.pattern import Repeat, asked
from mash.workflow.routes import Routes
from mash.workflow.sign_off import Policy
from mash.workflow.words import Rating

NEEDED = (
    ("rating", "Select a rating"),
    ("level", "Select a level of need"),
    ("route", "Select what happens next"),
    ("agreement", "Select whether the parent or carer has agreed"),
    ("reason", "Enter the reason for your decision"),
)
NO_LOWER_REASON = "Say why you are choosing a lower level"
NO_WEAKER_REASON = "Say why less than the rules suggest is enough"
NO_LONGER_RED = "Say why this is no longer red"
BOTH = 'You cannot select "No indicators apply" and an indicator'
NONE = 'Select at least one indicator, or select "No indicators apply"'
NO_VIEW = "Write your view of the pattern"
OBJECTIONS = (
    ("Select a rating", "rating"),
    ("Select a level", "level"),
    ("Select whether", "agreement"),
    ("Select what", "route"),
    ("Decide what", "route"),
    ("Enter the reason", "reason"),
    ("Say why", "lower"),
    ("Name the", "receiver"),
)

VOLUNTARY = " is voluntary and agreement was not given."


def strong_only(form: DecisionForm, policy: Policy, routes: Routes) -> tuple[Scope, ...]:
    """List the sets of answers whose next step is too strong to wait for anything else on the form."""
    chosen = {scope: routes.get(str(form.value(f"{scope.key}-route"))) for scope in form.scopes}
    return tuple(scope for scope, route in chosen.items() if policy.goes_ahead(route))


def complete(
    form: DecisionForm,
    checked: Mapping[int, Checked],
    policy: Policy,
    routes: Routes,
    ratings: Mapping[int, str | None],
) -> None:
    """Say everything that is still to be answered.

    Args:
        ratings: Each child's rating as it stands.
    """
    strong = strong_only(form, policy, routes)
    for scope in form.scopes:
        if scope in strong:
            continue
        for name, sentence in NEEDED:
            if not str(form.value(f"{scope.key}-{name}")).strip():
                form.fault(f"{scope.key}-{name}", f"{sentence}{scope.of_whom}")
            if name == "rating":
                _indicators(form, scope)
        _lower(form, scope, checked, (policy, routes), ratings)


def view_wanted(repeats: Sequence[Repeat], outcomes: Mapping[int, str | None], routes: Routes) -> bool:
    """Say whether closing with these outcomes, by child, asks for a view of the pattern."""
    children = tuple(Child(id=str(child), route=routes.get(outcome)) for child, outcome in outcomes.items())
    return bool(asked(repeats, children, children))


def complete_view(
    form: DecisionForm, repeats: Sequence[Repeat], standing: Mapping[int, str | None], routes: Routes
) -> None:
    """Say that the view of the pattern is still to be written, where the outcomes chosen ask for one.

    Args:
        standing: The outcome that stands for each child already.
    """
    chosen = {child: str(form.value(f"{scope.key}-route")) for scope in form.scopes for child in scope.child_ids}
    outcomes = {child: chosen.get(child) or outcome for child, outcome in standing.items()}
    if view_wanted(repeats, outcomes, routes) and not str(form.value("pattern")).strip():
        form.fault("pattern", NO_VIEW)


def same_thresholds(form: DecisionForm, ruleset: RuleSet | None) -> None:
    """Ask for another look where the thresholds changed after the page was made; the page then shows the new check."""
    judged = str(form.value("judged"))
    if ruleset is not None and judged and judged != ruleset.id:
        sentence = f"The thresholds changed to {ruleset.id} while you were working. Look at the check again, then save"
        form.fault(f"{form.scopes[0].key}-level", sentence)


def _indicators(form: DecisionForm, scope: Scope) -> None:
    none = form.value(f"{scope.key}-none") == "yes"
    found = any(form.answer(scope.key, row) == "present" for row in form.rows(scope.key) if row.code in form.indicators)
    if none and found:
        form.fault(f"{scope.key}-none", f"{BOTH}{scope.of_whom}")
    elif not none and not form.rows(scope.key):
        form.fault(f"{scope.key}-find", f"{NONE}{scope.of_whom}")


def _lower(
    form: DecisionForm,
    scope: Scope,
    checked: Mapping[int, Checked],
    judged_by: tuple[Policy, Routes],
    ratings: Mapping[int, str | None],
) -> None:
    if str(form.value(f"{scope.key}-lower")).strip():
        return
    name = f"{scope.key}-lower"
    rating = str(form.value(f"{scope.key}-rating"))
    if any(ratings.get(child) == Rating.RED for child in scope.child_ids) and rating in {"amber", "green"}:
        form.fault(name, f"{NO_LONGER_RED}{scope.of_whom}")
    for child in scope.child_ids:
        if child not in checked:
            continue
        level, found = form.level(scope.key), checked[child].level
        if level is not None and found is not None and level < found:
            form.fault(name, f"{NO_LOWER_REASON}{scope.of_whom}")
        elif why_lower(form, scope, checked[child], *judged_by):
            form.fault(name, f"{NO_WEAKER_REASON}{scope.of_whom}")


def place_objections(form: DecisionForm, objections: tuple[str, ...], names: Mapping[int, str]) -> None:
    """Put each sentence of a refusal beside the answer it is about; what is about none goes to the top."""
    for number, sentence in enumerate(objections):
        field = next((name for start, name in OBJECTIONS if sentence.startswith(start)), "")
        field = "agreement" if VOLUNTARY in sentence else field
        about = next((child for child, name in names.items() if name in sentence), next(iter(names), 0))
        if sentence.startswith(NO_VIEW):
            form.fault("pattern", sentence.rstrip("."))
        elif field and names:
            form.fault(f"{form.scope_of(about).key}-{field}", sentence.rstrip("."))
        else:
            form.fault(f"form{number}", sentence)
