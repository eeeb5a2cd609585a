"""A table that somebody else made: what it means is said with how sure, and nothing in it is taken unseen."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mash.cli import main
from mash.config import HOUSE
from mash.exchange.drafting import headed, loaded, settle, with_levels
from mash.exchange.match import Judged, Sure, judge
from mash.exchange.sheet import COLUMNS, SheetRefused, read_sheet
from mash.exchange.table import to_rows
from mash.rules import RuleBook, RuleSet, load_ruleset
from mash.rules.parts import Effect
from mash.web.csv_out import csv_line

BOOK = RuleBook.load(HOUSE / "thresholds")
LIVE = BOOK.get("dn-2022-05")
TEXT = (HOUSE / "thresholds" / "2022-05-02-need-and-likely-harm.yaml").read_text()
WORDS = "Sometimes hungry or poorly fed"


FAMILY_HELP = HOUSE / "thresholds" / "elsewhere" / "2025-10-01-family-help.yaml"


def judged(*lines: str) -> tuple[Judged, ...]:
    return judge(read_sheet("\n".join(("descriptor,level,indicator,source,condition", *lines)).encode()), LIVE)


def drafted(*lines: str) -> RuleSet:
    text = with_levels(TEXT, settle(judged(*lines), {}).rows, LIVE)
    text = headed(text, id="dn-x", title="X", begins=date(2027, 4, 1), based_on=LIVE, table="x.csv")
    return loaded(text, LIVE.catalogue, "x.yaml")


@pytest.mark.parametrize("based_on", ["dn-2022-05", "dn-2021-01"])
def test_a_table_taken_out_and_brought_in_changes_no_rule(based_on: str, tmp_path: Path) -> None:
    table, to = tmp_path / "levels.csv", tmp_path / "2027-04-01-new.yaml"
    run = CliRunner().invoke
    run(main, ["thresholds", "export", "dn-2022-05", "--format", "csv", "-o", str(table)], catch_exceptions=False)
    asked = ["--id", "dn-new", "--title", "New: levels", "--from", "2027-04-01", "--based-on", based_on]
    said = run(main, ["thresholds", "import", str(table), *asked, "-o", str(to)], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    draft, whole = load_ruleset(to, BOOK.catalogue), BOOK.get(based_on)
    coded = [row[1] for row in to_rows(LIVE)[1:] if row[3]]
    assert f"{len(coded)} indicators matched; 0 things to look at." in said.stderr
    old, new = ({rule.id: rule for rule in one.level_rules()} for one in (whole, draft))
    assert new == old
    head = draft.version
    assert (head.id, head.title, head.status, head.use) == ("dn-new", "New: levels", "draft", "replay_only")
    assert (head.effective_from, head.approved, head.supersedes) == (date(2027, 4, 1), None, based_on)
    taken = [*asked[:1], based_on, *asked[2:]]
    assert run(main, ["thresholds", "import", str(table), *taken]).exit_code == 2


def test_a_table_speaks_of_the_levels_ratings_and_legal_bases_of_the_version_it_begins_from(tmp_path: Path) -> None:
    table, to, run = tmp_path / "levels.csv", tmp_path / "2027-04-01-new.yaml", CliRunner().invoke
    run(main, ["thresholds", "export", str(FAMILY_HELP), "--format", "csv", "-o", str(table)], catch_exceptions=False)
    asked = ["--id", "fh-new", "--title", "New", "--from", "2027-04-01", "--based-on", str(FAMILY_HELP), "-o", str(to)]
    theirs = load_ruleset(FAMILY_HELP, BOOK.catalogue)
    assert run(main, ["thresholds", "import", str(table), *asked], catch_exceptions=False).exit_code == 0
    assert load_ruleset(to, BOOK.catalogue).indicators == theirs.indicators

    rows = (
        "em-low-mood,Level 3,Child in need",
        "da-incident-low,Protection,Rate urgent; s47",
        "ng-emerging,1,closed",
        "ng-severe,L4,",
        "bh-challenging,4,red",
        "po-mh-impact,family help,",
    )
    table.write_text("\n".join(("indicator,level,gives,descriptor", *(f"{row},Seen" for row in rows))))
    said = run(main, ["thresholds", "import", str(table), *asked], catch_exceptions=False)
    drafted = load_ruleset(to, BOOK.catalogue).indicators
    given = {code: drafted[code][0].then for code in ("em-low-mood", "da-incident-low", "po-mh-impact")}
    assert given == {
        "em-low-mood": Effect(level=1, bases=("s17",)),
        "da-incident-low": Effect(level=2, rating=1, bases=("s47",)),
        "po-mh-impact": Effect(level=1, bases=("s17",)),
    }
    assert "Line 4, gives: “closed” is a route, and no indicator gives one." in said.stderr
    assert "Line 5, level: No level is called “L4”. Write one of: everyone, family_help, protection." in said.stderr
    assert "Line 6, gives: “red” is not a rating or legal basis of fh-2025-10." in said.stderr
    assert "Ordinary, Urgent" in said.stderr


def test_a_row_changes_its_level_words_and_source_and_nothing_else() -> None:
    draft = drafted("We saw it go hungry,Level 4,pc-hunger-regular,Our own, ")
    lines = [(line.then.level, line.words, line.source) for line in draft.indicators["pc-hunger-regular"]]
    assert lines[0] == (3, "We saw it go hungry", "Our own")
    assert [line.when for line in draft.indicators["pc-hunger-regular"]] == [
        line.when for line in LIVE.indicators["pc-hunger-regular"]
    ]
    assert [line[0] for line in lines[1:]] == [line.then.level for line in LIVE.indicators["pc-hunger-regular"][1:]]
    assert {c: v for c, v in draft.indicators.items() if c != "pc-hunger-regular"} == {
        c: v for c, v in LIVE.indicators.items() if c != "pc-hunger-regular"
    }
    assert [(rule.id, rule.then) for rule in draft.rules] == [(rule.id, rule.then) for rule in LIVE.rules]


def test_each_row_says_how_its_indicator_was_found() -> None:
    found = judged(
        "anything,L2,PC-hunger-occasional,,",
        f"{WORDS.upper()}.,targeted additional,,,",
        "Bullies other pupils,2,,,",
        "Lives near a volcano,2,,,",
        "Bullies,2,bh-bulying-others,,",
        f"{WORDS},5,,,",
        f"{WORDS},,,,",
        f"{WORDS},L2,,,only when cold",
    )
    assert [(one.sure, one.code) for one in found[:2]] == [
        (Sure.CODE, "pc-hunger-occasional"),
        (Sure.WORDS, "pc-hunger-occasional"),
    ]
    assert (found[2].sure, found[2].code, found[2].near[0].code) == (Sure.NEAR, "", "bh-bullying-others")
    assert 45 <= found[2].near[0].share < 100
    said = [str(one.fault) for one in found[3:]]
    assert said[0].startswith("Line 5, descriptor: No indicator")
    assert said[1].endswith("Did you mean bh-bullying-others?")
    assert said[2] == "Line 7, level: No level is called “5”. Write one of: L1, L2, L3, L4."
    assert said[3].startswith("Line 8, level: No level is given.")
    assert said[4].startswith("Line 9, condition: The rule says more")
    settled = settle(found[2:3], {})
    assert not settled.rows
    assert "bh-bullying-others" in str(settled.faults[0])
    assert "%" in str(settled.faults[0])
    assert set(settle(found[2:3], {4: "bh-bullying-others"}).rows) == {"bh-bullying-others"}


def test_of_rows_for_one_indicator_the_same_counts_once_and_different_ones_not_at_all() -> None:
    same = settle(judged(f"{WORDS},L2,,,", f"{WORDS},L2,,,"), {})
    assert (len(same.rows), [fault.line for fault in same.faults]) == (1, [3])
    unlike = settle(judged(f"{WORDS},L2,,,", f"{WORDS},L3,,,"), {})
    assert not unlike.rows
    assert "Lines 2, 3" in unlike.faults[0].wrong


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The table: It is empty."),
        (b"descriptor\nx", "Line 1: There is no column called level."),
        (b"descriptor,level,Level\nx,L1,L2", "Line 1, level: There are two columns of this name."),
        (b"descriptor,level\nx,L1\n\xe9t\xe9,L2", "Line 3: It is not text in UTF-8."),
        ("descriptor,level\nx,L1".encode("utf-16"), "Line 1: It is not text in UTF-8."),
        (b"descriptor,level\nx\0,L1", "Line 2: It holds a zero byte."),
        (b"PK\x03\x04rest", "The table: It is a workbook, not CSV."),
        (b'descriptor,level\n"x,L1', "Line 2: The row cannot be parted into cells"),
        (b"descriptor,level\n" + b"x" * 500_000, "The table: It is over 500,000 bytes."),
        (b"descriptor,level\n" + b"x,L1\n" * 2_001, "Line 2002: There are more than 2,000 rows."),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_why(content: bytes, said: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read_sheet(content)
    assert str(refused.value).startswith(said)


def test_rows_that_cannot_be_used_are_told_and_the_rest_is_read() -> None:
    sheet = read_sheet(
        f"\ufeffDescriptor;Level ;Mine\r\n=1+1;L2;\r\n@x;L2;\r\n{'x' * 501};L2;\r\n;L2;\r\nbad\u202e;L2;\r\n"
        "a;b;c;d\r\n;;\r\n- in a\u00a0list;'-5;\r\n".encode()
    )
    assert [(one.line, one.column) for one in sheet.faults] == [
        (1, "Mine"),
        *((line, "descriptor") for line in (2, 3, 4, 5, 6)),
        (7, ""),
    ]
    assert [(row.line, row.descriptor, row.level) for row in sheet.rows] == [(9, "in a list", "-5")]


@given(st.lists(st.lists(st.text(max_size=20) | st.sampled_from([WORDS, "L2", "pc-hunger-regular"]), max_size=8)))
def test_whatever_is_in_a_table_it_is_read_and_judged_or_refused(cells: list[list[str]]) -> None:
    text = csv_line(COLUMNS) + "".join(map(csv_line, cells))
    try:
        found = judge(read_sheet(text.encode("utf-8", "surrogatepass")), LIVE)
    except SheetRefused:
        return
    assert all(one.fault or one.near or one.code in LIVE.catalogue.facts for one in found if one.sure != Sure.THERE)
    settled = settle(found, {})
    assert len(settled.rows) <= len(found)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(SheetRefused):
        assert all(row.descriptor for row in read_sheet(b"descriptor,level\n" + content).rows)


@pytest.mark.parametrize("said", ["a: b # c", "'{x}'", '- "q"', "null", "2026-04-01", "é\U0001f600", "%@`|>&*!"])
def test_words_of_any_kind_reach_the_draft_as_they_are(said: str) -> None:
    row = csv_line((said, "L4", "hl-weight-worry", f"of {said}", "")).rstrip("\n")
    line = drafted(row).indicators["hl-weight-worry"][0]
    assert (line.words, line.source, line.then.level) == (said, f"of {said}", 3)
