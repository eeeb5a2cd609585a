"""What a kept replay says of work: the assessments that a change of thresholds brings a week, for the weeks ahead."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from mash.models import Replay
from mash.queries.narrow_replays import too_narrow
from mash.replay.teams import EVERYONE, by_team
from mash.staffing.working import Change

MOST_OFFERED = 20
_DONE = select(Replay.id, Replay.baseline_id, Replay.candidate_id, Replay.since, Replay.until, Replay.result).where(
    Replay.state == "done"
)


@dataclass(frozen=True, slots=True)
class Extra:
    """Assessments a week more by a replay's candidate than by its baseline, below nought if fewer; 95% range.

    Attributes:
        replay: The number of the replay.
    """

    replay: int
    baseline: str
    candidate: str
    more: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """Name it in a list."""
        which = f"R-{self.replay}: {self.baseline} to {self.candidate}"
        return f"{which}, {self.more:+.1f} a week ({self.low:+.1f} to {self.high:+.1f})"

    def plans(self, change: Change) -> dict[str, Change]:
        """Return what to simulate: as many assessments as the replay says, and both ends of its range."""
        ends = {"": self.more, "at the least: ": self.low, "at the most: ": self.high}
        return {
            f"R-{self.replay}, {name}{number:+.1f} assessments a week": replace(change, assessments=number)
            for name, number in ends.items()
            if number
        }

    def to_json(self) -> dict[str, Any]:
        """Write it as it is kept with a question."""
        return asdict(self)


def extra_of(session: Session, number: int) -> Extra | None:
    """Return what a replay says of assessments; None if it is too narrow, or tells of no kinds."""
    row = session.execute(_DONE.where(Replay.id == number)).first()
    return None if row is None else _extra(session, row)


def extras(session: Session) -> dict[str, str]:
    """Return the newest replays whose assessments the weeks ahead can be asked with: number to words."""
    rows = session.execute(_DONE.order_by(Replay.id.desc()).limit(MOST_OFFERED)).all()
    found = (_extra(session, row) for row in rows)
    return {str(one.replay): one.words for one in found if one is not None}


def _extra(session: Session, row: Row[Any]) -> Extra | None:
    said, among = row.result or {}, (row.id, row.baseline_id, row.candidate_id)
    if "routes" not in said or too_narrow(session, row.since, row.until, said):
        return None
    loads = (one for one in by_team(said, {}) if (one.team, one.work) == (EVERYONE, "assessments"))
    for load in loads:
        return Extra(*among, load.change, *load.range)
    return Extra(*among, 0.0, 0.0, 0.0)
