"""What of a version decision tables cannot say: told with every export, so that nobody takes it for the whole."""

from mash.rules.conditions import Established, Missing, Sense, atoms
from mash.rules.ruleset import RuleSet

_ALWAYS = (
    "Which version judges a contact: the one in force on the day it was received. An engine runs what it is given",
    "The difference between what nobody knows and what nobody asked: both are null here, and give the same results",
    "What is missing and what it could raise, the lowest and highest results possible, and what would change a result",
    "The facts that each reason rests on. A reason is the rule's id here; its words and source are the note of its row",
    "Numbers over time, such as contacts in 12 months or the age of what was seen: count them before giving them here",
    "The checks that refuse a version in which a strength, agreement or a missing fact could lower what it may not",
)


def beyond(ruleset: RuleSet) -> tuple[str, ...]:
    """Return, in sentences, what the decisions of a version leave out."""
    rules = ruleset.level_rules()
    questions = sum(len(rule.then.ask) for rule in rules)
    doubts = sum(any(isinstance(atom, Missing) for atom, _ in atoms(rule.when)) for rule in rules)
    aged = sum(
        isinstance(atom, Established) and atom.valid_days is not None
        for one in ruleset.offsets
        for atom, _ in atoms(one.established, Sense.LOWERS)
    )
    counted = (
        (questions, "question", "that rules ask of the people who decide"),
        (doubts, "rule", "met because something is not known: its question is left out, its result is here"),
        (
            aged,
            "strength",
            "that must be fresh: the age in days must be given, since nothing here reads a clock",
        ),
        (len(ruleset.gates), "agreement gate", "as sentences: whether the route can go ahead now, and what to ask"),
        (len(ruleset.override_reasons), "reason", "for going ahead without agreement"),
        (len(ruleset.clocks), "time limit", "and when each runs out"),
        (len(ruleset.mappings), "code", "that took the place of codes of the version before"),
        (len(ruleset.examples), "worked example", "that must come out as written"),
    )
    some = tuple(f"{number} {kind}{'' if number == 1 else 's'} {words}" for number, kind, words in counted if number)
    return (*_ALWAYS, *some)
