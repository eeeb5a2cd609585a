"""The command line. One file a group of commands, loaded only when asked for; what goes wrong is said in one line.

Exit codes, the same everywhere: 0 done, 1 refused with reasons, 2 wrong usage, 3 the service is not available.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
from typing_extensions import override

REFUSED, WRONG_USAGE, NOT_AVAILABLE = 1, 2, 3

GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Run the service": {
        "demo": ("mash.cli.demo:demo", "Fill a database with invented people, and open the service on it."),
        "practice": ("mash.cli.practice:practice", "Open a place to train in, on invented contacts of its own."),
        "serve": ("mash.cli.serve:serve", "Serve the pages, here or on another address."),
        "scheduler": ("mash.cli.scheduler:scheduler", "Watch the deadlines, for as long as it runs."),
    },
    "Look after it": {
        "migrate": ("mash.cli.migrate:migrate", "Make the database, or bring its tables up to date."),
        "backup": ("mash.cli.backup:backup", "Take a backup, while others work."),
        "restore": ("mash.cli.backup:restore_", "Put a backup back into an empty place, or try whether one could be."),
        "keys": ("mash.cli.keys:keys", "Put another key into use."),
        "users": ("mash.cli.users:users", "Keep the list of people who may sign in."),
        "import": ("mash.cli.imports:import_", "Bring in contacts, children and history from files."),
        "export": ("mash.cli.exports:export", "Write Annex A, the Standard Safeguarding Dataset or our extension."),
        "closed": ("mash.cli.closed_days:closed", "Add a day on which the front door is closed."),
        "figures": ("mash.cli.figures:figures", "Give the published figures, each with what it is made of."),
        "forecast": ("mash.cli.ahead:forecast", "Say how likely open contacts are to be late, and how well that did."),
        "capacity": ("mash.cli.ahead:capacity", "Say what would decide more in time in the coming weeks."),
        "audit": ("mash.cli.audit:audit", "Prove that the audit is whole, or seal and anchor it now."),
        "health": ("mash.cli.health:health", "Say whether all is well."),
        "runbook": ("mash.cli.papers:runbook", "Say what to do on a bad day."),
        "dpia": ("mash.cli.papers:dpia", "Print a data protection impact assessment to begin from."),
        "sbom": ("mash.cli.sbom:sbom", "Print what the service is made of, as CycloneDX."),
    },
    "Rehearse a change": {
        "replay": ("mash.cli.replay:replay", "Say what a version would have given the children of the past."),
    },
    "Ask the thresholds and the workflow, with or without a database": {
        "facts": ("mash.cli.thresholds:facts", "List the facts that the thresholds know."),
        "check": ("mash.cli.thresholds:check", "Say what the thresholds advise for the facts of a child."),
        "thresholds": ("mash.cli.exchange:thresholds", "Check, compare or export threshold documents."),
        "due": ("mash.cli.due:due", "Say when each clock runs out, and how that was worked out."),
        "workflow": ("mash.cli.workflow:workflow", "Show what may happen next to a contact, and what stops it."),
    },
}
PLACES = {name: place for commands in GROUPS.values() for name, (place, _) in commands.items()}


class Commands(click.Group):
    """Commands that are found by name and loaded when used."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, place in PLACES.items() if find_spec(place.split(":")[0])]

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module, attribute = PLACES[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        there = self.list_commands(ctx)
        for heading, commands in GROUPS.items():
            if rows := [(name, words) for name, (_, words) in commands.items() if name in there]:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; say what stops it on one line, or one line a reason, and leave with the code for it."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as wrong:
            from mash.cli.refusals import said_of

            if (said := said_of(wrong)) is None:
                raise
            for line in said.lines:
                click.echo(line, err=True)
            ctx.exit(said.code)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 done, 1 refused with reasons, 2 wrong usage, 3 the service is not available. "
    "Settings come from the environment, each beginning with MASH_; README.md lists them.",
)
@click.version_option(package_name="mash", message="%(prog)s %(version)s")
def main() -> None:
    """Run the front door for children at risk: triage, thresholds and clocks.

    \b
    To try it:           mash demo --serve
    To begin for real:   mash migrate && mash users first-admin && mash serve
    To ask a rule:       mash check examples.jsonl
    """  # noqa: D301  # the backslash is click's mark for lines to keep
