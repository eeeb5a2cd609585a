"""Command ``sbom``: what the service is made of, as CycloneDX, from the lock that every download is checked against."""

import json
import re
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from mash.config import HOUSE, Misconfigured

LOCK = HOUSE / ".lock" / "run.txt"
ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: *; *(?P<where>[^\\]+?))? *\\?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@click.command(epilog="Exit codes: 0 done, 2 wrong usage, 3 there is no lock file here, or it cannot be read.")
def sbom() -> None:
    """Print the bill of materials: CycloneDX 1.6, JSON. The same lock gives the same bytes.

    \b
    mash sbom > mash.cdx.json
    """  # noqa: D301  # the backslash is click's mark for lines to keep
    click.echo(json.dumps(bill(), indent=2))


def bill(lock: Path = LOCK) -> dict[str, Any]:
    """Make the bill of what a lock lists.

    Raises:
        Misconfigured: If there is no lock, or an entry in it has no hash.
    """
    try:
        text = lock.read_text("utf-8")
    except OSError as wrong:
        raise Misconfigured(
            f"Cannot read {lock} ({wrong.strerror}). It is part of the clone, not of a wheel."
        ) from wrong
    version = metadata.version("mash")
    ours = {"type": "application", "bom-ref": "mash", "name": "mash", "version": version, "licenses": _licence("MIT")}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}",
        "version": 1,
        "metadata": {"component": ours},
        "components": list(_components(text)),
    }


def _components(text: str) -> Iterator[dict[str, Any]]:
    """Give each entry of a lock: what it is, where it comes from, and the hash of every file of it that is accepted."""
    for entry in re.split(r"\n(?=\S)", text.strip()):
        first = ENTRY.match(entry.splitlines()[0])
        if first is None:
            continue
        name, version, hashes = first["name"].lower(), first["version"], HASH.findall(entry)
        if not hashes:
            raise Misconfigured(f"{name} {version} has no hash in the lock. Run: make lock")
        purl = f"pkg:pypi/{name}@{version}"
        made = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        if first["where"]:
            made["scope"] = "optional"
        where = f"https://pypi.org/project/{name}/{version}/"
        listed = [{"alg": "SHA-256", "content": one} for one in hashes]
        yield (
            made
            | _licences(name)
            | {
                "externalReferences": [{"type": "distribution", "url": where, "hashes": listed}],
            }
        )


def _licences(name: str) -> dict[str, Any]:
    """Give the licence that an installed package names by its SPDX expression; nothing where it does not."""
    try:
        said = dict(metadata.metadata(name).json).get("license_expression")
    except metadata.PackageNotFoundError:
        return {}
    return {"licenses": _licence(str(said))} if said else {}


def _licence(expression: str) -> list[dict[str, str]]:
    return [{"expression": expression}]
