"""Styles and scripts, at addresses that change when any of them does, so that browsers may keep them for a year.

All of them are held in memory, plain and compressed: they are few and small, and nothing else can be asked for.
"""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

from mash.web.access import anyone
from mash.web.headers import A_YEAR

FOLDER = Path(__file__).resolve().parent / "static"
SERVED = frozenset({".css", ".js", ".svg", ".txt"})
blueprint = Blueprint("assets", __name__)


@cache
def files() -> dict[str, tuple[bytes, bytes]]:
    """Read every file we serve, by name: as it is, and compressed."""
    found = sorted(path for path in FOLDER.rglob("*") if path.suffix in SERVED and path.is_file())
    contents = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in found}
    return {name: (content, gzip.compress(content, mtime=0)) for name, content in contents.items()}


@cache
def digest() -> str:
    """Hash every file we serve, names and contents."""
    whole = hashlib.sha256()
    for name, (content, _) in files().items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return whole.hexdigest()[:16]


def asset(name: str) -> str:
    """Return the address of a style, a script or a picture."""
    return f"/static/{digest()}/{name}"


@blueprint.get("/static/<version>/<path:name>")
@anyone
def show(version: str, name: str) -> Response:
    """Send a file; to be kept for a year only at its present address."""
    if name not in files():
        abort(404)
    plain, small = files()[name]
    compressed = request.accept_encodings.quality("gzip") > 0
    response = Response(small if compressed else plain, mimetype=mimetypes.guess_type(name)[0])
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, {A_YEAR}, immutable" if version == digest() else "no-cache"
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    return response
