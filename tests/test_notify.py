"""GOV.UK Notify takes our messages as its documentation says, and whatever it answers, none is lost or sent twice."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select

from mash import clock, config
from mash.config import Misconfigured
from mash.db import Database, reading, transaction
from mash.jobs import Worker
from mash.journeys.outbox import Letter, put_out
from mash.mail import Notify, NotSent
from mash.models import Delivery
from tests.factories import MONDAY

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"front_door-{SERVICE}-{SECRET}"
WORDS = {"key": "digest-1", "to": "jo@anytown.example", "subject": "C-26-00001", "body": "It is late.\n\n* one"}
HANG_SECONDS = 0.3


class Counter(BaseHTTPRequestHandler):
    """A stand-in for Notify: it checks what comes as the documentation says, then answers as it is told to."""

    answers: ClassVar[list[int | str]] = []
    came: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:  # the library's name
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        token = self.headers["Authorization"].removeprefix("Bearer ")
        signed = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"])
        self.came.append({"path": self.path, "said": said, "header": signed.header, "claims": signed.claims})
        answer = self.answers.pop(0) if self.answers else 201
        if answer == "hang":
            time.sleep(3 * HANG_SECONDS)
            return
        wrong = {"error": "SomethingError", "message": "jo@anytown.example is wrong"}
        body = {"id": "740e5834"} if answer == 201 else {"status_code": answer, "errors": [wrong]}
        self.send_response(int(answer))
        self.end_headers()
        self.wfile.write(b"<html>" if answer == 502 else json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def notify(tmp_path: Path) -> Iterator[Notify]:
    Counter.answers, Counter.came = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,))
    serving.start()
    (tmp_path / "key").write_text(KEY + "\n")
    yield Notify(tmp_path / "key", "a-template", f"http://127.0.0.1:{server.server_port}", HANG_SECONDS)
    server.shutdown()
    serving.join()
    server.server_close()


def test_a_message_comes_as_documented(notify: Notify) -> None:
    notify.send(**WORDS, at=MONDAY)
    (came,) = Counter.came
    assert came["path"] == "/v2/notifications/email"
    assert came["header"] == {"typ": "JWT", "alg": "HS256"}
    assert came["claims"] == {"iss": SERVICE, "iat": int(MONDAY.timestamp())}
    assert came["said"] == {
        "email_address": WORDS["to"],
        "template_id": "a-template",
        "personalisation": {"subject": WORDS["subject"], "body": WORDS["body"]},
        "reference": WORDS["key"],
    }


@pytest.mark.parametrize(
    ("answer", "why", "any_message"),
    [
        (400, "Notify 400 SomethingError", False),
        (403, "Notify 403 SomethingError", True),
        (429, "Notify 429 SomethingError", True),
        (500, "Notify 500 SomethingError", True),
        (502, "Notify 502", True),
        (200, "Notify 200 SomethingError", True),
        ("hang", "ReadTimeout", True),
    ],
)
def test_any_other_answer_is_told_by_its_kind_and_names_nobody(
    notify: Notify, answer: int | str, why: str, any_message: bool
) -> None:
    Counter.answers = [answer]
    with pytest.raises(NotSent) as refused:
        notify.send(**WORDS, at=MONDAY)
    assert (str(refused.value), refused.value.any_message) == (why, any_message)


def test_nothing_that_listens_is_told_too(notify: Notify) -> None:
    with pytest.raises(NotSent, match="ConnectionError"):
        Notify(notify.key_file, "a-template", "http://127.0.0.1:1").send(**WORDS, at=MONDAY)
    with pytest.raises(NotSent, match="FileNotFoundError"):
        Notify(Path("/nowhere"), "a-template", notify.url).send(**WORDS, at=MONDAY)


class Hands:
    """A clock that a test moves by hand."""

    at = MONDAY

    def now(self) -> datetime:
        return self.at

    def ticks(self) -> float:
        return self.at.timestamp()


def test_each_message_is_taken_once_in_the_end_and_one_that_is_wrong_holds_up_no_other(
    database: Database, notify: Notify, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands()
    monkeypatch.setattr(clock, "now", hands.now)
    monkeypatch.setattr(clock, "ticks", hands.ticks)
    with transaction(database) as session:
        told = WORDS | {"kind": "digest", "hold_until": MONDAY}
        put_out(session, [Letter(**(told | {"key": f"digest-{number}"})) for number in range(3)])  # type: ignore[arg-type]
    worker = Worker(database)
    worker.beat()
    Counter.answers = [500]
    worker.deliver(notify)
    assert len(Counter.came) == 1  # a server that takes none is not asked to take the next
    Counter.answers = [400, 201, 201]
    hands.at += timedelta(minutes=2)
    worker.beat()
    worker.deliver(notify)
    assert len(Counter.came) == 4
    hands.at += timedelta(minutes=5)
    worker.beat()
    worker.deliver(notify)
    with reading(database) as session:
        assert set(session.scalars(select(Delivery.state))) == {"sent"}
    assert len(Counter.came) == 5
    assert {came["claims"]["iat"] for came in Counter.came} <= {
        int((MONDAY.astimezone(UTC) + timedelta(minutes=minutes)).timestamp()) for minutes in (0, 2, 7)
    }


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "notify-key"
    path.write_text(KEY)
    path.chmod(0o600)
    monkeypatch.setenv("MASH_NOTIFY_KEY_FILE", str(path))
    monkeypatch.setenv("MASH_NOTIFY_TEMPLATE", "a-template")
    return path


def test_it_is_set_up_by_its_key_and_never_in_practice(key_file: Path) -> None:
    assert config.from_environment().mail == Notify(key_file, "a-template", "https://api.notifications.service.gov.uk")
    assert config.from_environment(practice=True).mail is None


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("MASH_NOTIFY_TEMPLATE", "", "needs MASH_NOTIFY_TEMPLATE"),
        ("MASH_NOTIFY_URL", "http://notify.example", "must begin with https://"),
        ("MASH_SMTP_HOST", "mail.anytown.example", "not both"),
    ],
)
def test_a_setting_it_cannot_work_by_is_refused(
    key_file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=words):
        config.from_environment()


def test_a_key_that_is_none_or_that_others_can_read_is_refused(key_file: Path) -> None:
    key_file.chmod(0o644)
    with pytest.raises(Misconfigured, match="only its owner may read it"):
        config.from_environment()
    key_file.write_text("a secret of another service")
    key_file.chmod(0o600)
    with pytest.raises(Misconfigured, match="does not hold a key"):
        config.from_environment()
