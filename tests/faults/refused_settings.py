"""The settings, secrets and tables that the service must not start on, one by one."""

import shutil
import sys
from pathlib import Path

from mash.config import HOUSE
from tests.faults.refusals import OLD_ENGINE, SERVE, Case, Place, Spoil

URL = "postgresql+psycopg://mash@127.0.0.1:1/mash"
ISSUER = "https://login.example/0b5f3e52-7d3c-4c1e-9a55-2f6f5c0d9e11/v2.0"
KEYS = ("database.key", "web.key")
GOOD_SECRET = "kept in a file, for tests only"


def setting(**said: str) -> Spoil:
    """Set these to be read at the start."""
    return lambda place: place.said.update({f"MASH_{name}": value for name, value in said.items()})


def key(name: str, text: str, mode: int = 0o600) -> Spoil:
    """Put other words into a key's file."""

    def spoil(place: Place) -> None:
        (place.folder / name).write_text(text)
        (place.folder / name).chmod(mode)

    return spoil


def secret_of(name: str, text: str, mode: int = 0o600, beside: dict[str, str] | None = None) -> Spoil:
    """Name a file with these words in a setting."""

    def spoil(place: Place) -> None:
        setting(**{name: str(place.write("secret", text, mode))}, **(beside or {}))(place)

    return spoil


def _others_read(name: str, mode: int) -> Spoil:
    return lambda place: (place.folder / name).chmod(mode)


def _changed_thresholds(place: Place) -> None:
    there = shutil.copytree(HOUSE / "thresholds", place.folder.parent / "thresholds")
    version = max(there.glob("20*.yaml"))
    version.write_text(version.read_text().replace("title: ", "title: Changed ", 1))
    setting(THRESHOLDS=str(there))(place)


def _wrong_zone(place: Place) -> None:
    zones = place.folder.parent / "zones" / "Europe"
    zones.mkdir(parents=True)
    found = next(Path(top) for top in ("/usr/share/zoneinfo", sys.prefix) if (Path(top) / "UTC").exists())
    shutil.copy(found / "UTC", zones / "London")
    place.said["PYTHONTZPATH"] = str(zones.parent)


def _old_engine(place: Place) -> None:
    place.command = (sys.executable, "-c", OLD_ENGINE, *SERVE[3:])


def _plain_http(place: Place) -> None:
    setting(SECURE_COOKIES="false")(place)
    place.command = (*SERVE, "--host", "0.0.0.0")  # refused before it listens


def _keys() -> list[Case]:
    return [
        ("no key", lambda place: (place.folder / "database.key").unlink()),
        *[(f"short {name}", key(name, "ab" * 8)) for name in KEYS],
        *[(f"empty {name}", key(name, "")) for name in KEYS],
        *[(f"default {name}", key(name, "0" * 64)) for name in KEYS],
        *[(f"{name} in words", key(name, "correct horse battery staple" * 3)) for name in KEYS],
        *[(f"{name} that all may read", _others_read(name, 0o644)) for name in KEYS],
        *[(f"{name} that the group may read", _others_read(name, 0o640)) for name in KEYS],
    ]


def _addresses() -> list[Case]:
    return [
        ("another kind of database", setting(DATABASE_URL="mysql://mash@127.0.0.1/mash")),
        ("a driver we do not use", setting(DATABASE_URL="postgresql://mash@127.0.0.1/mash")),
        ("an address without a name", setting(DATABASE_URL="postgresql+psycopg://mash@127.0.0.1")),
        ("a server that is not there", setting(DATABASE_URL=URL)),
        ("another machine without proven TLS", setting(DATABASE_URL="postgresql+psycopg://mash@db.example/mash")),
        ("an address in no file", setting(DATABASE_URL_FILE="/nowhere")),
        ("an address that all may read", secret_of("DATABASE_URL_FILE", URL, 0o644)),
        ("proxies in words", setting(TRUSTED_PROXIES="many")),
        ("fewer proxies than none", setting(TRUSTED_PROXIES="-1")),
        ("any host", setting(HOSTS="*")),
        ("cookies perhaps", setting(SECURE_COOKIES="perhaps")),
        ("plain HTTP on all addresses", _plain_http),
    ]


def _services() -> list[Case]:
    oidc = {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": "mash"}
    named = "OIDC_CLIENT_SECRET_FILE"
    mail = {"SMTP_HOST": "mail.example", "SMTP_FROM": "mash@anytown.example"}
    return [
        ("a provider without a client", setting(OIDC_ISSUER=ISSUER)),
        (
            "a provider over plain HTTP",
            secret_of(named, GOOD_SECRET, beside=oidc | {"OIDC_ISSUER": "http://login.example/x"}),
        ),
        ("a default client secret", secret_of(named, "changeme", beside=oidc)),
        ("a short client secret", secret_of(named, "short", beside=oidc)),
        ("a client secret that all may read", secret_of(named, GOOD_SECRET, 0o644, beside=oidc)),
        ("mail from nobody", setting(SMTP_HOST="mail.example", SMTP_FROM="nobody")),
        ("mail without TLS as we know it", setting(**mail, SMTP_SECURITY="maybe")),
        ("a mail password that all may read", secret_of("SMTP_PASSWORD_FILE", GOOD_SECRET, 0o644, beside=mail)),
        ("a second step for nobody we know", setting(MFA="chief")),
        ("a colour that is none", setting(ACCENT="reddish")),
        ("a picture that is not there", setting(LOGO="/nowhere.png")),
    ]


def _house() -> list[Case]:
    return [
        ("no thresholds", setting(THRESHOLDS="/nowhere")),
        ("changed thresholds", _changed_thresholds),
        ("a wrong time zone", _wrong_zone),
        ("an old SQLite", _old_engine),
        ("an unknown migration", lambda place: place.run_sql("UPDATE alembic_version SET version_num = '9999'")),
        ("an older migration", lambda place: place.run_sql("UPDATE alembic_version SET version_num = '0012'")),
        ("two migrations at once", lambda place: place.run_sql("INSERT INTO alembic_version VALUES ('0012')")),
        ("half a migration", lambda place: place.run_sql("DROP TABLE legal_hold")),
        ("tables of no version", lambda place: place.run_sql("DELETE FROM alembic_version")),
        ("no guard over events", lambda place: place.run_sql("DROP TRIGGER event_no_delete")),
        ("backups in a file", lambda place: setting(BACKUPS=str(place.write("file", "")))(place)),
    ]


def setting_cases() -> list[Case]:
    """List every case."""
    return [*_keys(), *_addresses(), *_services(), *_house()]
