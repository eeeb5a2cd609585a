"""What is set about the council's provider: read whole, or refused in one line that says what to mend."""

from pathlib import Path

import pytest

from mash.config import ROLES, Misconfigured, from_environment
from mash.provider import Post
from tests.oidc.running import TENANT

ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set everything as it should be, and return the file of the secret."""
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_text("a secret of the tests\n")
    monkeypatch.setenv("MASH_OIDC_ISSUER", ENTRA)
    monkeypatch.setenv("MASH_OIDC_CLIENT_ID", "mash")
    monkeypatch.setenv("MASH_OIDC_CLIENT_SECRET_FILE", str(path))
    monkeypatch.delenv("MASH_OIDC_ROLES", raising=False)
    return path


def test_a_tenant_of_entra_id_is_read_whole(secret: Path) -> None:
    read = from_environment().oidc
    assert read
    assert (read.issuer, read.client_id, read.secret_file, read.tenant) == (ENTRA, "mash", secret, TENANT)
    assert {name: post.role for name, post in read.posts.items()} == {f"mash.{role}": role for role in ROLES}
    assert from_environment(practice=True).oidc is None


@pytest.mark.parametrize(
    "issuer",
    [
        "https://login.microsoftonline.com/common/v2.0",
        "https://login.microsoftonline.com/organizations/v2.0",
        "http://login.example/tenant",
        "login.example",
        f"{ENTRA}?tenant=another",
    ],
)
def test_an_issuer_of_many_tenants_or_without_https_is_refused(
    secret: Path, monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    monkeypatch.setenv("MASH_OIDC_ISSUER", issuer)
    with pytest.raises(Misconfigured, match="MASH_OIDC_ISSUER must"):
        from_environment()


def test_a_secret_that_is_missing_empty_or_open_to_others_is_refused(
    secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret.chmod(0o640)
    with pytest.raises(Misconfigured, match="chmod 600"):
        from_environment()
    secret.chmod(0o600)
    secret.write_text(" \n")
    with pytest.raises(Misconfigured, match="must hold the secret"):
        from_environment()
    secret.unlink()
    with pytest.raises(Misconfigured, match="Cannot read"):
        from_environment()
    monkeypatch.delenv("MASH_OIDC_CLIENT_SECRET_FILE")
    with pytest.raises(Misconfigured, match="beside it"):
        from_environment()


def test_a_file_of_roles_is_read_with_teams(secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "roles.json"
    path.write_text('{"Duty": "practitioner", "Hub": {"role": "receiving_team", "team": "Early help hub"}}')
    monkeypatch.setenv("MASH_OIDC_ROLES", str(path))
    read = from_environment().oidc
    assert read
    assert read.posts_of(["Hub", "Duty", "mash.admin", 3]) == [
        Post("receiving_team", "Early help hub"),
        Post("practitioner"),
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"a": "boss"}', '{"a": 1}', '{"a": {"team": "x"}}', '{"a": ["admin"]}']
)
def test_a_file_of_roles_that_says_something_else_is_refused(
    secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "roles.json"
    path.write_text(text)
    monkeypatch.setenv("MASH_OIDC_ROLES", str(path))
    with pytest.raises(Misconfigured, match="MASH_OIDC_ROLES"):
        from_environment()
    path.unlink()
    with pytest.raises(Misconfigured, match="Cannot read MASH_OIDC_ROLES"):
        from_environment()
