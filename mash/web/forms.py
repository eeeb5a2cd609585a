"""A form between the browser and a schema: every answer kept as typed, every problem said once, in the page's order."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnprocessableEntity

from mash.web.schemas import Choices, DayMonthYear, FormSchema

OURS = frozenset({"csrf_token", "form_token"})


class Form:
    """One form, empty or posted.

    Attributes:
        data: What was loaded, after a post without errors.
        errors: Problems by field; one each.
        prefix: What the ids of its fields begin with, on a page that holds other forms with fields of the same name.
    """

    def __init__(self, schema: FormSchema, start: Mapping[str, Any] | None = None, *, prefix: str = "") -> None:
        """Make an empty form, or one that shows what is already known."""
        self.schema = schema
        self.prefix = prefix
        self.raw: dict[str, Any] = dict(start or {})
        self.data: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    def post(self, answers: MultiDict[str, str], *, buttons: tuple[str, ...] = ()) -> "Form":
        """Take what the browser sent.

        Args:
            buttons: Names of buttons that the form may send beside its answers.

        Raises:
            UnprocessableEntity: If it holds an answer the form did not ask for, or two where it asked for one.
        """
        self.raw = self._gather(answers, OURS.union(buttons))
        try:
            self.data = dict(self.schema.load(self.raw))
        except ValidationError as wrong:
            self.fault(wrong.messages_dict)
        return self

    def fault(self, problems: Mapping[str, Any]) -> "Form":
        """Add problems by field; ``_schema`` is for the form as a whole."""
        order = [*self.schema.fields, "_schema"]
        for name in sorted(problems, key=lambda name: order.index(name) if name in order else len(order)):
            self.errors.setdefault(name, _as_label(_first(problems[name])))
        return self

    def value(self, name: str) -> Any:
        """Return an answer as it was typed; "" where nothing was."""
        typed = self.raw.get(name)
        return "" if typed is None else typed

    def error(self, name: str) -> dict[str, str] | None:
        """Return a field's problem, as the macros take it."""
        return {"text": self.errors[name]} if name in self.errors else None

    @property
    def summary(self) -> list[dict[str, str]]:
        """List the problems, each leading to its answer."""
        return [{"text": text, "href": f"#{self.anchor(name)}"} for name, text in self.errors.items()]

    def anchor(self, name: str) -> str:
        """Give the id of the field, or of its first part, that a problem leads to."""
        field = self.schema.fields.get(name)
        if field is None:
            return "main-content"
        return f"{self.prefix}{name}-day" if isinstance(field, DayMonthYear) else f"{self.prefix}{name}"

    def _gather(self, answers: MultiDict[str, str], known: frozenset[str]) -> dict[str, Any]:
        left = {name: answers.getlist(name) for name in answers if name not in known}
        found: dict[str, Any] = {}
        for name, field in self.schema.fields.items():
            if isinstance(field, DayMonthYear):
                parts = {part: _only(left.pop(f"{name}-{part}", [])) for part in DayMonthYear.PARTS}
                found[name] = {part: given or "" for part, given in parts.items()}
            elif isinstance(field, Choices):
                found[name] = left.pop(name, [])
            elif (given := _only(left.pop(name, []))) is not None:
                found[name] = given
        for name in self.schema.fields.keys() - found.keys():
            found[name] = None
        if left:
            raise UnprocessableEntity("The form holds an answer that was not asked for.")
        return found


def _only(given: list[str]) -> str | None:
    if len(given) > 1:
        raise UnprocessableEntity("The form holds two answers where one was asked for.")
    return given[0] if given else None


def _as_label(problem: str) -> str:
    """Drop the full stop of a problem that is one sentence: beside an answer it stands as a label does."""
    return problem.removesuffix(".") if problem.count(". ") == 0 else problem


def _first(problem: Any) -> str:
    while isinstance(problem, (dict, list)):
        problem = next(iter(problem.values() if isinstance(problem, dict) else problem))
    return str(problem)
