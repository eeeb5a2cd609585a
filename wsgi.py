"""What a web server runs: the application, made from the environment. ``gunicorn wsgi:app``."""

from flask import Flask

from mash import config, log, migrate
from mash.db import open_database, reading
from mash.journeys.purpose import require_purpose
from mash.journeys.set_up import require_adopted
from mash.rules import RuleBook
from mash.web.app import create_app


def make() -> Flask:
    """Make the application, or stop with one line that says why not."""
    log.set_up()
    settings = config.from_environment()
    database = open_database(settings)
    migrate.require_up_to_date(database, settings.migrations)
    rulebook = RuleBook.load(settings.thresholds)
    with reading(database) as session:
        require_purpose(session, practice=settings.practice)
        require_adopted(session, rulebook)
    return create_app(database, settings, rulebook)


app = make()
