"""What a monitor asks: is the process there, is it ready, how is it doing. Only the operator's own address says why.

``/healthz`` and ``/readyz`` answer everyone with one word. On the address that ``mash serve --monitor-port`` opens for
this machine alone, ``/readyz`` gives its reasons and ``/metrics`` the numbers, in Prometheus' text form.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import accumulate
from time import perf_counter
from typing import Any

from flask import Blueprint, Flask, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from mash.db import Unavailable
from mash.queries.gauges import Gauges, gauges
from mash.web.access import anyone
from mash.web.readiness import Looker, Readiness
from mash.web.tallies import CLASSES, LIMITS, PageTally, Tallies
from mash.web.wiring import moment, reading, wiring

blueprint = Blueprint("monitor", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
FORM = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
OPERATOR = "mash.operator"
"""What our own code alone sets in the environment of a request that came to the operator's address."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """What an application counts with, and looks with."""

    tallies: Tallies
    looker: Looker


@blueprint.get("/healthz")
@anyone
def alive() -> ResponseReturnValue:
    """Say that the process answers. Nothing else is asked, so a database that is down does not have it restarted."""
    return "ok\n", 200, PLAIN


@blueprint.get("/readyz")
@anyone
def ready() -> ResponseReturnValue:
    """Say whether requests should come here (200) or not (503)."""
    found = _look()
    status = 200 if found.ready else 503
    if OPERATOR in request.environ:
        told = {name: said or "ok" for name, said in asdict(found).items() if name != "at"}
        return jsonify(ready=found.ready, **told), status
    return ("ready\n" if found.ready else "not ready\n"), status, PLAIN


@blueprint.get("/metrics")
@anyone
def metrics() -> ResponseReturnValue:
    """Give the numbers, at the operator's address alone. Elsewhere there is no such page."""
    if OPERATOR not in request.environ:
        raise NotFound
    found = _look()
    lines = [*_of_pages(_monitor().tallies.totals()), *_of_service(found, _gauges(found))]
    return "\n".join(lines) + "\n", 200, FORM


def set_up(app: Flask, tallies: Tallies) -> None:
    """Count every answer, once all pages are known."""
    made = app.extensions["mash"]
    tallies.name_pages(list(app.view_functions))
    app.extensions["mash.monitor"] = Monitor(tallies, Looker(made.settings, made.files))

    @app.after_request
    def count(response: Response) -> Response:
        began = g.get("began")
        tallies.count(request.endpoint, response.status_code, perf_counter() - began if began else 0.0)
        return response


class OperatorsDoor:
    """The application, with requests marked that came through the operator's own socket, on one port of this machine.

    Which socket a request came through is asked of the socket, never of the request.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], port: int) -> None:
        self._app, self._port = app, port

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        through = environ.get("gunicorn.socket")
        if through is not None and through.getsockname()[1] == self._port:
            environ[OPERATOR] = True
        return self._app(environ, start_response)


def _monitor() -> Monitor:
    made: Monitor = current_app.extensions["mash.monitor"]
    return made


def _look() -> Readiness:
    return _monitor().looker.look(wiring().database, moment())


def _gauges(found: Readiness) -> Gauges | None:
    """Read the numbers of the record; None where it cannot be read."""
    if found.database or found.migrations:
        return None
    try:
        with reading() as session:
            return gauges(session, moment())
    except (SQLAlchemyError, Unavailable):
        return None


def _of_pages(totals: list[PageTally]) -> Iterator[str]:
    yield "# HELP mash_requests_total Answers, by page and class of status."
    yield "# TYPE mash_requests_total counter"
    for one in totals:
        for name, number in zip(CLASSES, one.statuses, strict=True):
            if number:
                yield f'mash_requests_total{{page="{one.page}",status="{name}"}} {number}'
    yield "# HELP mash_request_seconds How long answers took, by page."
    yield "# TYPE mash_request_seconds histogram"
    ends = [*(f"{limit:g}" for limit in LIMITS), "+Inf"]
    for one in totals:
        for end, number in zip(ends, accumulate(one.times), strict=True):
            yield f'mash_request_seconds_bucket{{page="{one.page}",le="{end}"}} {number}'
        yield f'mash_request_seconds_sum{{page="{one.page}"}} {one.seconds:.6f}'
        yield f'mash_request_seconds_count{{page="{one.page}"}} {sum(one.times)}'


def _of_service(found: Readiness, numbers: Gauges | None) -> Iterator[str]:
    yield from _gauge("mash_ready", "Whether requests are to be sent here.", int(found.ready))
    if numbers is None:
        return
    yield from _gauge("mash_queue_contacts", "Contacts that wait for a decision.", numbers.queue)
    yield from _gauge("mash_queue_red_contacts", "Those of them that are red.", numbers.red)
    yield from _gauge("mash_clocks_late", "Running clocks that are past their time.", numbers.late)
    yield from _gauge("mash_messages_waiting", "Messages to colleagues that wait to be sent.", numbers.outbox)
    if numbers.heartbeat is not None:
        words = "Seconds since deadlines were last watched."
        yield from _gauge("mash_scheduler_heartbeat_age_seconds", words, round(numbers.heartbeat, 1))


def _gauge(name: str, words: str, value: float) -> Iterator[str]:
    yield from (f"# HELP {name} {words}", f"# TYPE {name} gauge", f"{name} {value}")
