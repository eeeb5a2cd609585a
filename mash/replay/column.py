"""One column of history: what each child's answer is, as a short dictionary and a few long numbers.

Child i has a code; code 0 means that there is no answer, code n the n-th value. Bit i of plane b is bit b of child i's
code. Which children have one of some answers is then a handful of AND and OR over whole numbers of any width.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


def set_bits(number: int) -> Iterator[int]:
    """Yield the places of the bits that are set, lowest first.

    >>> list(set_bits(0b100101))
    [0, 2, 5]
    """
    for place, byte in enumerate(number.to_bytes((number.bit_length() + 7) // 8, "little")):
        if byte:
            yield from (place * 8 + bit for bit in _BITS[byte])


def of_bits(places: Iterable[int], size: int) -> int:
    """Return the number with these bits set.

    >>> of_bits([0, 2, 5], 6)
    37
    """
    packed = bytearray(size // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")


@dataclass(frozen=True, slots=True)
class Column:
    """The answers of `size` children: each value written once, and the children's codes cut into planes of bits."""

    size: int
    values: tuple[str, ...]
    planes: tuple[int, ...]
    _known: dict[int, int] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of_answers(
        cls, size: int, answers: Mapping[int, str], order: Callable[[str], object] | None = None
    ) -> "Column":
        """Make a column from the answers of those children that have one, by place."""
        values = tuple(sorted(set(answers.values()), key=order))  # type: ignore[arg-type]
        codes = {value: code for code, value in enumerate(values, 1)}
        return cls(size, values, _planes(size, {place: codes[value] for place, value in answers.items()}, len(values)))

    @classmethod
    def of_groups(cls, size: int, groups: Mapping[str, int]) -> "Column":
        """Make a column from groups of children that do not overlap, each one number."""
        values = tuple(value for value, group in groups.items() if group)
        planes = [0] * len(values).bit_length()
        for code, value in enumerate(values, 1):
            for bit in _bits_of(code):
                planes[bit] |= groups[value]
        return cls(size, values, tuple(planes))

    def where(self, wanted: Callable[[str], bool]) -> int:
        """Return the children whose answer is wanted; those without one are never among them."""
        table = 0
        for code, value in enumerate(self.values, 1):
            if wanted(value):
                table |= 1 << code
        return self.select(table)

    def groups(self) -> dict[str, int]:
        """Return the children that have each value."""
        return {value: self.select(1 << code) for code, value in enumerate(self.values, 1)}

    @property
    def answered(self) -> int:
        """Return the children that have an answer."""
        return self.select(((1 << len(self.values)) - 1) << 1)

    def select(self, table: int) -> int:
        """Return the children whose code is set in a table: bit c of it stands for code c."""
        found = self._known.get(table)
        if found is None:
            found = self._known[table] = self._select(table)
        return found

    def _select(self, table: int) -> int:
        full, codes = (1 << self.size) - 1, 1 << len(self.planes)
        spare = codes - 1 - len(self.values)
        if spare and table >> len(self.values) & 1:  # codes that nobody has go with the last, which is simpler
            table |= ((1 << spare) - 1) << (len(self.values) + 1)
        done: dict[tuple[int, int], int] = {}

        def those(part: int, bits: int) -> int:
            half = 1 << (bits - 1) if bits else 0
            if part == 0:
                return 0
            if part == (1 << (1 << bits)) - 1:
                return full
            if (part, bits) not in done:
                low, high = part & ((1 << half) - 1), part >> half
                off = those(low, bits - 1)
                done[part, bits] = off if low == high else _choose(self.planes[bits - 1], off, those(high, bits - 1))
            return done[part, bits]

        return those(table, len(self.planes))

    def at(self, place: int) -> str | None:
        """Return the answer of one child."""
        code = sum((plane >> place & 1) << bit for bit, plane in enumerate(self.planes))
        return self.values[code - 1] if code else None

    def answers(self) -> list[str | None]:
        """Return every child's answer, in order."""
        found: list[str | None] = [None] * self.size
        for value, group in self.groups().items():
            for place in set_bits(group):
                found[place] = value
        return found


def _choose(plane: int, off: int, on: int) -> int:
    """Take `on` where a bit of the plane is set, and `off` where it is not."""
    return off ^ (plane & (off ^ on))


def _bits_of(code: int) -> Sequence[int]:
    return _BITS[code] if code < len(_BITS) else [bit for bit in range(code.bit_length()) if code >> bit & 1]


def _planes(size: int, codes: Mapping[int, int], most: int) -> tuple[int, ...]:
    """Cut codes by place into planes of bits, a byte of every code at a time."""
    planes: list[int] = []
    for low in range(0, most.bit_length(), 8):
        bytes_ = bytearray(size)
        for place, code in codes.items():
            bytes_[place] = code >> low & 255
        bytes_.reverse()  # the first child is the lowest bit, which is written last
        planes += [int(bytes_.translate(_DIGIT[bit]) or b"0", 2) for bit in range(min(8, most.bit_length() - low))]
    return tuple(planes)


_DIGIT = [bytes(b"01"[byte >> bit & 1] for byte in range(256)) for bit in range(8)]
