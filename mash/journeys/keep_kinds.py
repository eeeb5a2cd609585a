"""Keep what kind an outcome is when it is first decided, so that everything counted later knows it."""

from collections.abc import Iterable

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mash.models import OutcomeKind
from mash.workflow.routes import Route


def keep_kinds(session: Session, routes: Iterable[Route | None]) -> None:
    """Keep the kinds of some outcomes that are not kept yet. Two who do so at once keep it once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for route in {route.key: route for route in routes if route}.values():
        if session.get(OutcomeKind, route.key) is None:
            values = {"outcome": route.key, "kind": route.kind.value}
            session.execute(insert(OutcomeKind).values(values).on_conflict_do_nothing(index_elements=["outcome"]))
