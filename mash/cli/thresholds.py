"""Commands ``facts`` and ``check``: what the thresholds can be told, and what they advise."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from mash import clock, config
from mash.cli import REFUSED
from mash.cli.opening import book_in_force
from mash.rules import Advice, FactsRefused, RuleBook, RuleSet, evaluate, list_facts, read_facts

shape_option = click.option(
    "--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True
)


@click.command(epilog="Exit codes: 0 done, 1 the catalogue is wrong, 2 wrong usage.")
@click.option("--role", help="Only facts of one role, such as indicator, protective or urgency.")
@shape_option
def facts(role: str | None, shape: str) -> None:
    """List every fact the thresholds know: its code, type, unit, what it may be, and the question to ask.

    \b
    mash facts --format json | less
    mash facts --role protective
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    rulebook = RuleBook.load(config.from_environment().thresholds)
    rows = [row for row in list_facts(rulebook.catalogue) if role in {None, row.role}]
    if not rows:
        roles = sorted({row.role for row in list_facts(rulebook.catalogue)})
        raise click.BadParameter(f"use one of {', '.join(roles)}", param_hint="--role")
    if shape == "json":
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
        return
    for row in rows:
        kind = row.unit or ", ".join(row.values) if row.type != "presence" else "present or absent"
        click.echo(f"{row.name}  ({row.role}; {kind})\n    {row.words}\n    {row.question}")


@click.command(
    epilog="Exit codes: 0 done, 1 facts or a version were refused, each with the reason, 2 wrong usage or not JSON."
)
@click.argument("source", metavar="FACTS.json", type=click.File("rb"))
@click.option("--thresholds", "version", metavar="VERSION", help="Judge by this version, whatever the day.")
@click.option("--replay", is_flag=True, help="Allow a withdrawn version, or one whose dates do not cover the day.")
@shape_option
def check(source: Any, version: str | None, replay: bool, shape: str) -> None:
    """Say what the thresholds advise for one child, a list of children, or one child a line (JSON lines).

    A child is an object: {"facts": {code: answer, ...}, "received": "2026-04-02", "id": "anything"}. Only facts are
    needed; without received, today counts. An answer is "present", "absent", "unknown", a number, a choice, or an
    object with "value" and qualifiers. A code left out was not asked; it never counts as "no". See the codes with:
    mash facts

    \b
    mash check child.json
    mash check children.jsonl --format json
    mash check child.json --thresholds dn-2021-01 --replay
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    rulebook = book_in_force(config.from_environment())
    answers, refused = [], 0
    for place, child in enumerate(children(source.read()), start=1):
        name = str(child.get("id", place)) if isinstance(child, Mapping) else str(place)
        try:
            answers.append((name, advice_for(rulebook, child, version, replay=replay)))
        except (FactsRefused, LookupError, ValueError) as wrong:
            refused += 1
            for line in str(wrong).splitlines():
                click.echo(f"Child {name}: {line}", err=True)
    if shape == "json":
        click.echo(json.dumps([{"id": name} | advice.to_json() for name, advice in answers], ensure_ascii=False))
    else:
        click.echo("\n\n".join(in_words(name, advice, rulebook.get(advice.ruleset_id)) for name, advice in answers))
    if refused:
        sys.exit(REFUSED)


def children(raw: bytes) -> Iterator[Any]:
    """Read one child, a list of children, or one child a line.

    Raises:
        click.BadParameter: If it is not JSON, saying where, or is empty.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.BadParameter("the file is not text in UTF-8", param_hint="FACTS.json") from None
    if not text.strip():
        raise click.BadParameter("the file is empty", param_hint="FACTS.json")
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as wrong:
        yield from _lines(text, wrong)
        return
    yield from whole if isinstance(whole, list) else [whole]


def _lines(text: str, whole: json.JSONDecodeError) -> Iterator[Any]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as wrong:
                where, why = (number, wrong.msg) if number > 1 else (whole.lineno, whole.msg)
                raise click.BadParameter(f"line {where} is not JSON: {why}", param_hint="FACTS.json") from None


def advice_for(rulebook: RuleBook, child: Any, version: str | None, *, replay: bool) -> Advice:
    """Advise on one child as given.

    Raises:
        FactsRefused: With every fact that is wrong.
        LookupError: If no version may be used for the day.
        ValueError: If the child is not an object of this form.
    """
    if not isinstance(child, Mapping) or not isinstance(child.get("facts"), Mapping):
        raise ValueError('write a child as {"facts": {"code": "present", ...}}')  # noqa: TRY004  # it is their data
    if strange := sorted(set(child) - {"facts", "received", "id"}):
        raise ValueError(f"'{strange[0]}' is not part of a child here; use facts, received and id")
    try:
        day = date.fromisoformat(child["received"]) if "received" in child else clock.today()
    except (TypeError, ValueError):
        raise ValueError(f"received: {child['received']!r} is not a day; write it as 2026-04-02") from None
    ruleset = rulebook.for_use(version, day, replay=replay) if version else rulebook.in_force(day, replay=replay)
    return evaluate(ruleset, read_facts(rulebook.catalogue, child["facts"]))


def in_words(name: str, advice: Advice, ruleset: RuleSet) -> str:
    """Write an advice as a person reads it."""
    lines = [
        f"Child {name}, by {ruleset.title} ({ruleset.id}{', ' + ruleset.status if ruleset.status != 'live' else ''})"
    ]
    lines.append(f"  {advice.summary}{'  (provisional)' if advice.provisional else ''}")
    lines.append(f"  Legal basis: {', '.join(advice.bases) or 'none'}")
    lines += [f"  Because: {reason.words} [{reason.id}; {reason.source}]" for reason in advice.reasons]
    lines += [f"  Also: {noted.name or noted.words}" for noted in (*advice.also, *advice.duties, *advice.instructions)]
    lines += [f"  Agreement: {finding.says}" for finding in advice.findings]
    lines += [f"  Not known: {missing.question} (could raise it)" for missing in advice.missing if missing.alone]
    if (advice.ceiling.level, advice.ceiling.rating) != (advice.level, advice.rating):
        lines.append(f"  Could be as high as: {advice.ceiling.level}, {advice.ceiling.rating}, {advice.ceiling.route}")
    changes = [f"{c.level}, {c.rating} if: {c.words} were {c.then}" for c in advice.would_change]
    return "\n".join([*lines, *[f"  Would be {change}" for change in changes[:5]]])
