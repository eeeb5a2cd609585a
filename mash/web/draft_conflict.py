"""What somebody saved of a draft meanwhile, shown beside what was sent."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from mash.queries.threshold_drafts import DraftRow


@dataclass(frozen=True, slots=True)
class Differing:
    """One field in words, as it stands and as it was sent."""

    words: str
    theirs: Any
    mine: Any

    @property
    def same(self) -> bool:
        return bool(self.theirs == self.mine)


def conflict(row: DraftRow, told: list[Differing], back: str) -> ResponseReturnValue:
    """Show what somebody saved meanwhile beside what was sent, which can be saved over it; nothing is lost."""
    ours = frozenset({"csrf_token", "form_token", "revision"})
    sent = [pair for pair in request.form.items(multi=True) if pair[0] not in ours]
    return render_template("draft_conflict.html", draft=row, told=told, sent=sent, back=back), 409
