"""An address is kept once, however many bring it, and though they bring it together."""

import threading

from sqlalchemy import func, select

from mash.db import Database, reading, transaction
from mash.journeys.people import AddressGiven, address_for
from mash.models import Address, PlaceWord

TOGETHER = 6
HOME = AddressGiven(lines="4 Madeup Street", postcode="DN1 1AA")


def test_a_new_address_that_several_bring_at_once_is_kept_once(database: Database) -> None:
    given: list[int] = []
    ready = threading.Barrier(TOGETHER)

    def bring() -> None:
        with transaction(database) as session:
            if not database.embedded:  # there one writes at a time, so nobody could wait for the others here
                session.execute(select(func.count()).select_from(Address))
                ready.wait()
            address = address_for(session, HOME)
            assert address
            given.append(address.id)

    threads = [threading.Thread(target=bring) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == TOGETHER
    assert len(set(given)) == 1
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(Address)) == 1
        assert session.scalar(select(func.count()).select_from(PlaceWord)) == 3
