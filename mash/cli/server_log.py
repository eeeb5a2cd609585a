"""What gunicorn has to say, in our own log: its words may quote a request, so only what cannot is kept of them."""

import logging
import sys
from typing import Any

from gunicorn.glogging import Logger
from typing_extensions import override

from mash.log import kind_and_place, log


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn is not typed
    """Gunicorn's logger. Of a message it keeps the template, without what is filled in, and the kind of exception."""

    @override
    def critical(self, msg: Any, *args: Any, **more: Any) -> None:
        self._say(logging.CRITICAL, msg, args)

    @override
    def error(self, msg: Any, *args: Any, **more: Any) -> None:
        self._say(logging.ERROR, msg, args)

    @override
    def exception(self, msg: Any, *args: Any, **more: Any) -> None:
        self._say(logging.ERROR, msg, args)

    @override
    def warning(self, msg: Any, *args: Any, **more: Any) -> None:
        self._say(logging.WARNING, msg, args)

    @override
    def info(self, msg: Any, *args: Any, **more: Any) -> None:
        self._say(logging.INFO, msg, args)

    @override
    def debug(self, msg: Any, *args: Any, **more: Any) -> None:
        self._say(logging.DEBUG, msg, args)

    @override
    def log(self, lvl: Any, msg: Any, *args: Any, **more: Any) -> None:
        self._say(self.LOG_LEVELS.get(lvl.lower(), logging.INFO) if isinstance(lvl, str) else lvl, msg, args)

    def _say(self, level: int, msg: Any, args: tuple[Any, ...]) -> None:
        """Write a line. A message with nothing to fill in may have been filled in already, so it is left out."""
        if level < self.loglevel:
            return
        wrong = sys.exc_info()[1]
        said = [msg if args and isinstance(msg, str) else "", kind_and_place(wrong) if wrong else ""]
        log().log(level, "server", error=" ".join(part for part in said if part))
