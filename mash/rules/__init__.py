"""Facts in, advice out. Pure: no database, no web, no clock. Other rooms import from here."""

from mash.rules.advice import Advice
from mash.rules.book import NoRuleSetInForce, RuleBook, VersionRefused
from mash.rules.catalogue import Catalogue, Fact, FactRow, list_facts
from mash.rules.catalogue_document import load_catalogue
from mash.rules.document import load_ruleset
from mash.rules.evaluate import evaluate, evaluate_many
from mash.rules.facts import Facts, FactsRefused, Value, read_facts
from mash.rules.problems import DocumentRefused, Problem
from mash.rules.program import Program, program_for
from mash.rules.results import Results, results_for
from mash.rules.ruleset import RuleSet

__all__ = [
    "Advice",
    "Catalogue",
    "DocumentRefused",
    "Fact",
    "FactRow",
    "Facts",
    "FactsRefused",
    "NoRuleSetInForce",
    "Problem",
    "Program",
    "Results",
    "RuleBook",
    "RuleSet",
    "Value",
    "VersionRefused",
    "evaluate",
    "evaluate_many",
    "list_facts",
    "load_catalogue",
    "load_ruleset",
    "program_for",
    "read_facts",
    "results_for",
]
