"""Write CSV that a spreadsheet opens as it was meant: every cell quoted, and none of them run as a formula."""

from collections.abc import Iterable

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Iterable[str]) -> str:
    """Write one line; a cell that a spreadsheet would run as a formula is kept as text.

    >>> print(csv_line(["C-26-00001", "=1+1", "Zoë"]), end="")
    "C-26-00001","'=1+1","Zoë"
    """
    guarded = (f"'{cell}" if cell.startswith(STARTS_A_FORMULA) else cell for cell in cells)
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in guarded) + "\n"
