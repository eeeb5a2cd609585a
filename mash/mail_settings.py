"""Which way e-mail leaves: a mail server or GOV.UK Notify, as the environment says."""

import re
from pathlib import Path

from environs import Env

from mash.mail import NOTIFY, SECURITIES, Mail, MailServer, Notify
from mash.secret_file import check_secret_file

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NOTIFY_KEY = re.compile(rf"-{_UUID}-{_UUID}$")


def read_mail(env: Env) -> Mail | None:
    """Take where e-mail is given in; nothing is sent from a place for training, or where no server is named.

    Raises:
        ValueError: Saying in one line what is wrong with a setting.
    """
    host, notify = env.str("SMTP_HOST", ""), env.str("NOTIFY_KEY_FILE", "")
    if host and notify:
        raise ValueError("Set MASH_SMTP_HOST or MASH_NOTIFY_KEY_FILE, not both: a message is sent one way.")
    if notify:
        return _read_notify(env, Path(notify))
    if not host:
        return None
    sender, security = env.str("SMTP_FROM", ""), env.str("SMTP_SECURITY", "starttls")
    if "@" not in sender or any(letter.isspace() for letter in sender):
        raise ValueError("MASH_SMTP_FROM must be the address that mail comes from, such as mash@anytown.gov.uk.")
    if security not in SECURITIES:
        raise ValueError(f"MASH_SMTP_SECURITY must be one of {', '.join(SECURITIES)}, not {security!r}.")
    named = env.str("SMTP_PASSWORD_FILE", "")
    if named:
        check_secret_file(Path(named), "MASH_SMTP_PASSWORD_FILE", shortest=1)
    port, user = env.int("SMTP_PORT", SECURITIES[security]), env.str("SMTP_USER", "")
    return MailServer(host, port, sender, security, user, Path(named) if named else None)


def _read_notify(env: Env, key_file: Path) -> Notify:
    """Take the service at GOV.UK Notify that sends, refusing a key that others can read or that is none."""
    check_secret_file(key_file, "MASH_NOTIFY_KEY_FILE")
    template, url = env.str("NOTIFY_TEMPLATE", ""), env.str("NOTIFY_URL", NOTIFY)
    if not template:
        raise ValueError("MASH_NOTIFY_KEY_FILE needs MASH_NOTIFY_TEMPLATE, the id of an e-mail template, beside it.")
    if not url.startswith("https://"):
        raise ValueError("MASH_NOTIFY_URL must begin with https://, or the key's tokens could be read on the way.")
    if not NOTIFY_KEY.search(key_file.read_text().strip()):
        raise ValueError(f"The file MASH_NOTIFY_KEY_FILE at {key_file} does not hold a key of GOV.UK Notify.")
    return Notify(key_file, template, url.rstrip("/"))
