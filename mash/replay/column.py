"""One column of history: what each child's answer is, as a short dictionary and a few long numbers.

Child i has a code; code 0 means that there is no answer, code n the n-th value. Bit i of plane b is bit b of child i's
code. Which children have one of some answers is then a handful of AND and OR over whole numbers of any width.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from mash.rules.bits import set_bits


def without(number: int, other: int) -> int:
    """Return the bits of one number that are not in another; `number & ~other` comes to the same ten times slower.

    >>> without(0b1101, 0b0100)
    9
    """
    return number ^ (number & other)


class Column:
    """The answers of `size` children: each value written once, and the children's codes cut into planes of bits.

    Planes may be given as what makes them, which is then asked once and only if they are wanted.
    """

    __slots__ = ("_known", "_planes", "size", "values")

    def __init__(
        self, size: int, values: tuple[str, ...], planes: tuple[int, ...] | Callable[[], tuple[int, ...]]
    ) -> None:
        self.size = size
        self.values = values
        self._planes = planes
        self._known: dict[int, int] = {}

    def __repr__(self) -> str:
        return f"Column({self.size}, {self.values}, {self.planes})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Column) and (self.size, self.values, self.planes) == (
            other.size,
            other.values,
            other.planes,
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def planes(self) -> tuple[int, ...]:
        """Return the planes, the lowest bit of the codes first."""
        if not isinstance(self._planes, tuple):
            self._planes = self._planes()
        return self._planes

    @classmethod
    def of_answers(
        cls,
        size: int,
        answers: Mapping[int, str],
        order: Callable[[str], object] | None = None,
        values: tuple[str, ...] | None = None,
    ) -> "Column":
        """Make a column from the answers of those children that have one, by place.

        Args:
            size: How many children there are.
            answers: Place to answer.
            order: By what values are sorted, where they are not given.
            values: All values in order, among them every answer.
        """
        if values is None:
            values = tuple(sorted(set(answers.values()), key=order))  # type: ignore[arg-type]
        codes = {value: code for code, value in enumerate(values, 1)}
        return cls(size, values, _planes(size, {place: codes[value] for place, value in answers.items()}, len(values)))

    @classmethod
    def of_groups(cls, size: int, groups: Mapping[str, int]) -> "Column":
        """Make a column from groups of children that do not overlap, each one number."""
        values = tuple(value for value, group in groups.items() if group)
        planes = [0] * len(values).bit_length()
        for code, value in enumerate(values, 1):
            for bit in set_bits(code):
                planes[bit] |= groups[value]
        return cls(size, values, tuple(planes))

    def where(self, wanted: Callable[[str], bool]) -> int:
        """Return the children whose answer is wanted; those without one are never among them."""
        table = 0
        for code, value in enumerate(self.values, 1):
            if wanted(value):
                table |= 1 << code
        return self.select(table)

    def between(self, least: str | None, most: str | None) -> int:
        """Return the children whose answer lies between two, both included; the values must be in order."""
        first = 0 if least is None else bisect_left(self.values, least)
        last = len(self.values) if most is None else bisect_right(self.values, most)
        return self.select(((1 << last) - (1 << first)) << 1) if first < last else 0

    def groups(self) -> dict[str, int]:
        """Return the children that have each value."""
        return dict(zip(self.values, self.several(_each(len(self.values))), strict=True))

    @property
    def answered(self) -> int:
        """Return the children that have an answer."""
        return self.select(((1 << len(self.values)) - 1) << 1)

    def select(self, table: int) -> int:
        """Return the children whose code is set in a table: bit c of it stands for code c."""
        found = self._known.get(table)
        return self.several((table,))[0] if found is None else found

    def several(self, tables: Sequence[int]) -> list[int]:
        """Return what `select` does for each of several tables; what they share is worked out once."""
        known = self._known
        missing = tuple([table for table in tables if table not in known]) if known else tuple(tables)
        if not missing:
            return [known[table] for table in tables]
        ways, places = _ways(missing, len(self.values))
        found = [0, (1 << self.size) - 1, *self.planes]
        for plane, off, on in ways:
            here = found[plane]
            if off == 0:
                found.append(here & found[on])
            elif on == 0:
                kept = found[off]
                found.append(kept ^ (kept & here))
            elif on == 1:
                found.append(here | found[off])
            else:
                kept = found[off]
                found.append(kept ^ (here & (kept ^ found[on])))
        made = [found[place] for place in places]
        known.update(zip(missing, made, strict=True))
        return made if len(missing) == len(tables) else [known[table] for table in tables]

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


@lru_cache(maxsize=1024)
def _each(values: int) -> tuple[int, ...]:
    """Return for each value the table of its code alone."""
    return tuple(2 << code for code in range(values))


@lru_cache(maxsize=16_384)
def _ways(tables: tuple[int, ...], values: int) -> tuple[tuple[tuple[int, int, int], ...], tuple[int, ...]]:
    """Return how tables are read off planes: steps (plane, off, on), and where among all numbers each table ends up.

    Numbers are nobody, everybody, the planes, then one a step: `on` where the plane is set, `off` where it is not.
    """
    bits = values.bit_length()
    spare = (1 << bits) - 1 - values
    steps: list[tuple[int, int, int]] = []
    done: dict[tuple[int, int], int] = {}

    def those(part: int, bits: int) -> int:
        if part in (0, (1 << (1 << bits)) - 1):
            return int(part != 0)
        if (part, bits) not in done:
            half = 1 << (bits - 1)
            low, high = part & ((1 << half) - 1), part >> half
            done[part, bits] = those(low, bits - 1) if low == high else split(low, high, bits - 1)
        return done[part, bits]

    def split(low: int, high: int, bit: int) -> int:
        off, on = those(low, bit), those(high, bit)
        if (off, on) == (0, 1):
            return 2 + bit
        steps.append((2 + bit, off, on))
        return 1 + len(planes) + len(steps)

    planes = range(bits)
    places = []
    for table in tables:
        whole = table
        if spare and table >> values & 1:  # codes that nobody has go with the last, which is simpler
            whole |= ((1 << spare) - 1) << (values + 1)
        places.append(those(whole, bits))
    return tuple(steps), tuple(places)


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
