"""Where each rule, level, route and code of a version stands in its file."""

from mash.rules.source import Entry

_LISTS = ("rules", "offsets", "urgency", "route_rules", "redirects")
_KEYED = ("levels", "ratings", "bases", "routes", "extra_routes", "instructions")


def places(root: Entry) -> dict[str, int]:
    """Return the line of every id, of every key as `section.key`, of every indicator line as `code/level`.

    Args:
        root: The tree of a version that loads.
    """
    sections = root.mapping()
    found = {name: section.line for name, section in sections.items()}
    for name in _LISTS:
        found |= _ids(sections.get(name))
    for name in _KEYED:
        for item in sections[name].items() if name in sections else []:
            found[f"{name}.{item.mapping()['key'].text()}"] = item.line
    for name in ("duties",):
        found |= (
            {f"{name}.{key}": item.line for key, item in sections[name].mapping().items()} if name in sections else {}
        )
    found |= _indicators(sections["indicators"])
    gates = sections["gates"].mapping()
    found |= _ids(gates["agreement"]) | _ids(Entry([gates["not_a_child"]]))
    for number, item in enumerate(sections["examples"].items() if "examples" in sections else []):
        found[f"examples.{number}"] = item.line
    return found


def _ids(section: Entry | None) -> dict[str, int]:
    return {item.mapping()["id"].text(): item.line for item in section.items()} if section else {}


def _indicators(section: Entry) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, given in section.mapping().items():
        found[code] = given.line
        for line in given.one_or_more():
            level = line.value["level"].text() if isinstance(line.value, dict) else line.text()
            id = f"{code}/{level}"
            repeat = sum(1 for known in found if known == id or known.startswith(f"{id}/"))
            found[f"{id}/{repeat + 1}" if repeat else id] = line.line
    return found
