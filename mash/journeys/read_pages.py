"""What each page shows of people, in words and in classes of field; and the pages that show nobody at all.

A page that is in neither table counts as one that may show anyone: its reading is kept. So a page nobody has thought of
here is audited all the same, under the name of its route.
"""

from dataclasses import dataclass

WHOLE = ("identity", "address", "referrer", "concern", "history", "decision")
LIST = ("identity", "rating", "due")


@dataclass(frozen=True, slots=True)
class Page:
    """What reading a page is called, and the classes of field it shows.

    Attributes:
        opens: Whether it shows one record from within, so that reading many is reading many records.
        leaves: Whether what it shows leaves the service, on paper or as a file.
    """

    words: str
    fields: tuple[str, ...]
    opens: bool = False
    leaves: bool = False


ON_THE_CONTACT = Page("The contact, a form of it refused", WHOLE, opens=True)
_ACTS = {
    "children": ("add",),
    "decide": ("draft", "note_facts", "screen_it", "tell"),
    "declared": ("know_them",),
    "information": ("ask_one", "authorise", "reply", "weigh"),
    "parts": ("keep_tier",),
    "pattern": ("review",),
    "receipt": ("correct",),
    "rectify": ("add",),
    "referrer": ("told",),
    "review": (
        "acknowledge", "cancel", "close", "direct", "note", "offer", "reopen", "review", "step_down", "strategy",
        "undo",
    ),
}  # fmt: skip
"""Forms on a contact's page: one that is refused shows the page again."""
_FORMS = {
    Page("Form to skip a contact", ("identity", "rating"), opens=True): ("skip.ask", "skip.go_on"),
    Page("Form to take a contact over", ("identity", "rating")): (
        "queue.ask", "queue.ask_take_over", "queue.take_over",
    ),
    Page("Queue, a form of it refused", LIST): (
        "queue.claim", "queue.release", "queue.start_next", "queue_many.drop_view", "queue_many.keep_view",
        "queue_many.undo",
    ),
    Page("What is offered to a team, a form of it refused", ("identity", "concern", "decision")): (
        "hand_overs.accept", "hand_overs.decline",
    ),
    Page("Red board, a form of it refused", LIST): ("red.acknowledge", "red.give", "red.undo"),
    Page("What a team has in hand, a form of it refused", LIST): ("team.back_again", "team.give", "team.note_away"),
    Page("A contact being written", ("identity", "concern")): ("record.draft", "record.drop"),
    Page("Child of a replay, to be read", ("history", "decision", "advice")): ("movers.begin",),
    Page("Child put through two versions", ("history", "advice")): ("threshold_try.made_up",),
    Page("Replays", ("decision", "advice")): ("replays.ask", "replays.cancel", "replays.one", "replays.show"),
    Page("Figures", ("decision",)): (
        "every_figure.freeze", "every_figure.show", "pictures.show", "process_charts.set_limits",
        "process_charts.show", "process_charts.years",
    ),
    Page("Extracts", ("decision",)): ("extracts.ask", "extracts.show"),
    Page("Restricted contacts, and what was opened in an emergency", ("identity", "trail")): (
        "declared.end", "emergency.review", "restrict.show",
    ),
    Page("Sign-ins of a user", ("trail",)): ("admin_sign_ins.end_session", "admin_sign_ins.remove_passkey"),
}  # fmt: skip
"""Pages that several routes show; most of them are forms, which show it again where they are refused."""
_ACCESS = Page("Who may see a contact", ("identity", "trail"), opens=True)
PAGES = {f"{part}.{act}": ON_THE_CONTACT for part, acts in _ACTS.items() for act in acts} | {
    f"restrict.{act}": _ACCESS for act in ("ask", "ask_to_lift", "end_name", "keep", "lift", "name", "review")
}
PAGES |= {name: page for page, names in _FORMS.items() for name in names}
PAGES |= {
    "audit.breach": Page("Breach report", ("trail",)),
    "audit.contact": Page("Who looked at a contact", ("trail",)),
    "audit.mine": Page("Their own trail", ("trail",)),
    "audit.person": Page("Who looked at a person", ("identity", "trail")),
    "audit.show": Page("The audit", ("trail",)),
    "audit.take_out": Page("The audit, as a file", ("trail",), leaves=True),
    "change.ask": Page("The contact, to change its decision", WHOLE, opens=True),
    "change.save": Page("The contact, to change its decision", WHOLE, opens=True),
    "decide.check_it": Page("What the rules advise", ("identity", "advice"), opens=True),
    "decide.save": Page("The contact, its decision refused", WHOLE, opens=True),
    "declared.ask": Page("What they declared", ("identity",)),
    "declared.keep": Page("What they declared", ("identity",)),
    "emergency.ask": Page("Form to open a contact in an emergency", ("identity",)),
    "emergency.let_in": Page("Form to open a contact in an emergency", ("identity",)),
    "every_figure.changes": Page("Why a figure is not what was frozen", ("history",)),
    "every_figure.contacts": Page("Contacts behind a figure", ("decision",)),
    "extracts.take": Page("Extract, as a file", ("identity", "history", "decision"), leaves=True),
    "hand_overs.show": Page("What is offered to a team", ("identity", "concern", "decision")),
    "night.ask": Page("Form to hand a red to the night team", ("identity",), opens=True),
    "night.hand": Page("Form to hand a red to the night team", ("identity",), opens=True),
    "night.show": Page("Receipt of the night team", ("identity", "concern"), opens=True),
    "movers.keep": Page("Child of a replay, to be read", ("history", "decision", "advice"), opens=True),
    "movers.read": Page("Child of a replay, to be read", ("history", "decision", "advice"), opens=True),
    "parts.show_part": Page("The contact, with a part of it that was hidden", WHOLE, opens=True),
    "pattern.show": Page("Views of patterns to review", LIST),
    "pictures.listed": Page("Contacts behind a figure", ("decision",)),
    "queue.show": Page("Queue", LIST),
    "queue_many.many": Page("Contacts, to print", WHOLE, opens=True, leaves=True),
    "queue_many.take_out": Page("Queue, on paper or as a file", LIST, leaves=True),
    "quick.ask": Page("The contact, to close as information", WHOLE, opens=True),
    "quick.close": Page("The contact, to close as information", WHOLE, opens=True),
    "record.ask": Page("A contact being written", ("identity", "concern")),
    "record.hints": Page("Who may be known already", ("identity", "address")),
    "record.save": Page("A contact being written, and who may be known", ("identity", "address", "concern")),
    "red.live": Page("Red board, kept open", LIST),
    "red.show": Page("Red board", LIST),
    "replays.children": Page("Children of a replay", ("decision", "advice")),
    "replays.trace": Page("Child of a replay", ("history", "decision", "advice"), opens=True),
    "retention.act": Page("Form to keep or dispose of a contact", ("identity",)),
    "retention.answer": Page("Disposal to be decided", ("identity", "decision")),
    "retention.ask": Page("Form to keep or dispose of a contact", ("identity",)),
    "retention.ask_second": Page("Disposal to be decided", ("identity", "decision")),
    "retention.show": Page("Contacts past their day, and those disposed of", ("identity", "decision")),
    "search.answer": Page("Search", ("identity", "address", "history")),
    "subject_access.ask": Page("Form to begin a request for somebody’s records", ("identity",)),
    "subject_access.begin": Page("Form to begin a request for somebody’s records", ("identity",)),
    "subject_access.one": Page("Request for somebody’s own records", ("identity",)),
    "subject_access.act": Page("Request for somebody’s own records", ("identity",)),
    "subject_access.sign": Page("Request for somebody’s own records", ("identity",)),
    "subject_access.show": Page("Requests for people’s own records", ("identity",)),
    "rectify.add_to_part": Page("Part of a record that is asked for", WHOLE, opens=True),
    "subject_parts.ask": Page("Part of a record that is asked for", WHOLE, opens=True),
    "subject_parts.decide": Page("Part of a record that is asked for", WHOLE, opens=True),
    "subject_parts.take": Page("Somebody’s own records, as a file", WHOLE, leaves=True),
    "subject_parts.write": Page("Request for somebody’s own records", ("identity",)),
    "team.show": Page("What a team has in hand", LIST),
    "threshold_try.ask": Page("Child put through two versions", ("history", "advice")),
    "thresholds.show_rule": Page("Contacts that met a rule", ("decision",)),
    "time_went.beside_contacts": Page("Contacts behind a share", ("decision",)),
    "time_went.late_contacts": Page("Contacts decided late", ("decision",)),
    "timeline.show": Page("Timeline", ("identity", "history", "decision", "trail"), opens=True),
    "timeliness.behind": Page("Contacts behind a figure", ("decision",)),
    "timeliness.show": Page("Timeliness", LIST),
    "watch_person.watch": Page("Who looked at a person", ("identity", "trail")),
    "workspace.show": Page("The contact", WHOLE, opens=True),
}
"""By the name of the route."""

NOBODY = frozenset(
    {
        "front.health", "front.show_accessibility", "front.show_help", "front.start",
        "queue.new_since", "replay_work.ask", "replay_report.sheets", "replay_report.show", "search.ask",
        "thresholds.download", "thresholds.show", "thresholds.versions", "time_went.show", "timeliness.definitions",
        "told.show",
    }
)  # fmt: skip
"""Routes that show nobody: figures, forms with nothing in them, what colleagues tell each other by reference."""
NOBODY_OF = frozenset(
    {
        "account", "admin", "assets", "brand", "capacity", "council", "first_admin", "forecast", "going_live",
        "monitor", "own_passkeys", "passkeys", "password_link", "policy_report", "privacy", "second_step",
        "self_check", "settings", "sign_in", "sign_in_again", "threshold_checks", "threshold_drafts", "threshold_edit",
        "threshold_import", "threshold_live",
    }
)  # fmt: skip
"""Parts of the application of which no route shows anyone but its own users."""
UNKNOWN = Page("A page", ("identity",))


def shows_nobody(endpoint: str) -> bool:
    """Say whether a route is known to show nobody."""
    return endpoint in NOBODY or endpoint.partition(".")[0] in NOBODY_OF


def page_of(endpoint: str) -> Page:
    """Say what a route shows."""
    return PAGES.get(endpoint, UNKNOWN)


OPENS = tuple(sorted(name for name, page in PAGES.items() if page.opens))
SEARCHES = ("record.hints", "search.answer")
LEAVES = tuple(sorted(name for name, page in PAGES.items() if page.leaves))
