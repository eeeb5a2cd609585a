"""Styles and scripts, at addresses that change when any of them does, so that browsers may keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from mash.web.access import anyone
from mash.web.headers import A_YEAR

FOLDER = Path(__file__).resolve().parent / "static"
blueprint = Blueprint("assets", __name__)


@cache
def digest() -> str:
    """Hash every file we serve, names and contents."""
    whole = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(FOLDER)).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def asset(name: str) -> str:
    """Return the address of a style, a script or a picture."""
    return url_for("assets.show", version=digest(), name=name)


@blueprint.get("/static/<version>/<path:name>")
@anyone
def show(version: str, name: str) -> ResponseReturnValue:
    """Send a file; to be kept for a year only at its present address."""
    response = send_from_directory(FOLDER, name)
    response.headers["Cache-Control"] = f"public, {A_YEAR}, immutable" if version == digest() else "no-cache"
    return response
