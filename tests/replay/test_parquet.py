"""History comes back from Parquet as it went in, is read as it passes, and files that are spoilt or strange say so."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mash.replay.compare import Cohort, Period
from mash.replay.frame import NotAFrame
from mash.replay.from_file import HistoryRefused, cohort_from
from mash.replay.parquet import cohort_from_parquet, is_frozen, segments_of, write_frozen
from mash.replay.rehearse import rehearse
from tests.replay.history import a_cohort, a_past
from tests.rules.small import CATALOGUE
from tests.rules.written import a_ruleset

OLD = a_ruleset(indicators={"ng-late": "L2"})
NEW = a_ruleset(indicators={"ng-late": "L4"})


def some() -> Cohort:
    return a_cohort([a_past(number, {"age_years": number, "ng-late": "present"}) for number in range(11)])


def digest(cohort: Cohort) -> str:
    return rehearse(cohort, OLD, NEW, Period()).digest


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    path = tmp_path / "history.parquet"
    assert write_frozen(path, segments_of(some().frames)) == 11
    return path


def test_frozen_history_comes_back_frame_by_frame(frozen: Path) -> None:
    kept, again = some(), cohort_from_parquet(frozen, CATALOGUE)
    assert (again.digest, again.upto, len(again.histories)) == (kept.digest, kept.upto, 3)
    assert [one.frame.unpacked() for one in again.histories] == [frame.unpacked() for frame in kept.frames]
    assert digest(again) == digest(kept)
    assert list(again.histories)[0] is not list(again.histories)[0]  # noqa: RUF015  # each pass reads anew


def test_a_table_of_contacts_says_what_the_same_csv_says(tmp_path: Path) -> None:
    path = tmp_path / "contacts.parquet"
    facts = [{"age_years": 9, "ng-early": "present"}, {"age_years": None, "ng-early": "absent"}, None]
    shape = pa.struct([("age_years", pa.int32()), ("ng-early", pa.string())])
    columns = {
        "id": pa.array([7, 8, 9]),
        "received": pa.array([date(2021, 3, 8)] * 3),
        "facts": pa.array(facts, shape),
        "later.worse": pa.array([40, None, 3]),
    }
    pq.write_table(pa.table(columns), path)
    lines = ["id,received,facts,later.worse\n"]
    lines.append('7,2021-03-08,"{""age_years"":9,""ng-early"":""present""}",40\n')
    lines.append('8,2021-03-08,"{""ng-early"":""absent""}",\n9,2021-03-08,,3\n')
    assert not is_frozen(path)
    text = "".join(lines).splitlines(keepends=True)
    assert cohort_from_parquet(path, CATALOGUE).digest == cohort_from(text, CATALOGUE).digest


def test_whole_numbers_with_gaps_that_became_floats_are_whole_again(tmp_path: Path) -> None:
    path = tmp_path / "contacts.parquet"
    facts = [{"age_years": 9.0, "contacts_12m": None}, {"age_years": float("nan"), "contacts_12m": 2.0}]
    columns = {
        "id": pa.array([7.0, 8.0]),
        "received": pa.array(["2021-03-08"] * 2),
        "facts": pa.array(facts, pa.struct([("age_years", pa.float64()), ("contacts_12m", pa.float64())])),
        "level": pa.array([3.0, float("nan")]),
        "later.worse": pa.array([None, 40.0], pa.float64()),
    }
    pq.write_table(pa.table(columns), path)
    lines = ["id,received,facts,level,later.worse\n"]
    lines.append('7,2021-03-08,"{""age_years"":9}",3,\n8,2021-03-08,"{""contacts_12m"":2}",,40\n')
    text = "".join(lines).splitlines(keepends=True)
    assert cohort_from_parquet(path, CATALOGUE).digest == cohort_from(text, CATALOGUE).digest


def test_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "contacts.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "received": ["2021-03-08", "soon"]}), path)
    with pytest.raises(HistoryRefused, match="Row 2: received 'soon' is not a day"):
        cohort_from_parquet(path, CATALOGUE)


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "contacts.parquet"
    path.write_text("id,received\n")
    with pytest.raises(HistoryRefused, match="is no Parquet file"):
        cohort_from_parquet(path, CATALOGUE)


def test_frozen_history_that_is_spoilt_out_of_order_or_cut_is_refused(frozen: Path, tmp_path: Path) -> None:
    table, path = pq.read_table(frozen), tmp_path / "other.parquet"
    pq.write_table(table.take([1, 0, 2]), path, row_group_size=1)
    with pytest.raises(NotAFrame, match="in order"):
        cohort_from_parquet(path, CATALOGUE)
    pq.write_table(table.drop_columns(["digest"]), path, row_group_size=1)
    with pytest.raises(NotAFrame, match="lacks the column 'digest'"):
        cohort_from_parquet(path, CATALOGUE)
    swapped = table.set_column(4, "content", table["content"].take([1, 0, 2]))
    pq.write_table(swapped, path, row_group_size=1)
    with pytest.raises(NotAFrame, match="another frame"):
        digest(cohort_from_parquet(path, CATALOGUE))
