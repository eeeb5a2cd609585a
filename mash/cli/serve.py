"""Command ``serve``: the pages, over gunicorn, a few processes of a few threads each."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from typing_extensions import override

from mash import config, log
from mash.cli.opening import opened, rulebook_of
from mash.cli.ready import require_engine, require_settings, require_sound
from mash.cli.server_log import ServerLog
from mash.config import Config, Misconfigured
from mash.db import open_database, reading
from mash.journeys.set_up import require_adopted
from mash.rules import RuleBook
from mash.web.app import create_app
from mash.web.monitor import OperatorsDoor
from mash.web.tallies import Tallies

BACKLOG = 256
GRACE_SECONDS = 30


class Served(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
    """The application as gunicorn runs it: made in each worker after the fork, so that no connection crosses it."""

    def __init__(self, load: Callable[[], Any], options: dict[str, Any]) -> None:
        self._load, self._options = load, options
        super().__init__()

    @override
    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    @override
    def load(self) -> Any:
        return self._load()


@click.command(
    epilog="Exit codes: 0 stopped when asked, 2 wrong usage, 3 the address, database or a setting cannot be used."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes, of 4 threads each."
)
@click.option("--with-scheduler", is_flag=True, help="Run the scheduler beside it, for use on one machine.")
@click.option(
    "--monitor-port",
    type=click.IntRange(0, 65535),
    help="Answer /readyz with reasons, and /metrics, on this port of this machine alone.",
)
def serve(host: str, port: int, workers: int, with_scheduler: bool, monitor_port: int | None) -> None:
    """Serve the pages until stopped with Ctrl-C.

    Put a proxy that speaks HTTPS in front of any address but this machine's own, and set MASH_TRUSTED_PROXIES.

    \b
    mash serve                                  http://127.0.0.1:8000
    mash serve --port 8080 --workers 4
    mash serve --with-scheduler                 all of it with one command
    mash serve --monitor-port 9101              for Prometheus: http://127.0.0.1:9101/metrics
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    log.set_up()
    settings = config.from_environment()
    require_settings(settings, host=host)
    rulebook = ready_rulebook(settings)
    listening = listen(host, port)
    url = f"http://{host}:{listening.getsockname()[1]}"
    if with_scheduler:
        start_scheduler(practice=settings.practice)
    watched = listen("127.0.0.1", monitor_port) if monitor_port is not None else None
    watched_port = watched.getsockname()[1] if watched else 0
    click.echo(f"Serving on {url} – stop with Ctrl-C.")
    if watched:
        click.echo(f"Monitor at http://127.0.0.1:{watched_port}/metrics")
    tallies = Tallies(rows=2 * workers + 2)  # those that end and those that begin, while it is told to load anew
    sockets = [listening, watched] if watched else [listening]

    def load() -> Any:
        app = create_app(open_database(settings), settings, rulebook, tallies)
        return OperatorsDoor(app, watched_port) if watched else app

    Served(load, options(sockets, workers) | rows(tallies)).run()


def ready_rulebook(settings: Config) -> RuleBook:
    """Read the thresholds once for all workers, having seen that the database answers and they are those adopted.

    Raises:
        Misconfigured, Unavailable, ThresholdsChanged, DocumentRefused: In one line, or one a problem.
    """
    require_engine()
    with opened(settings) as database, reading(database) as session:
        require_sound(database)
        rulebook = rulebook_of(settings)
        require_adopted(session, rulebook)
    return rulebook


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket at once, so that a taken port is known before anything else happens.

    Raises:
        Misconfigured: If the address is taken or is not ours.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as wrong:
        listening.close()
        raise Misconfigured(
            f"Cannot listen on {host}:{port} ({wrong.strerror}). Stop what is using it, or choose another with --port."
        ) from wrong
    return listening


def rows(tallies: Tallies) -> dict[str, Any]:
    """Give each worker a row of its own to count in, and take it back from one that ended, however it did."""

    def begin(_: Any, worker: Any) -> None:
        worker.row = tallies.take_row()

    def use(_: Any, worker: Any) -> None:
        tallies.use_row(worker.row)

    def end(_: Any, worker: Any) -> None:
        tallies.give_back(worker.row)

    return {"pre_fork": begin, "post_fork": use, "child_exit": end}


def options(listening: Sequence[socket.socket], workers: int) -> dict[str, Any]:
    """Give gunicorn's settings. Who a request came from is settled in the application, never by gunicorn."""
    return {
        "bind": [f"fd://{one.fileno()}" for one in listening],
        "worker_class": "gthread",
        "workers": workers,
        "threads": 4,
        "graceful_timeout": GRACE_SECONDS,
        "loglevel": "warning",
        "logger_class": ServerLog,
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "proc_name": "mash",
    }


def start_scheduler(*, practice: bool = False) -> None:
    """Start the scheduler as a process of its own. It ends when this one does, however and however soon that is."""
    words = ["scheduler", "--while-parent-runs", str(os.getpid()), *(["--practice"] if practice else [])]
    subprocess.Popen([sys.executable, "-m", "mash.cli", *words])  # noqa: S603  # our own words
