"""Change one value, item or order in the text of a version; every byte that is not part of the change stays."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

Path = tuple[str | int, ...]
Node = Any
"""A node of ruamel.yaml, whose own types leave out what a kind of node has."""
LONGEST_LINE = 110
_NEXT_KEY = re.compile(r"^[\w-]+:(?=\s)", re.MULTILINE)
_PLAIN = re.compile(r"[^\W\d_][\w ./()'%;-]*")
_NOT_TEXT = frozenset({"null", "true", "false", "~"})


def rewritten(text: str, path: Path, old: Any, new: Any) -> str:
    """Return the text with a value changed, going as deep as old and new are alike so that little is written anew.

    Args:
        path: Keys and places (from 0) that lead to the value; its parent must be there.
        old: The value as it is, as plain data; None if there is none.
        new: The value wanted: text, numbers, booleans, dates, lists and mappings; None takes the key out.
    """
    if _plain(old) == _plain(new):
        return text
    if new is None and isinstance(path[-1], str):
        return without(text, path)
    if isinstance(old, Mapping) and isinstance(new, Mapping) and old and new and set(old) & set(new):
        for key in dict.fromkeys((*new, *old)):
            text = rewritten(text, (*path, key), old.get(key), new.get(key))
        return text
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            text = rewritten(text, (*path, place), before, after)
        return text
    return replaced(text, path, new)


def replaced(text: str, path: Path, value: Any) -> str:
    """Return the text with the value at a path replaced, or its key added where the mapping has none."""
    *above, key = path
    parent = _find(text, tuple(above))
    node = _child(parent, key)
    if isinstance(parent, SequenceNode) and node is not None:
        start = node.start_mark.index
        gap = " " if text[start - 1 : start] == "-" else ""
        return text[:start] + gap + _flow(value, inside=bool(parent.flow_style)) + text[_end(text, node) :]
    if node is not None:
        name = next(name for name, _ in parent.value if name.value == key)
        after = text.index(":", name.end_mark.index) + 1
        beside = text[after : node.start_mark.index].rstrip()  # nothing, or comments
        said = _value(value, _column(parent), flow=bool(parent.flow_style))
        return text[:after] + said + beside + text[_end(text, node) :]
    if parent.flow_style:
        before = parent.end_mark.index - 1
        comma = ", " if parent.value else ""
        return f"{text[:before]}{comma}{_scalar(str(key))}: {_flow(value)}{text[before:]}"
    line, column = text.find("\n", _end(text, parent)), _column(parent)
    at = len(text) if line < 0 else line
    return f"{text[:at]}\n{' ' * column}{_scalar(str(key))}:{_value(value, column, flow=False)}{text[at:]}"


def without(text: str, path: Path) -> str:
    """Return the text without a key or an item."""
    *above, key = path
    parent = _find(text, tuple(above))
    if len(parent.value) == 1 or parent.flow_style:
        whole = _data(parent)
        del whole[key]
        return replaced(text, tuple(above), whole)
    first, last = _lines_of(text, parent, key)
    return text[:first] + text[last:]


def with_item(text: str, path: Path, place: int, item: Mapping[str, Any]) -> str:
    """Return the text with an item put into a list before the one at a place, or at the end."""
    parent = _find(text, path)
    if parent.flow_style or not parent.value:
        return replaced(text, path, [*_data(parent)[:place], dict(item), *_data(parent)[place:]])
    column = parent.value[0].start_mark.column - 2
    return _put(text, parent, place, _block([item], column) + "\n")


def moved(text: str, path: Path, place: int, to: int) -> str:
    """Return the text with an item of a list standing elsewhere, as it was written."""
    parent = _find(text, path)
    first, last = _lines_of(text, parent, place)
    lines = text[first:last]
    lines = lines if lines.endswith("\n") else f"{lines}\n"
    left = text[:first] + text[last:]
    return _put(left, _find(left, path), to, lines)


def _put(text: str, parent: Node, place: int, lines: str) -> str:
    if place < len(parent.value):
        at = _lines_of(text, parent, place)[0]
        return text[:at] + lines + text[at:]
    at = _lines_of(text, parent, len(parent.value) - 1)[1]
    joint = "" if text[:at].endswith("\n") else "\n"
    return text[:at] + joint + lines + text[at:]


def _find(text: str, path: Path) -> Node:
    node = _section(text, path[0]) if path else None
    rest = path[1:]
    if node is None:
        node, rest = _composed(text), path
    for key in rest:
        node = _child(node, key)
    if node is None:
        raise LookupError(f"There is nothing at {path}.")
    return node


@lru_cache(maxsize=4)
def _section(text: str, key: str | int) -> Node | None:
    """Return the value of a key at the left margin, read without the rest of the text; None if that cannot be told.

    A whole document takes a second to read, one section of it much less; what is typed goes into the same text each
    time. Nobody changes a node once it is here.
    """
    begins = [*re.finditer(rf"^{re.escape(str(key))}:(?=\s)", text, re.MULTILINE)]
    if len(begins) != 1:
        return None
    start = begins[0].start()
    after = _NEXT_KEY.search(text, begins[0].end())
    try:
        node = _composed(text[start : after.start() if after else len(text)])
    except MarkedYAMLError:
        return None
    if not isinstance(node, MappingNode) or [name.value for name, _ in node.value] != [key]:
        return None
    _shift(node, start)
    return node.value[0][1]


def _composed(text: str) -> Node:
    """Read text as nodes. A value left empty is marked where it would be written: right after its colon."""
    whole = YAML(typ="safe", pure=True).compose(text)
    for node in _nodes(whole):
        for name, value in node.value if isinstance(node, MappingNode) else ():
            colon = text.find(":", name.end_mark.index, value.start_mark.index)
            if colon >= 0 and value.start_mark.index == value.end_mark.index:
                value.start_mark = value.end_mark = copy(name.end_mark)
                value.start_mark.index = colon + 1
    return whole


def _shift(section: Node, by: int) -> None:
    """Let the marks of a node, and of all in it, tell places in the whole text; nodes may share a mark."""
    marks = {id(mark): mark for node in _nodes(section) for mark in (node.start_mark, node.end_mark)}
    for mark in marks.values():
        mark.index += by


def _nodes(whole: Node) -> Iterator[Node]:
    """Yield a node and all in it, each before what is in it."""
    nodes = [whole]
    while nodes:
        node = nodes.pop()
        yield node
        for part in node.value if isinstance(node, MappingNode | SequenceNode) else ():
            nodes += part if isinstance(part, tuple) else (part,)


def _child(node: Node | None, key: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        found: Node = node.value[key]
        return found
    return None


def _data(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {name.value: _data(value) for name, value in node.value}
    if isinstance(node, SequenceNode):
        return [_data(value) for value in node.value]
    return node.value if node.style else _Written(node.value)


class _Written(str):
    """A plain scalar that is put back exactly as it stood."""

    __slots__ = ()


def _column(parent: Node) -> int:
    if isinstance(parent, MappingNode) and parent.value:
        column: int = parent.value[0][0].start_mark.column
        return column
    return int(parent.start_mark.column)


def _end(text: str, node: Node) -> int:
    """Return where a value's own text ends: what follows a block, such as comments, is not part of it."""
    if isinstance(node, ScalarNode) or node.flow_style or not node.value:
        end: int = node.end_mark.index
        return len(text[:end].rstrip()) if getattr(node, "style", None) in ("|", ">") else end
    last = node.value[-1]
    return _end(text, last[1] if isinstance(last, tuple) else last)


def _lines_of(text: str, parent: Node, key: str | int) -> tuple[int, int]:
    """Return where the lines of an item or key of a block begin and end."""
    if isinstance(parent, MappingNode):
        name, value = next(pair for pair in parent.value if pair[0].value == key)
        start = name.start_mark.index
    else:
        value = parent.value[key]
        start = value.start_mark.index
    first = text.rfind("\n", 0, start) + 1
    if isinstance(parent, MappingNode) and text[first:start].strip():  # the first key, after the dash of an item
        return start, start + len(text[start : _end(text, value)]) + _to_next_key(text, _end(text, value))
    last = text.find("\n", _end(text, value))
    return first, len(text) if last < 0 else last + 1


def _to_next_key(text: str, end: int) -> int:
    after = text[end:]
    return len(after) - len(after.lstrip())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def _value(value: Any, column: int, *, flow: bool) -> str:
    """Write what follows a key's colon, or an item's dash: on the line where it is short, else in lines below."""
    said = _flow(value, inside=flow)
    if flow or not isinstance(value, Mapping | list) or not value or len(said) + column < LONGEST_LINE:
        return f" {said}"
    return f"\n{_block(value, column + 2)}"


def _block(value: Any, column: int) -> str:
    indent = " " * column
    if isinstance(value, Mapping):
        return "\n".join(f"{indent}{_scalar(str(k))}:{_value(part, column, flow=False)}" for k, part in value.items())
    lines = []
    for part in value:
        one = _flow(part)
        if isinstance(part, Mapping) and part and (len(one) + column > LONGEST_LINE or "id" in part):
            one = _block(part, column + 2).lstrip()
        lines.append(f"{indent}- {one}")
    return "\n".join(lines)


def _flow(value: Any, *, inside: bool = False) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(str(key))}: {_flow(part, inside=True)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(part, inside=True) for part in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | _Written) else _scalar(str(value), inside=inside)


def _scalar(text: str, *, inside: bool = True) -> str:
    """Write text so that it is read back as the same text, without quotes where none are needed."""
    bare = text if inside else text.replace(",", "")
    plain = _PLAIN.fullmatch(bare) and text not in _NOT_TEXT and text == text.strip()
    if plain:
        return text
    return "".join(one if one.isprintable() else f"\\U{ord(one):08X}" for one in json.dumps(text, ensure_ascii=False))
