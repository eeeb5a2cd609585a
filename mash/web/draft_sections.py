"""What a draft is made of, section by section: its kinds of items, their fields, and where they stand in its text."""

from collections.abc import Mapping
from dataclasses import dataclass

from mash.rules.condition_reader import AGE_GATE, REDIRECT, ROUTE, RULE, URGENCY, Purpose


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its key (``then.level`` stands in ``then``), words, kind and what its choices are drawn from.

    Kinds: line, words, day, number, one, many, lines (one or more, a line each), flag, facts (what is known)
    """

    key: str
    words: str
    kind: str = "line"
    of: str = ""
    hint: str = ""
    needed: bool = True
    none: bool = False
    """Whether "none of these" can be said, which is not the same as to say nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item: what it is called, its fields, and what its condition may look at, if it has one.

    Attributes:
        key: The field by which an item is named; empty where none is.
        shape: ``list``; ``map``, a key with words each; ``lines``, one or more for each key; ``single``, the one item.
        path: The keys that lead to it in the document, where that is not its own name.
    """

    words: str
    one: str
    fields: tuple[Field, ...]
    key: str = "id"
    purpose: Purpose | None = None
    shape: str = "list"
    path: tuple[str, ...] = ()


_WHERE = "Where it comes from, with the page of the document"
SAID = (
    Field("words", "The rule in words", "words", hint="A sentence that anyone can read"),
    Field("source", "Source", hint=_WHERE),
)
_ID = Field("id", "Number", hint="Never the same for two rules")
_KEY = Field("key", "Key", hint="What rules call it: small letters and _")
_NAME = Field("name", "Name")
_WORDS = Field("words", "In words", "words")
_KEYED = (_KEY, _WORDS)
_ROUTE_KIND = Field("kind", "What it asks of the service", "one", "route_kinds", needed=False)
_TEAM = Field("team", "Team that usually receives it", needed=False)
SECTIONS: Mapping[str, Kind] = {
    "rules": Kind(
        "Rules that give a level",
        "rule",
        (
            _ID,
            Field("kind", "Kind of rule", "one", "kinds"),
            *SAID,
            Field("then.level", "Level it gives", "one", "levels", needed=False),
            Field("then.rating", "Rating it gives", "one", "ratings", needed=False),
            Field("then.route_floor", "At least this route", "one", "routes", needed=False),
            Field("then.basis", "Legal basis it reaches", "many", "bases", needed=False),
            Field("then.instruction", "What to mind", "many", "instructions", needed=False),
            Field("then.also", "Second routes", "many", "extra_routes", needed=False),
            Field("then.duty", "Duties", "many", "duties", needed=False),
            Field("then.ask", "Questions it asks", "lines", hint="One a line", needed=False),
            Field("strand", "Strand", "one", "strands", "Strengths lower what is said of their strands", needed=False),
            Field("unless", "Unless it is established that", "many", "exceptions", needed=False),
        ),
        purpose=RULE,
    ),
    "urgency": Kind(
        "How soon", "urgency rule", (_ID, *SAID, Field("rating", "Rating it gives", "one", "ratings")), purpose=URGENCY
    ),
    "route_rules": Kind(
        "Which route", "route rule", (_ID, *SAID, Field("route", "Route it gives", "one", "routes")), purpose=ROUTE
    ),
    "redirects": Kind(
        "Passed on to others",
        "redirect",
        (
            _ID,
            *SAID,
            Field("route", "Its own key", hint="Not one of the routes"),
            Field("name", "Name"),
            _ROUTE_KIND,
            _TEAM,
        ),
        purpose=REDIRECT,
    ),
    "offsets": Kind(
        "Strengths",
        "strength",
        (
            _ID,
            *SAID,
            Field("factor", "Strength", "one", "strengths"),
            Field("strands", "Strands it may lower", "many", "strands"),
            Field("lowers_by", "Levels it lowers by at most", "number"),
            Field("not_below", "Never below", "one", "levels", needed=False),
        ),
    ),
    "not_a_child": Kind(
        "Who is not a child",
        "gate",
        (
            _ID,
            *SAID,
            Field("route", "Route that is given instead", "one", "routes"),
            Field("unless", "Still a child where this is so", "many", "keeps", needed=False),
        ),
        purpose=AGE_GATE,
        shape="single",
        path=("gates", "not_a_child"),
    ),
    "agreement": Kind(
        "Agreement",
        "agreement gate",
        (
            _ID,
            *SAID,
            Field("route", "Route it stands before", "one", "routes", "It acts on stronger ones too, below the law's"),
            Field("fact", "Agreement that is looked at", "one", "agreements", needed=False),
            Field("given", "It is given when", "many", "answers", needed=False),
            Field("refused", "It is refused when", "many", "answers", needed=False),
            Field("if_refused.ask", "If refused, ask", "one", "asks", needed=False),
            Field("if_refused.yes", "Route if yes", "one", "routes", needed=False),
            Field("if_refused.no", "Route if no", "one", "routes", needed=False),
        ),
        path=("gates", "agreement"),
    ),
    "override_reasons": Kind(
        "Reasons for going ahead without agreement",
        "reason",
        _KEYED,
        key="key",
        shape="map",
        path=("gates", "override_reasons"),
    ),
    "levels": Kind(
        "Levels",
        "level",
        (
            Field("name", "Name"),
            Field("ordinal", "Place on the scale that all versions share", "number"),
            Field("meaning", "Meaning", "words"),
            Field("statutory", "Statutory", "one", "statutory"),
            Field("responses", "Usual routes", "many", "routes"),
            Field("rating", "Rating it gives at least", "one", "ratings", needed=False),
            Field("basis", "Legal basis it reaches", "many", "bases", needed=False),
        ),
        key="key",
    ),
    "ratings": Kind(
        "Ratings, the least urgent first",
        "rating",
        (_KEY, _NAME, _WORDS, Field("urgency", "How urgent it is on every record", "one", "urgencies", needed=False)),
        key="key",
    ),
    "bases": Kind("Legal bases, the weakest first", "legal basis", (_KEY, _NAME, Field("source", "Source")), key="key"),
    "routes": Kind(
        "Routes, the weakest first",
        "route",
        (
            _KEY,
            _NAME,
            _WORDS,
            Field("statutory", "The law's own route: every stronger one is too", "flag"),
            Field("closes", "The contact ends here with no service", "flag"),
            Field("basis", "Legal footing", needed=False),
            Field("needs", "What must be in place", needed=False),
            _ROUTE_KIND,
            _TEAM,
        ),
        key="key",
    ),
    "outcomes": Kind(
        "Outcomes that no rule gives",
        "outcome",
        (
            _KEY,
            _NAME,
            Field("kind", "What it asks of the service", "one", "outcome_kinds"),
            Field("done", "What is said once it was done", needed=False),
        ),
        key="key",
    ),
    "extra_routes": Kind("Second routes", "second route", (_KEY, _NAME, _WORDS), key="key"),
    "duties": Kind("Duties", "duty", _KEYED, key="key", shape="map"),
    "instructions": Kind(
        "What to mind",
        "instruction",
        (_KEY, _WORDS, Field("agreement", "Agreement of the family", "one", "seeking", needed=False)),
        key="key",
    ),
    "indicators": Kind(
        "What each sign gives by itself",
        "line of a sign",
        (
            Field("code", "Sign", "one", "codes"),
            Field("level", "Level it gives", "one", "levels"),
            Field("severity", "Severity, at least", "one", "severity", needed=False),
            Field("frequency", "Frequency, at least", "one", "frequency", needed=False),
            Field("duration", "Duration, at least", "one", "duration", needed=False),
            Field("rating", "Rating it gives", "one", "ratings", needed=False),
            Field("basis", "Legal basis it reaches", "many", "bases", needed=False),
            Field("unless", "Unless it is established that", "many", "exceptions", needed=False),
            Field("source", "Source", hint="Empty for that of the catalogue", needed=False),
        ),
        key="code",
        purpose=RULE,
        shape="lines",
    ),
    "wording": Kind(
        "Own words for signs",
        "sign's words",
        (Field("key", "Sign", "one", "codes"), _WORDS),
        key="key",
        shape="map",
    ),
    "clocks": Kind(
        "Time limits",
        "time limit",
        (
            Field("name", "Key"),
            Field("words", "In words", "words"),
            Field("source", "Source", hint=_WHERE),
            Field("hours", "Hours", "number", hint="Hours or working days, not both", needed=False),
            Field("working_days", "Working days", "number", needed=False),
            Field("rating", "For contacts rated", "one", "ratings", needed=False),
            Field("route", "For the route", "one", "routes", needed=False),
        ),
        key="name",
    ),
    "mappings": Kind(
        "Codes since the version before",
        "change of codes",
        (
            Field("from", "Codes before", "lines", hint="One a line"),
            Field("to", "Codes now", "lines", hint="One a line"),
            Field("kind", "What became of them", "one", "changes"),
            Field("reason", "Why", "words"),
        ),
        key="",
    ),
    "transition": Kind(
        "Contacts that are open when it begins",
        "rule for open contacts",
        (Field("open_contacts", "They are judged by", "one", "open_contacts"), Field("words", "In words", "words")),
        key="",
        shape="single",
    ),
    "examples": Kind(
        "Worked examples",
        "worked example",
        (
            Field("name", "What it shows"),
            Field("facts", "What is known", "facts"),
            Field("expect.level", "Level", "one", "levels", needed=False),
            Field("expect.rating", "Rating", "one", "ratings", needed=False),
            Field("expect.route", "Route", "one", "all_routes", needed=False),
            Field("expect.strength", "Route by strength alone", "one", "routes", needed=False),
            Field("expect.basis", "Legal bases", "many", "bases", needed=False, none=True),
            Field("expect.also", "Second routes", "many", "extra_routes", needed=False, none=True),
            Field("expect.duties", "Duties", "many", "duties", needed=False, none=True),
            Field("expect.instructions", "What to mind", "many", "instructions", needed=False, none=True),
            Field("expect.reasons", "Rules that are met", "lines", hint="Numbers of rules, one a line", needed=False),
        ),
        key="name",
    ),
}
VERSION = (
    Field("title", "Title"),
    Field("label", "What a banner says of it", needed=False),
    Field("reason", "Foreword: why it was made", "words"),
    Field("approving_body", "Who agrees it"),
    Field("author", "Who wrote it", needed=False),
    Field("effective_from", "First day in force", "day"),
    Field("effective_to", "Last day in force", "day", hint="Empty for no end", needed=False),
    Field("approved", "Agreed on", "day", needed=False),
    Field("training_from", "Training from", "day", needed=False),
)
