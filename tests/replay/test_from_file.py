"""A file of contacts becomes history, and whatever cannot be read is refused with its line and how to mend it."""

import pytest

from mash.replay.from_file import HistoryRefused, cohort_from
from tests.rules.small import CATALOGUE

HEAD = "id,received,facts,level,route,ward,later.worse\n"


def test_each_column_lands_where_it_belongs() -> None:
    row = 'a-1,2021-03-08,"{""age_years"": 9, ""ng-early"": ""present""}",2,early_help,Hexthorpe,40\n'
    cohort = cohort_from([HEAD, row, "a-2,2021-03-09,,,,,\n"], CATALOGUE)
    (history,) = cohort.histories
    frame = history.frame
    assert frame.keys == ("a-1", "a-2")
    assert {name: column.answers() for name, column in frame.columns.items()} == {
        "who:received": ["2021-03-08", "2021-03-09"],
        "fact:age_years": ["9", None],
        "fact:ng-early": ['"present"', None],
        "then:level": ["2", None],
        "then:route": ["early_help", None],
        "then:no_facts": [None, "yes"],
        "who:ward": ["Hexthorpe", None],
        "later:worse": ["3 months", None],
    }
    assert cohort.upto == "2021-03-09"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["id,received,shoe\n"], "Line 1: 'shoe' is no column here"),
        (["id,facts\n"], "Line 1: the column 'received' is missing"),
        ([HEAD], "no rows"),
        ([HEAD, "a,8 March,,,,,\n"], "Line 2: received '8 March' is not a day"),
        ([HEAD, ",2021-03-08,,,,,\n"], "Line 2: it has no id"),
        ([HEAD, "a,2021-03-08,,,,,,\n"], "Line 2: it has too many cells"),
        ([HEAD, "a,2021-03-08,{,,,,\n"], "Line 2: the facts are not JSON"),
        ([HEAD, "a,2021-03-08,[],,,,\n"], "Line 2: the facts are not an object"),
        ([HEAD, "a,2021-03-08,,,,,soon\n"], "Line 2: 'soon' is not a number of days"),
        ([HEAD, "a,2021-03-08,,,,,²\n"], "Line 2: '²' is not a number of days"),
        ([HEAD, f"a,2021-03-08,,,,,{'9' * 5000}\n"], "Line 2: '9+' is not a number of days"),
        ([HEAD, *["a,2021-03-08,,,,,\n"] * 2], "Line 3: the id 'a' comes twice"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(lines: list[str], said: str) -> None:
    with pytest.raises(HistoryRefused, match=said.replace("[", r"\[")):
        cohort_from(lines, CATALOGUE)
