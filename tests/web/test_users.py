"""Managing who may sign in, and one's own account."""

import re

import pytest
from sqlalchemy import delete

from mash import clock
from mash.db import Database, reading, transaction
from mash.journeys.password_link import LASTS
from mash.models import Event, User, UserRole
from mash.queries.apart import of_roles
from mash.queries.health import health
from tests.web.conftest import PASSWORD, Browser, SignInAs
from tests.web.test_second_step import Hands, add_app

SHOWN = re.compile(r"Link for lee to choose a password: http://localhost(/password/[a-z0-9-]+)")
CHOSEN = "anvil comet harvest"


def add_lee(admin: Browser) -> tuple[str, str]:
    """Add someone; return the address of their page and their link."""
    answer = admin.send("/admin/users/new", name="Lee Marsh", username="Lee", team="", roles="practitioner")
    assert answer.location
    shown = SHOWN.search(admin.get(answer.location).text)
    assert shown
    return answer.location, shown[1]


def test_someone_new_gets_a_link_shown_once_and_chooses_their_own_password(
    sign_in_as: SignInAs, client: Browser
) -> None:
    admin = sign_in_as("admin")
    page, link = add_lee(admin)
    assert link not in admin.get(page).text
    weak = client.send(link, new="liverpool liverpool")
    assert (weak.status_code, "one that many people use" in weak.text) == (422, True)
    assert client.send(link, new=CHOSEN).location == "/sign-in"
    assert client.get(link).status_code == 404
    assert sign_in_as("lee", CHOSEN).get("/account").status_code == 200


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("short words", "Password must be 15 characters or more"),
        ("Password1234567", "Password is one that many people use"),
        ("Safeguarding2026!", "Password is one that many people use"),
        ("aaaaaaaaaaaaaaa", "Password is one that many people use"),
        ("my-manager-name", "Password must not contain your username"),
        ("violet kettle", "Password must be 15 characters or more"),
        ("qwertyuiop123456", "Password is one that many people use"),
        ("Liverpool20262026!", "Password is one that many people use"),
        ("letmeinletmeinletmein", "Password is one that many people use"),
        ("x" * 129, "New password must be 128 characters or less"),
        (PASSWORD, "Choose a password you are not using now"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(sign_in_as: SignInAs, new: str, said: str) -> None:
    answer = sign_in_as("manager").send("/account/password", current=PASSWORD, new=new)
    assert answer.status_code == 422
    assert said in answer.text
    assert new not in answer.text


def test_a_password_change_needs_the_current_one(sign_in_as: SignInAs) -> None:
    answer = sign_in_as("manager").send("/account/password", current="not it at all", new="anvil comet harvest")
    assert answer.status_code == 422
    assert "The current password is not right" in answer.text


def test_a_password_change_ends_every_other_sign_in(sign_in_as: SignInAs) -> None:
    here, elsewhere = sign_in_as("manager"), sign_in_as("manager")
    here.send("/account/password", current=PASSWORD, new="anvil comet harvest")
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_reset_gives_a_link_ends_every_sign_in_and_keeps_the_second_step(
    sign_in_as: SignInAs, people: dict[str, int], client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands(monkeypatch)
    admin, theirs = sign_in_as("admin"), sign_in_as("manager")
    app, _ = add_app(theirs, hands)
    page = f"/admin/users/{people['manager']}"
    links = []
    for _ in range(2):
        assert admin.send(page, f"{page}/password").location == page
        links += re.findall(r"http://localhost(/password/[a-z0-9-]+)", admin.get(page).text)
    assert theirs.get("/account").status_code == 303
    assert theirs.sign_in("manager").status_code == 422
    assert client.get(links[0]).status_code == 404
    assert client.send(links[1], new=CHOSEN).location == "/sign-in"
    hands.on()
    assert client.sign_in("manager", CHOSEN).location == "/sign-in/second"
    assert client.send("/sign-in/second", code=app.at(hands.at)).status_code == 303


def test_a_link_lasts_a_day_and_no_other_will_do(
    sign_in_as: SignInAs, people: dict[str, int], client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands(monkeypatch)
    _, link = add_lee(sign_in_as("admin"))
    number, until, signed = link.removeprefix("/password/").split("-")
    other = f"{people['manager']}-{until}-{signed}"
    for code in (other, f"{number}-{int(until) + 1}-{signed}", f"{number}-{until}-", "x", "-", "--", "9" * 30, "é-1-é"):
        assert client.get(f"/password/{code}").status_code == 404, code
    hands.on(LASTS)
    assert client.get(link).status_code == 404


def test_someone_who_left_is_out_and_can_come_back(sign_in_as: SignInAs, people: dict[str, int]) -> None:
    admin, theirs = sign_in_as("admin"), sign_in_as("manager")
    page = f"/admin/users/{people['manager']}"
    admin.send(page, f"{page}/deactivate")
    assert theirs.get("/account").status_code == 303
    assert "Undo" in admin.get(page).text
    admin.send(page, f"{page}/reactivate")
    assert theirs.sign_in("manager").status_code == 303


def test_nobody_shuts_themselves_out_of_the_list(sign_in_as: SignInAs, people: dict[str, int]) -> None:
    admin = sign_in_as("admin")
    page = f"/admin/users/{people['admin']}"
    assert admin.send(page, f"{page}/deactivate").status_code == 403
    assert admin.send(page, f"{page}/password").status_code == 403
    answer = admin.send(page, f"{page}/roles", team="", roles="auditor")
    assert answer.status_code == 422
    assert "Nobody else can manage users" in answer.text


def test_a_username_is_for_one_person(sign_in_as: SignInAs) -> None:
    answer = sign_in_as("admin").send("/admin/users/new", name="Lee", username=" Manager ", team="", roles="auditor")
    assert answer.status_code == 422
    assert "Someone already has this username" in answer.text


def test_a_role_that_is_not_ours_is_refused(sign_in_as: SignInAs) -> None:
    answer = sign_in_as("admin").send("/admin/users/new", name="Lee", username="lee", team="", roles="root")
    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["contact_officer", "practitioner", "manager", "receiving_team"])
def test_nobody_manages_users_and_does_casework(sign_in_as: SignInAs, database: Database, role: str) -> None:
    admin, both = sign_in_as("admin"), ["admin", role]
    new = admin.send("/admin/users/new", name="Lee", username="lee", team="", roles=both)
    page, _ = add_lee(admin)
    changed = admin.send(page, f"{page}/roles", team="", roles=both)
    for answer in (new, changed):
        assert (answer.status_code, "does no casework" in answer.text) == (422, True)
    assert admin.send(page, f"{page}/roles", team="", roles=["admin", "auditor"]).status_code == 303


def test_whoever_held_both_before_has_casework_alone_and_everyone_is_told(
    sign_in_as: SignInAs, database: Database, people: dict[str, int]
) -> None:
    with transaction(database) as session:
        session.add(UserRole(user_id=people["manager"], role="admin"))
    both, admin = sign_in_as("manager"), sign_in_as("admin")
    assert "You cannot manage users: your casework alone counts" in both.get("/queue").text
    assert both.get("/admin/users").status_code == 403
    assert "Managing users and casework: Invented manager." in admin.get("/admin/users").text
    page = f"/admin/users/{people['admin']}"
    assert "Nobody else can manage users" in admin.send(page, f"{page}/roles", team="", roles="auditor").text
    with transaction(database) as session:
        assert "one person: manager. Casework alone counts." in of_roles(session)
        session.get_one(User, people["admin"]).active = False
        assert of_roles(session) in health(session, clock.now()).problems
        assert "Nobody can manage users." in of_roles(session)
        session.execute(delete(UserRole).where(UserRole.user_id == people["manager"], UserRole.role != "admin"))
        assert of_roles(session) == ""


def test_every_change_to_a_user_is_an_event_without_secrets(sign_in_as: SignInAs, database: Database) -> None:
    admin = sign_in_as("admin")
    page, given = add_lee(admin)
    admin.send(page, f"{page}/roles", team="Hub", roles="auditor")
    admin.send(page, f"{page}/deactivate")
    with reading(database) as session:
        events = session.query(Event).order_by(Event.seq).all()[-3:]
        assert [event.kind for event in events] == ["user.password_link", "user.roles_changed", "user.deactivated"]
        assert [event.by_id for event in events] == [session.query(User.id).filter_by(username="admin").scalar()] * 3
        assert given not in str([event.data for event in events])
        assert events[1].data | {"user": 0} == {"user": 0, "from": ["practitioner"], "to": ["auditor"]}


def test_one_sees_and_ends_ones_own_sign_ins_only(sign_in_as: SignInAs) -> None:
    mine, other_place, theirs = sign_in_as("manager"), sign_in_as("manager"), sign_in_as("auditor")
    ends = re.findall(r"/account/sessions/(\d+)/end", mine.get("/account").text)
    assert len(ends) == 2
    not_mine = re.findall(r"/account/sessions/(\d+)/end", theirs.get("/account").text)[0]
    assert mine.send("/account", f"/account/sessions/{not_mine}/end").status_code == 404
    assert theirs.get("/account").status_code == 200
    for number in sorted(ends, key=int)[1:]:
        assert mine.send("/account", f"/account/sessions/{number}/end").location == "/account"
    assert other_place.get("/account").status_code == 303
    assert mine.get("/account").status_code == 200


def test_a_notice_is_said_once(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("auditor")
    browser.send("/account", "/account/preferences", density="compact", shortcuts="yes")
    assert "Your choices have been saved." in browser.get("/account").text
    assert "Your choices have been saved." not in browser.get("/account").text


def test_letter_shortcuts_are_off_until_asked_for(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("auditor")
    assert "keys.js" not in browser.get("/help").text
    browser.send("/account", "/account/preferences", density="standard", shortcuts="yes")
    assert "keys.js" in browser.get("/help").text


def test_the_front_page_is_the_first_of_ones_roles(sign_in_as: SignInAs) -> None:
    assert sign_in_as("admin").get("/").location == "/admin/users"


def test_someone_without_a_role_gets_nowhere(sign_in_as: SignInAs, database: Database, people: dict[str, int]) -> None:
    browser = sign_in_as("auditor")
    with transaction(database) as session:
        user = session.get_one(User, people["auditor"])
        user.roles.clear()
    assert browser.get("/account").status_code == 403


def test_a_session_left_open_does_not_serve_someone_who_left(
    sign_in_as: SignInAs, database: Database, people: dict[str, int]
) -> None:
    browser = sign_in_as("auditor")
    with transaction(database) as session:
        user = session.get_one(User, people["auditor"])
        user.active = False
    assert browser.get("/account").status_code == 303
