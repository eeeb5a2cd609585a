"""What the buttons of a condition's form do to it: rows and groups come, go and change places."""

from collections.abc import Callable
from copy import deepcopy

from mash.web.condition_form import Part, new_row

VERBS = ("row", "signs", "level_at_least", "basis", "group", "around", "copy", "up", "down", "remove")


def change(part: Part, do: str, prefix: str = "when") -> Part:
    """Return the condition after a button: ``verb:place`` with the place as the fields' names begin, ``when-0-1``."""
    verb, _, place = do.partition(":")
    steps = place.removeprefix(prefix).strip("-")
    if (
        verb not in VERBS
        or not place.startswith(prefix)
        or not all(one.isdecimal() and len(one) < 4 for one in steps.split("-") if one)
    ):
        return part
    root = Part("all", [deepcopy(part)])
    above, at = root, 0
    for step in (int(one) for one in steps.split("-") if one):
        above, at = above.parts[at], step
        if at >= len(above.parts):
            return part
    _act(verb, above, at)
    return root.parts[0] if root.parts else Part("all", [new_row()])


def _act(verb: str, above: Part, at: int) -> None:
    here = above.parts[at]
    made: dict[str, Callable[[], Part]] = {
        "row": new_row,
        "group": lambda: Part("any" if here.kind == "all" else "all", [new_row()]),
        "signs": lambda: Part("signs", values={"at_least": 2, "strand": [], "domain": []}),
        "level_at_least": lambda: Part("level_at_least"),
        "basis": lambda: Part("basis"),
    }
    if verb in made:
        if not here.group:
            here = above.parts[at] = Part("all", [here])
        here.parts.append(made[verb]())
    elif verb == "around":
        above.parts[at] = Part("any", [here])
    elif verb == "copy":
        above.parts.insert(at + 1, deepcopy(here))
    elif verb == "remove":
        del above.parts[at]
    elif verb in ("up", "down"):
        _swap(above.parts, at, at + (1 if verb == "down" else -1))


def _swap(parts: list[Part], at: int, to: int) -> None:
    if 0 <= to < len(parts):
        parts[at], parts[to] = parts[to], parts[at]
