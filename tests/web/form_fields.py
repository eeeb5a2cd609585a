"""The fields of one form of a page, as a browser would send them."""

from html.parser import HTMLParser

from typing_extensions import override


class _Fields(HTMLParser):
    def __init__(self, id: str) -> None:
        super().__init__()
        self.id, self.inside, self.area, self.choice = id, False, "", ""
        self.found: dict[str, list[str]] = {}

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = at.get("id") == self.id
        elif self.inside and tag == "option":
            self._option(at)
        elif self.inside and at.get("name"):
            self._named(tag, at)

    def _named(self, tag: str, at: dict[str, str]) -> None:
        if tag == "input" and (at.get("type") not in {"checkbox", "radio"} or "checked" in at):
            self.found.setdefault(at["name"], []).append(at.get("value", ""))
        elif tag == "textarea":
            self.area, self.found[at["name"]] = at["name"], [""]
        elif tag == "select":
            self.choice = at["name"]

    def _option(self, at: dict[str, str]) -> None:
        if self.choice not in self.found or "selected" in at:
            self.found[self.choice] = [at.get("value", "")]

    @override
    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][0] += data

    @override
    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self.area = "" if tag == "textarea" else self.area


def form_of(page: str, id: str = "item") -> dict[str, list[str] | str]:
    """Read a form: each name with its values. What is ticked, chosen or written; no buttons."""
    reader = _Fields(id)
    reader.feed(page)
    return dict(reader.found)
