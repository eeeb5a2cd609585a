"""What stood at a decision, in words: the facts with their answers, what the rules made of them, what was not asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mash.journeys.routes import routes_of
from mash.queries.timeline import KnownThen
from mash.rules import Catalogue, Fact, RuleBook, RuleSet
from mash.web.contact_words import agreement_words, type_words, words_of
from mash.web.fact_rows import PRESENCE, details_of

SPOKEN = {"contact_type": type_words, "agreement_service": agreement_words, "agreement_checks": agreement_words}
NOT_KNOWN = "Not known"
MEASURES = frozenset({"years", "weeks", "days", "hours", "percent"})
"""Units that a fact's own words do not say already."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the practitioner could see when they decided: facts, what the rules said and why, and the open questions."""

    facts: Sequence[tuple[str, str]] = ()
    advised: str = ""
    reasons: Sequence[str] = ()
    unasked: Sequence[str] = ()


def seen_then(book: RuleBook, then: KnownThen | None, event: Mapping[str, Any]) -> Seen:
    """Tell what stood at a decision, in the words of the version that advised.

    Args:
        event: What the event of the decision says, with its version and the level advised.
    """
    if then is None:
        return Seen()
    facts = [_fact(book.catalogue, code, value) for code, value in then.facts.items()]
    advice, advised_level = then.advice, event.get("advised_level")
    advising = next((one for one in book.versions if one.id == event.get("ruleset")), None)
    level = f"level {advised_level}" if advised_level else ""
    parts = [level, _rating(advising, advice), _route(book, advising, advice)]
    return Seen(
        facts=facts,
        advised=", ".join(part for part in parts if part),
        reasons=[f"{one['words']} ({one['source']}, rule {one['id']})" for one in advice.get("reasons", ())],
        unasked=[one["question"] for one in advice.get("missing", ()) if one.get("question")],
    )


def _rating(advising: RuleSet | None, advice: Mapping[str, Any]) -> str:
    key = str(advice.get("rating") or "")
    named = {rating.key: rating.name.lower() for rating in advising.ratings} if advising else {}
    return f"rated {named.get(key, key)}" if key else ""


def _route(book: RuleBook, advising: RuleSet | None, advice: Mapping[str, Any]) -> str:
    route = routes_of(advising, book).get(advice.get("route"))
    return route.words.lower() if route else ""


def _fact(catalogue: Catalogue, code: str, value: Any) -> tuple[str, str]:
    fact = catalogue.facts.get(code)
    if not isinstance(value, Mapping):
        return (fact.words if fact else words_of(code)), _answer(fact, code, value)
    known = details_of(catalogue)
    details = [
        f"{known[name][0] if name in known else words_of(name)} {_detail(known, name, said)}"
        for name, said in value.items()
        if name != "value"
    ]
    return (fact.words if fact else words_of(code)), "; ".join([_answer(fact, code, value.get("value")), *details])


def _detail(known: Mapping[str, tuple[str, Mapping[str, str]]], name: str, said: Any) -> str:
    answers = known[name][1] if name in known else {}
    return answers.get(str(said), words_of(str(said))).lower()


def _answer(fact: Fact | None, code: str, value: Any) -> str:
    if value in (None, "unknown"):
        return NOT_KNOWN
    if isinstance(value, int) and not isinstance(value, bool):
        unit = fact.unit if fact and fact.unit in MEASURES else ""
        return f"{value} {unit.removesuffix('s') if value == 1 else unit}".strip()
    if code in SPOKEN:
        return SPOKEN[code](str(value))
    return PRESENCE.get(str(value)) or words_of(str(value))
