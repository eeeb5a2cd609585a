"""Commands ``runbook`` and ``dpia``: papers for bad days and for whoever answers for data, also when no page opens."""

import re

import click

from mash.cli import WRONG_USAGE
from mash.config import DATA
from mash.db import Base
from mash.models.field_classes import by_class

PAPERS = DATA / "documents"
HEADING = re.compile(r"^## ([a-z-]+): (.+)$", re.MULTILINE)


def runbooks() -> dict[str, tuple[str, str]]:
    """Read what to do on bad days: by name, in words, and the whole of it."""
    text = (PAPERS / "runbooks.md").read_text("utf-8")
    found = list(HEADING.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {one[1]: (one[2], text[one.start() : end].strip()) for one, end in zip(found, ends, strict=True)}


@click.command(epilog="Exit codes: 0 done, 2 wrong usage.")
@click.argument("name", required=False)
@click.pass_context
def runbook(ctx: click.Context, name: str | None) -> None:
    """Say what to do on a bad day. It needs no database, no settings and no page.

    \b
    mash runbook                    the ten likeliest
    mash runbook database-down      what to do on that day
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    known = runbooks()
    if name is None:
        for one, (words, _) in known.items():
            click.echo(f"{one:22}{words}")
    elif name in known:
        click.echo(known[name][1])
    else:
        click.echo(f"There is no runbook {name}. Run: mash runbook", err=True)
        ctx.exit(WRONG_USAGE)


@click.command(epilog="Exit codes: 0 done, 2 wrong usage.")
def dpia() -> None:
    """Print a data protection impact assessment to begin from, in Markdown."""
    click.echo((PAPERS / "dpia.md").read_text("utf-8").partition("-->\n")[2])
    click.echo("## 5. What each field holds\n")
    for one, names in by_class(Base.metadata.sorted_tables).items():
        click.echo(f"### {one.value}\n\n{', '.join(sorted(names))}\n")
