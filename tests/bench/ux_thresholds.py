"""What a reviewer of the thresholds does, task by task: T13."""

from playwright.sync_api import expect
from sqlalchemy import select

from mash import clock
from mash.db import reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.run_replay import Asked, begin_replay, run_replay
from mash.models import Replay, User, UserRole
from mash.queries.going_live import strongest_of
from mash.queries.movers import next_unread
from mash.replay.compare import Period
from tests.bench.ux_hands import Hands
from tests.bench.ux_tasks import Case

OLD, NEW = "dn-2021-01", "dn-2022-05"
WHY = "A need was met before that this version does not see."


def t13(case: Case) -> Hands:
    """From the next child unread to the one after: a view with its reason, saved."""
    number = replayed(case)
    hands = case.at("reviewer", f"/replays/{number}/read/{unread(case, number)}")
    hands.skip("Skip to your view")
    hands.choose("verdict", "in_force")
    hands.write(hands.page.get_by_label("Why", exact=True), WHY)
    read = hands.page.url
    hands.save(hands.page.get_by_role("button", name="Save and open the next unread"))
    expect(hands.page).not_to_have_url(read)
    expect(hands.page.get_by_role("heading", level=1)).to_contain_text("Child ")
    return hands


def replayed(case: Case) -> int:
    """Find a finished replay of two versions over all of history, or run one."""
    desk = case.desk
    asked = Asked(desk.rulebook.get(OLD), desk.rulebook.get(NEW), Period())
    done = select(Replay.id).where(
        Replay.state == "done",
        Replay.baseline_hash == asked.baseline.content_hash,
        Replay.candidate_hash == asked.candidate.content_hash,
    )
    with reading(desk.database) as session:
        found = session.scalars(done.order_by(Replay.id.desc())).first()
    if found is None:
        with transaction(desk.database) as session:
            found = begin_replay(session, asked, by=Actor.system("bench"), at=clock.now()).id
        run_replay(desk.database, desk.rulebook, found, asked, clock.now)
    return found


def unread(case: Case, number: int) -> int:
    """Name the first child whom the reviewer has not read."""
    strongest = strongest_of(case.desk.rulebook.get(OLD))
    wanted = select(User.id).join(UserRole).where(UserRole.role == "reviewer", User.active).order_by(User.id)
    with reading(case.desk.database) as session:
        reader = session.scalars(wanted.limit(1)).one()
        child = next_unread(session, number, strongest, reader, frozenset({"reviewer"}))
    assert child, "Every child who moves is read. Make a new folder."
    return child
