"""Who is found, why, and in what order; and who is not found by those who may not know of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.people import AddressGiven, PersonGiven, address_for, person_for, search_form
from mash.models import Person
from mash.models.people import phone_tails
from mash.queries.hints import Described, maybe_known, recent_contacts
from mash.queries.search import MOST, Wanted, search
from tests.factories import MONDAY, a_child, a_contact, an_address, an_adult

ROLES = frozenset({"practitioner"})
BORN = date(2017, 3, 2)


def names(session: Session, **wanted: object) -> list[str]:
    found = search(session, Wanted(**wanted), roles=ROLES)  # type: ignore[arg-type]
    return [f"{one.person.forename} {one.person.surname}".strip() for one in found]


@pytest.mark.parametrize("name", ["zoe oneill smith", "oneill smith zoe", "zoe", "zo", "oneill", "zoe onei", "onei zo"])
def test_a_name_is_found_either_way_round_and_by_its_beginning(session: Session, name: str) -> None:
    zoe = PersonGiven(forename="Zoë", surname="O'Neill-Smith")
    person_for(session, zoe, kind="child", at=MONDAY, day=MONDAY.date())
    a_child(session, "Zack", "Other")
    assert names(session, name=name) == ["Zoë O'Neill-Smith"]


def kept(session: Session, forename: str, surname: str, **told: Any) -> Person:
    """Keep a child as the service keeps everyone who comes on a contact."""
    known = PersonGiven(forename=forename, surname=surname, **told)
    return person_for(session, known, kind="child", at=MONDAY, day=MONDAY.date())


@pytest.mark.parametrize("name", ["caley thorn", "Thorn Kaylee", "kayley", "thorn", "keighly thorne"])
def test_a_name_is_found_by_its_sound(session: Session, name: str) -> None:
    kept(session, "Kayleigh", "Thorne")
    kept(session, "Kayleigh", "Marsh", restricted=True)
    kept(session, "Ada", "Finch")
    assert names(session, name=search_form(name)) == ["Kayleigh Thorne"]


def test_every_word_of_a_name_must_sound_alike_and_what_is_spelt_alike_comes_first(session: Session) -> None:
    for forename, surname in (("Steven", "Reid"), ("Stephen", "Reed"), ("Stephen", "Marsh"), ("Kai", "Reed")):
        kept(session, forename, surname)
    found = search(session, Wanted(name="stephen reed"), roles=ROLES)
    assert [(one.person.forename, one.person.surname, one.why) for one in found] == [
        ("Stephen", "Reed", ("same_name", "name")),
        ("Steven", "Reid", ("sound",)),
    ]


def test_a_sound_and_a_birth_date_come_before_the_sound_alone(session: Session) -> None:
    kept(session, "Muhammad", "Aziz", date_of_birth=date(2012, 1, 1))
    kept(session, "Mohammed", "Azeez", date_of_birth=BORN)
    found = search(session, Wanted(name="mohamad azis", born=BORN), roles=ROLES)
    assert [one.person.forename for one in found] == ["Mohammed", "Muhammad"]


def test_a_name_changed_later_no_longer_sounds_as_it_did(session: Session) -> None:
    person = kept(session, "Kayleigh", "")
    person_for(session, PersonGiven(person_id=person.id, surname="Thorne"), kind="child", at=MONDAY, day=MONDAY.date())
    assert names(session, name="caley thorn") == ["Kayleigh Thorne"]


@pytest.mark.parametrize("place", ["14 Beckett Road", "beckett", "Anytown, Beckett Road", "14, beckett rd"])
def test_a_home_is_found_by_words_of_its_address(session: Session, place: str) -> None:
    for lines, who in (("14 Beckett Road, Anytown", "Ivy"), ("14 Other Road, Anytown", "Ada")):
        home = address_for(session, AddressGiven(lines=lines, postcode="DN1 2AB"))
        assert home
        a_contact(session, children=(a_child(session, who, "Hart"),), address_id=home.id)
    assert names(session, place=search_form(place)) == ([] if "rd" in place else ["Ivy Hart"])


def test_a_protected_address_is_found_by_none_of_its_words(session: Session) -> None:
    home = address_for(session, AddressGiven(lines="14 Beckett Road", postcode="DN1 2AB", protected=True))
    assert home
    a_contact(session, address_id=home.id)
    assert names(session, place="beckett") == []


def test_a_middle_name_does_not_hide_anyone(session: Session) -> None:
    a_child(session, "Jordan Lee", "Ames")
    assert names(session, name="jordan ames") == ["Jordan Lee Ames"]


def test_a_name_changed_later_is_found_by_the_new_surname(session: Session) -> None:
    person = a_child(session, "", "", descriptor="Boy at number 14")
    chosen = PersonGiven(person_id=person.id, forename="Kai", surname="Moss")
    person_for(session, chosen, kind="child", at=MONDAY, day=MONDAY.date())
    assert names(session, name="moss kai") == ["Kai Moss"]


def test_whoever_fits_most_comes_first_with_every_reason(session: Session) -> None:
    home = an_address(session, postcode="DN1 2AB")
    a_child(session, "Kai", "Moss", date_of_birth=date(2010, 1, 1))
    both = a_child(session, "Kai", "Moss", date_of_birth=BORN, phone="01302 123456")
    a_child(session, "Ada", "Finch", date_of_birth=BORN)
    a_contact(session, reference="C-26-09001", children=(both,), address_id=home.id)
    wanted = Wanted(name="kai moss", born=BORN, postcode="DN1 2AB", phone="01302123456")
    found = search(session, wanted, roles=ROLES)
    assert [one.why for one in found] == [
        ("same_name", "name", "born", "postcode", "phone"),
        ("same_name", "name"),
        ("born",),
    ]
    assert [contact.reference for contact in found[0].contacts] == ["C-26-09001"]


WRITTEN = st.sampled_from(
    ("{0} {1} {2}", "{0}{1}{2}", "+44 (0){3} {1}-{2}", "mum 07700 900999 or {0} {1}{2}, evenings")
)


@given(number=st.from_regex(r"0[1-9][0-9]{9}", fullmatch=True), data=st.data(), written=WRITTEN)
def test_any_six_digits_in_a_row_of_a_number_begin_one_of_its_tails(
    number: str, data: st.DataObject, written: str
) -> None:
    start = data.draw(st.integers(0, len(number) - 6))
    part = number[start : start + data.draw(st.integers(6, len(number) - start))]
    kept = written.format(number[:5], number[5:8], number[8:], number[1:5])
    tails = phone_tails(kept)
    assert any(tail.startswith(part) for tail in tails)
    assert {number[-4:], number[-5:]} <= set(tails)


def test_a_number_is_found_by_its_middle_its_end_and_its_beginning_and_by_nothing_else(session: Session) -> None:
    mother = PersonGiven(forename="Ivy", surname="Hart", phone="07700 900 123")
    person_for(session, mother, kind="adult", at=MONDAY, day=MONDAY.date())
    a_child(session, "Kai", "Moss", phone="01302 700900")
    for part in ("770090", "700900123", "900123", "0123", "00123", "0770"):
        assert "Ivy Hart" in names(session, phone=part), part
    for part in ("9001", "123456", "0900124", "1234"):
        assert names(session, phone=part) == [], part
    assert names(session, phone="700900") == ["Ivy Hart", "Kai Moss"]


def test_someone_with_a_common_name_is_not_lost_among_many(session: Session) -> None:
    for number in range(MOST + 20):
        a_child(session, "Sam", "Baker", date_of_birth=date(2009, 1, 1) + timedelta(days=number))
    a_child(session, "Sam", "Baker", date_of_birth=BORN)
    found = search(session, Wanted(name="sam baker", born=BORN), roles=ROLES)
    assert found[0].person.date_of_birth == BORN


def test_a_reference_finds_the_children_and_adults_on_it(session: Session) -> None:
    a_contact(
        session,
        reference="C-26-09002",
        children=(a_child(session, "Ivy", "Hart"),),
        adults=(an_adult(session, "Lee", "Hart"),),
    )
    a_contact(session, reference="C-26-09003")
    assert names(session, reference="C-26-09002") == ["Ivy Hart", "Lee Hart"]


def test_a_second_home_is_found_by_its_postcode_too(session: Session) -> None:
    contact = a_contact(session, children=(a_child(session, "Ivy", "Hart"),))
    contact.children[0].address_id = an_address(session, postcode="DN4 9ZZ").id
    session.flush()
    assert names(session, postcode="DN4 9ZZ") == ["Ivy Hart"]


def test_a_protected_address_finds_nobody(session: Session) -> None:
    home = an_address(session, postcode="DN1 2AB", protected=True)
    a_contact(session, address_id=home.id)
    assert names(session, postcode="DN1 2AB") == []


def test_restricted_people_and_contacts_are_found_only_by_those_who_may_know_of_them(session: Session) -> None:
    hidden = a_child(session, "Noor", "Grove", restricted=True, phone="07700 900123", date_of_birth=date(2015, 5, 5))
    home = an_address(session, postcode="DN1 2AB")
    a_contact(session, reference="C-26-09004", children=(hidden,), address_id=home.id, restricted=True)
    plain = a_child(session, "Ada", "Finch")
    a_contact(session, reference="C-26-09005", children=(plain,), restricted=True)
    every_way = Wanted(name="noor", born=date(2015, 5, 5), postcode="DN1 2AB", phone="700900", reference="C-26-09004")
    assert search(session, every_way, roles=ROLES) == []
    assert search(session, Wanted(reference="C-26-09005"), roles=ROLES) == []
    assert search(session, Wanted(name="ada finch"), roles=ROLES) == []
    assert len(search(session, Wanted(name="ada finch"), roles=frozenset({"manager"}))) == 1
    assert len(search(session, every_way, roles=frozenset({"manager"}))) == 1


def hinted(session: Session, one: Described, postcode: str = "") -> list[str]:
    found = maybe_known(session, one, kind="child", postcode=postcode, day=MONDAY.date(), roles=ROLES)
    return [each.person.forename for each in found]


def test_two_things_the_same_make_a_hint_and_one_does_not(session: Session) -> None:
    home = an_address(session, postcode="DN1 2AB")
    known = a_child(session, "Kai", "Moss", date_of_birth=BORN)
    a_contact(session, children=(known,), address_id=home.id)
    assert hinted(session, Described(name="kai moss", born=BORN)) == ["Kai"]
    assert hinted(session, Described(name="moss kai"), "DN1 2AB") == ["Kai"]
    assert hinted(session, Described(name="kye moss", born=BORN), "DN1 2AB") == ["Kai"]
    assert hinted(session, Described(name="kai moss")) == []
    assert hinted(session, Described(name="kye moss", born=BORN)) == []


def test_the_name_and_nearly_the_age_make_a_hint(session: Session) -> None:
    a_child(session, "Kai", "Moss", date_of_birth=BORN)  # nine years old on the suite's Monday
    assert hinted(session, Described(name="kai moss", age=8)) == ["Kai"]
    assert hinted(session, Described(name="kai moss", age=7)) == []


def test_an_adult_is_no_hint_for_a_child(session: Session) -> None:
    an_adult(session, "Kai", "Moss", date_of_birth=BORN)
    assert hinted(session, Described(name="kai moss", born=BORN)) == []


def test_only_contacts_of_the_last_week_may_tell_of_the_same_event(
    session: Session, actor: Callable[[str], Actor]
) -> None:
    home = an_address(session, postcode="DN1 2AB")
    for name, days in (("lately", 6), ("before", 8)):
        a_contact(session, reference=name, address_id=home.id, received_at=MONDAY - timedelta(days=days))
    found = recent_contacts(session, [], postcode="DN1 2AB", at=MONDAY, roles=ROLES)
    assert [reference for reference, _ in found] == ["lately"]
