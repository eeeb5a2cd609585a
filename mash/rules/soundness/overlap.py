"""Rules that say again what others say, or say two things of the very same children."""

from collections.abc import Iterable, Iterator

from mash.rules.parts import Effect, Rule
from mash.rules.soundness.finding import Finding, Severity
from mash.rules.soundness.model import Imagined, Literal, Model

WARNING = Severity.WARNING


def overlap(model: Model, child: Imagined) -> Iterator[Finding]:
    """Yield the rules that say again what another says, or say two things of the very same children."""
    yield from _two_levels(model, child)
    yield from _swallowed(model, child)
    yield from _offsets(model)


def _two_levels(model: Model, child: Imagined) -> Iterator[Finding]:
    by_register: dict[int, list[Rule]] = {}
    for rule, register in zip(model.ruleset.level_rules(), model.outputs.rules, strict=True):
        if rule in model.ruleset.rules and rule.then.level is not None:
            by_register.setdefault(register, []).append(rule)
    for first, *others in by_register.values():
        for other in others:
            if other.then.level != first.then.level:
                names = [model.ruleset.levels[each.then.level or 0].name for each in (first, other)]
                words = (
                    f'"{first.words}" ({first.id}) and "{other.words}" ({other.id}) are about the very same children, '
                    f"and one says {names[0]} where the other says {names[1]}. The higher always wins"
                )
                yield Finding("contradictory", WARNING, other.id, words)


def _swallowed(model: Model, child: Imagined) -> Iterator[Finding]:
    """Yield the rules that never decide a result by themselves: each of their results stands already when they hold."""
    ruleset, outputs, child_is = model.ruleset, model.outputs, model.is_child(child)
    by_rule = list(zip(ruleset.level_rules(), outputs.rules, strict=True))
    floors = [(rule.then.route_floor, register) for rule, register in by_rule]
    routes = [*floors, *((r.route, n) for r, n in zip(ruleset.route_rules, outputs.route_rules, strict=True))]
    ratings = [(rule.then.rating, register) for rule, register in by_rule]
    ratings += [(rule.rating, n) for rule, n in zip(ruleset.urgency, outputs.urgency, strict=True)]
    for route_rule, register in zip(ruleset.route_rules, outputs.route_rules, strict=True):
        others = _at_least(child, routes, route_rule.route, register)
        if not _decides(model, child, register, [child_is, *others]):
            yield _again(route_rule.id, route_rule.words)
    for urgent, register in zip(ruleset.urgency, outputs.urgency, strict=True):
        others = _at_least(child, ratings, urgent.rating, register)
        levels = [n for n, level in enumerate(ruleset.levels) if (level.rating or 0) >= urgent.rating]
        others += [-model.level(child, n) for n in levels if urgent.rating]
        if not _decides(model, child, register, [child_is, *others]):
            yield _again(urgent.id, urgent.words)
    for rule, register in by_rule:
        if not any(
            _decides(model, child, register, [child_is, *(-child.registers[each] for each in others)])
            for others in _saying_so(rule, by_rule)
        ):
            yield _again(rule.id, rule.words)


def _again(id: str, words: str) -> Finding:
    return Finding("overlap", WARNING, id, f'"{words}" never decides anything: whenever it holds, others say as much')


def _decides(model: Model, child: Imagined, register: int, others: list[Literal]) -> bool:
    """Say whether some child meets the rule and none of the others; a rule that nobody meets is told elsewhere."""
    literal = child.registers[register]
    return model.possible(literal, *others) or not model.possible(literal, model.is_child(child))


def _at_least(child: Imagined, given: Iterable[tuple[int | None, int]], place: int, apart_from: int) -> list[Literal]:
    return [
        -child.registers[register]
        for value, register in given
        if value is not None and value >= place and register != apart_from
    ]


def _saying_so(rule: Rule, by_rule: list[tuple[Rule, int]]) -> Iterator[list[int]]:
    """Yield for each result of a rule the registers of the others of its kind that give as much of it.

    A line of the indicator map is held only against the other lines of its code: that a trigger says more is intended.
    """
    code = rule.id.split("/")[0]
    mapped = "/" in rule.id
    others = [
        (other, register)
        for other, register in by_rule
        if other is not rule and (other.id.startswith(f"{code}/") if mapped else "/" not in other.id)
    ]
    then = rule.then
    if then.level:
        fixed = not rule.lowerable
        yield [r for o, r in others if (o.then.level or 0) >= then.level and (not o.lowerable or not fixed)]
    if then.rating:
        yield [register for other, register in others if (other.then.rating or 0) >= then.rating]
    if then.route_floor:
        yield [register for other, register in others if (other.then.route_floor or 0) >= then.route_floor]
    for name in ("bases", "also", "duties", "instructions", "ask"):
        for key in getattr(then, name):
            yield [register for other, register in others if key in getattr(other.then, name)]
    if then == Effect() or _says_lowest(then):
        yield []


def _says_lowest(then: Effect) -> bool:
    """Say whether a rule means to give no more than the lowest level: that a code carries no weight by itself."""
    return then == Effect(level=0)


def _offsets(model: Model) -> Iterator[Finding]:
    ruleset = model.ruleset
    for offset in ruleset.offsets:
        rules = [rule for rule in ruleset.level_rules() if rule.lowerable and rule.strand in offset.strands]
        if not any(rule.then.level and offset.leaves(rule.then.level) < rule.then.level for rule in rules):
            words = f'The strength "{offset.words}" never lowers anything: no rule of its strands is above its floor'
            yield Finding("overlap", WARNING, offset.id, words)
