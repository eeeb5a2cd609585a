"""What deployed SSD extracts really write for a contact's source and outcome, and what may be read into it."""

import json

from mash.intake.cells import fold
from mash.intake.codes import OUTCOMES, SOURCES, YES_NO
from mash.intake.codeset import Coded, Method
from mash.intake.row import Row

_TELLING = {"4": "housing", "6": "police", "7": "legal", "9": "anonymous"}
_NOT_FLAGS = frozenset({"NUMBER_OF_OUTCOMES", "COMMENTS"})


def source(row: Row) -> Coded | None:
    """Read a source from its code and its description.

    Some systems put a lookup id where the code should be. So a code that is only digits is believed when the
    description agrees with it or is blank; otherwise the description is read, and the row reports it.
    """
    code, words = row.text("source_code"), row.text("source_desc")
    if code is None or words is None:
        return row.coded("source_desc", SOURCES) if words else row.coded("source_code", SOURCES)
    by_code, by_words = SOURCES.resolve(code), SOURCES.resolve(words)
    if by_code.code is None:
        return _by_alias(row, code) or row.resolve("source_desc", words, SOURCES)
    if by_words.code == by_code.code or _TELLING.get(by_code.code) in fold(words).split():
        return by_code
    if by_code.code.isdigit():
        row.warn(
            "source_code", f"“{code}” and “{words[:40]}” do not agree; this may be a lookup id.", "Send the codes."
        )
        return row.resolve("source_desc", words, SOURCES)
    if by_words.code:
        row.warn(
            "source_code", f"“{words[:40]}” would be {by_words.code}; {code} is kept.", "Check the code's mapping."
        )
    return by_code


def _by_alias(row: Row, code: str) -> Coded | None:
    coded = SOURCES.resolve(code, row.reading.aliases.get(SOURCES.name))
    return coded if coded.method is Method.ALIAS else None


def outcomes(row: Row) -> tuple[tuple[Coded, ...], str | None]:
    """Read every outcome of a contact, and the comments beside them if they are not an outcome themselves.

    Takes a JSON object of flags, a JSON list, plain words, or words parted by commas. All are kept: none is chosen.
    """
    text = row.text("outcome")
    if text is None:
        return (), None
    held = read_json(text) if text[0] in "{[" else None
    if isinstance(held, dict):
        return _flags(row, held)
    if isinstance(held, list):
        return tuple(row.resolve("outcome", str(word), OUTCOMES) for word in held), None
    if text[0] in "{[":
        row.warn(
            "outcome", "This is JSON that has been cut short or damaged.", "Allow 4,000 characters in the extract."
        )
        return (Coded(text, None, Method.UNMAPPED),), None
    if OUTCOMES.resolve(text).code:
        return (row.resolve("outcome", text, OUTCOMES),), None
    return tuple(row.resolve("outcome", part.strip(), OUTCOMES) for part in text.split(",") if part.strip()), None


def _flags(row: Row, held: dict[str, object]) -> tuple[tuple[Coded, ...], str | None]:
    found = [
        row.resolve("outcome", key, OUTCOMES)
        for key, value in held.items()
        if key not in _NOT_FLAGS and _is_set(row, key, value)
    ]
    comments = str(held.get("COMMENTS") or "").strip() or None
    said = OUTCOMES.resolve(comments) if comments else None
    if said is None or said.code is None:
        return tuple(found), comments
    return (*(coded for coded in found if coded.code not in {"other", said.code}), said), None


def _is_set(row: Row, key: str, value: object) -> bool:
    text = "" if value is None else str(value).strip()
    coded = YES_NO.resolve(text)
    if text and coded.code is None:
        row.warn("outcome", f"{key} is “{text[:40]}”, which is neither yes nor no; it is not set.", "Use Y or N.")
    return coded.code == "yes"


def read_json(text: str) -> object:
    """Read JSON, or give back ``None`` if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
