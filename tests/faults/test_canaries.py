"""Five hundred invented names, telephones, numbers and addresses, put in by every text field, come out on pages alone.

Not in a line of the log, not in a metric, not in an address or where a form leads, not in a message to a colleague.
"""

import random
import re
from collections.abc import Iterator
from io import StringIO
from urllib.parse import unquote_plus

import pytest
import structlog
from sqlalchemy import select

from mash import log
from mash.db import reading
from mash.models import Message
from mash.web.monitor import OPERATOR
from tests.faults.bad_input import Stage, send, set_stage
from tests.faults.crawl import Found
from tests.faults.rig import house

pytestmark = pytest.mark.faults
CANARIES = 500
ROLES = ("contact_officer", "practitioner", "manager")
LINKS = re.compile(r'(?:href|action|src)="([^"]*)"')


def canaries() -> list[str]:
    """Invent them: a quarter each of names, telephone numbers, NHS numbers and addresses, none like another."""
    chance, made = random.Random(41), []
    for number in range(CANARIES // 4):
        letters = "".join(chance.choices("bdfgklmnprstvz", k=6))
        digits = f"{chance.randrange(10**7):07}{number:03}"
        made += [f"Zq{letters}{number}", f"07{digits[1:]}", digits, f"{number + 1} Zq{letters} Street"]
    return list(dict.fromkeys(made))


class Words:
    """Deals the canaries out, again and again."""

    def __init__(self) -> None:
        self.all = canaries()
        self.dealt = 0

    def next(self) -> str:
        self.dealt += 1
        return self.all[self.dealt % len(self.all)]


def fill(form: Found, words: Words) -> dict[str, list[str]]:
    """Fill every field that is written in, leaving what is counted or dated as it stands."""
    return form.fields | {name: [words.next()] for name in form.typed}


def one_field(form: Found, name: str, words: Words) -> dict[str, list[str]]:
    return form.fields | {name: [words.next()]}


def spread(stage: Stage, words: Words) -> list[str]:
    """Send every form filled, and each of its fields alone; return where each answer leads, and every link shown."""
    led: list[str] = []
    for form in stage.found.forms:
        if form.method == "GET":
            continue
        for fields in (fill(form, words), *(one_field(form, name, words) for name in sorted(form.typed))):
            answer = send(stage, form, fields)
            assert answer.status_code < 500, (form.action, answer.status_code)
            led += [answer.location or "", *LINKS.findall(answer.text)]
    return led


def found_in(said: str, words: Words) -> set[str]:
    plain = unquote_plus(said)
    return {word for word in words.all if word in plain or word in said}


@pytest.fixture
def quiet_after() -> Iterator[None]:
    """Put the log back as tests have it."""
    yield
    log.set_up(quiet=True)


@pytest.mark.usefixtures("quiet_after")
def test_what_people_write_comes_out_nowhere_but_on_pages() -> None:
    words = Words()
    with house("sqlcipher") as made:
        stage = set_stage(made, ROLES)
        said = StringIO()
        log.set_up()
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(said))
        led: list[str] = []
        while words.dealt <= CANARIES:
            led += spread(stage, words)
        for role, path in stage.found.pages:
            led += LINKS.findall(made.browser(role).get(path).text)
        metrics = made.app.test_client().get("/metrics", environ_overrides={OPERATOR: True})
        assert metrics.status_code == 200
        with reading(made.database) as session:
            messages = [f"{one.subject} {one.body}" for one in session.scalars(select(Message))]
    assert words.dealt > CANARIES
    assert found_in(metrics.text, words) == set()
    assert found_in("\n".join(led), words) == set()
    assert found_in("\n".join(messages), words) == set()
    assert said.getvalue().count('"event": "request"') > len(stage.found.forms)
    assert found_in(said.getvalue(), words) == set()
    assert found_in(f"/search?name={words.all[0]}", words) == {words.all[0]}
