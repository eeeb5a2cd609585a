"""What is set about a council's own sign-in provider (OpenID Connect): whose it is, who we are to it, and its roles."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MANY_TENANTS = frozenset({"common", "organizations", "consumers"})
_TENANT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """What one app role at the provider stands for here. ``team`` is for a role that receives work."""

    role: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One tenant of one provider.

    Attributes:
        issuer: What every token must say it comes from, to the letter.
        client_id: What every token must say it is for.
        secret_file: The file that holds the client's secret, read whenever it is needed.
        posts: App roles, as tokens name them, and what each stands for here.
    """

    issuer: str
    client_id: str
    secret_file: Path
    posts: Mapping[str, Post]

    @property
    def tenant(self) -> str:
        """Return the tenant that the issuer's address names, as Entra ID's does; empty where it names none."""
        return next((part for part in urlsplit(self.issuer).path.split("/") if _TENANT.fullmatch(part)), "")

    def posts_of(self, app_roles: Iterable[object]) -> list[Post]:
        """Return what these app roles stand for here; those we do not know stand for nothing."""
        return [self.posts[name] for name in app_roles if isinstance(name, str) and name in self.posts]


def is_safe(address: str) -> bool:
    """Say whether an address may be asked: by HTTPS, or on this machine.

    >>> is_safe("https://login.example/token"), is_safe("http://127.0.0.1:9000"), is_safe("http://login.example")
    (True, True, False)
    """
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def check_issuer(written: str) -> str:
    """Take an issuer that is one tenant's.

    Raises:
        ValueError: If it is not an address of HTTPS, or stands for many tenants. The message ends a sentence.
    """
    parts = urlsplit(written)
    if not is_safe(written) or parts.query or parts.fragment:
        raise ValueError("must be the provider's https:// address")
    if MANY_TENANTS & set(parts.path.split("/")):
        raise ValueError("must name one tenant, never /common or another that stands for many")
    return written.rstrip("/")


def usual_posts(roles: Iterable[str]) -> dict[str, Post]:
    """Give the app roles that stand for our roles where no file says otherwise: ``mash.practitioner`` and so on."""
    return {f"mash.{role}": Post(role) for role in roles}


def read_posts(text: str, roles: Iterable[str]) -> dict[str, Post]:
    """Read a file of app roles: a JSON object from an app role to a role, or to ``{"role": …, "team": …}``.

    Raises:
        ValueError: If it is not one, or names a role that we do not have. The message ends a sentence.
    """
    try:
        said = json.loads(text)
    except ValueError as wrong:
        raise ValueError("is not JSON") from wrong
    if not isinstance(said, dict) or not said:
        raise ValueError("must be an object from app roles to roles of ours")
    found = {name: _post(name, value) for name, value in said.items()}
    if unknown := {post.role for post in found.values()} - set(roles):
        raise ValueError(f"names {min(unknown)!r}, which is no role of ours")
    return found


def _post(name: str, value: object) -> Post:
    if isinstance(value, str):
        return Post(value)
    if isinstance(value, dict) and set(value) <= {"role", "team"}:
        role, team = value.get("role"), value.get("team", "")
        if isinstance(role, str) and isinstance(team, str):
            return Post(role, team)
    raise ValueError(f"says of {name!r} neither a role nor a role and a team")
