"""Make the web application from a database, settings and a rule book."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from typing_extensions import override
from werkzeug.middleware.proxy_fix import ProxyFix

from mash import config
from mash.backup.pages_key import FollowedKey
from mash.config import Config
from mash.db import Database
from mash.openid import Provider
from mash.rules import RuleBook
from mash.web import access, errors, filters, headers, monitor, reads, request_check, request_log
from mash.web.assets import asset
from mash.web.brand import branding
from mash.web.navigation import places
from mash.web.notices import waiting_notices
from mash.web.once import form_token
from mash.web.pages import PAGES
from mash.web.tallies import Tallies
from mash.web.watching import unwatched
from mash.web.wiring import Wiring, moment, wiring
from mash.web.words import MARKING, ROLES, SERVICE

LARGEST_REQUEST = 1024 * 1024


class Templates(Environment):
    """Our templates, which all see the same globals.

    Each import on a page, of which there are hundreds, sets its template's globals against the page's. Jinja gives each
    template a chain of its own for that, which is slow to go through; one dictionary is not.
    """

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def create_app(database: Database, settings: Config, rulebook: RuleBook, tallies: Tallies | None = None) -> Flask:
    """Make the application. What it counts goes into ``tallies`` where several processes count together.

    Raises:
        Misconfigured: If the secret behind form tokens cannot be read or made.
        RuntimeError: If a view does not say who may open it.
    """
    app = Flask("mash.web", static_folder=None, template_folder="templates")
    config.prepare_folder(settings)
    key = FollowedKey(settings.folder)
    provider = Provider(settings.oidc) if settings.oidc else None
    app.jinja_environment = Templates
    app.extensions["mash"] = Wiring(database, settings, rulebook, key, provider)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=list(settings.hosts),
        PROPAGATE_EXCEPTIONS=False,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    request_log.set_up(app)
    request_check.set_up(app)
    access.set_up(app)
    headers.set_up(app)
    reads.set_up(app)
    errors.set_up(app)
    _templates(app, settings)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    access.require_declarations(app)
    monitor.set_up(app, tallies or Tallies())
    return app


def _templates(app: Flask, settings: Config) -> None:
    """Find our templates and the design system's macros; give them what every page shows."""
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("mash.web", "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja", "templates")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    filters.set_up(app)
    app.jinja_env.globals.update(
        asset=asset,
        form_token=form_token,
        places=places,
        notices=waiting_notices,
        unwatched=unwatched,
        who=access.who,
        has_role=access.has_role,
        service=SERVICE,
        marking=MARKING,
        role_words=ROLES,
        council=settings.council,
        duty_phone=settings.duty_phone,
        idle_minutes=int(settings.idle.total_seconds()) // 60,
    )

    @app.context_processor
    def present() -> dict[str, Any]:
        return {"now": moment(), "brand": branding(), "practice": wiring().settings.practice}
