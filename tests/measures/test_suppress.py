"""No number from 1 to 5 leaves the team, and none can be worked out from what does."""

from hypothesis import given
from hypothesis import strategies as st

from mash.measures.suppress import HIDDEN, suppressed

SUMS = {"all": ("met", "missed")}
pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=4)


def table(parts: list[tuple[int, int]]) -> list[dict[str, int]]:
    rows = [{"met": met, "missed": missed, "all": met + missed} for met, missed in parts]
    return [*rows, {name: sum(row[name] for row in rows) for name in ("met", "missed", "all")}]


def test_one_small_part_hides_the_next_smallest_too() -> None:
    shown = suppressed([{"met": 3, "missed": 40, "all": 43}], SUMS)
    assert shown == [{"met": HIDDEN, "missed": HIDDEN, "all": 43}]


def test_what_is_large_or_nought_stays() -> None:
    assert suppressed([{"met": 0, "missed": 6, "all": 6}], SUMS) == [{"met": 0, "missed": 6, "all": 6}]


@given(parts=pairs)
def test_no_small_number_is_shown_and_no_row_or_column_gives_one_back(parts: list[tuple[int, int]]) -> None:
    rows = table(parts)
    shown = suppressed(rows, SUMS)
    for row, given_out in zip(rows, shown, strict=True):
        assert not {1, 2, 3, 4, 5} & set(given_out.values())
        assert all(given_out[name] in {HIDDEN, number} for name, number in row.items())
    lines = [[(row[name], out[name]) for name in row] for row, out in zip(rows, shown, strict=True)]
    columns = [[(row[name], out[name]) for row, out in zip(rows, shown, strict=True)] for name in rows[0]]
    for line in (*lines, *columns):
        secret = [number for number, out in line if out == HIDDEN]
        assert len(secret) != 1 or not any(number for number, out in line if out != HIDDEN)
