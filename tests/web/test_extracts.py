"""Extracts on a page: only with a reason and a fresh sign-in, written beside the pages, for whoever asked, recorded."""

import hashlib
import io
import os
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask

from mash import clock
from mash.db import reading
from mash.journeys import keep_extracts
from mash.journeys.keep_extracts import KEPT, WAYS, make_extract
from mash.models import Event
from mash.queries.extracts_made import SILENT
from mash.web import extracts
from mash.web.proof import FRESH
from tests.web.arriving import arrive
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.test_queue import restrict

NOW = datetime(2026, 4, 15, 10, tzinfo=UTC)
PAGE = "/timeliness/extracts"
ASKED = {"what": "annex-a-ofsted", "reason": "Ofsted, notified 13 April"} | {
    f"{end}-{part}": number
    for end, day in (("since", ("1", "4", "2026")), ("until", ("15", "4", "2026")))
    for part, number in zip(("day", "month", "year"), day, strict=True)
}


class At:
    """The time, which a test moves on."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now

    def past_fresh(self, browser: Browser) -> None:
        """Let so much time pass that somebody must prove again who they are, at work all the while."""
        self.now += FRESH / 2
        browser.get("/account")
        self.now += FRESH / 2


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    made = At()
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write within the request, so that a test need not wait."""

    class Now:
        def __init__(self, target: Any, args: tuple[Any, ...], **_: Any) -> None:
            self.work = target, args

        def start(self) -> None:
            self.work[0](*self.work[1])

    monkeypatch.setattr("mash.web.extracts.threading.Thread", Now)


def events(app: Flask) -> list[Event]:
    with reading(app.extensions["mash"].database) as session:
        return session.query(Event).filter(Event.kind.like("extract.%")).order_by(Event.seq).all()


def downloads(browser: Browser) -> list[str]:
    return re.findall(r'href="(/timeliness/extracts/\d+)"', browser.get(PAGE).text)


def test_each_extract_is_written_listed_taken_and_on_the_chain(app: Flask, sign_in_as: SignInAs) -> None:
    references = [arrive(app, ago=timedelta(days=1)) for _ in range(2)]
    restrict(app, references[1])
    browser = sign_in_as("manager")
    for number, what in enumerate(WAYS, start=1):
        assert browser.send(PAGE, **(ASKED | {"what": what})).location == PAGE
        assert len(downloads(browser)) == number
    page = browser.get(PAGE).text
    for words in ("Ofsted, notified 13 April", "Invented manager", "List 1: 2", "Wed 1 Apr 2026 to Wed 15 Apr 2026"):
        assert words in page
    taken = {address: browser.get(address) for address in downloads(browser)}
    made = {event.data["asked"]: event.data for event in events(app) if event.kind == "extract.made"}
    for address, answer in taken.items():
        said = made[int(address.rpartition("/")[2])]
        files = {said["what"]: answer.data}
        if said["what"] == "ssd":
            archive = zipfile.ZipFile(io.BytesIO(answer.data))
            files = {name: archive.read(name) for name in archive.namelist()}
            assert files.keys() == said["sha256"].keys()
        assert {hashlib.sha256(file).hexdigest() for file in files.values()} == set(said["sha256"].values())
    book = openpyxl.load_workbook(io.BytesIO(taken[downloads(browser)[-1]].data))
    assert book.sheetnames == ["List 1", "List 2", "List 3"]
    kinds = [event.kind for event in events(app)]
    assert [kinds.count(f"extract.{kind}") for kind in ("asked", "made", "taken", "failed")] == [4, 4, 4, 0]


@pytest.mark.parametrize("what", WAYS)
def test_the_same_record_and_days_give_the_same_bytes(app: Flask, sign_in_as: SignInAs, at: At, what: str) -> None:
    arrive(app, ago=timedelta(days=1))
    browser = sign_in_as("manager")
    for _ in range(2):
        browser.send(PAGE, **(ASKED | {"what": what}))
        at.now += timedelta(minutes=5)
    first, second = (browser.get(address) for address in downloads(browser))
    assert first.data == second.data
    assert first.headers["Content-Disposition"].startswith(f'attachment; filename="{what}-2026-04-01-to-2026-04-15.')


def test_what_is_kept_is_encrypted_and_goes_after_a_day(app: Flask, sign_in_as: SignInAs, at: At) -> None:
    arrive(app, ago=timedelta(days=1))
    browser = sign_in_as("manager")
    browser.send(PAGE, **(ASKED | {"what": "extension"}))
    (address,) = downloads(browser)
    kept = list((app.extensions["mash"].settings.folder / "extracts").iterdir())
    assert [file.name for file in kept] == [f"E-{address.rpartition('/')[2]}"]
    assert b"contact" not in kept[0].read_bytes()
    assert kept[0].parent.stat().st_mode & 0o077 == 0
    at.now += KEPT
    os.utime(kept[0], (NOW.timestamp() - 1, NOW.timestamp() - 1))
    browser = sign_in_as("manager")
    assert downloads(browser) == []
    assert browser.get(address).status_code == 404
    left = kept[0].parent / "writing-left"
    left.mkdir()
    (left / "mash_extension.csv").write_text("half")
    os.utime(left, (NOW.timestamp(), NOW.timestamp()))
    browser.send(PAGE, **ASKED)
    assert not kept[0].exists()
    assert not left.exists()


def test_nobody_else_takes_it_and_an_auditor_only_reads_the_list(app: Flask, sign_in_as: SignInAs) -> None:
    arrive(app, ago=timedelta(days=1))
    browser = sign_in_as("manager")
    browser.send(PAGE, **ASKED)
    (address,) = downloads(browser)
    auditor = sign_in_as("auditor")
    assert "Ofsted, notified 13 April" in auditor.get(PAGE).text
    assert "Ask for an extract" not in auditor.get(PAGE).text
    assert auditor.get(address).status_code == 403
    for role in ("practitioner", "reviewer", "admin"):
        assert sign_in_as(role).get(PAGE).status_code == 403
    with reading(app.extensions["mash"].database) as session:
        asked = session.query(Event).filter_by(kind="extract.asked").one()
        assert str(asked.seq) == address.rpartition("/")[2]
    assert browser.get(f"{PAGE}/{asked.seq + 1}").status_code == 404


def test_it_asks_again_who_one_is_both_to_ask_and_to_take(app: Flask, sign_in_as: SignInAs, at: At) -> None:
    browser = sign_in_as("manager")
    at.past_fresh(browser)
    assert browser.send(PAGE, **ASKED).location == "/sign-in/again"
    assert events(app) == []
    browser.send("/sign-in/again", password=PASSWORD, code="", next="/")
    browser.send(PAGE, **ASKED)
    (address,) = downloads(browser)
    at.past_fresh(browser)
    assert (browser.get(address).location or "").startswith("/sign-in/again")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, "Say why it is taken"),
        ({"what": "all"}, "Select an extract"),
        ({"until-year": "2025"}, "Choose a last day that is not before the first day"),
        ({"since-day": ""}, "First day must include a day"),
    ],
)
def test_without_a_reason_or_a_period_nothing_is_written(
    app: Flask, sign_in_as: SignInAs, wrong: dict[str, str], said: str
) -> None:
    answer = sign_in_as("manager").send(PAGE, **(ASKED | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert events(app) == []


def test_one_that_fails_says_so_and_one_that_falls_silent_too(
    app: Flask, sign_in_as: SignInAs, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> dict[str, int]:
        raise RuntimeError("no disk")

    way = keep_extracts.Way("Broken", 6, broken)
    monkeypatch.setitem(WAYS, "ssd", way)

    def fails(*told: Any) -> None:
        with pytest.raises(RuntimeError, match="no disk"):
            make_extract(*told)

    monkeypatch.setattr(extracts, "make_extract", fails)
    browser = sign_in_as("manager")
    browser.send(PAGE, **(ASKED | {"what": "ssd"}))
    assert "It stopped on a fault of ours" in browser.get(PAGE).text
    assert downloads(browser) == []
    monkeypatch.setattr(extracts, "make_extract", lambda *_: None)
    browser.send(PAGE, **ASKED)
    assert "Being written" in browser.get(PAGE).text
    at.now += SILENT + timedelta(seconds=1)
    assert "Stopped" in sign_in_as("auditor").get(PAGE).text
