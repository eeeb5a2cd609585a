"""Manage who may sign in and what they may do. Administrators see no contact."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from mash.journeys import password_link, second_factor, sign_in, users
from mash.journeys.contacts import NotFound
from mash.journeys.posts import set_post
from mash.queries.access import UserRow, all_users, one_user, open_sessions, second_factor_since
from mash.queries.passkeys import passkeys_of
from mash.queries.red_turns import post_of
from mash.web.access import actor, current, needs_role
from mash.web.forms import Form
from mash.web.once import once, say
from mash.web.proof import needs_proof
from mash.web.schemas import Choice, Choices, FormSchema, SafeText
from mash.web.wiring import moment, reading, wiring
from mash.web.words import ROLE_HINTS, ROLES
from mash.workflow.escalation import Post
from mash.workflow.sign_in_policy import Act

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
POSTS = {post.value: post.words for post in Post}


class NewUserSchema(FormSchema):
    name = SafeText(empty="Enter the person’s name", called="Name")
    username = SafeText(longest=64, empty="Enter a username", called="Username")
    team = SafeText(called="Team")
    roles = Choices(ROLES, empty="Select at least one role")


class RolesSchema(FormSchema):
    team = SafeText(called="Team")
    roles = Choices(ROLES, empty="Select at least one role")


class ReasonSchema(FormSchema):
    reason = SafeText(longest=500, empty="Enter why their app is removed", called="Reason")


class PostSchema(FormSchema):
    post = Choice({"none": "", **POSTS}, empty="Select a post, or none")


@blueprint.get("/users")
@needs_role("admin")
def list_users() -> str:
    """List who may sign in, and who no longer may."""
    with reading() as session:
        found = all_users(session)
    return render_template("users.html", users=found)


@blueprint.get("/users/new")
@needs_role("admin")
def ask_new() -> str:
    """Show the form for someone new."""
    return _new_page(Form(NewUserSchema()))


@blueprint.post("/users/new")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def add() -> ResponseReturnValue:
    """Add someone, with a link shown once by which they choose a password."""
    form = Form(NewUserSchema()).post(request.form)
    if form.errors:
        return _new_page(form), 422

    def make(session: Session) -> str:
        made = users.make_user(
            session,
            username=form.data["username"],
            name=form.data["name"],
            team=form.data["team"],
            roles=form.data["roles"],
            password=None,
            by=actor(),
            at=moment(),
        )
        _say_link(session, made.id, made.username)
        return f"/admin/users/{made.id}"

    try:
        return once(make)
    except users.UserRefused as wrong:
        return _new_page(form.fault({wrong.field: str(wrong)})), 422


@blueprint.get("/users/<int:user_id>")
@needs_role("admin")
def show(user_id: int) -> str:
    """Show one user."""
    user = _user(user_id)
    return _user_page(user, Form(RolesSchema(), {"roles": user.roles, "team": user.team}))


@blueprint.post("/users/<int:user_id>/roles")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def set_roles(user_id: int) -> ResponseReturnValue:
    """Change what someone may do."""
    form = Form(RolesSchema()).post(request.form)
    if form.errors:
        return _user_page(_user(user_id), form), 422

    def change(session: Session) -> str:
        users.change_roles(
            session,
            user_id=user_id,
            roles=form.data["roles"],
            team=form.data["team"],
            by=actor(),
            at=moment(),
        )
        say(session, "Roles saved. They count from the person’s next page.")
        return f"/admin/users/{user_id}"

    try:
        return once(change)
    except users.UserRefused as wrong:
        return _user_page(_user(user_id), form.fault({wrong.field: str(wrong)})), 422


@blueprint.post("/users/<int:user_id>/post")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def put_in_post(user_id: int) -> ResponseReturnValue:
    """Name someone as deputy or head of service, or as neither."""
    user, form = _user(user_id), Form(PostSchema()).post(request.form)
    roles = Form(RolesSchema(), {"roles": user.roles, "team": user.team})
    if form.errors:
        return _user_page(user, roles, form), 422
    post = form.data["post"] if form.data["post"] in POSTS else ""

    def name(session: Session) -> str:
        set_post(session, user_id=user_id, post=post, by=actor(), at=moment())
        say(session, f"Saved. They are told as {POSTS[post].lower()}." if post else "Saved. They hold no post.")
        return f"/admin/users/{user_id}"

    try:
        return once(name)
    except users.UserRefused as wrong:
        return _user_page(user, roles, form.fault({wrong.field: str(wrong)})), 422


@blueprint.post("/users/<int:user_id>/password")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def reset_password(user_id: int) -> ResponseReturnValue:
    """Give someone a link, shown once, by which they choose a new password. Their second step stays."""
    _not_oneself(user_id)

    def reset(session: Session) -> str:
        _say_link(session, user_id, users.user_by(session, user_id).username)
        return f"/admin/users/{user_id}"

    return once(reset)


@blueprint.post("/users/<int:user_id>/app/remove")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def remove_app(user_id: int) -> ResponseReturnValue:
    """Take away the authenticator app of someone who lost it, and say why."""
    _not_oneself(user_id)
    user, form = _user(user_id), Form(ReasonSchema()).post(request.form)

    def remove(session: Session) -> str:
        why = form.data["reason"]
        second_factor.remove(session, user_id=user_id, reason=why, by=actor(), at=moment())
        say(session, "Their app has been removed, and they have been signed out.")
        return f"/admin/users/{user_id}"

    try:
        if not form.errors:
            return once(remove)
    except users.UserRefused as wrong:
        form.fault({wrong.field: str(wrong)})
    return _user_page(user, Form(RolesSchema(), {"roles": user.roles, "team": user.team}), reason=form), 422


@blueprint.post("/users/<int:user_id>/sessions/end")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign someone out wherever they are signed in."""
    _not_oneself(user_id)

    def end(session: Session) -> str:
        sign_in.end_sessions(session, user_id=_user(user_id).id, by=actor(), at=moment())
        say(session, "They have been signed out everywhere.")
        return f"/admin/users/{user_id}"

    return once(end)


@blueprint.post("/users/<int:user_id>/deactivate")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def deactivate(user_id: int) -> ResponseReturnValue:
    """Stop someone from signing in, at once."""
    _not_oneself(user_id)

    def stop(session: Session) -> str:
        users.deactivate(session, user_id=user_id, by=actor(), at=moment())
        say(
            session,
            "They can no longer sign in, and have been signed out.",
            action=("Undo", f"/admin/users/{user_id}/reactivate"),
        )
        return f"/admin/users/{user_id}"

    return once(stop)


@blueprint.post("/users/<int:user_id>/reactivate")
@needs_role("admin")
@needs_proof(Act.ADMIN)
def reactivate(user_id: int) -> ResponseReturnValue:
    """Let someone sign in again."""

    def start(session: Session) -> str:
        users.reactivate(session, user_id=user_id, by=actor(), at=moment())
        say(session, "They can sign in again.")
        return f"/admin/users/{user_id}"

    return once(start)


def _say_link(session: Session, user_id: int, username: str) -> None:
    code = password_link.give_link(session, user_id=user_id, key=wiring().key, by=actor(), at=moment())
    say(
        session,
        f"Link for {username} to choose a password: {url_for('password_link.ask', code=code, _external=True)}",
        kind="note",
        detail="Shown once. It works once, for 24 hours. Give it so that only they see it; any second step stays.",
    )


def _not_oneself(user_id: int) -> None:
    """Keep administrators from shutting themselves out: they change their own password on their account page."""
    if user_id == current().user_id:
        raise Forbidden


def _user(user_id: int) -> UserRow:
    with reading() as session:
        user = one_user(session, user_id)
    if user is None:
        raise NotFound("There is no such user.")
    return user


def _new_page(form: Form) -> str:
    return render_template("user_new.html", form=form, roles=ROLES, hints=ROLE_HINTS)


def _user_page(user: UserRow, form: Form, post: Form | None = None, reason: Form | None = None) -> str:
    with reading() as session:
        held = post_of(session, user.id) or "none"
        app_since = second_factor_since(session, user.id)
        signed_in_at = open_sessions(session, user.id, moment(), wiring().settings.idle)
        theirs = passkeys_of(session, user.id)
    told, why = post or Form(PostSchema(), {"post": held}), reason or Form(ReasonSchema())
    return render_template(
        "user.html",
        user=user,
        form=next((one for one in (told, why) if one.errors), form),
        reason_form=why,
        app_since=app_since,
        signed_in_at=signed_in_at,
        passkeys=theirs,
        role_form=form,
        post_form_of=told,
        posts={"none": "None", **POSTS},
        roles=ROLES,
        hints=ROLE_HINTS,
    )
