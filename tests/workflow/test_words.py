"""Every code has words for the screen, and is found however it is written."""

import pytest

from mash.workflow.clock_policy import CLOCKS, Deemed, Reading, Unit
from mash.workflow.sign_off import Need
from mash.workflow.words import Agreement, HandOver, Move, Rating, Role, State, Term, one_of

TERMS: list[type[Term]] = [State, Move, Role, Rating, Agreement, HandOver, Need, Reading, Deemed, Unit]


@pytest.mark.parametrize("terms", TERMS)
def test_every_code_has_words_of_its_own(terms: type[Term]) -> None:
    words = [term.words for term in terms]
    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("banned", ["please", "sorry", "invalid", "forbidden", "breach", "case", "client", "score"])
def test_words_on_screen_are_plain(banned: str) -> None:
    said = [term.words for terms in TERMS for term in terms] + [clock.words for clock in CLOCKS.values()]
    assert [words for words in said if banned in words.lower().split()] == []


@pytest.mark.parametrize("written", ["waiting-for-information", "Waiting for information", " WAITING_FOR_INFORMATION"])
def test_a_code_is_found_whatever_its_case_spaces_or_hyphens(written: str) -> None:
    assert State(written) is State.WAITING_FOR_INFORMATION


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="court_order"):
        State("court_order")


def test_a_code_is_its_own_text_so_that_it_can_be_stored() -> None:
    assert isinstance(State.WITH_MANAGER, str)
    assert f"{State.WITH_MANAGER}" == str(State.WITH_MANAGER) == "with_manager"


def test_alternatives_are_joined_as_a_person_would() -> None:
    assert one_of(["manager"]) == "manager"
    assert one_of(["red", "amber", "green"]) == "red, amber or green"
