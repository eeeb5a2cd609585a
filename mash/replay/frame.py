"""Children side by side as named columns: how history is kept, and how a result is. One form, hashed and packed.

The packed form is a header in JSON (size, and of each column its values and the length of its planes), then the planes,
then the keys. It is compressed; the digest is of what it holds, so that it does not depend on the compressor.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping

from mash.replay.column import Column

EMPTY = Column(0, (), ())
_LENGTH = struct.Struct("<I")


class NotAFrame(ValueError):
    """The bytes are not what was kept: cut short, changed, or not ours."""


class Frame:
    """Columns of the same children. `keys` names each child, in order; whoever made the frame says of what.

    Keys may be given as what makes them, with the number of children, and are then made only if they are wanted.
    """

    __slots__ = ("_keys", "columns", "size")

    def __init__(
        self,
        keys: tuple[str, ...] | Callable[[], tuple[str, ...]],
        columns: Mapping[str, Column],
        size: int | None = None,
    ) -> None:
        self._keys = keys
        self.columns = columns
        self.size = len(self.keys) if size is None else size

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what names each child."""
        if not isinstance(self._keys, tuple):
            self._keys = self._keys()
        return self._keys

    @property
    def full(self) -> int:
        """Return a number with a bit for each child."""
        return (1 << self.size) - 1

    def column(self, name: str) -> Column:
        """Return a column; where none was kept, one in which nobody has an answer."""
        return self.columns.get(name) or Column(self.size, (), ())

    def where(self, name: str, value: str) -> int:
        """Return the children with one value in one column."""
        return self.column(name).where(value.__eq__)

    def under(self, prefix: str) -> Iterator[tuple[str, Column]]:
        """Yield the columns whose names begin so, without that beginning."""
        for name, column in self.columns.items():
            if name.startswith(prefix):
                yield name[len(prefix) :], column

    def unpacked(self) -> bytes:
        """Return everything in the frame as bytes, the same for the same content."""
        width = (self.size + 7) // 8
        named = sorted(self.columns.items())
        head = {"size": self.size, "columns": [[name, column.values, len(column.planes)] for name, column in named]}
        said = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        planes = [plane.to_bytes(width, "little") for _, column in named for plane in column.planes]
        return b"".join([_LENGTH.pack(len(said)), said, *planes, keys_packed(self.keys)])

    def digest(self) -> str:
        """Return the SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.unpacked()).hexdigest()

    def packed(self) -> bytes:
        """Return the frame compressed."""
        return zlib.compress(self.unpacked(), 6)

    @classmethod
    def read(cls, packed: bytes, digest: str | None = None) -> "Frame":
        """Return the frame that `packed` wrote.

        Raises:
            NotAFrame: when the bytes are not whole, or are not those that had this digest.
        """
        try:
            raw = zlib.decompress(packed)
            if digest is not None and hashlib.sha256(raw).hexdigest() != digest:
                raise NotAFrame("The bytes are not those that were kept: their hash differs.")
            (length,) = _LENGTH.unpack_from(raw)
            head = json.loads(raw[_LENGTH.size : _LENGTH.size + length])
            return cls._from(head, memoryview(raw)[_LENGTH.size + length :])
        except (zlib.error, struct.error, ValueError, KeyError, IndexError) as wrong:
            if isinstance(wrong, NotAFrame):
                raise
            raise NotAFrame(f"The bytes are not those of a frame: {wrong}.") from wrong

    @classmethod
    def _from(cls, head: dict[str, object], rest: memoryview) -> "Frame":
        size, columns, at = int(str(head["size"])), {}, 0
        width = (size + 7) // 8
        for name, values, planes in head["columns"]:  # type: ignore[attr-defined]
            numbers = [
                int.from_bytes(rest[at + n * width : at + (n + 1) * width], "little") for n in range(int(planes))
            ]
            columns[name] = Column(size, tuple(values), tuple(numbers))
            at += int(planes) * width
        return cls(keys_read(bytes(rest[at:]), size), columns)


def keys_packed(keys: tuple[str, ...]) -> bytes:
    """Write keys that are rising numbers as the steps between them, which compress to little; others as they are."""
    try:
        numbers = [int(key) for key in keys]
    except ValueError:
        numbers = []
    if numbers and [str(number) for number in numbers] == list(keys):
        steps = [now - before for before, now in zip([0, *numbers], numbers, strict=False)]
        return b"n" + ",".join(map(str, steps)).encode()
    return b"w" + "\n".join(keys).encode()


def keys_read(raw: bytes, size: int) -> tuple[str, ...]:
    written = raw[1:].decode()
    if raw[:1] == b"n":
        total, found = 0, []
        for step in written.split(","):
            total += int(step)
            found.append(str(total))
        return tuple(found)
    keys = tuple(written.split("\n")) if size else ()
    if len(keys) != size:
        raise NotAFrame("The bytes are not those of a frame: some keys are missing.")
    return keys
