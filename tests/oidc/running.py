"""Start the provider of provider.mjs, a process of Node on this machine, for as long as a test needs it."""

import json
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TENANT = "0b5f3e52-7d3c-4c1e-9a55-2f6f5c0d9e11"
CLIENT_ID, SECRET = "mash-tests", "kept in a file, for tests only"


@dataclass(frozen=True, slots=True)
class Running:
    """A provider that listens; it answers once it is told who may use it."""

    process: subprocess.Popen[str]
    port: int

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/{TENANT}/v2.0"

    def answer_for(self, service: str, people: Mapping[str, Mapping[str, Any]]) -> None:
        """Begin to answer, for one service at this address and for these people, each with claims of their own."""
        client = {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "token_endpoint_auth_method": "client_secret_post",
            "redirect_uris": [f"{service}/sign-in/council/back"],
            "backchannel_logout_uri": f"{service}/sign-in/council/ended",
        }
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps({"tenant": TENANT, "client": client, "people": people}), file=self.process.stdin, flush=True)
        while (said := self.process.stdout.readline().strip()) != self.issuer:
            assert said, "The provider ended."


@contextmanager
def running() -> Generator[Running]:
    """Start a provider, and end it whatever happens."""
    process = subprocess.Popen(
        ["node", str(HERE / "provider.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        yield Running(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()
