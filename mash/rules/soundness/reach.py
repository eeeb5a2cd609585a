"""Can each rule, level, rating, route and basis be reached by some child, as the rules are written?"""

from collections.abc import Callable, Iterator, Sequence

from mash.rules.conditions import All, BasisReached, Condition, Leaf, LevelReached, NotRuledOut, Some, Unless
from mash.rules.parts import Rule
from mash.rules.soundness.finding import Finding, Severity, witness
from mash.rules.soundness.model import Imagined, Literal, Model

SERIOUS, WARNING = Severity.SERIOUS, Severity.WARNING


def reach(model: Model, child: Imagined) -> Iterator[Finding]:
    """Yield the rules that can never be met, and the results that no child can have."""
    yield from _rules(model, child)
    yield from _redirects(model, child)
    yield from _results(model, child)


def gaps(model: Model, child: Imagined) -> Iterator[Finding]:
    """Yield the indicators that can be present in a child and count for nothing, between the lines of their entry."""
    ruleset = model.ruleset
    for code, lines in ruleset.indicators.items():
        fired = [child.registers[_register(model, line)] for line in lines]
        excused = [child.answers[leaf.atom.fact] for line in lines for leaf in _exceptions(line.when)]
        settled = [answers[None] for answers in excused]
        if not child.present(code):
            continue
        present = model.any_of(child.present(code))
        seen = model.find(model.is_child(child), present, *settled, *(-each for each in fired))
        if seen:
            said = ruleset.catalogue.facts[code].words
            yield Finding(
                "gap",
                WARNING,
                code,
                f'"{said}" can be present and give no level at all: its lines leave some children out',
                witnesses=(witness(ruleset, seen[0]),),
            )


def _exceptions(when: Condition) -> Sequence[Leaf]:
    return when.exceptions if isinstance(when, Unless) else ()


def _register(model: Model, rule: Rule) -> int:
    return model.outputs.rules[model.ruleset.level_rules().index(rule)]


def _reads_results(when: Condition) -> bool:
    match when:
        case LevelReached() | BasisReached():
            return True
        case All(parts) | Some(_, parts):
            return any(map(_reads_results, parts))
        case NotRuledOut(part) | Unless(part, _):
            return _reads_results(part)
        case _:
            return False


def _rules(model: Model, child: Imagined) -> Iterator[Finding]:
    ruleset, outputs = model.ruleset, model.outputs
    ruled = [(rule.id, rule.words, rule.when) for rule in ruleset.level_rules()]
    ruled += [(rule.id, rule.words, rule.when) for rule in ruleset.urgency]
    ruled += [(rule.id, rule.words, rule.when) for rule in ruleset.route_rules]
    ruled += [(rule.id, rule.words, rule.when) for rule in ruleset.redirects]
    registers = (*outputs.rules, *outputs.urgency, *outputs.route_rules, *outputs.redirects)
    for (id, said, when), register in zip(ruled, registers, strict=True):
        if model.possible(child.registers[register], model.is_child(child)):
            continue
        if _reads_results(when):
            words = "can never be met, because no child can reach the level or legal basis it waits for"
            yield Finding("unreachable", SERIOUS, id, f'The rule "{said}" {words}')
        else:
            words = "can never be met, because what it asks for cannot all be so of one child"
            yield Finding("contradictory", SERIOUS, id, f'The rule "{said}" {words}')


def _redirects(model: Model, child: Imagined) -> Iterator[Finding]:
    earlier: list[Literal] = []
    for redirect, register in zip(model.ruleset.redirects, model.outputs.redirects, strict=True):
        literal = child.registers[register]
        if model.possible(literal, model.is_child(child)) and not model.possible(literal, *earlier):
            words = f'"{redirect.words}" is never used: an earlier redirect always comes first'
            yield Finding("unreachable", SERIOUS, redirect.id, words)
        earlier.append(-literal)


def _results(model: Model, child: Imagined) -> Iterator[Finding]:
    ruleset = model.ruleset
    for place in _never(model, child, len(ruleset.levels), model.level):
        level = ruleset.levels[place]
        words = f"No child can be at {level.name}: no rule gives it"
        yield Finding("level-never-given", SERIOUS, f"levels.{level.key}", words)
    for place in _never(model, child, len(ruleset.ratings), model.rating):
        rating = ruleset.ratings[place]
        words = f"No child can be rated {rating.name}: no rule gives it"
        yield Finding("rating-never-given", WARNING, f"ratings.{rating.key}", words)
    for place in _never(model, child, len(ruleset.routes), model.route):
        route = ruleset.routes[place]
        words = f"No child can be given {route.name}: no rule leads there"
        severity = SERIOUS if route.statutory else WARNING
        yield Finding("route-never-given", severity, f"routes.{route.key}", words)
    for basis in ruleset.bases:
        if not model.possible(model.is_child(child), model.basis(child, basis.key)):
            words = f"No child can meet the legal basis {basis.name}: no rule or level gives it"
            yield Finding("basis-never-given", SERIOUS, f"bases.{basis.key}", words)


def _never(model: Model, child: Imagined, places: int, reached: Callable[[Imagined, int], Literal]) -> Iterator[int]:
    """Yield the places of a scale at which no child stands exactly."""
    for place in range(places):
        above = [-reached(child, place + 1)] if place + 1 < places else []
        if not model.possible(model.is_child(child), reached(child, place), *above):
            yield place
