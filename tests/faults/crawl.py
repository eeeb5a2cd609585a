"""Every form of the service, found by following its own links as each role does, on contacts in every state."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from typing_extensions import override
from werkzeug.exceptions import HTTPException

from mash.queries.access import ROLES
from tests.faults.nth_call import OPERATIONS
from tests.faults.rig import House

PAGES_OF_ONE = {"/contacts/<reference>": 6, "/contacts/<reference>/change": 2}
"""How many pages of one rule are read, where not one: contacts differ by their state."""
LEAVES = {"/sign-out"}
TYPED = {"text", "search", "email", "tel", "url", "number", "password", "textarea"}


@dataclass
class Found:
    """A form as a browser would send it.

    Attributes:
        fields: Each name with its values as they stand; of those not chosen, what they offer.
        typed: Names of fields that are written in, rather than chosen.
    """

    role: str
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...]]:
        """Which form it is, whatever contact it is of."""
        shape = re.sub(r"C-\d\d-\d+|\d+", "#", self.action)
        return self.role, self.method, shape, tuple(sorted(re.sub(r"\d+", "#", name) for name in self.fields))


class Reader(HTMLParser):
    """Reads the links and the forms of a page."""

    def __init__(self, role: str, page: str) -> None:
        super().__init__()
        self.role, self.page = role, page
        self.links: list[str] = []
        self.forms: list[Found] = []
        self.by_id: dict[str, Found] = {}
        self._form: Found | None = None
        self._in = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "a" and at.get("href", "").startswith("/"):
            self.links.append(at["href"].partition("#")[0])
        elif tag == "form":
            self._form = Found(self.role, at.get("action") or self.page, at.get("method", "get").upper())
            self.forms.append(self._form)
            self.by_id[at.get("id", "")] = self._form
        elif tag in {"input", "textarea", "select", "button"} and at.get("name"):
            self._field(tag, at)
        elif tag == "option" and self._in and (form := self._form) and ("selected" in at or not form.fields[self._in]):
            form.fields[self._in] = [at.get("value", "")]

    def _field(self, tag: str, at: dict[str, str]) -> None:
        form = self.by_id.get(at["form"]) if at.get("form") else self._form
        if form is None:
            return
        name, kind = at["name"], at.get("type", "text") if tag == "input" else tag
        values = form.fields.setdefault(name, [])
        if kind in {"textarea", "select"}:
            self._in = name if form is self._form and kind == "select" else ""
        elif kind in {"radio", "button"}:
            form.fields[name] = values or [at.get("value", "")]
        elif kind != "checkbox" or "checked" in at:
            values.append(at.get("value", ""))
        if kind in TYPED:
            form.typed.add(name)

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._in = ""


@dataclass
class Crawled:
    """What was found: one of each form, the addresses that were read, and the names that addresses take after a ?."""

    forms: list[Found]
    pages: list[tuple[str, str]]
    asked: set[str]


def stage(house: House) -> None:
    """Put contacts in many states into a house, and a draft of the thresholds."""
    for operation in OPERATIONS:
        operation.prepare(house)
    reviewer = house.browser("reviewer")
    begun = {"based_on": "dn-2022-05", "title": "Levels of need, April 2027", "name": "dn-2027-04"}
    assert reviewer.send("/thresholds", "/thresholds/drafts", **begun).status_code == 303


def rule_of(app: Flask, path: str) -> str:
    """Name the rule that an address belongs to; empty for none."""
    try:
        rule, _ = app.url_map.bind("127.0.0.1").match(path, return_rule=True)
    except HTTPException:
        return ""
    return rule.rule


def crawl(house: House, roles: tuple[str, ...] = ROLES) -> Crawled:
    """Follow every link that these roles see, a page of each rule, and read their forms."""
    forms: dict[tuple[str, str, str, tuple[str, ...]], Found] = {}
    pages: list[tuple[str, str]] = []
    asked: set[str] = set()
    for role in roles:
        for path, reader in _pages(house, role):
            pages.append((role, path))
            asked.update(name for link in reader.links for name, _ in parse_qsl(urlsplit(link).query, True))
            for one in reader.forms:
                if one.action not in LEAVES:
                    forms.setdefault(one.key, one)
    return Crawled(list(forms.values()), pages, asked)


def _pages(house: House, role: str) -> Iterator[tuple[str, Reader]]:
    browser, waiting, seen, read = house.browser(role), ["/", "/account"], set[str](), dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        rule = rule_of(house.app, urlsplit(path).path)
        if path in seen or not rule or read.get(rule, 0) >= PAGES_OF_ONE.get(rule, 1) or rule.startswith("/static"):
            continue
        seen.add(path)
        read[rule] = read.get(rule, 0) + 1
        answer = browser.get(path, follow_redirects=True)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            reader = Reader(role, urlsplit(path).path)
            reader.feed(answer.text)
            waiting += reader.links
            yield path, reader
