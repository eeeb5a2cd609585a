"""References count up within a year, whoever asks first, and no two contacts share one."""

import threading
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from mash.db import Database, transaction
from mash.journeys.contacts import next_reference
from tests.factories import MONDAY

FIRST = 8


def test_references_count_up_and_begin_again_with_each_year(session: Session) -> None:
    assert [next_reference(session, MONDAY) for _ in range(2)] == ["C-26-00001", "C-26-00002"]
    assert next_reference(session, datetime(2027, 1, 1, tzinfo=UTC)) == "C-27-00001"


def test_the_first_contacts_of_a_year_may_all_arrive_together(database: Database) -> None:
    given: list[str] = []
    together = threading.Barrier(FIRST)

    def ask() -> None:
        together.wait()
        with transaction(database) as session:
            given.append(next_reference(session, MONDAY))

    threads = [threading.Thread(target=ask) for _ in range(FIRST)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [f"C-26-{number:05}" for number in range(1, FIRST + 1)]
