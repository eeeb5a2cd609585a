"""Small numbers on pages that readers outside the team open: counts of 1 to 5, and shares that would tell one."""

from collections.abc import Sequence

from mash.measures.suppress import HIDDEN, small, suppressed
from mash.web.access import current
from mash.web.timeliness import SEES_CONTACTS


def leaves_team() -> bool:
    """Say whether a page of figures goes to a reader who sees no contacts behind them."""
    return SEES_CONTACTS.isdisjoint(current().roles)


def counts(numbers: Sequence[int], *, leaving: bool) -> list[int | str]:
    """Give numbers as a reader may have them: outside the team none too small, nor one that the total would tell."""
    if not leaving:
        return list(numbers)
    shown = suppressed([{"n": number} for number in (*numbers, sum(numbers))], {})
    return [row["n"] if row["n"] is not None else HIDDEN for row in shown[:-1]]


def tells_few(part: float, whole: int, *, leaving: bool) -> bool:
    """Say whether a share of a whole would tell such a reader of so few that they are hidden."""
    number = round(part)
    return leaving and (small(whole) or small(number) or small(whole - number))
