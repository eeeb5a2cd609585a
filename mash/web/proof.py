"""How lately, and how strongly, somebody must have proved who they are before a view opens; and whether they have."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from mash.queries.access import SignedIn, proved_at
from mash.queries.passkeys import proved_strongly
from mash.queries.sign_in_policy import asks_for_passkey
from mash.web.wiring import moment, reading
from mash.workflow.sign_in_policy import Act

View = TypeVar("View", bound=Callable[..., Any])
FRESH = timedelta(minutes=15)


def needs_fresh_sign_in(view: View) -> View:
    """Ask whoever opens a view to prove again who they are, if they last did so more than ``FRESH`` ago.

    It stands beside the decorator that says who may open the view. A form that comes too late is kept until then.
    """
    view.mash_fresh = True  # type: ignore[attr-defined]
    return view


def needs_proof(act: Act) -> Callable[[View], View]:
    """Ask the same, and for proof that cannot be phished where the policy of the day asks for it before this act."""

    def mark(view: View) -> View:
        view.mash_act = act  # type: ignore[attr-defined]
        return needs_fresh_sign_in(view)

    return mark


def fresh_enough(found: SignedIn, view: Callable[..., Any]) -> bool:
    """Say whether someone proved who they are as lately as a view asks."""
    if not hasattr(view, "mash_fresh"):
        return True
    with reading() as session:
        proved = proved_at(session, found.session_id)
    return proved is not None and moment() - proved < FRESH


def strong_enough(found: SignedIn, view: Callable[..., Any]) -> bool:
    """Say whether someone proved who they are as strongly as the policy asks before what a view does."""
    act: Act | None = getattr(view, "mash_act", None)
    if act is None:
        return True
    with reading() as session:
        return not asks_for_passkey(session, act, moment()) or proved_strongly(session, found.session_id)
