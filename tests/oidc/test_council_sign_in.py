"""Roles, people and proofs as the council's provider says them, and the sign-outs that its server tells us of."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.config import Config
from mash.db import Database, reading, transaction
from mash.journeys.actor import Actor
from mash.journeys.council_sign_in import count, enter
from mash.journeys.users import deactivate
from mash.models import User, UserSession
from mash.provider import Post
from mash.queries.apart import of_roles
from mash.rules import RuleBook
from mash.web.app import create_app
from mash.web.proof import FRESH
from tests.oidc.signer import Signer
from tests.oidc.trip import HOUR, come_in, honest, refusals, roles_of, set_out
from tests.web.conftest import Browser, Logged
from tests.web.test_second_step import Hands


def test_app_roles_are_ours_at_every_sign_in_and_none_is_no_way_in(
    app: Flask, desk: Browser, signer: Signer, database: Database
) -> None:
    assert come_in(desk, signer, roles=None).status_code == 403
    assert come_in(desk, signer, roles="mash.admin").status_code == 403
    with reading(database) as session:
        assert session.query(User).count() == 0
    come_in(desk, signer, roles=["mash.admin", 7, "unheard.of"])
    assert roles_of(database) == {"admin"}
    come_in(Browser(app.test_client()), signer, roles=["mash.admin", "mash.practitioner"])
    assert roles_of(database) == {"practitioner"}  # nobody has both
    other = Browser(app.test_client())
    come_in(other, signer, roles=["mash.hub"], name="Another name", email="changed@anytown.example")
    assert roles_of(database) == {"receiving_team"}
    with reading(database) as session:
        assert [(user.name, user.team) for user in session.query(User)] == [("Noor Hale", "Early help hub")]
    assert "gives you no role here" in come_in(Browser(app.test_client()), signer, roles=[]).text
    assert roles_of(database) == set()
    assert desk.get("/account").status_code == other.get("/account").status_code == 303
    assert refusals(database) == ["no_role"] * 3


def test_that_the_last_administrator_goes_by_the_provider_is_in_the_log(
    app: Flask, desk: Browser, signer: Signer, database: Database, logged: Logged
) -> None:
    come_in(desk, signer, roles=["mash.admin"])
    for _ in range(2):
        come_in(Browser(app.test_client()), signer, roles=["mash.admin", "mash.practitioner"])
    [line] = [line for line in logged().splitlines() if "last_administrator_gone" in line]
    assert '"level": "warning"' in line
    with reading(database) as session:
        assert of_roles(session).startswith("Nobody can manage users.")


def test_two_people_of_one_name_are_two_and_one_who_has_left_stays_out(
    app: Flask, desk: Browser, signer: Signer, database: Database
) -> None:
    come_in(desk, signer)
    come_in(Browser(app.test_client()), signer, sub="another")
    with transaction(database) as session:
        noor = session.scalars(select(User).where(User.username == "noor.hale")).one()
        assert session.query(User).filter_by(username="noor.hale-2").count() == 1
        deactivate(session, user_id=noor.id, by=Actor.system("test"), at=clock.now())
    assert desk.get("/account").status_code == 303
    assert "has been closed" in come_in(Browser(app.test_client()), signer).text
    assert refusals(database) == ["left"]


def test_proving_oneself_again_takes_a_new_sign_in_of_the_same_person(
    desk: Browser, signer: Signer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(desk, signer, roles=["mash.admin"])
    hands = Hands(monkeypatch)
    hands.past_fresh(desk)
    at = hands.at
    assert desk.send("/admin/users/new", name="Lee Marsh", username="lee").location == "/sign-in/again"
    assert "Sign in again with your council account" in desk.get("/sign-in/again").text
    sent = set_out(desk, "?again=1")
    assert (sent["prompt"], sent["max_age"]) == ("login", "0")
    old, now = int((at - FRESH).timestamp()), int(at.timestamp())
    for claims in ({"auth_time": None}, {"auth_time": old}, {"auth_time": "now"}, {"sub": "another", "auth_time": now}):
        said: dict[str, Any] = {"roles": ["mash.admin"], **claims}
        assert come_in(desk, signer, "?again=1", **said).status_code in {400, 403}, claims
        assert desk.get("/account").status_code == 200
    assert refusals(database) == ["auth_time"] * 3 + ["other_person"]
    before = desk.token
    answer = come_in(desk, signer, "?again=1&next=/admin/users", roles=["mash.admin"], auth_time=now)
    assert answer.location == "/sign-in/kept"
    assert desk.token != before


def told(desk: Browser, token: str) -> int:
    status: int = desk.client.post("/sign-in/council/ended", data={"logout_token": token}).status_code
    return status


def test_a_sign_out_at_the_provider_ends_every_sign_in_once(
    app: Flask, desk: Browser, signer: Signer, database: Database
) -> None:
    second, other, server = (Browser(app.test_client()) for _ in range(3))
    come_in(desk, signer, sid="one")
    come_in(second, signer, sid="two")
    come_in(other, signer, sub="another", sid="three")
    token = signer.logout(clock.now())
    assert told(server, token) == 200
    assert [each.get("/account").status_code for each in (desk, second, other)] == [303, 303, 200]
    come_in(desk, signer, sid="four")
    assert told(server, token) == 400
    assert desk.get("/account").status_code == 200
    assert told(server, signer.logout(clock.now(), sub=None, sid="four")) == 200
    assert [each.get("/account").status_code for each in (desk, other)] == [303, 200]
    assert refusals(database) == ["ended:jti"]
    with reading(database) as session:
        assert session.query(UserSession).filter(UserSession.ended_at.is_(None)).count() == 1


def test_no_hostile_sign_out_ends_anything(app: Flask, desk: Browser, signer: Signer, database: Database) -> None:
    come_in(desk, signer)
    at = clock.now()
    hostile = {
        "ended:signature": signer.unsigned({"sub": "noor"}),
        "ended:iss": signer.logout(at, iss="https://another.example"),
        "ended:aud": signer.logout(at, aud="another"),
        "ended:events": signer.logout(at, nonce="n"),
        "ended:iat": signer.logout(at - HOUR, exp=None),
    }
    for token in hostile.values():
        assert told(Browser(app.test_client()), token) == 400
    assert refusals(database) == list(hostile)
    # Past the free tries they are refused all the same, and no longer fill the record.
    for token in (
        signer.logout(at, events={}),
        signer.logout(at, events=["http://schemas.openid.net/event/backchannel-logout"]),
        signer.logout(at, jti=None),
        signer.logout(at, sub=None),
        signer.logout(at, exp=int((at - HOUR).timestamp())),
        honest(signer, "n", at),
        honest(signer, None, at),
        "",
    ):
        assert told(Browser(app.test_client()), token) == 400
    assert len(refusals(database)) == len(hostile)
    assert desk.get("/account").status_code == 200
    assert told(desk, signer.logout(at)) == 200
    assert desk.get("/account").status_code == 303


def test_without_a_provider_there_is_nothing_of_it(database: Database, settings: Config, rulebook: RuleBook) -> None:
    desk = Browser(create_app(database, replace(settings, oidc=None), rulebook).test_client())
    assert desk.get("/sign-in/council").status_code == desk.get("/sign-in/council/back").status_code == 404
    assert told(desk, "x") == 404
    assert "council account" not in desk.get("/sign-in").text


def test_one_person_who_comes_twice_at_once_has_one_account(signer: Signer, database: Database) -> None:
    said, at = signer.claims("n", clock.now()), clock.now()
    begun, failures = threading.Barrier(2), list[Exception]()

    def arrive(number: int) -> None:
        told_us: dict[str, Any] = {"issuer": signer.issuer, "said": said, "posts": [Post("practitioner")]}
        try:
            with transaction(database) as session:
                tried = count(session, browser=f"{number}", network=f"{number}", key="k", at=at)
            begun.wait(20)
            with transaction(database) as session:
                assert enter(session, **told_us, tried=tried, before="", device="", at=at).token
        except Exception as wrong:  # noqa: BLE001  # a thread's failure is the test's
            failures.append(wrong)

    threads = [threading.Thread(target=arrive, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(database) as session:
        assert (session.query(User).count(), session.query(UserSession).count()) == (1, 2)
