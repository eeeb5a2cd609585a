"""Passwords, counted tries and forms sent twice, on both databases."""

import threading
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from mash.db import Database, transaction
from mash.journeys import passwords, submit_once
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.sign_in import count_try, end_sessions, finish, prove_again, token_hash
from mash.journeys.throttle import (
    FIRST_WAIT,
    FREE_BY_ACCOUNT,
    FREE_BY_NETWORK,
    LONGEST_WAIT,
    WINDOW,
    TooManyTries,
    allow,
)
from mash.journeys.users import UserRefused, change_roles, make_user
from mash.models import User, UserSession
from mash.queries.access import LONGEST, proved_at, who_is

BY = Actor.system("test")


def tries(session: Session, at: datetime, count: int, network: str = "here") -> None:
    for _ in range(count):
        allow(session, who=("someone",), network=(network,), at=at)


def wait_after(session: Session, at: datetime) -> timedelta:
    with pytest.raises(TooManyTries) as refused:
        allow(session, who=("someone",), network=("elsewhere",), at=at)
    return refused.value.wait


def test_each_failure_past_the_free_ones_doubles_the_wait_up_to_five_minutes(
    session: Session, monday: datetime
) -> None:
    tries(session, monday, FREE_BY_ACCOUNT)
    at, waits = monday, []
    for _ in range(6):
        waits.append(wait_after(session, at))
        at += waits[-1]
        tries(session, at, 1)
    assert waits == [FIRST_WAIT * n for n in (1, 2, 4, 8)] + [LONGEST_WAIT] * 2


def test_an_hour_of_guessing_gets_fewer_than_twenty_guesses(session: Session, monday: datetime) -> None:
    guesses = 0
    for second in range(0, 3600, 15):
        try:
            tries(session, monday + timedelta(seconds=second), 1)
        except TooManyTries:
            continue
        guesses += 1
    assert FREE_BY_ACCOUNT < guesses < 20


def test_a_try_that_was_refused_does_not_make_the_wait_longer(session: Session, monday: datetime) -> None:
    tries(session, monday, FREE_BY_ACCOUNT)
    for second in range(29):
        left = FIRST_WAIT - timedelta(seconds=second)
        assert wait_after(session, monday + timedelta(seconds=second)) == left
    tries(session, monday + FIRST_WAIT, 1)


def test_getting_in_begins_the_count_again(session: Session, monday: datetime) -> None:
    tries(session, monday, FREE_BY_ACCOUNT - 1)
    allow(session, who=("someone",), network=("here",), at=monday + timedelta(seconds=1)).worked = True
    session.flush()
    later = monday + timedelta(seconds=2)
    tries(session, later, FREE_BY_ACCOUNT)
    assert wait_after(session, later) == FIRST_WAIT


def test_an_hour_later_it_is_forgotten(session: Session, monday: datetime) -> None:
    tries(session, monday, FREE_BY_ACCOUNT)
    tries(session, monday + WINDOW, FREE_BY_ACCOUNT)
    assert wait_after(session, monday + WINDOW) == FIRST_WAIT


def test_a_network_is_slowed_whatever_names_it_tries(session: Session, monday: datetime) -> None:
    for number in range(FREE_BY_NETWORK):
        allow(session, who=(f"name{number}",), network=("there",), at=monday)
    with pytest.raises(TooManyTries):
        allow(session, who=("another",), network=("there",), at=monday)
    allow(session, who=("another",), network=("here",), at=monday)


def test_a_password_is_kept_as_argon2id_at_its_full_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher())  # other tests hash at the least cost
    kept = passwords.keep("violet kettle march")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.check(kept, "violet kettle march") == passwords.Checked(right=True)
    assert not passwords.check(kept, "violet kettle march ").right
    assert not passwords.check(None, "violet kettle march").right
    assert not passwords.check("!", "!").right


def test_a_password_kept_at_a_lower_cost_is_hashed_again_when_it_is_next_right(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = passwords.keep("violet kettle march")
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    checked = passwords.check(kept, "violet kettle march")
    assert checked.rehash
    assert "m=16,t=2" in checked.rehash
    assert passwords.check(checked.rehash, "violet kettle march") == passwords.Checked(right=True)


@pytest.mark.parametrize(
    "strong",
    [
        "a" * 14 + "bcdefg" + "h" * 108,
        "пароль из четырёх слов",
        "🐢🦡🦔🐿🦊🐺🦌🐗🐸🐍🦉🦆🐝🐞🦋",
        "    five   spaces    here  ",
    ],
)
def test_any_characters_will_do_up_to_the_longest(strong: str) -> None:
    assert passwords.check(passwords.keep(strong), strong).right


def test_a_letter_written_in_two_ways_is_one_letter() -> None:
    assert passwords.check(passwords.keep("caf\u00e9 violet kettle"), "cafe\u0301 violet kettle").right


@pytest.mark.parametrize(
    "weak", ["fourteen chars", "passwordpassword", "Welcome2026123456!", "111111111111111", "jo-jo-jo-jo-jo-jo-1"]
)
def test_a_weak_password_is_not_kept(weak: str) -> None:
    with pytest.raises(passwords.PasswordRefused):
        passwords.keep(weak, username="jo")


def test_passwords_we_make_are_good_enough_and_differ() -> None:
    made = {passwords.generate() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) >= passwords.SHORTEST for one in made)


def test_a_password_changed_in_mid_sign_in_opens_nothing(session: Session, monday: datetime) -> None:
    user = make_user(
        session, username="Jo", name="Jo", roles=["manager"], password="anvil comet harvest", by=BY, at=monday
    )
    attempt = count_try(session, username=" JO ", network="here", known_by="", key="k", at=monday)
    assert attempt.user_id == user.id
    user.password_hash = "changed"
    with pytest.raises(Exception, match="do not match"):
        finish(session, attempt, rehash=None, device="", at=monday)
    assert session.query(UserSession).count() == 0


def test_only_ones_own_sessions_end(session: Session, monday: datetime) -> None:
    users = [
        make_user(
            session, username=name, name=name, roles=["manager"], password="anvil comet harvest", by=BY, at=monday
        )
        for name in ("jo", "lee")
    ]
    tokens = []
    for user in users:
        attempt = count_try(session, username=user.username, network="here", known_by="", key="k", at=monday)
        tokens.append(finish(session, attempt, rehash=None, device="", at=monday))
    theirs = session.query(UserSession).filter_by(user_id=users[1].id).one()
    with pytest.raises(NotFound):
        end_sessions(session, user_id=users[0].id, by=BY, at=monday, only=theirs.id)
    assert end_sessions(session, user_id=users[0].id, by=BY, at=monday) == 1
    assert theirs.ended_at is None
    assert len(set(tokens)) == 2


def test_someone_always_remains_who_can_manage_users(session: Session, monday: datetime) -> None:
    users = [
        make_user(session, username=name, name=name, roles=["admin"], password="anvil comet harvest", by=BY, at=monday)
        for name in ("jo", "lee")
    ]
    ids = [user.id for user in users]
    for user in session.query(User).filter(User.username == "admin"):
        user.active = False
    session.flush()
    change_roles(session, user_id=ids[0], roles=["auditor"], by=BY, at=monday)
    with pytest.raises(UserRefused):
        change_roles(session, user_id=ids[1], roles=["auditor"], by=BY, at=monday)


def test_an_unknown_token_is_nobody(session: Session, monday: datetime) -> None:
    assert who_is(session, "0" * 64, monday) is None


def test_a_form_sent_again_is_told_where_the_first_went(session: Session, monday: datetime) -> None:
    assert submit_once.already_sent(session, token="t", user_id=None, at=monday) is None
    submit_once.remember(session, token="t", went_to="/contacts/C-26-00001")
    assert submit_once.already_sent(session, token="t", user_id=None, at=monday) == "/contacts/C-26-00001"


def test_eight_senders_at_once_make_one_effect(database: Database, monday: datetime) -> None:
    together, effects, answers = threading.Barrier(8), list[int](), list[str]()

    def send(number: int) -> None:
        together.wait()
        with transaction(database) as session:
            went_to = submit_once.already_sent(session, token="t", user_id=None, at=monday)
            if went_to is None:
                effects.append(number)
                went_to = f"/made-by/{number}"
                submit_once.remember(session, token="t", went_to=went_to)
        answers.append(went_to)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(effects) == 1
    assert answers == [f"/made-by/{effects[0]}"] * 8


def test_a_form_whose_effect_failed_can_be_sent_again(database: Database, monday: datetime) -> None:
    def fail() -> None:
        with transaction(database) as session:
            submit_once.already_sent(session, token="t", user_id=None, at=monday)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with transaction(database) as session:
        assert submit_once.already_sent(session, token="t", user_id=None, at=monday) is None


def test_proving_again_counts_from_then_under_a_new_token(session: Session, monday: datetime) -> None:
    user = make_user(
        session, username="jo", name="Jo", roles=["manager"], password="anvil comet harvest", by=BY, at=monday
    )
    attempt = count_try(session, username="jo", network="here", known_by="", key="k", at=monday)
    first = finish(session, attempt, rehash=None, device="", at=monday)
    opened = session.query(UserSession).one()
    assert proved_at(session, opened.id) == monday
    for hours in (1, 2):
        later = monday + timedelta(hours=hours)
        second = prove_again(session, session_id=opened.id, by=Actor.of(user), at=later)
        session.flush()
        assert proved_at(session, opened.id) == later
        assert who_is(session, token_hash(first), later) is None
        found = who_is(session, token_hash(second), later)
        assert found
        assert found.expires_at == later + LONGEST
