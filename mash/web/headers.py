"""What every reply tells the browser: run nothing but ours, show it nowhere else, keep no copy."""

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri /policy-report"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "X-Robots-Tag": "noindex",
}
KEPT = frozenset({"assets.show", "brand.show_style", "brand.show_logo"})
A_YEAR = "max-age=31536000"


def set_up(app: Flask) -> None:
    """Put the headers on every reply, errors and files too."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"{A_YEAR}; includeSubDomains"
        if request.endpoint not in KEPT or response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response
