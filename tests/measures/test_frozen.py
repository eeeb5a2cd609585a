"""A month's figures are frozen once, kept for ever, and each difference from them is explained by its contacts."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import false, select, text, true
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from mash import clock
from mash.cli import main
from mash.config import Config
from mash.db import Database, transaction
from mash.jobs import Worker
from mash.journeys.actor import Actor
from mash.journeys.fold_figures import fold
from mash.journeys.freeze_figures import NotFrozen, keep_frozen, next_to_freeze
from mash.measures.every import every_figure, held
from mash.measures.frozen import Freeze, as_frozen, explained, freezes, measured
from mash.measures.reading import window
from mash.measures.registry import MEASURES
from mash.models import Event, FigureFreeze
from mash.workflow.calendar import shipped_calendar
from tests.measures.histories import Told, write
from tests.processes import environment

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
LAST = date(2026, 3, 31)
FROZEN_AT = datetime(2026, 4, 6, 8, tzinfo=UTC)
LATER = FROZEN_AT + timedelta(days=3)
BY = Actor.system("scheduler")
A_FEW = [Told(600 * place, "closed", place < 2, False, 5, 20, None, ("advice",), ()) for place in range(4)]


def frozen(session: Session, at: datetime = FROZEN_AT, reason: str = "") -> Freeze:
    keep_frozen(session, measured(session, MARCH, at, shipped_calendar()), by=BY, at=at, reason=reason)
    return freezes(session, MARCH)[0]


def test_a_month_is_due_to_be_frozen_once_its_days_of_grace_are_over(session: Session) -> None:
    assert next_to_freeze(session, datetime(2026, 4, 5, 12, tzinfo=UTC)) == date(2026, 2, 1)
    assert next_to_freeze(session, FROZEN_AT) == MARCH
    frozen(session)
    assert next_to_freeze(session, FROZEN_AT) is None
    assert next_to_freeze(session, datetime(2026, 7, 20, tzinfo=UTC)) == APRIL  # one that was missed comes first


def test_every_figure_is_kept_as_it_was(session: Session) -> None:
    for told in A_FEW:
        write(session, told)
    freeze = frozen(session)
    shown = every_figure(session, held(now=False), MARCH, LAST, FROZEN_AT, shipped_calendar())
    assert as_frozen(session, freeze) == sorted(shown, key=lambda one: list(MEASURES).index(one.measure.id))
    assert keep_frozen(session, measured(session, MARCH, LATER, shipped_calendar()), by=BY, at=LATER) is None
    event = session.scalars(select(Event).where(Event.kind == "figures.frozen")).one()
    assert (event.data["month"], event.data["number"]) == ("2026-03", 1)


def test_a_difference_is_explained_by_each_contact_and_what_happened_to_it(session: Session) -> None:
    rows = [write(session, told) for told in A_FEW]
    freeze = frozen(session)
    write(session, replace(A_FEW[0], state="cancelled", one_day=None), rows[0])
    write(session, replace(A_FEW[3], request=True, one_day=None), rows[3])
    seen = window(session, MARCH, LAST, LATER, shipped_calendar())
    changes, otherwise = explained(seen, freeze, MEASURES["request-share"], "", visible=true())
    found = {(one.reference, one.side, one.times, tuple(kind for kind, *_ in one.events)) for one in changes}
    assert not otherwise
    assert found == {
        (rows[0].reference, "in", -1, ("contact.changed",)),
        (rows[0].reference, "of", -1, ("contact.changed",)),
        (rows[3].reference, "in", 1, ("contact.changed",)),
    }
    then, now = (
        next(one for one in some if one.measure.id == "request-share")
        for some in (
            as_frozen(session, freeze),
            every_figure(session, ["request-share"], MARCH, LAST, LATER, shipped_calendar()),
        )
    )
    moved = Counter[str]()
    for one in changes:
        moved[one.side] += one.times
    assert now.numerator - then.numerator == moved["in"]
    assert (now.denominator or 0) - (then.denominator or 0) == moved["of"]


def test_who_may_not_know_of_a_contact_is_told_only_that_one_changed(session: Session) -> None:
    rows = [write(session, told) for told in A_FEW]
    freeze = frozen(session)
    rows[0].state = "cancelled"
    session.flush()
    seen = window(session, MARCH, LAST, LATER, shipped_calendar())
    changes, _ = explained(seen, freeze, MEASURES["contacts-received"], "", visible=false())
    assert [(one.reference, one.times, list(one.events)) for one in changes] == [("", -1, [])]


def test_an_amended_figure_is_a_new_freezing_with_a_reason_and_nothing_frozen_changes(session: Session) -> None:
    rows = [write(session, told) for told in A_FEW]
    frozen(session)
    rows[0].state = "cancelled"
    session.flush()
    frozen(session, LATER, "One was entered twice")
    kept = freezes(session, MARCH)
    assert [(one.number, one.reason) for one in kept] == [(2, "One was entered twice"), (1, "")]
    numbers = [next(one.numerator for one in as_frozen(session, freeze)) for freeze in kept]
    assert numbers == [3, 4]
    for table, column in (("figure_freeze", "number"), ("frozen_figure", "numerator")):
        for statement in (f"UPDATE {table} SET {column} = 9", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="only ever added"), session.begin_nested():
                session.execute(text(statement))


def test_a_month_that_is_not_over_is_not_frozen(session: Session) -> None:
    with pytest.raises(NotFrozen):
        frozen(session, datetime(2026, 3, 31, 12, tzinfo=UTC))


def test_the_scheduler_freezes_and_the_command_gives_what_was_frozen(
    database: Database, settings: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: FROZEN_AT)
    with transaction(database) as session:
        rows = [write(session, told) for told in A_FEW]
        fold(session, at=FROZEN_AT)
        references = [row.id for row in rows]
    worker = Worker(database)
    worker.freeze()  # it does not lead
    worker.beat()
    worker.freeze()
    worker.freeze()
    with transaction(database) as session:
        assert session.scalars(select(FigureFreeze.month)).all() == [MARCH]
        session.execute(text(f"UPDATE contact SET state = 'cancelled' WHERE id = {references[0]}"))
    said = command(settings, "contacts-received", "--from", "2026-03", "--to", "2026-04", "--as-frozen")
    assert [(row["from"], row["numerator"]) for row in said["rows"]] == [("2026-03-01", 4)]
    assert said["notes"][0].startswith("2026-03: frozen 2026-04-06")
    assert said["notes"][1] == "2026-04: not frozen"
    with transaction(database) as session:
        for told in A_FEW * 2:
            write(session, told)
        frozen(session, LATER, "Some had come by post")
    again = "contacts-received", "--from", "2026-03", "--as-frozen"
    assert [row["numerator"] for row in command(settings, *again)["rows"]] == [12]
    assert [row["numerator"] for row in command(settings, *again, "--outside")["rows"]] == ["c"]
    years = "contacts-by-month", "--years", "2025-2026"
    for words, number in ((years, 12), ((*years, "--outside"), "c")):
        assert [row["later"] for row in command(settings, *words)["tables"][0]["rows"]] == [number]


def test_figures_that_leave_the_team_give_away_nothing_that_the_frozen_month_hides(
    database: Database, settings: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has the frozen month and today's would take the one from the other; whichever figure is asked for."""
    monkeypatch.setattr(clock, "now", lambda: LATER)
    few, many = ([replace(A_FEW[0], request=asked) for _ in range(n)] for asked, n in ((True, 3), (False, 97)))
    with transaction(database) as session:
        for told in few + many:
            write(session, told)
        fold(session, at=FROZEN_AT)
    live = "request-share", "--from", "2026-03", "--outside"
    assert shown(settings, *live) == ("c", 100)
    with transaction(database) as session:
        frozen(session)
        for told in few + few:
            write(session, told)
    assert shown(settings, *live, "--as-frozen") == ("c", 100)
    assert shown(settings, "request-share", "--from", "2026-03") == (9, 106)
    assert shown(settings, *live) == ("c", 106)


def shown(settings: Config, *words: str) -> tuple[Any, Any]:
    (row,) = (row for row in command(settings, *words)["rows"] if row["measure"] == "request-share")
    return row["numerator"], row["denominator"]


def command(settings: Config, *words: str) -> Any:
    done = CliRunner().invoke(main, ["figures", *words, "--format", "json"], env=environment(settings))
    assert done.exit_code == 0, done.output
    return json.loads(done.output)
