"""Command ``workflow``: what may happen to a contact. No database is needed."""

import json

import click

from mash.workflow.contact import TABLE, diagram

shape_option = click.option(
    "--format", "shape", type=click.Choice(["words", "json"]), default="words", show_default=True
)


@click.group()
def workflow() -> None:
    """Show what may happen next to a contact, who may do it, and what stops it.

    \b
    mash workflow diagram          the states and moves as a Mermaid diagram
    mash workflow moves            every move: from, to, who
    """  # noqa: D301  # the backslash is click's mark for lines to keep


@workflow.command("diagram", epilog="Exit codes: 0 done, 2 wrong usage.")
def diagram_() -> None:
    """Print the states and moves as a Mermaid state diagram, as the README shows it."""
    click.echo(diagram(), nl=False)


@workflow.command(epilog="Exit codes: 0 done, 2 wrong usage.")
@shape_option
def moves(shape: str) -> None:
    """List every move: from which states, to which, and whose it is."""
    if shape == "json":
        rows = [
            {
                "move": step.move.value,
                "from": [state.value for state in step.sources],
                "to": step.dest and step.dest.value,
                "who": [role.value for role in step.roles],
            }
            for step in TABLE
        ]
        click.echo(json.dumps(rows, indent=1))
        return
    for step in TABLE:
        whence, who = ", ".join(step.sources), ", ".join(step.roles)
        click.echo(f"{step.move}: {whence} -> {step.dest or 'stays'}  ({who})")
