"""Drafts of the thresholds are written with forms: nothing typed is lost, nobody's save is overwritten, bytes stay."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from mash.config import HOUSE
from mash.db import Database, reading
from mash.models import DraftRevision, ThresholdDraft
from mash.rules.source import read_yaml
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk
from tests.web.form_fields import form_of

LIVE, NAME = "dn-2022-05", "dn-2027-04"
TITLE = "Levels of need, April 2027"
EDIT = f"/thresholds/{NAME}/edit"


def rules(text: str) -> list[dict[str, Any]]:
    found: Any = read_yaml(text.encode()).plain()
    return list(found["rules"])


def rule(text: str, id: str) -> dict[str, Any]:
    return next(one for one in rules(text) if one["id"] == id)


def row(fact: str, at: str = "when", **more: str) -> dict[str, str]:
    """Give the fields of one row of a condition."""
    return {f"{at}.kind": "fact", f"{at}.fact": fact, f"{at}.was": fact} | {f"{at}.{k}": v for k, v in more.items()}


def test_a_draft_begins_as_the_file_with_only_its_header_changed(
    draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    old = (HOUSE / "thresholds" / "2022-05-02-need-and-likely-harm.yaml").read_text().splitlines()
    new = kept().text.splitlines()
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert {a.strip().partition(":")[0] for a, _ in changed} == {
        *("id", "title", "status", "use", "label", "effective_from", "supersedes", "training_from")
    }
    page = draft.get("/thresholds").text
    assert "Levels of need, April 2027" in page
    assert "Being written" in page


def test_every_part_opens_as_a_form_and_saving_it_as_it_is_changes_no_byte(
    draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    before = kept().text
    links = sorted(set(re.findall(rf'href="({EDIT}/[^"#]+)"', draft.get(EDIT).text)))
    assert len(links) > 400
    of_each = {link.removeprefix(EDIT).split("/")[1]: link for link in links if not link.endswith("/new")}
    assert {"indicators", "agreement", "routes", "ratings", "duties", "transition"} <= of_each.keys()
    for link in of_each.values():
        page = draft.get(link).text
        assert "deeper within each other than a form" not in page
        answers = form_of(page)
        assert draft.client.post(link, data=answers | {"do": "save"}).status_code == 303, link
    assert kept().text == before
    assert kept().revision == 1


def first_with(browser: Browser, text: str, fact: str) -> str:
    return next(str(one["id"]) for one in rules(text) if fact in str(one["when"]))


def test_a_window_is_changed_from_12_to_6_months_and_the_rest_of_the_file_stays(
    draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    before = kept().text
    id = first_with(draft, before, "'contacts_12m'")
    page = f"{EDIT}/rules/{id}"
    answers = form_of(draft.get(page).text)
    window = next(name for name, value in answers.items() if name.endswith(".window") and value == ["12m"])
    assert draft.client.post(page, data=answers | {window: "6m", "do": "save"}).status_code == 303
    after = kept().text
    assert "contacts_6m" in str(rule(after, id)["when"])
    assert sum(a != b for a, b in zip(before.splitlines(), after.splitlines(), strict=True)) == 1
    history = draft.get(f"/thresholds/{NAME}/history").text
    assert f"Changed rule {id}" in history
    assert "last six months" in history


def test_rows_come_and_go_without_saving_and_without_losing_what_was_typed(
    draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    page = f"{EDIT}/rules/T-01"
    answers = form_of(draft.get(page).text) | {"f.words": "Half a sent"}
    grown = draft.client.post(page, data=answers | {"do": "row:when"})
    assert grown.status_code == 200
    again = form_of(grown.text)
    assert (again["f.words"], again["when.n"]) == (["Half a sent"], ["2"])
    again |= {"when-1.fact": "no such fact"}
    back = form_of(draft.client.post(page, data=again | {"do": "up:when-1"}).text)
    assert back["when-0.fact"] == ["no such fact"]
    left = form_of(draft.client.post(page, data=back | {"do": "remove:when-1"}).text)
    assert (left["when.n"], left["when-0.fact"]) == (["1"], ["no such fact"])
    assert kept().revision == 1


def test_a_wrong_draft_is_saved_and_what_is_wrong_stands_beside_its_field(
    draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    page = f"{EDIT}/rules/T-01"
    answers = form_of(draft.get(page).text) | {"when.fact": "no such fact", "do": "save"}
    assert draft.client.post(page, data=answers).status_code == 303
    assert kept().revision == 2
    shown = draft.get(page).text
    assert re.search(r'data-problem="when">\s*<span[^>]*>Error: </span>No fact is called', shown)
    answers = form_of(shown) | {"when.fact": "immediate-harm", "f.then.level": "", "do": "save"}
    assert draft.client.post(page, data=answers).status_code == 303
    assert "A trigger sets a level" in draft.get(EDIT).text


def test_a_rule_that_can_never_match_is_found_while_it_is_written(
    checked_draft: Browser, kept: Callable[[], ThresholdDraft]
) -> None:
    answers = form_of(checked_draft.get(f"{EDIT}/rules/new").text)
    answers |= {"f.id": "N-1", "f.words": "Under 1 and over 16", "f.source": "page 3", "f.then.level": "L3"}
    answers |= {"when.kind": "all", "when.n": "2"}
    answers |= row("age_years", "when-0", test="under", value="1") | row(
        "age_years", "when-1", test="at_least", value="16"
    )
    said = ""
    for _ in range(60):
        said = checked_draft.client.post(f"/thresholds/{NAME}/check", data=answers).text
        if "data-checking" not in said:
            break
    assert "can never be met" in said
    assert kept().revision == 1
    assert checked_draft.client.post(f"{EDIT}/rules/new", data=answers | {"do": "save"}).status_code == 303
    assert rule(kept().text, "N-1")["then"] == {"level": "L3"}


def test_somebody_elses_save_is_never_overwritten_and_nothing_of_mine_is_lost(
    draft: Browser, kept: Callable[[], ThresholdDraft], database: Database
) -> None:
    page = f"{EDIT}/rules/T-01"
    mine, theirs = (form_of(draft.get(page).text) for _ in range(2))
    assert draft.client.post(page, data=theirs | {"f.words": "Theirs", "do": "save"}).status_code == 303
    met = draft.client.post(page, data=mine | {"f.words": "Mine", "do": "save"})
    assert met.status_code == 409
    assert "Theirs" in met.text
    assert "Mine" in met.text
    assert rule(kept().text, "T-01")["words"] == "Theirs"
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', met.text):
        sent.setdefault(name, []).append(value.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&"))
    sent["revision"] = sent["revision"][-1:]
    assert draft.client.post(page, data={k: v[-1:] if "token" in k else v for k, v in sent.items()}).status_code == 303
    assert rule(kept().text, "T-01")["words"] == "Mine"
    with reading(database) as session:
        assert [one.number for one in session.scalars(select(DraftRevision))] == [1, 2, 3]


def test_rules_are_copied_moved_split_and_removed(draft: Browser, kept: Callable[[], ThresholdDraft]) -> None:
    def arrange(do: str) -> list[str]:
        sent = draft.send(EDIT, f"/thresholds/{NAME}/arrange", do=do, revision=str(kept().revision))
        assert sent.status_code == 303, sent.text
        return [str(one["id"]) for one in rules(kept().text)]

    assert arrange("copy:rules:0")[:3] == ["T-01", "T-01-2", "T-02"]
    assert arrange("down:rules:1")[:3] == ["T-01", "T-02", "T-01-2"]
    assert arrange("remove:rules:2")[:3] == ["T-01", "T-02", "T-03"]
    data = rules(kept().text)
    place = next(n for n, one in enumerate(data) if "any" in one["when"])
    ways, ids = len(data[place]["when"]["any"]), len(data)
    assert len(arrange(f"split:rules:{place}")) == ids + ways - 1


def test_comments_history_and_bringing_back(
    draft: Browser, kept: Callable[[], ThresholdDraft], sign_in_as: SignInAs
) -> None:
    first = kept().text
    page = f"{EDIT}/rules/T-01"
    draft.client.post(page, data=form_of(draft.get(page).text) | {"f.words": "Other words", "do": "save"})
    manager = sign_in_as("manager")
    said = manager.send(page, f"/thresholds/{NAME}/comments", rule="T-01", section="rules", words="Too short.")
    assert said.location == f"{page}#comments"
    assert "Too short." in draft.get(page).text
    history = f"/thresholds/{NAME}/history"
    assert "Other words" in manager.get(history).text
    assert draft.send(history, f"{history}/1", revision="2").status_code == 303
    assert (kept().text, kept().revision) == (first, 3)


def test_a_child_is_tried_through_both_side_by_side(
    draft: Browser, kept: Callable[[], ThresholdDraft], desk: Desk
) -> None:
    data = rules(kept().text)
    place = next(n for n, one in enumerate(data) if one["when"] == {"indicator": "ab-child-disclosure"})
    draft.send(EDIT, f"/thresholds/{NAME}/arrange", do=f"remove:rules:{place}", revision="1")
    page = f"/thresholds/{NAME}/try"
    tried = draft.send(page, seen="ab-child-disclosure", age="6").text
    assert "Here they part" in tried
    contact = desk.contact("Ada")
    real = draft.get(f"{page}?contact={contact}").text
    assert f"of {contact}" in real
    assert "Ada" not in real
    assert "There is no such contact" in draft.get(f"{page}?contact=C-26-99999").text


def test_a_draft_is_compared_read_and_rehearsed_like_any_version(draft: Browser) -> None:
    draft.send(EDIT, f"/thresholds/{NAME}/arrange", do="remove:rules:0", revision="1")
    assert "T-01" in draft.get(f"/thresholds/{LIVE}...{NAME}").text
    assert draft.get(f"/thresholds/{NAME}").status_code == 200
    assert re.search(rf'value="{NAME}" selected', draft.get(f"/replays?baseline={LIVE}&candidate={NAME}").text)


@pytest.mark.parametrize("role", ["practitioner", "auditor", "contact_officer"])
def test_others_do_not_see_drafts(draft: Browser, sign_in_as: SignInAs, role: str) -> None:
    other = sign_in_as(role)
    assert NAME not in other.get("/thresholds").text
    for path in ("edit", "history", "try"):
        assert other.get(f"/thresholds/{NAME}/{path}").status_code == 403
    assert other.get(f"/thresholds/{NAME}").status_code == 404


def test_a_draft_given_up_is_read_and_not_written(draft: Browser, kept: Callable[[], ThresholdDraft]) -> None:
    page = f"{EDIT}/rules/T-01"
    answers = form_of(draft.get(page).text)
    assert draft.send(EDIT, f"/thresholds/{NAME}/abandon").status_code == 303
    sent = draft.client.post(page, data=answers | {"f.words": "Late", "do": "save"})
    assert sent.status_code == 422
    assert "abandoned" in sent.text
    assert ">Save<" not in draft.get(page).text


@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1", "٣٣٣٣٣٣٣٣٣٣"])
def test_a_number_that_is_none_of_ours_breaks_no_page(draft: Browser, number: str) -> None:
    assert draft.get(f"/thresholds/{NAME}/try", query_string={"child": number}).status_code == 200
    assert draft.send(EDIT, f"/thresholds/{NAME}/arrange", do=f"copy:rules:{number}").status_code == 404
    assert draft.send(EDIT, EDIT, revision=number).status_code < 500
    answer = draft.send(EDIT, f"{EDIT}/rules/C-24", do=f"remove:when-{number}", revision="1")
    assert answer.status_code < 500
