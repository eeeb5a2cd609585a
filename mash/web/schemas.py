"""What a form's answers must be, with the words shown when they are not. What was not asked for is refused."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields
from typing_extensions import override

DIGITS = re.compile(r"-?[0-9]{1,9}\Z")


class SafeText(fields.String):
    """Words as they were written, within a length. Refuses what no keyboard makes: NUL and half characters.

    Args:
        longest: The most characters, line ends counted once.
        empty: What to say when nothing was written; "" if nothing need be.
        called: What the answer is called when it is too long, such as "Reason".
    """

    def __init__(self, *, longest: int = 200, empty: str = "", called: str = "This", **more: Any) -> None:
        super().__init__(load_default="" if not empty else None, **more)
        self.longest, self.empty, self.called = longest, empty, called

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> str:
        given = value if isinstance(value, str) else ""
        text = given.replace("\r\n", "\n").strip()
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
            raise ValidationError(f"{self.called} has a character that cannot be kept. Type it again")
        if not text and self.empty:
            raise ValidationError(self.empty)
        if len(text) > self.longest:
            raise ValidationError(f"{self.called} must be {self.longest:,} characters or less")
        self._validate(text)
        return text


class Password(SafeText):
    """A password, every space of it kept."""

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> str:
        super().deserialize(value, attr, data, **more)
        return str(value)


class Whole(fields.Field[int | None]):
    """A whole number in plain digits, between two ends. Empty is None unless ``empty`` says otherwise."""

    def __init__(self, *, least: int, most: int, called: str, empty: str = "", **more: Any) -> None:
        super().__init__(load_default=None, **more)
        self.least, self.most, self.called, self.empty = least, most, called, empty

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> int | None:
        text = value.strip() if isinstance(value, str) else ""
        if not text:
            if self.empty:
                raise ValidationError(self.empty)
            return None
        if not DIGITS.match(text) or not self.least <= int(text) <= self.most:
            raise ValidationError(f"{self.called} must be a whole number between {self.least:,} and {self.most:,}")
        return int(text)


class Choice(fields.Field[str | None]):
    """One of a list. None where nothing was chosen and ``empty`` does not object."""

    def __init__(self, among: Mapping[str, str] | tuple[str, ...], *, empty: str = "", **more: Any) -> None:
        super().__init__(load_default=None, **more)
        self.among, self.empty = tuple(among), empty

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> str | None:
        if not isinstance(value, str) or not value:
            if self.empty:
                raise ValidationError(self.empty)
            return None
        if value not in self.among:
            raise ValidationError(self.empty or "Choose one of the answers shown")
        return value


class Choices(fields.Field[list[str]]):
    """Any of a list, each once. ``empty`` is what to say when none was chosen; "" if none need be."""

    def __init__(self, among: Mapping[str, str] | tuple[str, ...], *, empty: str = "", **more: Any) -> None:
        super().__init__(load_default=list, **more)
        self.among, self.empty = frozenset(among), empty

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> list[str]:
        chosen = [item for item in value if item and isinstance(item, str)] if isinstance(value, list) else []
        if not chosen and self.empty:
            raise ValidationError(self.empty)
        if not self.among.issuperset(chosen):
            raise ValidationError(self.empty or "Choose from the answers shown")
        return list(dict.fromkeys(chosen))


class Tick(fields.Field[bool]):
    """A box that is ticked ("yes") or not. ``empty`` is what to say when it must be ticked and is not."""

    def __init__(self, *, empty: str = "", **more: Any) -> None:
        super().__init__(load_default=False, **more)
        self.empty = empty

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> bool:
        if value == "yes":
            return True
        if self.empty:
            raise ValidationError(self.empty)
        return False


class DayMonthYear(fields.Field[date | None]):
    """A date written in three boxes: ``name-day``, ``name-month``, ``name-year``. All empty is None unless ``empty``.

    Args:
        earliest, latest: Ends that are allowed; views that know today's date check the rest.
    """

    PARTS = ("day", "month", "year")

    def __init__(self, *, called: str, empty: str = "", earliest: int = 1900, latest: int = 2100, **more: Any) -> None:
        super().__init__(load_default=None, **more)
        self.called, self.empty, self.earliest, self.latest = called, empty, earliest, latest

    @override
    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> date | None:
        parts = [str(value.get(part, "")).strip() for part in self.PARTS] if isinstance(value, dict) else ["", "", ""]
        if not any(parts):
            if self.empty:
                raise ValidationError(self.empty)
            return None
        if missing := [part for part, given in zip(self.PARTS, parts, strict=True) if not given]:
            raise ValidationError(f"{self.called} must include a {' and '.join(missing)}")
        if not all(DIGITS.match(part) and len(part) <= 4 for part in parts) or len(parts[2]) != 4:
            raise ValidationError(f"{self.called} must be a real date, like 24 11 2026")
        try:
            found = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            raise ValidationError(f"{self.called} must be a real date, like 24 11 2026") from None
        if not self.earliest <= found.year <= self.latest:
            raise ValidationError(f"{self.called} must be between {self.earliest} and {self.latest}")
        return found


class FormSchema(Schema):
    """What forms are made of. Fields keep the order they are written in, and so do the errors shown."""
