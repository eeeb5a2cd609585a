"""Every count equals what a slow reader of the record says, wherever the folding has come, and its list has as many."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, true, update
from sqlalchemy.orm import Session

from mash.journeys.fold_figures import fold
from mash.measures.counting import count, listed
from mash.measures.terms import TERMS
from mash.models import Contact, FigureContact, FigureDay, FigureMark
from tests.measures.histories import NOW, Told, histories, moved, slowly, write

FIRST, LAST = date(2026, 3, 20), date(2026, 4, 10)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Let nothing of an example stay for the next."""
    within = session.begin_nested()
    try:
        yield
    finally:
        within.rollback()
        session.expire_all()


def counted(session: Session, at: datetime = NOW) -> Counter[tuple[str, date]]:
    found = count(session, TERMS, FIRST, LAST, at)
    return Counter({(name, day): number for name, days in found.items() for day, number in days.items()})


@settings(max_examples=30)
@given(history=histories, before=st.integers(0, 6), again=st.booleans(), wait=st.sampled_from([0, 30, 200]))
def test_every_count_is_what_a_slow_reader_says(
    session: Session, history: list[Told], before: int, again: bool, wait: int
) -> None:
    with undone(session):
        told = list(history)
        rows = [write(session, one) for one in told[:before]]
        fold(session, at=NOW - timedelta(hours=wait))
        rows += [write(session, one) for one in told[before:]]
        if again and before:
            told[0] = moved(told[0])
            write(session, told[0], rows[0])
        assert counted(session) == slowly(told, NOW)
        while fold(session, at=NOW, limit=2) == 2:
            assert counted(session) == slowly(told, NOW)
        assert counted(session) == slowly(told, NOW)
        for name, term in TERMS.items():
            behind, hidden = listed(session, name, FIRST, LAST, NOW, visible=true())
            number = sum(n for (counts, _), n in slowly(told, NOW).items() if counts == name)
            assert hidden == 0
            assert term.children or len(behind) == number


A_FEW = [Told(60 * hour, "closed", True, False, 5, 20, None, ("advice",), ()) for hour in range(30)]


def test_sums_by_other_definitions_are_not_believed_and_are_made_anew(session: Session) -> None:
    for told in A_FEW:
        write(session, told)
    fold(session, at=NOW)
    session.execute(update(FigureDay).values(number=FigureDay.number + 1))
    assert counted(session) != slowly(A_FEW, NOW)
    session.execute(update(FigureMark).values(definitions="another"))
    session.expire_all()
    assert counted(session) == slowly(A_FEW, NOW)
    fold(session, at=NOW)
    assert counted(session) == slowly(A_FEW, NOW)
    assert session.scalar(select(func.count()).select_from(FigureContact)) == len(A_FEW)


def test_sums_that_are_lost_are_made_anew(session: Session) -> None:
    for told in A_FEW:
        write(session, told)
    fold(session, at=NOW)
    for table in (FigureDay, FigureContact, FigureMark):
        session.execute(delete(table))
    session.expire_all()
    assert counted(session) == slowly(A_FEW, NOW)


def test_a_restricted_contact_is_counted_but_listed_only_to_those_who_may_know(session: Session) -> None:
    rows = [write(session, told) for told in A_FEW[:3]]
    rows[1].restricted = True
    session.flush()
    behind, hidden = listed(session, "received", FIRST, LAST, NOW, visible=Contact.restricted.is_(False))
    assert ([one.reference for one in behind], hidden) == ([rows[2].reference, rows[0].reference], 1)
