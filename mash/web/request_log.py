"""One line for each request: which route, how it ended, how long it took. Never an address, a name or an answer."""

import secrets
from time import perf_counter

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

from mash.log import log

UNSAID = frozenset({"assets.show", "monitor.alive", "monitor.ready", "monitor.metrics"})
"""What is asked for so often, or by machines, that a line for each would hide the rest."""


def set_up(app: Flask) -> None:
    """Log every request by its route's pattern."""

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()
        g.request_id = secrets.token_hex(6)
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if request.endpoint not in UNSAID:
            log().info(
                "request",
                method=request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other",
                route=str(request.url_rule) if request.url_rule else "none",
                status=response.status_code,
                ms=round((perf_counter() - g.get("began", perf_counter())) * 1000, 1),
            )
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request_id")
