"""The product as it is served, with a bare Flask page of 22 KB beside it at /bare, for the same workers to answer."""

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

LINE = "<p>A line of a page that knows nobody, asks nothing and is the same for everyone, every time it is sent.</p>\n"
PAGE = f"<!doctype html><title>Bare</title>\n{LINE * (22_500 // len(LINE))}"


def make_app() -> DispatcherMiddleware:
    """Make both, over the database that the environment names."""
    from wsgi import app as product  # opens the database, so not before there is one

    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: PAGE)
    return DispatcherMiddleware(product, {"/bare": bare})
