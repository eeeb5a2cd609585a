"""Codes: what councils write is understood, or is left for a person; it is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.intake import Method
from mash.intake.cells import fold
from mash.intake.codes import DISABILITIES, ETHNICITIES, GENDERS, NEEDS, OUTCOMES, SEXES, SOURCES, YES_NO
from mash.intake.codeset import Code, CodeSet
from mash.intake.our_codes import BY_NAME

EVERY = (*BY_NAME.values(), NEEDS)


@pytest.mark.parametrize("codeset", EVERY, ids=lambda codeset: codeset.name)
def test_every_code_comes_back_from_how_annex_a_writes_it_and_from_each_spelling(codeset: CodeSet) -> None:
    for code in codeset.codes:
        written = (codeset.written(code.code), code.code, code.code.lower(), code.label, *code.spellings)
        assert {codeset.resolve(text).code for text in written} == {code.code}


def test_the_lists_have_the_census_number_of_codes_and_groups() -> None:
    assert len(SOURCES.codes) == 22
    assert len(SOURCES.groups()) == 11
    assert len(ETHNICITIES.codes) == 20
    assert len(NEEDS.codes) == 10
    assert len(DISABILITIES.codes) == 13


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("j) 3D: Health services", "3D"),
        ("p1) 5D: LA services", "5D"),
        ("q) 6: Police", "6"),
        ("6", "6"),
        ("6 – Police", "6"),
        (" 2a ", "2A"),
        ("1A: Family member, relative or carer", "1A"),
        ("School Nurse", "3C"),
        ("A&E", "3E"),
    ],
)
def test_a_source_is_read_with_or_without_its_letter_and_label(written: str, code: str) -> None:
    assert SOURCES.resolve(written).code == code


@pytest.mark.parametrize(
    ("group", "code"),
    [
        ("Schools", "2A"),
        ("Education services", "2B"),
        ("Housing", "4"),
        ("Police", "6"),
        ("Other legal agency", "7"),
        ("Other", "8"),
        ("Anonymous", "9"),
        ("Unknown", "10"),
        ("Individual", None),
        ("d) Health services", None),
        ("LA services", None),
    ],
)
def test_a_group_is_a_code_only_where_it_has_one(group: str, code: str | None) -> None:
    assert SOURCES.resolve(group).code == code


@pytest.mark.parametrize("written", ["6: Schools", "3A: Police", "4: Education services", "1A: Health services"])
def test_a_code_whose_label_is_another_codes_is_left_for_a_person(written: str) -> None:
    found = SOURCES.resolve(written)

    assert (found.given, found.code, found.method) == (written, None, Method.UNMAPPED)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("s) REFU", "REFU"),
        ("s) NOBT", "NOBT"),
        ("t) NOBT", "NOBT"),
        ("u) UNKNOWN", "NOBT"),
        ("CNHE", "CHNE"),
        ("A3", "WOTH"),
        ("A4", "WIRT"),
        ("Gypsy/Roma", "WROM"),
        ("WBRI - White British", "WBRI"),
        ("British", None),
    ],
)
def test_an_ethnicity_is_read_as_ofsted_ssd_and_sub_codes_write_it(written: str, code: str | None) -> None:
    assert ETHNICITIES.resolve(written).code == code


@pytest.mark.parametrize("written", ["Y", "yes", "a) Yes", "1", "true", "TRUE"])
def test_yes_is_read(written: str) -> None:
    assert YES_NO.resolve(written).code == "yes"


@pytest.mark.parametrize("written", ["CS Assessment Updated", "yes: later", "Y - partly", "2", "", "a)"])
def test_a_word_that_is_not_yes_is_never_yes(written: str) -> None:
    assert YES_NO.resolve(written).code is None


def test_annex_a_writes_what_ofsted_lists() -> None:
    assert SOURCES.written("3D") == "j) 3D: Health services"
    assert ETHNICITIES.written("NOBT") == "s) NOBT"
    assert [GENDERS.written(code) for code in ("01", "02", "00", "09")] == [
        "a) Male",
        "b) Female",
        "c) Not stated/recorded",
        "d) Neither",
    ]
    assert NEEDS.resolve("N1 - Abuse or neglect").code == "N1"


def test_a_spelling_this_council_confirmed_is_used_and_said_to_be_an_alias() -> None:
    found = SOURCES.resolve("The  Bobbies", {"the bobbies": "6"})

    assert (found.code, found.method) == ("6", Method.ALIAS)
    assert SOURCES.resolve("The Bobbies").code is None


def test_an_alias_to_a_code_that_does_not_exist_is_not_used() -> None:
    assert SOURCES.resolve("The Bobbies", {"the bobbies": "99"}).code is None


def test_a_spelling_may_not_belong_to_two_codes() -> None:
    with pytest.raises(ValueError, match="two codes"):
        CodeSet("x", "x", "", (Code("1", "One", spellings=("same",)), Code("2", "Two", spellings=("Same",))))


@given(st.text())
def test_any_words_are_kept_as_given_whatever_they_come_to(words: str) -> None:
    for codeset in EVERY:
        found = codeset.resolve(words)
        assert found.given == words
        assert (found.code is None) == (found.method is Method.UNMAPPED)


@given(st.sampled_from(SEXES.codes + OUTCOMES.codes), st.sampled_from(["{}", " {} ", "\u00a0{}", "{}\r\n"]))
def test_spacing_around_a_label_makes_no_difference(code: Code, shape: str) -> None:
    codeset = SEXES if code in SEXES.codes else OUTCOMES
    assert codeset.resolve(shape.format(code.label.upper())).code == code.code
    assert fold(code.label) == fold(shape.format(code.label))
