"""Reading the sector's own files into typed records. Pure: no database, no clock; the day is passed in.

``open_file`` is the way in. Annex A and SSD are read as they are found in use; ``COLUMNS`` is our own fuller file.
"""

from mash.intake.cells import Moment
from mash.intake.codeset import Coded, Method
from mash.intake.identifiers import Checked
from mash.intake.own_columns import COLUMNS, KINDS, Column
from mash.intake.records import (
    Adult,
    ContactRow,
    EpisodeKind,
    EpisodeRow,
    Observed,
    RowProblem,
    RowResult,
    Severity,
)
from mash.intake.source import Format, SourceFile, open_file
from mash.intake.tables import FileRefused

__all__ = [
    "COLUMNS",
    "KINDS",
    "Adult",
    "Checked",
    "Coded",
    "Column",
    "ContactRow",
    "EpisodeKind",
    "EpisodeRow",
    "FileRefused",
    "Format",
    "Method",
    "Moment",
    "Observed",
    "RowProblem",
    "RowResult",
    "Severity",
    "SourceFile",
    "open_file",
]
