"""An installation on each database whose people sign in at a signer, and a desk at which nobody has signed in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from mash.config import ROLES, Config
from mash.provider import Post, ProviderSettings, usual_posts
from tests.oidc.running import CLIENT_ID, SECRET
from tests.oidc.signer import Signer, signing
from tests.web.conftest import Browser, logged  # noqa: F401  # a fixture


@pytest.fixture(scope="module")
def serving() -> Iterator[Signer]:
    with signing() as started:
        yield started


@pytest.fixture
def signer(serving: Signer) -> Iterator[Signer]:
    """Give an honest one, whatever the test before made of it."""
    serving.asked.clear()
    document, listed = dict(serving.document), list(serving.listed)
    yield serving
    serving.document, serving.listed = document, listed


@pytest.fixture
def settings(settings: Config, signer: Signer, tmp_path: Path) -> Config:
    """Give an installation on each database whose people sign in at the signer."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    posts = usual_posts(ROLES) | {"mash.hub": Post("receiving_team", "Early help hub")}
    return replace(settings, oidc=ProviderSettings(signer.issuer, CLIENT_ID, secret, posts))


@pytest.fixture
def desk(app: Flask) -> Browser:
    return Browser(app.test_client())
