"""Commands ``backup`` and ``restore``: a copy that can be put back, and proof that it can."""

import time
from collections.abc import Callable
from pathlib import Path

import click

from mash import clock, config, migrate
from mash.backup.keep import keep_backup
from mash.backup.manifest import BackupRefused, Manifest
from mash.backup.restore import drill, restore, warnings
from mash.backup.take import kept_backups
from mash.cli.opening import opened
from mash.config import Config
from mash.journeys.actor import Actor
from mash.journeys.anchors import put_aside

CODES = "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the database or a setting cannot be used."


@click.command(epilog=CODES)
@click.option("--quiet", is_flag=True, help="Say only what was made.")
def backup(quiet: bool) -> None:
    """Take a backup now, while others work, into MASH_BACKUPS (or "backups" within MASH_FOLDER).

    It is encrypted, and of no use without its key: keep database.key (or backup.key, for PostgreSQL) and web.key
    elsewhere. Copy the folder to another machine. The scheduler takes one by itself as policy says.
    """
    settings = config.from_environment()
    with opened(settings) as database:
        taken = keep_backup(database, settings, by=Actor.system("cli:backup"), at=clock.now(), say=_progress(quiet))
    held = taken.manifest
    click.echo(f"{taken.folder}")
    click.echo(f"{held.bytes:,} bytes, {held.head_seq:,} events, key {held.key}, {held.seconds:g} seconds.")


@click.command("restore", epilog=CODES)
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--verify/--no-verify", default=True, help="See that it is whole and as its manifest says.", show_default=True
)
@click.option("--drill", "only_drill", is_flag=True, help="Put it into a throwaway place, look, and remove the place.")
@click.option("--quiet", is_flag=True, help="Say only how it ended.")
def restore_(folder: Path | None, verify: bool, only_drill: bool, quiet: bool) -> None:
    """Put a backup back into the place that the settings name, which must be empty. The newest unless one is named.

    The keys must be in MASH_FOLDER first, from your safe copy.

    \b
    mash restore --drill                                  can the newest be put back? Nothing is changed
    MASH_FOLDER=/srv/mash mash restore /mnt/mash-2026…    onto a new machine
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    settings, began = config.from_environment(), time.monotonic()
    chosen = (folder or _newest(settings)).resolve()
    say = _progress(quiet)
    done = drill(chosen, settings, say=say) if only_drill else restore(chosen, settings, verify=verify, say=say)
    seconds = time.monotonic() - began
    rows = sum(done.counts.values())
    how = "is whole" if only_drill or verify else "was put back and not looked at"
    click.echo(f"{chosen.name} {how}: {rows:,} rows, {done.head_seq:,} events, {seconds:,.1f} seconds.")
    anchors = [] if only_drill else _anchors_aside(settings)
    for line in [*warnings(done, settings), *_older(done, settings), *anchors]:
        click.echo(line)


def _anchors_aside(settings: Config) -> list[str]:
    """Begin a new file of anchors, and say where the old one is."""
    file = settings.anchors_file
    try:
        aside = put_aside(file, clock.now())
    except OSError as wrong:
        return [f"{file} cannot be put aside ({wrong.strerror}). Do so by hand, or mash audit verify stays broken."]
    return [f"The anchors of what was there before are at {aside}: keep them. Run: mash audit seal"] if aside else []


def _older(done: Manifest, settings: Config) -> list[str]:
    wanted = migrate.head(settings.migrations)
    if done.revision == wanted:
        return []
    return [f"Its tables are at version {done.revision}, and this program needs {wanted}. Run: mash migrate"]


def _newest(settings: Config) -> Path:
    kept = kept_backups(settings)
    if not kept:
        raise BackupRefused(f"There is no backup in {settings.backups}. Name its folder.")
    return kept[0]


def _progress(quiet: bool) -> Callable[[str], None]:
    """Say on standard error how far it is, no line twice."""
    said: set[str] = set()

    def say(words: str) -> None:
        if not quiet and words not in said:
            said.add(words)
            click.echo(f"{words} …", err=True)

    return say
