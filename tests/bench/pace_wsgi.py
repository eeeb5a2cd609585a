"""The product as it is served, with a bare Flask page of 22 KB beside it at /bare, for the same workers to answer."""

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from wsgi import app as product

LINE = "<p>A line of a page that knows nobody, asks nothing and is the same for everyone, every time it is sent.</p>\n"
PAGE = f"<!doctype html><title>Bare</title>\n{LINE * (22_500 // len(LINE))}"

bare = Flask("bare")
bare.add_url_rule("/", view_func=lambda: PAGE)
app = DispatcherMiddleware(product, {"/bare": bare})
