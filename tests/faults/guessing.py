"""Ten thousand guesses at a password in an hour, from many networks: none gets in, and the person guessed at does.

``python -m tests.faults.guessing`` makes them all and writes var/faults/guessing.json. The hour is the service's own
clock, moved on between guesses. It also times five hundred tries for a name that somebody has and as many for one that
nobody has, hashed at the least cost so that all else shows the more, and asks whether the times could be told apart.
"""

import json
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pyotp
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import update

from mash import clock, log, migrate
from mash.config import HOUSE, Config
from mash.db import Database, open_database, reading, transaction
from mash.journeys import passwords, second_factor
from mash.journeys.actor import Actor
from mash.journeys.users import make_user
from mash.models import Event, User
from mash.rules import RuleBook
from mash.web.app import create_app
from tests.faults.rig import in_memory
from tests.web.authenticator import add_passkey, sign_in_with
from tests.web.conftest import PASSWORD, Browser

GUESSES, NETWORKS, SAMPLES = 10_000, 200, 500
HOUR = timedelta(hours=1)
OUT = HOUSE / "var" / "faults" / "guessing.json"
VICTIM = "manager"


@dataclass
class Guessing:
    """An installation, its clock, and what came of the guesses.

    Attributes:
        answers: How many guesses got each answer, by its status.
        came_in: How the person guessed at came in meanwhile.
    """

    app: Flask
    database: Database
    at: datetime
    answers: dict[int, int] = field(default_factory=dict)
    came_in: list[str] = field(default_factory=list)

    def hour(self, guesses: int, networks: int = NETWORKS) -> None:
        """Make so many guesses over an hour; half way through the person guessed at comes in, three ways over."""
        stranger, step = Browser(self.app.test_client()), HOUR / guesses
        tokens = stranger.tokens("/sign-in")
        secret, desk, device = self._victim()
        for number in range(guesses):
            self.at += step
            data = tokens | {"username": VICTIM, "password": f"guess number {number}", "next": "/"}
            network = f"10.0.{number % networks // 250}.{number % networks % 250}"
            answer = stranger.client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": network})
            self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
            if number == guesses // 2:
                self._come_in(secret, desk, device)

    def effective(self) -> int:
        """Count the guesses that were looked at: those whose password was compared."""
        with reading(self.database) as session:
            return session.query(Event).filter_by(kind="sign_in.refused").count()

    def _victim(self) -> tuple[str, Browser, Any]:
        """Sign the person guessed at in at a desk of theirs, and give them an app and a passkey."""
        desk = Browser(self.app.test_client())
        assert desk.sign_in(VICTIM).status_code == 303
        device = add_passkey(desk)
        with transaction(self.database) as session:
            who = self.app.extensions["people"][VICTIM]
            secret = second_factor.begin(session, user_id=who, key=self._key, at=self.at)
            code, by = pyotp.TOTP(secret).at(self.at), Actor.system("test")
            second_factor.confirm(session, user_id=who, code=code, key=self._key, by=by, at=self.at)
        desk.send("/account", "/sign-out")
        return secret, desk, device

    @property
    def _key(self) -> str:
        key: str = self.app.extensions["mash"].key
        return key

    def _come_in(self, secret: str, desk: Browser, device: Any) -> None:
        away, other = Browser(self.app.test_client()), Browser(self.app.test_client())
        held = away.sign_in(VICTIM)
        code = pyotp.TOTP(secret).at(self.at)
        sent = away.send("/sign-in", username=VICTIM, password=PASSWORD, code=code, next="/account")
        ways = {
            "a code with the password, at a desk never used": (held.status_code, sent.location) == (429, "/account"),
            "a passkey": sign_in_with(other, device).status_code == 303,
            "the password, at a desk used before": desk.sign_in(VICTIM).location == "/sign-in/second",
        }
        self.came_in = [way for way, worked in ways.items() if worked]


@contextmanager
def installation(database: Database, settings: Config, rulebook: RuleBook) -> Iterator[Guessing]:
    """Make an application whose clock stands still until it is moved."""
    app, now = create_app(database, settings, rulebook), clock.now
    with transaction(database) as session:
        made = make_user(
            session,
            username=VICTIM,
            name="Invented manager",
            roles=["manager"],
            password=PASSWORD,
            by=Actor.system("test"),
            at=now(),
        )
        app.extensions["people"] = {VICTIM: made.id}
    guessing = Guessing(app, database, now())
    clock.now = lambda: guessing.at
    try:
        yield guessing
    finally:
        clock.now = now


def told_apart(some: list[float], others: list[float]) -> float:
    """Return the chance (Mann-Whitney, two-sided, by the normal curve) that times so different are all of one kind."""
    ranked = sorted([(time, 0) for time in some] + [(time, 1) for time in others])
    ranks = sum(rank for rank, (_, kind) in enumerate(ranked, 1) if kind == 0)
    m, n = len(some), len(others)
    u = ranks - m * (m + 1) / 2
    z = (u - m * n / 2) / math.sqrt(m * n * (m + n + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def times(guessing: Guessing, samples: int) -> tuple[list[float], list[float]]:
    """Time wrong passwords for a name that somebody has and one that nobody has, in turn, each by its own network."""
    stranger = Browser(guessing.app.test_client())
    found: tuple[list[float], list[float]] = ([], [])
    tokens = stranger.tokens("/sign-in")
    for number in range(samples):
        for kind, name in enumerate((VICTIM, "nobody")):
            guessing.at += timedelta(minutes=30)
            data = tokens | {"username": name, "password": "not it at all", "next": "/"}
            network = {"REMOTE_ADDR": f"10.{kind}.{number // 250}.{number % 250}"}
            began = perf_counter()
            answer = stranger.client.post("/sign-in", data=data, environ_base=network)
            found[kind].append(perf_counter() - began)
            assert answer.status_code == 422
    return found


def main() -> None:
    """Run it whole, and write down what came of it."""
    log.set_up(quiet=True)
    in_memory()
    with tempfile.TemporaryDirectory() as folder:
        settings = Config(folder=Path(folder), secure_cookies=False)
        database = open_database(settings, make=True)
        migrate.upgrade(database, settings.migrations)
        rulebook = RuleBook.load(HOUSE / "thresholds")
        earnest = passwords.hasher
        with installation(database, settings, rulebook) as guessing:
            guessing.hour(GUESSES)
            effective = guessing.effective()
            passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
            passwords.nobody.cache_clear()
            with transaction(database) as session:  # a stored hash costs what it cost when it was made
                session.execute(update(User).values(password_hash=passwords.hashed(PASSWORD)))
            chance = told_apart(*times(guessing, SAMPLES))
            passwords.hasher = earnest
        database.engine.dispose()
    details = {
        "guesses": GUESSES,
        "networks": NETWORKS,
        "compared_in_the_hour": effective,
        "answers": {str(status): count for status, count in sorted(guessing.answers.items())},
        "came_in_meanwhile": guessing.came_in,
        "samples_each": SAMPLES,
        "chance_that_times_are_alike": round(chance, 4),
    }
    got_in = guessing.answers.get(303, 0)
    sound = got_in == 0 and effective < 20 and len(guessing.came_in) == 3 and chance > 0.01
    survived = GUESSES + 2 * SAMPLES - got_in if sound else 0
    OUT.parent.mkdir(parents=True, exist_ok=True)
    said = {"name": "guessing", "kind": "check", "injected": GUESSES + 2 * SAMPLES, "survived": survived}
    OUT.write_text(json.dumps(said | {"details": details}, indent=1) + "\n")
    print(json.dumps(said | {"details": details}, indent=1))


if __name__ == "__main__":
    main()
