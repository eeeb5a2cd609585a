"""The decision form: one set of answers for all children alike, or one for each; every answer kept as it was typed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnprocessableEntity

from mash.journeys.choices import Choice
from mash.rules import Catalogue
from mash.web.fact_rows import NOT_ASKED, Row, rows_of
from mash.web.forms import OURS
from mash.web.schemas import SafeText
from mash.workflow.words import Agreement, Rating

ALL = "all"
ALIKE, APART = "alike", "apart"
BUTTONS = frozenset({"go", "drop", "turn"})
LONGEST_REASON = 2000
WHOLE = (
    "service",
    "mode",
    "version",
    "made",
    "judged",
    "type",
    "outcome",
    "answer",
    "nothing",
    "why",
    "exception",
    "pattern",
)
ONE = (
    "rating",
    "level",
    "route",
    "agreement",
    "agreement_by",
    "override",
    "receiver",
    "reason",
    "lower",
    "none",
    "find",
)
MANY = ("extra", "add")
TEXTS = {"reason": "Reason", "lower": "Why it is lower", "receiver": "Team or lead", "agreement_by": "Who agreed"}
TEXTS |= {"answer": "What you did", "why": "Why you are changing it", "exception": "Why your team is too small for two"}
TEXTS |= {"pattern": "Your view of the pattern"}
SHORT = frozenset({"Team or lead", "Who agreed"})
CLOSED: Mapping[str, Collection[str]] = {
    "service": ("yes", "no"),
    "mode": (ALIKE, APART),
    "rating": tuple(Rating),
    "agreement": tuple(Agreement),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom one set of answers is about: all the children, or one of them."""

    key: str
    child_ids: tuple[int, ...]
    names: str

    @property
    def of_whom(self) -> str:
        return f" for {self.names}" if self.key != ALL else ""


@dataclass
class DecisionForm:
    """What a person has answered so far, valid or not.

    Attributes:
        raw: Answers by the name of their field, each a list as the browser sends it.
        errors: Problems by field, in the page's order once sorted by ``summary``.
        notes: Problems of the page's small forms, each with the id of the answer it is about.
    """

    catalogue: Catalogue
    scopes: tuple[Scope, ...]
    raw: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    notes: tuple[tuple[str, str], ...] = ()
    prefix = ""

    def value(self, name: str) -> Any:
        """Return an answer as it was typed; a list where there may be several."""
        given = self.raw.get(name, [])
        return given if name.partition("-")[2] in MANY else (given[0] if given else "")

    def error(self, name: str) -> dict[str, str] | None:
        """Return a field's problem, as the macros take it."""
        return {"text": self.errors[name]} if name in self.errors else None

    @property
    def summary(self) -> list[dict[str, str]]:
        """List the problems, each leading to its answer."""
        own = [{"text": text, "href": f"#{name}" if "-" in name or name in WHOLE else "#main-content"}
               for name, text in self.errors.items()]  # fmt: skip
        return own + [{"text": text, "href": f"#{anchor}"} for anchor, text in self.notes]

    def fault(self, name: str, text: str) -> None:
        self.errors.setdefault(name, text)

    @property
    def alike(self) -> bool:
        return self.scopes[0].key == ALL

    def scope_of(self, child_id: int) -> Scope:
        return next(scope for scope in self.scopes if child_id in scope.child_ids)

    @property
    def indicators(self) -> frozenset[str]:
        return frozenset(fact.name for fact in self.catalogue.indicators())

    def rows(self, scope: str) -> list[Row]:
        """List the facts that have been chosen or answered, in the order of the catalogue."""
        known = rows_of(self.catalogue)
        chosen = set(self.raw.get(f"{scope}-add", []))
        start = f"{scope}-is-"
        chosen |= {name[len(start) :] for name, given in self.raw.items() if name.startswith(start) and given != [""]}
        return [row for code, row in known.items() if code in chosen]

    def answer(self, scope: str, row: Row) -> str:
        """Return how a fact is answered: as said, or "present" for one that was only picked."""
        said = str(self.value(f"{scope}-is-{row.code}"))
        return said or ("present" if row.presence and row.code in self.raw.get(f"{scope}-add", []) else "")

    def facts(self, scope: str) -> dict[str, Any]:
        """Return what is said, as the rules take it."""
        found: dict[str, Any] = {}
        for row in self.rows(scope):
            said = self.answer(scope, row)
            if not said:
                continue
            value: Any = int(said) if row.number and said.isdecimal() else said
            details = {name: self._detail(scope, name, row.code) for name in row.details}
            details = {name: detail for name, detail in details.items() if detail not in ("", None)}
            found[row.code] = {"value": value, **details} if details and said == "present" else value
        return found

    def _detail(self, scope: str, name: str, code: str) -> str | int:
        said = str(self.value(f"{scope}-{name}-{code}"))
        return int(said) if name == "days_old" and said.isdecimal() else said

    def saying(self, scope: Scope) -> dict[str, Any]:
        """Return the facts with what is said of agreement, for the check."""
        agreed = str(self.value(f"{scope.key}-agreement"))
        return self.facts(scope.key) | ({"agreement_service": agreed} if agreed else {})

    def level(self, scope: str) -> int | None:
        said = str(self.value(f"{scope}-level"))
        return int(said) if said.isdecimal() else None

    def choice(self, scope: Scope, child_id: int, own_level: int | None) -> Choice:
        """Return what is chosen for one child."""

        def said(name: str) -> str:
            return str(self.value(f"{scope.key}-{name}")).replace("\r\n", "\n").strip()

        level = self.level(scope.key)
        return Choice(
            child_id=child_id,
            route=said("route") or None,
            level=level,
            own_level=own_level or level,
            rating=said("rating") or None,
            reason=said("reason"),
            why_lower=said("lower"),
            agreement=said("agreement") or None,
            agreement_by=said("agreement_by"),
            overrides_agreement=said("override") == "yes",
            receiver=said("receiver"),
            extra_routes=tuple(self.value(f"{scope.key}-extra")),
            contact_type="service_request",
            no_indicators=said("none") == "yes",
        )

    def split(self) -> None:
        """Turn one set of answers for all into the same for each, for changing where they differ."""
        self._copy(ALL, [str(child) for child in self.scopes[0].child_ids])

    def join(self) -> None:
        """Turn the answers about the first child into one set for all."""
        self._copy(str(self.scopes[0].child_ids[0]), [ALL])

    def _copy(self, source: str, targets: Iterable[str]) -> None:
        found = {name: given for name, given in self.raw.items() if name.startswith(f"{source}-")}
        for target in targets:
            self.raw |= {f"{target}-{name[len(source) + 1 :]}": list(given) for name, given in found.items()}
        for name in found:
            del self.raw[name]


def scopes_for(names: Mapping[int, str], mode: str) -> tuple[Scope, ...]:
    """Say whom each set of answers is about."""
    if mode == APART and len(names) > 1:
        return tuple(Scope(str(child), (child,), name) for child, name in names.items())
    return (Scope(ALL, tuple(names), ", ".join(names.values())),)


def posted(
    answers: MultiDict[str, str], catalogue: Catalogue, names: Mapping[int, str], routes: Collection[str]
) -> DecisionForm:
    """Read what the browser sent.

    Args:
        routes: The outcomes that any version knows. The one that judges the contact may have begun since the page.

    Raises:
        UnprocessableEntity: If it holds an answer that was not asked for, or about a child who is not on the contact.
    """
    scopes = scopes_for(names, answers.get("mode", ALIKE))
    raw: dict[str, list[str]] = {}
    allowed = {scope.key for scope in scopes}
    rows = rows_of(catalogue)
    for name in answers:
        if name in OURS or name in BUTTONS:
            continue
        given = answers.getlist(name)
        if not _asked(name, allowed, rows) or (len(given) > 1 and name.partition("-")[2] not in MANY):
            raise UnprocessableEntity("The form holds an answer that was not asked for.")
        raw[name] = given
    form = DecisionForm(catalogue, scopes, raw)
    _check_closed(form, rows, {**CLOSED, "route": routes})
    _check_texts(form)
    return form


def _asked(name: str, scopes: set[str], rows: Mapping[str, Row]) -> bool:
    if name in WHOLE:
        return True
    scope, _, rest = name.partition("-")
    if scope not in scopes:
        return False
    if rest in ONE or rest in MANY:
        return True
    kind, _, code = rest.partition("-")
    return code in rows and (kind == "is" or kind in rows[code].details)


def _check_closed(form: DecisionForm, rows: Mapping[str, Row], closed: Mapping[str, Collection[str]]) -> None:
    """Refuse an answer that no button or list of ours holds."""
    for name, given in form.raw.items():
        last = name.rpartition("-")[2] if name not in WHOLE else name
        wrong = last in closed and given[0] and given[0] not in closed[last]
        wrong = wrong or (last == "add" and any(code and code not in rows for code in given))
        wrong = wrong or (last == "level" and given[0] and given[0] not in set("123456789"))
        kind, _, code = name.partition("-")[2].partition("-")
        if code in rows and kind == "is" and not rows[code].number:
            wrong = wrong or given[0] not in {*rows[code].answers, NOT_ASKED, ""}
        elif code in rows and kind in rows[code].details and rows[code].details[kind][1]:
            wrong = wrong or given[0] not in {*rows[code].details[kind][1], ""}
        if wrong:
            raise UnprocessableEntity("The form holds an answer that was not asked for.")


def _check_texts(form: DecisionForm) -> None:
    for name in form.raw:
        called = TEXTS.get(name.partition("-")[2]) or TEXTS.get(name, "")
        longest = 200 if called in SHORT else LONGEST_REASON
        try:
            SafeText(longest=longest, called=called or "This").deserialize(str(form.value(name)) if called else "")
        except ValidationError as wrong:
            form.fault(name, str(wrong.messages[0]))
    for scope in form.scopes:
        for row in form.rows(scope.key):
            said = form.answer(scope.key, row)
            if row.number and said not in {"", "unknown", NOT_ASKED} and not (said.isdecimal() and len(said) < 7):
                form.fault(f"{scope.key}-is-{row.code}", f"{row.words} must be a whole number of {row.number}")
