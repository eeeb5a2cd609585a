"""HTTP in, HTTP out. How to add a page:

1. Write a module with a blueprint, and add the blueprint to ``mash/web/pages.py``. Every view says who may open it,
   or the application does not start::

       blueprint = Blueprint("queue", __name__)

       @blueprint.get("/queue")
       @needs_role("contact_officer", "practitioner", "manager")      # or @signed_in, or @anyone
       def show() -> str:
           with reading() as session:
               rows = queue(session, user_id=current().user_id)
           return render_template("queue.html", rows=rows)

   ``mash.web.access``: ``needs_role``, ``signed_in``, ``anyone``, ``current()`` (who is signed in), ``actor()`` (the
   ``Actor`` for journeys). ``needs_role(..., keeps_alive=False)`` is for what a page asks for by itself.
   ``mash.web.wiring``: ``wiring()`` (database, settings, rulebook), ``transaction()``, ``reading()``,
   ``moment()`` (the time of this request: pass it to journeys as ``at``).
   ``mash/web/navigation.py``: what stands in the header, by role.

2. A form is a ``Schema`` (``mash.web.schemas``: ``SafeText``, ``Whole``, ``Choice``, ``Choices``, ``Tick``,
   ``DayMonthYear``) read by ``Form`` (``mash.web.forms``), shown with ``macros/fields.html``, and posted once::

       @blueprint.post("/contacts/<reference>/rating")
       @needs_role("practitioner")
       def rate(reference: str) -> ResponseReturnValue:
           form = Form(RatingSchema()).post(request.form)
           if form.errors:
               return render_template("rating.html", form=form), 422      # every answer is kept; title gets "Error: "
           return once(lambda session: _rate(session, reference, form))    # returns the URL to go to, by 303

   ``once`` opens the transaction, uses the form's token, and redirects. ``say(session, "C-26-04217 saved.")`` leaves
   a notice for the next page. Exceptions of journeys are not caught: ``mash/web/errors.py`` gives each its page.

3. A template begins ``{% extends "shell.html" %}`` and fills the blocks ``title`` (the reference at most, never a
   name), ``content`` (one ``h1``), and if wanted ``before`` (above the page), ``skip_links`` and ``scripts``. Words and
   forms stand in ``.sheet``; forms are made with ``{% call post_form(url) %}`` from ``macros/fields.html``, tables
   with ``{% call grid(caption) %}``. The block ``printed`` says what a sheet of paper is, beside who printed it when.
   Marks come from ``macros/marks.html``: ``rating_tag``, ``deadline_tag``, ``tag``, ``empty``, ``stat``. Times go
   through filters: ``|moment`` (4:30pm today), ``|time``, ``|day`` (Tue 24 Nov 2026), ``|long_day``, ``|left``,
   ``|ago``, ``|age``, ``|person_age``. Styles and scripts are files: nothing is inline.
   ``mash.js`` gives ``data-ctrl-enter`` on a form, ``data-live`` on a part that refreshes itself, and ``ask()``;
   ``data-key="n"`` gives a link, a button or a box a letter, for those who turned letters on.
"""
