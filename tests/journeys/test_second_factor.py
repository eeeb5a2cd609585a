"""An authenticator app: each code once, clocks that drift, codes on paper, a sealed secret. On both databases."""

from datetime import datetime, timedelta

import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mash.journeys import second_factor
from mash.journeys.actor import Actor
from mash.journeys.users import UserRefused, make_user
from mash.models import Event, RecoveryCode, SecondFactor

BY = Actor.system("test")
KEY = "5a" * 32


@pytest.fixture
def jo(session: Session, monday: datetime) -> int:
    return a_manager(session, "jo", monday)


def a_manager(session: Session, username: str, at: datetime) -> int:
    word = "anvil comet harvest"
    return make_user(session, username=username, name="Invented", roles=["manager"], password=word, by=BY, at=at).id


def add(session: Session, jo: int, at: datetime) -> tuple[pyotp.TOTP, list[str]]:
    """Add an app with the code of the moment, and return it with the recovery codes."""
    app = pyotp.TOTP(second_factor.begin(session, user_id=jo, key=KEY, at=at))
    return app, second_factor.confirm(session, user_id=jo, code=app.at(at), key=KEY, by=BY, at=at)


def right(session: Session, jo: int, code: str, at: datetime) -> bool:
    return second_factor.check(session, user_id=jo, code=code, key=KEY, at=at)


def test_a_code_works_once_and_none_older_works_after_it(session: Session, jo: int, monday: datetime) -> None:
    app, _ = add(session, jo, monday)
    later = monday + timedelta(minutes=5)
    assert not right(session, jo, app.at(monday), monday)
    assert right(session, jo, app.at(later), later)
    assert not right(session, jo, app.at(later), later)
    assert not right(session, jo, app.at(later - timedelta(seconds=30)), later)
    assert right(session, jo, app.at(later + timedelta(seconds=30)), later)


@pytest.mark.parametrize(("drift", "works"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_telephone_may_be_half_a_minute_off(
    session: Session, jo: int, monday: datetime, drift: int, works: bool
) -> None:
    app, _ = add(session, jo, monday)
    later = monday + timedelta(hours=1)
    assert right(session, jo, app.at(later + timedelta(seconds=drift)), later) is works


def test_a_recovery_code_works_once_however_it_is_typed(session: Session, jo: int, monday: datetime) -> None:
    _, codes = add(session, jo, monday)
    assert len(set(codes)) == second_factor.CODES
    assert right(session, jo, f" {codes[0].upper().replace('-', ' ')} ", monday)
    assert not right(session, jo, codes[0], monday)
    assert right(session, jo, codes[1], monday)
    kept = [one.code_hash for one in session.query(RecoveryCode)]
    assert not {code.replace("-", "") for code in codes} & set(kept)


def test_until_its_first_code_an_app_opens_nothing(session: Session, jo: int, monday: datetime) -> None:
    app = pyotp.TOTP(second_factor.begin(session, user_id=jo, key=KEY, at=monday))
    assert not right(session, jo, app.at(monday), monday)
    with pytest.raises(UserRefused):
        second_factor.confirm(session, user_id=jo, code="000000x", key=KEY, by=BY, at=monday)
    assert second_factor.begin(session, user_id=jo, key=KEY, at=monday) == app.secret


def test_a_second_app_is_not_put_over_the_first(session: Session, jo: int, monday: datetime) -> None:
    add(session, jo, monday)
    with pytest.raises(UserRefused):
        second_factor.begin(session, user_id=jo, key=KEY, at=monday)


def test_an_app_is_removed_with_a_reason_on_the_record(session: Session, jo: int, monday: datetime) -> None:
    app, codes = add(session, jo, monday)
    with pytest.raises(UserRefused):
        second_factor.remove(session, user_id=jo, reason=" ", by=BY, at=monday)
    second_factor.remove(session, user_id=jo, reason="Telephone lost", by=BY, at=monday)
    later = monday + timedelta(minutes=1)
    assert not right(session, jo, app.at(later), later)
    assert not right(session, jo, codes[0], later)
    last = session.query(Event).order_by(Event.seq.desc()).first()
    assert last
    assert (last.kind, last.data) == ("user.second_factor_removed", {"user": jo, "reason": "Telephone lost"})


def test_a_secret_is_sealed_and_does_not_open_in_anothers_row(session: Session, jo: int, monday: datetime) -> None:
    secret = second_factor.begin(session, user_id=jo, key=KEY, at=monday)
    mine = session.get_one(SecondFactor, jo)
    assert secret not in mine.secret
    lee = a_manager(session, "lee", monday)
    session.add(SecondFactor(user_id=lee, secret=mine.secret, made_at=monday))
    session.flush()
    with pytest.raises(InvalidTag):
        second_factor.secret_of(session, user_id=lee, key=KEY)


@given(typed=st.text(max_size=40))
def test_whatever_is_typed_is_answered(session: Session, jo: int, monday: datetime, typed: str) -> None:
    if session.get(SecondFactor, jo) is None:
        add(session, jo, monday)
    assert not right(session, jo, typed, monday)
