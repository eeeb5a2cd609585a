"""One cell at a time: dates, numbers and text as councils write them. Refuses to guess, and says how to mend."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 1900, 2100

_CONTROLS = {code: None for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r"}
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000))
_MISREAD = {code: bytes([code]).decode("cp1252", errors="ignore") or None for code in range(0x80, 0xA0)}
_UNSAFE = _CONTROLS | _SURROGATES | _MISREAD
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\ufeff"), " ")
_PLAIN = (
    dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4"), "'")
    | dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033"), '"')
    | dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
)
_GUARDED = re.compile(r"^'(?=[=+\-@])")

NOTHING = frozenset({"", "null", "nan", "nat"})
NOT_AVAILABLE = frozenset({"#n/a", "n/a", "#na", "#null!", "#ref!", "#value!", "#name?", "#div/0!", "#num!"})

_FULL = "january february march april may june july august september october november december"
_MONTHS = {name: at for at, full in enumerate(_FULL.split(), 1) for name in (full, full[:3])} | {"sept": 9}
_MONTH = "(?P<word>[a-z]{3,9})"
_CLOCK = r"(?:[ T](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?)?"
_ZONE = r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
_DATE_FORMS = tuple(
    re.compile(day + _CLOCK + _ZONE, re.IGNORECASE)
    for day in (
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
        r"(?P<day>[0-9]{1,2})(?P<mark>[/.\-])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})",
        rf"(?P<year>[0-9]{{4}})[ \-]{_MONTH}[ \-](?P<day>[0-9]{{1,2}})",
        rf"(?P<day>[0-9]{{1,2}})[ \-]{_MONTH}[ \-](?P<year>[0-9]{{4}})",
    )
)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2}(?![0-9])")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,20})?")
DATE_MEND = "Write the date day first, as DD/MM/YYYY, or as YYYY-MM-DD."


class Unreadable(ValueError):
    """A cell that cannot be read without guessing. ``what`` is wrong; ``mend`` says how to put it right."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what} {mend}")
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Moment:
    """A day in England and, where the file gave one, the time on it.

    ``at`` is aware, in London time. It is ``None`` when only the day is known, which includes a bare midnight:
    systems write 00:00 for a day without a time.
    """

    day: date
    at: datetime | None = None


def safe(text: str) -> str:
    """Remove what a database cannot hold (NUL, other controls, lone surrogates); mend cp1252 read as Latin-1."""
    return text if _plain(text) else text.translate(_UNSAFE)


def _plain(text: str) -> bool:
    """Tell the common case, printable ASCII, which needs none of the slower cleaning."""
    return text.isascii() and text.isprintable()


def prose(text: str) -> str:
    """Keep a narrative as written, less unsafe characters, hard spaces and blank ends."""
    if _plain(text):
        return _GUARDED.sub("", text.strip())
    lines = safe(text).translate(_SPACES).replace("\r\n", "\n").replace("\r", "\n")
    return _GUARDED.sub("", unicodedata.normalize("NFC", lines).strip())


def tidy(text: str) -> str:
    """Clean a short cell: plain quotes, dashes and spaces, one line, no blank ends.

    >>> tidy(" O\u2019Hara\u00a0 \u2013 Bell ")
    "O'Hara - Bell"
    """
    kept = prose(text)
    if not kept.isascii():
        kept = _GUARDED.sub("", kept.translate(_PLAIN))
    return " ".join(kept.split())


def fold(text: str) -> str:
    """Reduce text to what matching looks at: letters and digits, lower case, single spaces.

    >>> fold("Referral\u00a0NFA?") == fold("referral nfa")
    True
    """
    folded = unicodedata.normalize("NFKC", tidy(text)).casefold().replace("'", "")
    return " ".join("".join(mark if mark.isalnum() else " " for mark in folded).split())


def as_text(value: object) -> str:
    """Write a cell's value as the text a person sees in it. A whole number has no decimal point; ``None`` is blank."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


def moment(value: object) -> Moment:
    """Read a day, with its time if there is one.

    Reads real dates, DD/MM/YYYY, YYYY-MM-DD, 2020-Apr-19 and 19 April 2020, each with hh:mm or hh:mm:ss after it, and
    a zone. A time without a zone is London time.

    Raises:
        Unreadable: For anything else: a month-first date, a two-digit year, a number, words.
    """
    if isinstance(value, datetime) and value.year <= LAST_YEAR:
        return _local((value + timedelta(microseconds=500_000)).replace(microsecond=0))
    if isinstance(value, date) and not isinstance(value, datetime):
        return Moment(value)
    return _from_text(tidy(as_text(value)))


@lru_cache(maxsize=10_000)
def _from_text(text: str) -> Moment:
    for form in _DATE_FORMS:
        if parts := form.fullmatch(text):
            return _from_parts(text, parts.groupdict())
    if _SHORT_YEAR.match(text):
        raise Unreadable(f"“{text}” has a year of two digits.", "Write the year in full, as DD/MM/YYYY.")
    if _NUMBER.fullmatch(text):
        raise Unreadable(f"“{text}” is a number, not a date.", "Format the whole column as a date.")
    raise Unreadable(f"“{text}” is not a date.", DATE_MEND)


def day(value: object) -> date:
    """Read a day, whatever its time. Raises ``Unreadable`` as ``moment`` does."""
    return moment(value).day


def _from_parts(text: str, parts: dict[str, str | None]) -> Moment:
    word = parts.get("word")
    month = _MONTHS.get(word.lower(), 0) if word else int(parts["month"] or 0)
    if month > 12:
        raise Unreadable(
            f"“{text}” has {month} where the month should be.",
            "Write every date in this column day first, as DD/MM/YYYY: if the month was written first here, the others "
            "are in doubt too.",
        )
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    try:
        when = datetime(int(parts["year"] or 0), month, int(parts["day"] or 0), hour, minute, second)  # noqa: DTZ001
    except ValueError:
        raise Unreadable(f"“{text}” is not a day or time that exists.", DATE_MEND) from None
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise Unreadable(f"“{text}” is not in a likely year.", DATE_MEND)
    return _zoned(when, parts["zone"])


def _zoned(when: datetime, zone: str | None) -> Moment:
    if zone is None:
        return _local(when)
    try:
        aware = when.replace(tzinfo=UTC) if zone in "Zz" else datetime.fromisoformat(f"{when.isoformat()}{zone}")
        local = aware.astimezone(LONDON)
    except (ValueError, OverflowError):
        raise Unreadable(f"“{zone}” is not a time zone.", "Write the zone as +01:00, or leave it out.") from None
    return Moment(local.date(), local)


def _local(when: datetime) -> Moment:
    if when.time() == time():
        return Moment(when.date())
    return Moment(when.date(), when.replace(tzinfo=when.tzinfo or LONDON))


def never_was(when: datetime) -> bool:
    """Tell whether a London time fell in the hour that spring skips."""
    return when.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != when.replace(tzinfo=None)


def number(value: object) -> float:
    """Read a plain number. Raises ``Unreadable`` for words, thousands marks and other scripts' digits."""
    text = tidy(as_text(value))
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise Unreadable(f"“{text}” is not a number.", "Write digits only, such as 6.")
    return float(text)


def age(value: object) -> int:
    """Read an age in whole years; -1 is an unborn child. 6.138 is 6.

    Raises:
        Unreadable: If it is not a number from -1 to 120.
    """
    years = number(value)
    if years != -1 and not 0 <= years <= 120:
        raise Unreadable(f"“{as_text(value)}” is not an age.", "Write whole years, or -1 for an unborn child.")
    return int(years)


def age_on(born: date, on: date) -> int:
    """Count the birthdays reached by a day; below nought if the child was not yet born."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
