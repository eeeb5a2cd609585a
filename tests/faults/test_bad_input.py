"""A slice of the bad input: two thousand tries by chance without a 5xx, and the oracle seen to bite."""

import random

import pytest
from werkzeug.wrappers import Response

from tests.faults import corpus
from tests.faults.bad_input import by_chance, go_through, send, set_stage, wrong_with
from tests.faults.rig import Tally, house

pytestmark = pytest.mark.faults
ROLES = ("practitioner", "admin")
TRIED = 2000


def test_two_thousand_bad_inputs_are_refused_or_kept_as_words() -> None:
    tally = Tally("bad input")
    with house("sqlcipher") as made:
        ready = set_stage(made, ROLES)
        assert len(ready.found.forms) > 25
        go_through(ready, by_chance(ready, random.randrange(1 << 30)), TRIED, tally)
    assert tally.failures == []
    assert tally.survived == tally.injected == TRIED
    assert tally.counts["sent_to_sign_in"] < TRIED / 10
    assert tally.counts["answered_2xx"] + tally.counts["answered_3xx"] > TRIED / 10


def test_postgresql_is_never_asked_about_a_letter_that_it_cannot_hold() -> None:
    """A zero byte in each field of each form that a contact officer sees, and in a reviewer's own words."""
    tally = Tally("zero bytes")
    with house("postgresql") as made:
        ready = set_stage(made, ("contact_officer",))
        tries = [(form, name) for form in ready.found.forms for name in form.fields]
        sent = ((f"{form.action} {name}", send(ready, form, form.fields | {name: ["a\0b"]})) for form, name in tries)
        go_through(ready, sent, len(tries), tally)
        draft = "/thresholds/dn-2027-04"
        comment = made.browser("reviewer").send(f"{draft}/edit", f"{draft}/comments", words="a\0b")
    assert tally.failures == []
    assert tally.survived == len(tries) > 50
    assert comment.status_code == 422  # words that no schema reads


def test_what_would_be_wrong_is_seen() -> None:
    def said(text: str, status: int = 200) -> str:
        return wrong_with(Response(text, status, mimetype="text/html"))

    assert said("fine") == ""
    assert said(f"<p>{corpus.TAGS[0]}") == "came back unescaped"
    assert said("", 500) == "answered 500"
    assert said("Traceback (most recent call last)") == "a stack trace"


def test_the_corpus_is_large_and_of_many_kinds() -> None:
    assert len(corpus.words()) > 900
    assert set(corpus.core()) & set(corpus.words())
