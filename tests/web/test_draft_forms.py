"""What has no condition is written with forms too, and a worked example is checked while it is written."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from mash.db import Database, transaction
from mash.models import ThresholdDraft
from mash.rules.source import read_yaml
from tests.web.conftest import Browser
from tests.web.contacts import words
from tests.web.form_fields import form_of

NAME = "dn-2027-04"
EDIT = f"/thresholds/{NAME}/edit"


def test_what_has_no_condition_is_written_with_forms_too(draft: Browser, kept: Callable[[], ThresholdDraft]) -> None:
    def save(path: str, **changed: Any) -> Any:
        answers = form_of(draft.get(f"{EDIT}/{path}").text) | {"do": "save"} | changed
        assert draft.client.post(f"{EDIT}/{path}", data=answers).status_code == 303
        return read_yaml(kept().text.encode()).plain()

    before = kept().text.splitlines()
    assert save("ratings/amber", **{"f.name": "Orange"})["ratings"][1]["name"] == "Orange"
    assert save("routes/early_help", **{"f.needs": "A form"})["routes"][2]["needs"] == "A form"
    gates = save("agreement/G-EH", **{"f.if_refused.no": "no_further_action"})["gates"]["agreement"]
    assert gates[0]["if_refused"]["no"] == "no_further_action"
    lines = save("indicators/pb-late-booking", **{"f.level": "L3"})
    assert lines["indicators"]["pb-late-booking"][0]["level"] == "L3"
    changed = [(a, b) for a, b in zip(before, kept().text.splitlines(), strict=True) if a != b]
    assert len(changed) == 4
    mapped = {
        "f.from": "old-code",
        "f.to": "pb-late-booking\npb-concealed",
        "f.kind": "split",
        "f.reason": "Two things",
    }
    assert save("mappings/new", **mapped)["mappings"] == [
        {"from": ["old-code"], "to": ["pb-late-booking", "pb-concealed"], "kind": "split", "reason": "Two things"}
    ]


def test_a_condition_is_put_to_a_line_of_a_sign_and_taken_away(
    draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    page = f"{EDIT}/indicators/pb-late-booking"
    answers = form_of(draft.get(page).text)
    assert "when.kind" not in answers
    grown = form_of(draft.client.post(page, data=answers | {"do": "row:when"}).text)
    named = {"kind": "fact", "fact": "age_years", "was": "age_years", "test": "under", "value": "1"}
    grown |= {f"when-0.{key}": value for key, value in named.items()} | {"do": "save"}
    assert draft.client.post(page, data=grown).status_code == 303
    found: Any = read_yaml(kept().text.encode()).plain()
    lines = found["indicators"]["pb-late-booking"]
    assert [line["when"] for line in lines] == [{"all": [{"fact": "age_years", "under": 1}]}]
    bare = form_of(draft.client.post(page, data=form_of(draft.get(page).text) | {"do": "none:when"}).text)
    assert "when.kind" not in bare


def test_a_worked_example_is_written_and_what_it_comes_to_is_checked_while_it_is(
    checked_draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    page = f"{EDIT}/examples/new"
    answers = form_of(checked_draft.get(page).text) | {"f.name": "A child who says so", "f.expect.level": "L2"}
    grown = form_of(checked_draft.client.post(page, data=answers | {"do": "known:facts"}).text)
    assert (grown["f.name"], grown["facts.n"]) == (["A child who says so"], ["1"])
    grown |= {"facts-0.fact": "ab-child-disclosure", "facts-0.value": "present"}
    said = ""
    for _ in range(60):
        said = checked_draft.client.post(f"/thresholds/{NAME}/check", data=grown).text
        if "data-checking" not in said:
            break
    assert "does not come out as written" in said
    assert checked_draft.client.post(page, data=grown | {"do": "save"}).status_code == 303
    found: Any = read_yaml(kept().text.encode()).plain()
    example = {"name": "A child who says so", "facts": {"ab-child-disclosure": "present"}, "expect": {"level": "L2"}}
    assert found["examples"] == [example]
    wrong = grown | {"facts-0.value": "often"}
    assert "not an answer to this" in checked_draft.client.post(f"/thresholds/{NAME}/check", data=wrong).text


def test_signs_that_no_field_shows_are_said_in_words(draft: Browser) -> None:
    said = words(draft.get(f"{EDIT}/rules/K-01").text)
    assert "Only these count: One incident of lower-level domestic abuse; " in said
    assert "{" not in said


def nested(heads: list[str]) -> str:
    """Write one group in another in another, the first outermost."""
    if not heads:
        return "{indicator: ex-extremism-early}"
    inside = nested(heads[1:])
    return f"{{{heads[0]}: {inside if heads[0] == 'not_ruled_out' else f'[{inside}, {{fact: immediate-harm}}]'}}}"


def test_groups_as_deep_as_a_document_may_have_are_a_form_and_what_is_deeper_says_how_to_change_it(
    draft: Browser, database: Database
) -> None:
    link, when = f"{EDIT}/rules/N-05", "when: {indicator: ex-extremism-early}\n    then: {also: [prevent]}"
    for heads, shown in ((["all", "any"] * 4, True), (["not_ruled_out"] * 10, False)):
        with transaction(database) as session:
            row = session.scalars(select(ThresholdDraft)).one()
            text = row.text.replace(when, when.replace("{indicator: ex-extremism-early}", nested(heads)), 1)
            session.execute(update(ThresholdDraft).values(text=text))
        page = words(draft.get(link).text)
        assert ("deeper within each other than a form can show" not in page) is shown
        assert ("“Early interest in extremist material”" in page.partition("kept exactly as they are")[2]) is not shown
        assert ("To change them, remove this part" in page) is not shown
        answers = form_of(draft.get(link).text) | {"do": "save"}
        assert draft.client.post(link, data=answers).status_code == 303
        with transaction(database) as session:
            assert session.scalars(select(ThresholdDraft.text)).one() == text
            session.execute(update(ThresholdDraft).values(text=text.replace(nested(heads), nested([]))))
