"""Does the version keep the doors open that the law opens? Section 17 without danger, section 47 on likely harm."""

import re
from collections.abc import Iterator

from mash.rules.ruleset import RuleSet
from mash.rules.soundness.finding import Finding, Severity, witness
from mash.rules.soundness.model import Imagined, Literal, Model

SERIOUS, WARNING = Severity.SERIOUS, Severity.WARNING


def under(ruleset: RuleSet, section: int) -> list[str]:
    """Return the legal bases that stand on a section of the Children Act 1989: by their key or by their source."""
    source = re.compile(rf"\bsections? {section}\b", re.IGNORECASE)
    return [basis.key for basis in ruleset.bases if basis.key == f"s{section}" or source.search(basis.source)]


def strategy_from(ruleset: RuleSet) -> int:
    """Return the place of the first statutory route under section 47: the strongest route when none says so."""
    for place, route in enumerate(ruleset.routes):
        if route.statutory and re.search(r"\bsections? 47\b|\bs47\b", f"{route.basis} {route.key}", re.IGNORECASE):
            return place
    return len(ruleset.routes) - 1 if ruleset.routes[-1].statutory else len(ruleset.routes)


def law(model: Model, child: Imagined) -> Iterator[Finding]:
    """Yield what keeps a child from the response that the law gives them."""
    yield from _section_17(model, child)
    yield from _likely_harm(model, child)
    yield from _turned_away(model, child)
    yield from _responses(model, child)


def meaning(ruleset: RuleSet, *meanings: str) -> list[str]:
    """Return the facts that the catalogue says have one of these meanings."""
    return [fact.name for fact in ruleset.catalogue.facts.values() if fact.means in meanings]


def _no_danger(model: Model, child: Imagined) -> list[Literal]:
    """Return the literals that say nobody has recorded immediate danger."""
    return [-it for fact in meaning(model.ruleset, "immediate_danger") for it in child.present(fact)]


def _section_17(model: Model, child: Imagined) -> Iterator[Finding]:
    ruleset = model.ruleset
    calm = [model.is_child(child), *_no_danger(model, child)]
    need = [model.basis(child, key) for key in under(ruleset, 17)]
    if not need or not any(model.possible(*calm, each) for each in need):
        yield Finding(
            "section-17-never-reached",
            SERIOUS,
            "bases",
            "Nothing in this version says when a child may be in need under section 17 of the Children Act 1989, "
            "unless the child is in immediate danger",
        )
        return
    social_work = model.route(child, ruleset.statutory_from, before_gates=True)
    if any(model.possible(*calm, each, social_work) for each in need):
        return
    seen = next(found for each in need if (found := model.find(*calm, each)))
    yield Finding(
        "no-path-to-section-17",
        SERIOUS,
        "route_rules",
        "No child is assessed by a social worker unless they are in immediate danger. The law asks for no danger: "
        "section 17 of the Children Act 1989 is about need. A child in need is turned away",
        witnesses=(witness(ruleset, seen[0]),),
    )


def _likely_harm(model: Model, child: Imagined) -> Iterator[Finding]:
    ruleset = model.ruleset
    likely = [it for fact in meaning(ruleset, "likely_harm") for it in child.present(fact)]
    calm = [model.is_child(child), *_no_danger(model, child)]
    strategy = model.route(child, strategy_from(ruleset), before_gates=True)
    if not likely:
        yield Finding(
            "likely-harm-never-looked-at",
            SERIOUS,
            "rules",
            "Harm that is likely later cannot count, because no rule of this version looks at it. "
            "Section 47 of the Children Act 1989 is about harm that is likely as well as harm today",
        )
    elif not any(model.possible(*calm, it, strategy) for it in likely):
        seen = next(found for it in likely if (found := model.find(*calm, it)))
        yield Finding(
            "no-path-on-likely-harm",
            SERIOUS,
            "route_rules",
            "A child who is likely to suffer significant harm never gets a strategy discussion until the danger is "
            'immediate. The test in section 47 of the Children Act 1989 is "suffering, or likely to suffer"',
            witnesses=(witness(ruleset, seen[0]),),
        )


def _turned_away(model: Model, child: Imagined) -> Iterator[Finding]:
    ruleset = model.ruleset
    for basis in ruleset.bases:
        owed = strategy_from(ruleset) if basis.key in under(ruleset, 47) else ruleset.statutory_from
        if owed >= len(ruleset.routes):
            continue
        seen = model.find(model.is_child(child), model.basis(child, basis.key), -model.route(child, owed))
        if seen:
            one = witness(ruleset, seen[0])
            yield Finding(
                "turned-away",
                SERIOUS,
                f"bases.{basis.key}",
                f'A child for whom the version says "{basis.name}" ({basis.source}) can be sent to '
                f"{one.route} instead of {ruleset.routes[owed].name}",
                witnesses=(one,),
            )


def _responses(model: Model, child: Imagined) -> Iterator[Finding]:
    ruleset = model.ruleset
    keys = [route.key for route in ruleset.routes]
    for place, level in enumerate(ruleset.levels):
        if not level.responses:
            if place:
                words = f"{level.name} says what the need is and not what anyone does about it"
                yield Finding("level-without-response", SERIOUS, f"levels.{level.key}", words)
            continue
        least = min(keys.index(response) for response in level.responses)
        above = -model.level(child, place + 1) if place + 1 < len(ruleset.levels) else model.is_child(child)
        short = -model.route(child, least, before_gates=True)
        seen = model.find(model.is_child(child), model.level(child, place), above, short) if least else None
        if seen:
            one = witness(ruleset, seen[0])
            yield Finding(
                "less-than-the-level",
                SERIOUS if level.statutory == "yes" else WARNING,
                f"levels.{level.key}",
                f"A child at {level.name} can be given {one.route}, which is less than any response "
                f"this version names for that level",
                witnesses=(one,),
            )
