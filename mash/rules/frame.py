"""Read the frame of a version: who decided it, and its levels, ratings, legal bases and routes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mash.rules.kind_reader import with_kinds, with_urgencies
from mash.rules.parts import Basis, Level, Note, Rating, Route, Version
from mash.rules.problems import Problems
from mash.rules.source import Entry

T = TypeVar("T", Level, Rating, Basis, Route, Note)
STATUSES, USES = ("live", "draft", "withdrawn"), ("live", "replay_only")


@dataclass(slots=True)
class Frame:
    """The lists that the rest of a version names things from."""

    version: Version
    ratings: tuple[Rating, ...]
    bases: tuple[Basis, ...]
    routes: tuple[Route, ...]
    levels: tuple[Level, ...]
    extra_routes: dict[str, Note]
    duties: dict[str, Note]
    instructions: dict[str, Note]

    def level(self, entry: Entry) -> int:
        """Return the place of a level."""
        return _place(entry, self.levels, "level")

    def rating(self, entry: Entry) -> int:
        """Return the place of a rating."""
        return _place(entry, self.ratings, "rating")

    def route(self, entry: Entry) -> int:
        """Return the place of a main route."""
        return _place(entry, self.routes, "route")


def _place(entry: Entry, parts: tuple[Level, ...] | tuple[Rating, ...] | tuple[Route, ...], kind: str) -> int:
    keys = [part.key for part in parts]
    return keys.index(entry.one_of(keys, kind))


def read_frame(parts: dict[str, Entry], problems: Problems) -> Frame:
    """Read the frame of a version; refuse the file when any of it is wrong.

    Raises:
        DocumentRefused: with every mistake in these sections.
    """
    version: list[Version] = []
    with problems.gather():
        version.append(_version(parts["version"]))
    ratings = _listed(parts["ratings"], _rating, problems, least=1)
    bases = _listed(parts["bases"], _basis, problems)
    routes = _listed(parts["routes"], _route, problems, least=2)
    with problems.gather():
        _check_line(parts["routes"], routes)
    problems.refuse_if_any()
    with problems.gather():
        routes = with_kinds(parts["routes"], routes)
    with problems.gather():
        ratings = with_urgencies(parts["ratings"], ratings)
    extra_routes = _listed(parts["extra_routes"], _extra_route, problems) if "extra_routes" in parts else ()
    instructions = _listed(parts["instructions"], _instruction, problems) if "instructions" in parts else ()
    duties: dict[str, Note] = {}
    with problems.gather():
        if "duties" in parts:
            duties = {key: Note(key, words.text()) for key, words in parts["duties"].mapping().items()}
    problems.refuse_if_any()
    keys = ([rating.key for rating in ratings], [basis.key for basis in bases], [route.key for route in routes])
    levels = _listed(parts["levels"], lambda entry: _level(entry, *keys), problems, least=2)
    with problems.gather():
        _check_rising(parts["levels"], levels)
    problems.refuse_if_any()
    by_key = ({note.key: note for note in extra_routes}, {note.key: note for note in instructions})
    return Frame(version[0], ratings, bases, routes, levels, by_key[0], duties, by_key[1])


def _listed(entry: Entry, read: Callable[[Entry], T], problems: Problems, least: int = 0) -> tuple[T, ...]:
    found: dict[str, T] = {}
    with problems.gather():
        if len(entry.items()) < least:
            raise entry.wrong(f"fewer than {least} are listed", "Add what is missing, lowest first")
        for item in entry.items():
            with problems.gather():
                part = read(item)
                if part.key in found:
                    raise item.wrong(f"the key '{part.key}' is used twice", "Give each its own key")
                found[part.key] = part
    return tuple(found.values())


def _version(entry: Entry) -> Version:
    required = ("id", "title", "status", "use", "approved", "effective_from", "effective_to", "supersedes")
    found = entry.fields((*required, "reason", "approving_body", "training_from"), ("label", "author"))
    begins, ends = found["effective_from"].day(), found["effective_to"].day_or_none()
    if ends is not None and ends < begins:
        raise found["effective_to"].wrong(f"{ends} is before {begins}", "Give the last day in force, or null")
    status, use = found["status"].one_of(STATUSES, "status"), found["use"].one_of(USES, "use")
    if status != "live" and use == "live":
        raise found["use"].wrong(f"a {status} version is never used for live advice", "Write 'use: replay_only'")
    return Version(
        id=found["id"].text(),
        title=found["title"].text(),
        status=status,
        use=use,
        approved=found["approved"].day_or_none(),
        effective_from=begins,
        effective_to=ends,
        supersedes=None if found["supersedes"].value is None else found["supersedes"].text(),
        reason=found["reason"].text(),
        approving_body=found["approving_body"].text(),
        training_from=found["training_from"].day_or_none(),
        label=found["label"].text() if "label" in found else "",
        author=found["author"].text() if "author" in found else "",
    )


def _level(entry: Entry, ratings: list[str], bases: list[str], routes: list[str]) -> Level:
    found = entry.fields(("key", "ordinal", "name", "statutory", "meaning", "responses"), ("rating", "basis"))
    basis = found["basis"].one_or_more() if "basis" in found else []
    return Level(
        key=found["key"].text(),
        ordinal=found["ordinal"].whole(1, 9),
        name=found["name"].text(),
        statutory=found["statutory"].one_of(("no", "mixed", "yes"), "answer to 'statutory'"),
        meaning=found["meaning"].text(),
        responses=tuple(route.one_of(routes, "route") for route in found["responses"].items()),
        rating=ratings.index(found["rating"].one_of(ratings, "rating")) if "rating" in found else None,
        bases=tuple(key.one_of(bases, "basis") for key in basis),
    )


def _check_rising(entry: Entry, levels: tuple[Level, ...]) -> None:
    for item, lower, higher in zip(entry.items()[1:], levels, levels[1:], strict=False):
        if higher.ordinal <= lower.ordinal:
            raise item.wrong(f"ordinal {higher.ordinal} does not rise from {lower.ordinal}", "List levels lowest first")


def _rating(entry: Entry) -> Rating:
    found = entry.fields(("key", "name", "words"), ("urgency",))
    return Rating(found["key"].text(), found["name"].text(), found["words"].text())


def _basis(entry: Entry) -> Basis:
    found = entry.fields(("key", "name", "source"))
    return Basis(found["key"].text(), found["name"].text(), found["source"].text())


def _route(entry: Entry) -> Route:
    found = entry.fields(("key", "name", "words", "statutory", "closes"), ("basis", "needs", "kind", "team"))
    statutory, closes = found["statutory"].flag(), found["closes"].flag()
    if statutory and closes:
        raise found["closes"].wrong("a statutory route never closes a contact", "Write 'closes: false'")
    return Route(
        key=found["key"].text(),
        name=found["name"].text(),
        words=found["words"].text(),
        statutory=statutory,
        closes=closes,
        basis=found["basis"].text() if "basis" in found else "",
        needs=found["needs"].text() if "needs" in found else "",
    )


def _check_line(entry: Entry, routes: tuple[Route, ...]) -> None:
    for item, weaker, stronger in zip(entry.items()[1:], routes, routes[1:], strict=False):
        if weaker.statutory and not stronger.statutory:
            raise item.wrong(
                f"'{stronger.key}' is stronger than a statutory route but not statutory itself",
                "List routes weakest first, all statutory ones last",
            )


def _extra_route(entry: Entry) -> Note:
    found = entry.fields(("key", "name", "words"))
    return Note(found["key"].text(), found["words"].text(), found["name"].text())


def _instruction(entry: Entry) -> Note:
    found = entry.fields(("key", "words"), ("agreement",))
    if "agreement" in found:
        found["agreement"].one_of(("do_not_seek",), "meaning for agreement")
    return Note(found["key"].text(), found["words"].text(), do_not_seek="agreement" in found)
