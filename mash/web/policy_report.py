"""Where a browser says that a page broke our content policy. The log gets which rule, and nothing of the page."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mash.log import log
from mash.web.access import anyone

blueprint = Blueprint("policy_report", __name__)
DIRECTIVES = frozenset(
    f"{kind}-src{part}"
    for kind in ("default", "script", "style", "img", "connect", "font", "frame", "media", "object")
    for part in ("", "-elem", "-attr")
) | {"form-action", "base-uri", "frame-ancestors"}


@blueprint.post("/policy-report")
@anyone
def take() -> ResponseReturnValue:
    """Note which rule was broken; what is no report is let go."""
    said = request.get_json(force=True, silent=True)
    report = said.get("csp-report") if isinstance(said, dict) else None
    broken = report.get("effective-directive") if isinstance(report, dict) else None
    if isinstance(broken, str) and broken in DIRECTIVES:
        log().warning("policy.broken", error=broken)
    return "", 204
