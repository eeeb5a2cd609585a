"""Command ``audit``: prove that nobody changed what the audit says, or seal and anchor it now."""

import json
from dataclasses import asdict

import click

from mash import clock, config
from mash.cli import REFUSED
from mash.cli.opening import opened
from mash.config import Misconfigured
from mash.db import reading, transaction
from mash.journeys.anchors import heads_of, write_anchor
from mash.journeys.seal_reads import BATCH, seal_reads
from mash.journeys.verify_audit import verify_audit


@click.group()
def audit() -> None:
    """Look after the audit of what was done and of what was read."""


@audit.command(
    epilog="Exit codes: 0 whole, 1 broken, with each first break; 2 wrong usage, 3 the database is not there."
)
@click.option("--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True)
@click.pass_context
def verify(ctx: click.Context, shape: str) -> None:
    """Go through both chains from their first row, beside the anchors outside, and say where each first breaks.

    \b
    mash audit verify                  in words
    mash audit verify --format json    {"problems": [], "notes": [], "events": 5120, "reads": 40211, ...}
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    settings = config.from_environment()
    with opened(settings, guarded=False) as database, reading(database, as_one=True) as session:
        found = verify_audit(session, anchors=settings.anchors_file, at=clock.now(), gaps_are_breaks=database.embedded)
    if shape == "json":
        click.echo(json.dumps(asdict(found)))
    else:
        for line in [*found.problems, *found.notes] or ["The audit is whole."]:
            click.echo(line)
        counts = (
            f"{found.events:,} events, {found.reads:,} reads under {found.seals:,} seals, {found.anchors:,} anchors"
        )
        click.echo(f"Looked at {counts}.")
    ctx.exit(REFUSED if found.problems else 0)


@audit.command(epilog="Exit codes: 0 done, 2 wrong usage, 3 the database or the file of anchors cannot be used.")
def seal() -> None:
    """Seal what was read, and write where both chains end to the file of anchors, as the scheduler does by itself."""
    settings, count = config.from_environment(), BATCH
    with opened(settings) as database:
        while count == BATCH:
            with transaction(database) as session:
                count = seal_reads(session, at=clock.now())
        with reading(database) as session:
            heads = heads_of(session)
    try:
        write_anchor(settings.anchors_file, heads, clock.now())
    except OSError as wrong:
        raise Misconfigured(f"Cannot write to {settings.anchors_file} ({wrong.strerror}).") from wrong
    click.echo(f"Sealed up to read {heads.last_read:,}; anchored at event {heads.event_seq:,}.")
