"""Settings, read once from the environment, checked, and passed down. Only this module reads it.

Every setting has a working default for one machine; a council sets ``MASH_DATABASE_URL`` and the rest
in its service file. Secrets are files, never values, so that no process list or crash report holds one.
"""

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from environs import Env, EnvError, ValidationError
from marshmallow.validate import Range

from mash.colour import GROUND, READABLE, contrast
from mash.mail import Mail
from mash.mail_settings import read_mail
from mash.provider import ProviderSettings, check_issuer, read_posts, usual_posts
from mash.secret_file import check_database_url, check_secret_file, guessable

HOUSE = Path(__file__).resolve().parent.parent
DATA = Path(__file__).resolve().parent / "data"
KEY_BYTES = 32
ROLES = (
    "contact_officer",
    "practitioner",
    "manager",
    "receiving_team",
    "reviewer",
    "admin",
    "auditor",
    "safeguarding_partner",
)
LARGEST_LOGO = 100 * 1024


class Misconfigured(Exception):
    """A setting, folder or key that stops us from starting. The message is one line fit for the terminal."""


@dataclass(frozen=True, slots=True)
class Config:
    """What one installation is set to.

    Attributes:
        folder: Where the embedded database and keys live.
        database_url: Empty for the embedded encrypted database, else a ``postgresql+psycopg://`` URL.
        council: Shown in the page header.
        secure_cookies: False only for plain-HTTP use on one machine.
        practice: Whether this is the place for training: a folder and a database of its own, invented contacts only.
        accent: The council's colour, as ``#17303f``, already seen to be readable; empty for ours.
        logo: The council's picture, an SVG or PNG file; None for ours.
        second_step: Roles that must have a second step when signing in; ``required`` for everyone.
        mail: Where e-mail to colleagues is given in; None where none is sent.
        oidc: The council's own sign-in provider; None where people sign in with a username and password only.
        anchors: The file that the heads of the audit's chains are written to; in the folder unless said.
        anchor_mail: Who is sent them once a day; empty for nobody.
        idle: How long a sign-in may go unused.
        backup_folder: Where backups are kept; None for ``backups`` in ``folder``.
        trusted_proxies: How many proxies stand in front and set ``X-Forwarded-*``.
    """

    folder: Path
    database_url: str = ""
    council: str = "Anytown Council"
    duty_phone: str = "01302 000 000"
    secure_cookies: bool = True
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    practice: bool = False
    accent: str = ""
    logo: Path | None = None
    mail: Mail | None = None
    oidc: ProviderSettings | None = None
    second_step: tuple[str, ...] = ()
    anchors: Path | None = None
    anchor_mail: str = ""
    idle: timedelta = timedelta(minutes=15)
    thresholds: Path = HOUSE / "thresholds"
    migrations: Path = HOUSE / "migrations"
    backup_folder: Path | None = None

    def demands_second_step(self, roles: frozenset[str]) -> bool:
        """Say whether someone of these roles must have a second step."""
        return "required" in self.second_step or not roles.isdisjoint(self.second_step)

    @property
    def embedded(self) -> bool:
        return not self.database_url

    @property
    def anchors_file(self) -> Path:
        return self.anchors or self.folder / "anchors.jsonl"

    @property
    def database_file(self) -> Path:
        return self.folder / "mash.db"

    @property
    def key_file(self) -> Path:
        return self.folder / "database.key"

    @property
    def backups(self) -> Path:
        """Where backups are kept."""
        return self.backup_folder or self.folder / "backups"


def from_environment(*, practice: bool = False) -> Config:
    """Read the settings.

    Args:
        practice: Whether they are for the place for training: a folder within the folder, an embedded database.

    Raises:
        Misconfigured: If a setting cannot be read as what it should be.
    """
    env = Env(prefix="MASH_")
    try:
        practice = practice or env.bool("PRACTICE", False)
        folder = Path(env.str("FOLDER", str(HOUSE / "var"))).resolve()
        return Config(
            folder=folder / "practice" if practice else folder,
            database_url="" if practice else _read_url(env),
            practice=practice,
            council=env.str("COUNCIL", "Anytown Council"),
            duty_phone=env.str("DUTY_PHONE", "01302 000 000"),
            secure_cookies=env.bool("SECURE_COOKIES", True),
            trusted_proxies=env.int("TRUSTED_PROXIES", 0, validate=Range(0, 9)),
            hosts=tuple(env.list("HOSTS", ["127.0.0.1", "localhost"], validate=_hosts_named)),
            accent=_read_accent(env.str("ACCENT", "")),
            logo=_read_logo(env.str("LOGO", "")),
            mail=None if practice else _mail(env),
            oidc=None if practice else _read_oidc(env),
            idle=_read_idle(env.int("IDLE_MINUTES", 15)),
            second_step=() if practice else _read_second_step(env.list("MFA", ["required"])),
            anchors=None if practice or not (named := env.str("AUDIT_ANCHORS", "")) else Path(named).resolve(),
            anchor_mail="" if practice else env.str("AUDIT_MAIL", ""),
            thresholds=Path(env.str("THRESHOLDS", str(HOUSE / "thresholds"))),
            backup_folder=Path(named).resolve() if (named := env.str("BACKUPS", "")) else None,
        )
    except EnvError as wrong:
        raise Misconfigured(f"A setting cannot be used: {wrong}") from wrong


def _hosts_named(hosts: list[str]) -> None:
    if not hosts or any(not host.strip(".") or "*" in host or "/" in host for host in hosts):
        raise ValidationError("Name each host that people ask for, such as mash.anytown.gov.uk.")


def _read_url(env: Env) -> str:
    """Take the database's address from a file if one is named, so that its password is in no environment."""
    named = env.str("DATABASE_URL_FILE", "")
    try:
        if named:
            check_secret_file(Path(named), "MASH_DATABASE_URL_FILE")
        url = Path(named).read_text().strip() if named else env.str("DATABASE_URL", "")
        if url:
            check_database_url(url)
    except ValueError as wrong:
        raise Misconfigured(str(wrong)) from wrong
    return url


def _read_second_step(written: list[str]) -> tuple[str, ...]:
    """Take who must have a second step: everyone (``required``), nobody (``offered``), or some roles."""
    if unknown := set(written) - {"required", "offered", *ROLES}:
        raise Misconfigured(f"MASH_MFA must be required, offered, or roles of ours; {min(unknown)!r} is none of them.")
    return tuple(one for one in written if one != "offered")


def _read_idle(minutes: int) -> timedelta:
    if not 5 <= minutes <= 30:
        raise Misconfigured(f"MASH_IDLE_MINUTES must be between 5 and 30, not {minutes}.")
    return timedelta(minutes=minutes)


def _mail(env: Env) -> Mail | None:
    try:
        return read_mail(env)
    except ValueError as wrong:
        raise Misconfigured(str(wrong)) from wrong


def _read_oidc(env: Env) -> ProviderSettings | None:
    """Take the council's sign-in provider, refusing one whose tokens could be another's or whose secret others read."""
    issuer = env.str("OIDC_ISSUER", "")
    if not issuer:
        return None
    client_id, named = env.str("OIDC_CLIENT_ID", ""), env.str("OIDC_CLIENT_SECRET_FILE", "")
    if not client_id or not named:
        raise Misconfigured("MASH_OIDC_ISSUER needs MASH_OIDC_CLIENT_ID and MASH_OIDC_CLIENT_SECRET_FILE beside it.")
    _check_secret(Path(named))
    try:
        issuer = check_issuer(issuer)
    except ValueError as wrong:
        raise Misconfigured(f"MASH_OIDC_ISSUER {wrong}.") from wrong
    mapped = env.str("OIDC_ROLES", "")
    try:
        posts = read_posts(Path(mapped).read_text(), ROLES) if mapped else usual_posts(ROLES)
    except OSError as wrong:
        raise Misconfigured(f"Cannot read MASH_OIDC_ROLES at {mapped} ({wrong.strerror}).") from wrong
    except ValueError as wrong:
        raise Misconfigured(f"The file MASH_OIDC_ROLES at {mapped} {wrong}.") from wrong
    return ProviderSettings(issuer, client_id, Path(named), posts)


def _check_secret(path: Path, setting: str = "MASH_OIDC_CLIENT_SECRET_FILE", *, shortest: int = 16) -> None:
    try:
        check_secret_file(path, setting, shortest=shortest)
    except ValueError as wrong:
        raise Misconfigured(str(wrong)) from wrong


def _read_accent(written: str) -> str:
    """Take the council's colour, refusing one in which links, or on which white words, could not be read."""
    if not written:
        return ""
    try:
        ratio = contrast(written, GROUND)
    except ValueError as wrong:
        raise Misconfigured(f"MASH_ACCENT must be a colour such as #17303f, not {written!r}.") from wrong
    if ratio < READABLE:
        raise Misconfigured(
            f"MASH_ACCENT {written} is too pale to read: its contrast is {ratio:.2f} to 1, and words need "
            f"{READABLE} to 1. Choose a darker colour."
        )
    return written.lower()


def _read_logo(written: str) -> Path | None:
    """Take the council's picture, refusing one that is not there, too large, or of a kind that is not served."""
    if not written:
        return None
    path = Path(written).resolve()
    if path.suffix.lower() not in {".svg", ".png"}:
        raise Misconfigured(f"MASH_LOGO must be an SVG or PNG file, not {path.name}.")
    try:
        size = path.stat().st_size
    except OSError as wrong:
        raise Misconfigured(f"Cannot read MASH_LOGO at {path} ({wrong.strerror}).") from wrong
    if not 0 < size <= LARGEST_LOGO:
        raise Misconfigured(f"MASH_LOGO at {path} must be between 1 byte and {LARGEST_LOGO // 1024} KB.")
    return path


def prepare_folder(config: Config) -> None:
    """Make the folder if it is missing, open to its owner only.

    Raises:
        Misconfigured: If it cannot be made or written to.
    """
    try:
        config.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = config.folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as wrong:
        raise Misconfigured(
            f"Cannot write to {config.folder} ({wrong.strerror}). Make it writable, or set MASH_FOLDER to another."
        ) from wrong


def secret(path: Path, *, make: bool) -> str:
    """Read a 256-bit key in hexadecimal, making it (mode 0600) where that is allowed.

    Raises:
        Misconfigured: If it is missing and may not be made, is not a key, or others can read it.
    """
    if make and not path.exists():
        fresh = path.with_name(f".{path.name}-{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_hex(KEY_BYTES))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)  # whole or not at all, and never over the key of a process that was quicker
        fresh.unlink()
    if not path.exists():
        raise Misconfigured(
            f"The key {path} is missing, and the data cannot be read without it. Put it back from your safe copy; "
            "nothing has been changed."
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Misconfigured(f"Others on this machine can read the key {path}. Run: chmod 600 {path}")
    try:
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if len(text) != KEY_BYTES * 2 or not all(c in "0123456789abcdef" for c in text) or guessable(text):
        raise Misconfigured(
            f"The file {path} does not hold a key. Put it back from your safe copy; nothing has been changed."
        )
    return text
