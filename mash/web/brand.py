"""What makes the service a council's own: its colour as a style, its picture; kept by browsers until either changes."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

from mash.colour import lightened
from mash.web.access import anyone
from mash.web.headers import A_YEAR
from mash.web.wiring import wiring

blueprint = Blueprint("brand", __name__)
DARK_SHEET = "#1a2228"
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
OURS = "#17303f"
PRACTICE = "#5b2a86"


def accent() -> str:
    """Return the colour of this installation; practice has its own, whatever the council's is."""
    settings = wiring().settings
    return PRACTICE if settings.practice else settings.accent


def style(colour: str) -> str:
    """Write the style for a colour: solid behind white words, itself for links, lighter for links on a dark screen.

    The colour was seen to be readable when the settings were read.
    """
    light = lightened(colour, DARK_SHEET, 7)
    return (
        f":root{{--deep:{colour};--link:{colour};--link-deep:{colour};--button:{colour}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{--link:{light};--link-deep:{light};--strong:{light}}}}}"
    )


@lru_cache(maxsize=4)
def _picture(path: Path) -> bytes:
    return path.read_bytes()


def branding() -> dict[str, str]:
    """Give templates the addresses of what is set, and the colour for the browser's own bar."""
    settings, colour, found = wiring().settings, accent(), {"colour": accent() or OURS}
    if colour:
        found["style"] = f"/brand/{_digest(colour.encode())}/accent.css"
    if settings.logo:
        found["logo"] = f"/brand/{_digest(_picture(settings.logo))}/logo{settings.logo.suffix.lower()}"
    return found


@blueprint.get("/brand/<version>/accent.css")
@anyone
def show_style(version: str) -> Response:
    """Send the style."""
    if not accent():
        abort(404)
    return _kept(Response(style(accent()), mimetype="text/css"), version, _digest(accent().encode()))


@blueprint.get("/brand/<version>/logo.svg")
@blueprint.get("/brand/<version>/logo.png")
@anyone
def show_logo(version: str) -> Response:
    """Send the picture."""
    path = wiring().settings.logo
    if path is None or not request.path.endswith(path.suffix.lower()):
        abort(404)
    picture = _picture(path)
    return _kept(Response(picture, mimetype=KINDS[path.suffix.lower()]), version, _digest(picture))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _kept(answer: Response, version: str, present: str) -> Response:
    answer.headers["Cache-Control"] = f"public, {A_YEAR}, immutable" if version == present else "no-cache"
    return answer
