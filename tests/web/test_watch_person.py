"""Watching who opens somebody's record begins and ends on the page that says who looked at them, with a reason."""

from tests.web.conftest import SignInAs
from tests.web.contacts import Desk, words


def test_it_begins_and_ends_with_a_reason_and_only_for_whom_one_may_know(sign_in_as: SignInAs, desk: Desk) -> None:
    reference = desk.contact("Ada")
    page = f"/audit/people/{desk.row(reference).children[0].person_id}"
    auditor = sign_in_as("auditor")
    assert auditor.send(page, f"{page}/watch", do="begin", reason="").status_code == 422
    assert auditor.send(page, f"{page}/watch", do="end", reason="Gone").status_code == 422
    assert auditor.send(page, f"{page}/watch", do="begin", reason="Widely known").status_code == 303
    assert "This record is watched Widely known" in words(auditor.get(page).text)
    assert auditor.send(page, f"{page}/watch", do="begin", reason="Again").status_code == 422
    assert auditor.send(page, "/audit/people/999/watch", do="begin", reason="Nobody").status_code == 404
    manager = sign_in_as("manager")
    assert auditor.send(page, f"{page}/watch", do="end", reason="She asked").status_code == 303
    assert "Watch who opens this record" in manager.get(page).text
    manager.send(f"/contacts/{reference}", f"/contacts/{reference}/conflict", reason="My niece")
    assert manager.send("/account", f"{page}/watch", do="begin", reason="Hers").status_code == 404
