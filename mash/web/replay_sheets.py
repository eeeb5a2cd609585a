"""The report of a replay for the board as a workbook: the same numbers as on paper, with the same ones hidden."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from mash.intake.xlsx_out import Cell, Sheet, write_xlsx
from mash.measures.board_report import Board, FromTo, Group
from mash.replay.text import AWAY
from mash.web.replay_words import Words

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(said: Mapping[str, Any], lines: Sequence[str], board: Board, words: Words) -> bytes:
    """Write a report as the bytes of a workbook: the same for the same report."""
    out = BytesIO()
    write_xlsx(out, [*_sheets(said, lines, board, words)])
    return out.getvalue()


def _sheets(said: Mapping[str, Any], lines: Sequence[str], board: Board, words: Words) -> Iterator[Sheet]:
    names = {side: said[side]["id"] for side in ("baseline", "candidate")}
    again = {"Compared with": said["baseline"]["hash"], "Rehearsed": said["candidate"]["hash"]}
    again |= {"History": said["cohort"]["digest"], "Program": said["code"], "Again": said["command"]}
    hidden = "c: hidden, as it is under 6 or would tell one that is"
    yield "In words", [*([line] for line in lines), [hidden], *([name, told] for name, told in again.items())]
    for axis, table in (("level", board.by_level), ("route", board.by_route)):
        yield f"By {axis}", _from_to(table, names, words)
    yield "Turned away", _away(board, names)
    for name, groups in board.groups.items():
        yield name[:31], _groups(name, groups, names)


def _away(board: Board, names: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    yield ["Turned away by", *names.values()]
    for what in board.away["baseline"]:
        yield [AWAY[what], *(board.away[side][what] for side in names)]


def _from_to(table: FromTo, names: Mapping[str, str], words: Words) -> Iterator[Sequence[Cell]]:
    yield [f"{names['baseline']} (rows), {names['candidate']}", *map(words.of, table.columns), "All"]
    for row, counts, total in zip(table.rows, table.counts, table.row_totals, strict=True):
        yield [words.of(row), *counts, total]
    yield ["All", *table.column_totals, table.total]


def _groups(name: str, groups: Sequence[Group], names: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    yield [name, "Children", *(f"Referred by {id}" for id in names.values()), "Difference, points", "Low", "High"]
    for one in groups:
        points = [None if share is None else round(100 * share, 1) for share in (one.difference, *(one.range or ()))]
        yield [one.name, one.children, one.before, one.after, *points]
