"""A request for one's own records: when it is due, what is proposed of each part, and how what is withheld is marked.

A proposal is only that: a person decides each part. What is withheld within a text stands between ``[[`` and ``]]``.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from mash.workflow.calendar import Calendar

FIRST_MONTHS, EXTENDED_MONTHS = 1, 3
"""One month, and two more where a request is complex: UK GDPR, article 12(3)."""
OPENS, CLOSES = "[[", "]]"
MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
SHORTEST_NAME = 3
WITHHELD = "■■■■■"
"""What stands where something is withheld: as long for a short name as for a page."""


class Answer(Enum):
    """What becomes of one part of the record."""

    RELEASE = "release"
    PART = "part"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is withheld: in words, and where the law says so (DPA: Data Protection Act 2018)."""

    words: str
    law: str


GROUNDS: Mapping[str, Ground] = {
    "third_party": Ground("It is about somebody else", "DPA, schedule 2, paragraph 16"),
    "confidence": Ground("It was given in confidence", "DPA, schedule 2, paragraph 16(3)"),
    "serious_harm": Ground("It is likely to cause somebody serious harm", "DPA, schedule 3, paragraph 11"),
    "wishes": Ground("It was said in the expectation that it is not told", "DPA, schedule 3, paragraph 10"),
    "child_abuse": Ground("It is of abuse, and not in the child’s interests", "DPA, schedule 3, paragraph 21"),
    "crime": Ground("It would hinder the police or a prosecution", "DPA, schedule 2, paragraph 2"),
    "adoption": Ground("It is of an adoption", "DPA, schedule 4, paragraph 3"),
    "court": Ground("It was given to a court that withholds it", "DPA, schedule 3, paragraph 9"),
    "legal_advice": Ground("It is legal advice", "DPA, schedule 2, paragraph 19"),
}
UNSPOKEN = frozenset({"crime", "serious_harm", "adoption", "confidence", "wishes"})
"""Grounds of which not even that something is withheld on them is told: it would warn somebody, or tell who spoke."""
OF_A_RESTRICTION = {"adoption": "adoption", "witness": "serious_harm"}
"""The ground that is proposed for a restricted record, by why it was restricted; for any other, serious harm."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed of one part, on what ground and why; ``marked`` is its text with what is withheld marked."""

    answer: Answer
    ground: str = ""
    why: str = ""
    marked: str = ""


def due_on(received: date, calendar: Calendar, *, extended: bool = False) -> date:
    """Give the last day for an answer: the same day of the month a month on, or its last day, or the next working day.

    >>> months_after(date(2027, 1, 31), 1), months_after(date(2026, 11, 27), 3)
    (datetime.date(2027, 2, 28), datetime.date(2027, 2, 27))
    """
    return calendar.working_day(months_after(received, EXTENDED_MONTHS if extended else FIRST_MONTHS))


def months_after(day: date, months: int) -> date:
    """Give the day so many months on, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def propose(
    kind: str,
    text: str,
    *,
    standing: str = "themself",
    sealed: str = "",
    others: Collection[str] = (),
    places: Collection[str] = (),
    restricted: str | None = None,
) -> Proposal:
    """Propose what becomes of one part of the record.

    Args:
        kind: What it is, such as ``referrer`` or ``reply``.
        standing: Who asks: ``themself``, or a ``parent`` or ``representative`` for them.
        sealed: Why it is kept narrow on the record already, as ``_SEALED`` has it; empty where it is not.
        others: Words of the names of everybody else on the contact.
        places: What tells where a protected address is, withheld wherever it stands.
        restricted: Why the contact is restricted; None where it is not.
    """
    if restricted is not None:
        ground = OF_A_RESTRICTION.get(restricted, "serious_harm")
        return Proposal(Answer.WITHHOLD, ground, "The contact is restricted. Ask whoever restricted it.")
    if sealed:
        ground, why = _SEALED[sealed]
        return Proposal(Answer.WITHHOLD, ground, why)
    if kind == "voice" and standing != "themself":
        why = "Somebody else asks. What a child said is told to them only if the child would expect it."
        return Proposal(Answer.WITHHOLD, "wishes", why)
    marked = mark_names(text, [*places, *(others if kind in READ_THROUGH else ())])
    if mark_names(text, places) != text:
        why = "An address is protected, and it tells of it, or of where somebody who lives there may be found."
        return Proposal(Answer.PART, "serious_harm", why, marked)
    if marked != text:
        return Proposal(Answer.PART, "third_party", "It names somebody else on the contact.", marked)
    why = "Nobody else on the contact is named. Read it through." if kind in READ_THROUGH else "It is their own."
    return Proposal(Answer.RELEASE, why=why)


READ_THROUGH = frozenset(
    {"words", "voice", "reply", "decision", "fact", "note", "agreement", "message", "opinion", "sent"}
)
"""Parts in which others may be named, being somebody's own words or sent with them."""
_SEALED = {
    "withheld": ("confidence", "They asked that the family is not told who they are."),
    "anonymous": ("confidence", "They gave no name. Nothing that may tell who they are goes out."),
    "public": ("third_party", "They are not a professional who acted in their work."),
    "protected": ("serious_harm", "It is a protected address."),
    "police": ("crime", "It is from the police. Ask them before any of it is released."),
    "confidence": ("confidence", "It was given for few to read. Ask whoever gave it."),
    "marker": ("serious_harm", "It is a marker of risk to children."),
    "household": ("third_party", "It is where the child lives, and may not be theirs."),
    "someone": ("third_party", "It is about somebody else."),
}


def mark_names(text: str, names: Collection[str]) -> str:
    """Mark every one of some names that stands in a text by itself. A text with marks of its own is left as it is.

    >>> mark_names("Lena said that Ada is well. LENA left.", ["Lena"])
    '[[Lena]] said that Ada is well. [[LENA]] left.'
    """
    words = sorted({word for word in names if len(word) >= SHORTEST_NAME}, key=lambda word: (-len(word), word))
    if not words or OPENS in text or CLOSES in text:
        return text
    either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    return re.sub(rf"(?<!\w)({either})(?!\w)", rf"{OPENS}\1{CLOSES}", text, flags=re.IGNORECASE)


def fault_of(marked: str, text: str) -> str:
    """Say what is wrong with a marked text; nothing where it is the text itself with something in it marked.

    >>> fault_of("a [[b]] c", "a b c"), fault_of("a c", "a b c") != ""
    ('', True)
    """
    if OPENS in text or CLOSES in text:
        return "The text has such brackets of its own. Withhold all of it, or release it"
    parts = MARK.findall(marked)
    left = MARK.sub(lambda found: found[1], marked)
    if OPENS in left or CLOSES in left:
        return "Close every [[ with ]], one pair within no other"
    if " ".join(left.split()) != " ".join(text.split()):
        return "Only add brackets. The words between and around them stay as they were written"
    if not any(part.strip() for part in parts):
        return "Put what is withheld between [[ and ]]"
    return ""


def covers(marked: str, proposed: str) -> bool:
    """Say whether a marked text withholds all that another marking of it does, whatever the spaces.

    >>> covers("[[a b]] c", "[[a]] b c"), covers("a [[b]] c", "[[a]] b c")
    (True, False)
    """
    return _hidden(proposed) <= _hidden(marked)


def _hidden(marked: str) -> set[int]:
    """Give which signs of a text stand within marks, counted without spaces."""
    within, hidden, count = False, set[int](), 0
    for piece in re.split(r"(\[\[|\]\])", marked):
        if piece in {OPENS, CLOSES}:
            within = piece == OPENS
            continue
        signs = len("".join(piece.split()))
        hidden |= set(range(count, count + signs)) if within else set()
        count += signs
    return hidden


def redacted(marked: str) -> str:
    """Give a marked text as it is released.

    >>> redacted("[[Lena]] left.")
    '■■■■■ left.'
    """
    return MARK.sub(WITHHELD, marked)
