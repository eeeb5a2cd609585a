"""Bad input by every form, address and column of the service: each is refused or kept as words, and none is a 5xx.

    .venv/bin/python -m tests.faults.bad_input              (200,000, half on each database; FAULTS_MINUTES scales)
    .venv/bin/python -m tests.faults.bad_input 3 7          (those of its forty parts only)

The forms are those that the service's own pages hold, as each role finds them. A few words of every kind go into each
field of each form, on both databases; then, by chance with a fixed seed: any word in any field, fields left out, sent
twice or made up (every column of every table), whole forms sent twice, other kinds of body, other methods, odd
addresses and headers. Every input goes through the whole application with everything on, the audit of reads included.
The databases are kept in memory where there is room: what is tried is what is refused, not what outlives a power cut.
"""

import random
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import update
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from mash import clock
from mash.db import Base, transaction
from mash.models import UserSession
from mash.queries.access import ROLES
from tests import postgresql
from tests.faults import corpus
from tests.faults.crawl import Crawled, Found, crawl, stage
from tests.faults.rig import ENGINES, House, Tally, house, in_memory, scaled
from tests.web.conftest import Browser

PARTS = 40
"""On each database."""
OFTEN = 20
"""After how many forms that were taken PostgreSQL's database is put back."""
FRESH_SECONDS, LONGEST = 240, timedelta(hours=10)
"""How long a sign-in that is put back may have been idle; how long one lasts."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND")
BODIES = (
    ("application/json", b'{"a": [1e400, NaN, {"b": null}]}'),
    ("application/json", b"[" * 10_000),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\xff\r\n\r\n\xff\r\n--x"),
    ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&%00=%zz&&&==" + b"&a=1" * 3000),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ("", b"\0" * 1000),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 1_100_000),
)
HEADERS = (
    {"X-Forwarded-For": "127.0.0.1, \\x00'"},
    {"Host": "evil.example"},
    {"Origin": "null"},
    {"Cookie": "mash=" + "é" * 40},
    {"Cookie": "mash=" + "x" * 4000},
    {"Cookie": "mash"},
    {"X-Mash": "1"},
    {"Accept-Language": "x" * 3000},
    {"Range": "bytes=0-9"},
    {"If-None-Match": '"' * 50},
    {"Content-Length": "-1"},
    {"Sec-Fetch-Site": "cross-site"},
)


@dataclass
class Stage:
    """A house with contacts in every state, its forms, and a way back to how it was."""

    house: House
    found: Crawled
    taken: int = 0

    def __post_init__(self) -> None:
        """Keep the database as it is now."""
        self.embedded = self.house.database.embedded
        self.columns = sorted({column.name for table in Base.metadata.sorted_tables for column in table.columns})
        self.kept = self.house.settings.folder.parent / "kept.db"
        self.server = postgresql.Server(Path(self.house.settings.database_url.partition("host=")[2]))
        self.keep()

    def keep(self) -> None:
        """Keep the database as it is, everybody just seen: who is idle for long has to sign in again."""
        at, self.kept_at = clock.now(), time.monotonic()
        with transaction(self.house.database) as session:
            session.execute(update(UserSession).values(started_at=at, seen_at=at, expires_at=at + LONGEST))
        self.house.database.engine.dispose()
        if self.embedded:
            shutil.copyfile(self.house.settings.database_file, self.kept)
        else:
            self.server.drop("kept", missing_ok=True)
            self.server.make("kept", template="mash")

    def put_back(self, *, at_any_cost: bool) -> None:
        """Put the database back, so that the next form is as fresh as the first; PostgreSQL now and then only."""
        self.taken += 1
        if not (self.embedded or at_any_cost or self.taken % OFTEN == 0):
            return
        self.house.database.engine.dispose()
        if self.embedded:
            for part in self.house.settings.folder.glob("mash.db-*"):
                part.unlink()
            shutil.copyfile(self.kept, self.house.settings.database_file)
        else:
            self.server.drop("mash")
            self.server.make("mash", template="kept")
        if time.monotonic() - self.kept_at > FRESH_SECONDS:
            self.keep()

    def browser(self, role: str) -> Browser:
        return self.house.browser(role)


def send(stage: Stage, form: Found, fields: dict[str, list[str]]) -> TestResponse:
    """Send a form as it would be sent, under a token of its own."""
    told: dict[str, Any] = dict(fields)
    if "form_token" in told and told["form_token"] == form.fields.get("form_token"):
        told["form_token"] = [secrets.token_urlsafe(24)]
    client = stage.browser(form.role).client
    pairs = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, values in told.items() for value in values)
    if form.method == "GET":
        return client.get(f"{form.action.partition('?')[0]}?{pairs[:60_000]}")
    return client.post(form.action, data=pairs.encode(), content_type="application/x-www-form-urlencoded")


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def wrong_with(answer: Response) -> str:
    """Say what is wrong with an answer; nothing if it is sound."""
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    said = answer.get_data(as_text=True) if (answer.mimetype or "").startswith(("text/", "application/json")) else ""
    if answer.mimetype == "text/html" and corpus.MARK in said:
        return "came back unescaped"
    if "Traceback" in said:
        return "a stack trace"
    return ""


Try = Callable[[Stage, random.Random], tuple[str, TestResponse]]


def in_a_field(stage: Stage, chance: random.Random) -> tuple[str, TestResponse]:
    """Any word in any field."""
    form = chance.choice(stage.found.forms)
    name = chance.choice(sorted(form.fields) or ["none"])
    word = chance.choice(corpus.words())
    return _said(form, name, word), send(stage, form, form.fields | {name: [word]})


def in_all_fields(stage: Stage, chance: random.Random) -> tuple[str, TestResponse]:
    """A word in each field that is written in, the tokens left as they are."""
    form = chance.choice(stage.found.forms)
    filled = {name: [chance.choice(corpus.words())] for name in form.typed}
    return _said(form, "all", ""), send(stage, form, form.fields | filled)


def left_out_or_twice(stage: Stage, chance: random.Random) -> tuple[str, TestResponse]:
    """A field left out, sent twice, or a hundred times."""
    form = chance.choice(stage.found.forms)
    name, times = chance.choice(sorted(form.fields) or ["none"]), chance.choice((0, 2, 100))
    return _said(form, name, f"times {times}"), send(stage, form, form.fields | {name: ["1"] * times})


def made_up(stage: Stage, chance: random.Random) -> tuple[str, TestResponse]:
    """A field that the form does not have: a column of ours, or anything."""
    form = chance.choice(stage.found.forms)
    name = chance.choice((*stage.columns, "__proto__", "role", "is_admin", "a[b]", "a.b", "", "csrf_token"))
    if name in form.fields:
        return in_a_field(stage, chance)
    return _said(form, name, "made up"), send(stage, form, form.fields | {name: [chance.choice(("1", "admin", ""))]})


def twice(stage: Stage, chance: random.Random) -> tuple[str, TestResponse]:
    """The same form with the same token, again."""
    form = chance.choice(stage.found.forms)
    fields = dict(form.fields)
    if "form_token" in fields:
        fields["form_token"] = [f"{chance.random()}"]
    send(stage, form, fields)
    return _said(form, "whole", "twice"), send(stage, form, fields)


def at_an_address(stage: Stage, chance: random.Random) -> tuple[str, TestResponse]:
    """A word for part of an address, or for what comes after its question mark."""
    role, path = chance.choice(stage.found.pages)
    word = _quoted(chance.choice(corpus.words())[:2000])
    if chance.random() < 0.5 and stage.found.asked:
        path = f"{path.partition('?')[0]}?{chance.choice(sorted(stage.found.asked))}={word}"
    else:
        parts = path.partition("?")[0].split("/")
        parts[chance.randrange(1, len(parts))] = word
        path = "/".join(parts)
    return f"{role} {path[:120]}", stage.browser(role).client.get(path)


def odd_request(stage: Stage, chance: random.Random) -> tuple[str, TestResponse]:
    """Another method, another kind of body, odd headers."""
    form, header = chance.choice(stage.found.forms), chance.choice(HEADERS)
    kind, body = chance.choice(BODIES)
    method = chance.choice(METHODS)
    token = {"X-CSRFToken": (form.fields.get("csrf_token") or [""])[0]}
    client = stage.house.app.test_client() if "Cookie" in header else stage.browser(form.role).client
    answer = client.open(form.action, method=method, data=body, content_type=kind, headers=token | header)
    return f"{form.role} {method} {form.action} {kind} {header}", answer


TRIES: tuple[tuple[Try, int], ...] = (
    (in_a_field, 50),
    (in_all_fields, 6),
    (left_out_or_twice, 10),
    (made_up, 14),
    (twice, 4),
    (at_an_address, 12),
    (odd_request, 4),
)
"""Each with how often it is done in a hundred."""


def _said(form: Found, name: str, word: str) -> str:
    return f"{form.role} {form.method} {form.action} {name}={word[:60]!r}"


def of_each_field(stage: Stage, number: int) -> Iterator[tuple[str, TestResponse]]:
    """Put a few words of every kind into each field of each form, shuffled; a part takes its share."""
    forms = ((form, name) for form in stage.found.forms for name in sorted(form.fields))
    tries = [(form, name, word) for form, name in forms for word in corpus.core()]
    random.Random(0).shuffle(tries)
    for form, name, word in tries[number::PARTS]:
        yield _said(form, name, word), send(stage, form, form.fields | {name: [word]})


def by_chance(stage: Stage, seed: int) -> Iterator[tuple[str, TestResponse]]:
    """Try one thing after another, without end."""
    chance = random.Random(seed)
    kinds, weights = zip(*TRIES, strict=True)
    while True:
        yield chance.choices(kinds, weights)[0](stage, chance)


def go_through(stage: Stage, tries: Iterator[tuple[str, TestResponse]], number: int, tally: Tally) -> None:
    """Take so many tries. What was done by one is undone, being signed out among it."""
    for _, (said, answer) in zip(range(number), tries, strict=False):
        tally.injected += 1
        if wrong := wrong_with(answer):
            tally.failures.append(f"{said}: {wrong}")
        else:
            tally.survived += 1
        tally.add(f"answered_{answer.status_code // 100}xx", 1)
        if answer.status_code == 303:
            signed_out = answer.location.startswith("/sign-in")
            tally.add("sent_to_sign_in", signed_out)
            stage.put_back(at_any_cost=signed_out)


def set_stage(made: House, roles: tuple[str, ...] = ROLES) -> Stage:
    stage(made)
    return Stage(made, crawl(made, roles))


def part(ready: Stage, engine: str, number: int, tries: int) -> Tally:
    """Take one part: so many tries, up to three quarters of them in each field, the rest by chance."""
    tally = Tally(f"bad input {engine} {number}", kind="input")
    tally.most("forms_at_most", len(ready.found.forms))
    go_through(ready, of_each_field(ready, number), tries * 3 // 4, tally)
    go_through(ready, by_chance(ready, number), tries - tally.injected, tally)
    return tally


def parts_on(engine: str, numbers: list[int], tries: int) -> None:
    """Take parts on a database, one after another, each kept as it ends."""
    in_memory()
    with house(engine) as made:
        ready = set_stage(made)
        for number in numbers:
            part(ready, engine, number, tries).save()


def main() -> None:
    """Take all parts, or those named, on both databases at once."""
    numbers = [int(word) for word in sys.argv[1:]] or list(range(PARTS))
    tries = scaled(200_000, least=2 * PARTS * 10) // (2 * PARTS)
    with ProcessPoolExecutor(len(ENGINES), mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(parts_on, engine, numbers, tries) for engine in ENGINES]:
            done.result()


if __name__ == "__main__":
    main()
