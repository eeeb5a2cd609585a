"""Every address of the application, for tests that must hold for pages nobody has thought of yet."""

import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

MADE_UP = {"int": "999999", "path": "none.css", "any": "csv", "string": "C-26-99999", "default": "C-26-99999"}


def address(rule: Rule) -> str:
    """Fill a rule with arguments that name nothing."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", lambda part: MADE_UP[part[1] or "default"], rule.rule)


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def methods(rule: Rule) -> Iterator[str]:
    yield from sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
