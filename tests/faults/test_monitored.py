"""The operator's own address, on real processes: counted together, nothing lost with a worker, closed to others."""

import json
import os
import re
import signal
import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest

from mash.config import Config
from tests.processes import serving

pytestmark = pytest.mark.faults


def ask(port: int, path: str, host: str = "") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    said = answer.status, answer.read().decode()
    connection.close()
    return said


def counted(monitor: int) -> int:
    found = re.search(r'mash_requests_total\{page="sign_in.ask",status="2xx"\} (\d+)', ask(monitor, "/metrics")[1])
    return int(found[1]) if found else 0


def test_workers_count_together_and_one_that_is_killed_takes_no_count_with_it(settings: Config, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serving(settings, "--monitor-port", "0", log=log) as served:
        assert served.process.stdout
        monitor = int(served.process.stdout.readline().rpartition(":")[2].split("/")[0])
        assert ask(served.port, "/metrics", host=f"127.0.0.1:{monitor}")[0] == 404
        assert json.loads(ask(monitor, "/readyz")[1])["ready"] is True
        for sent in range(1, 31):
            if sent == 15:
                pids = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
                os.kill(int(pids[0]), signal.SIGKILL)
            assert ask(served.port, "/sign-in")[0] == 200
        assert counted(monitor) == 30
        served.process.send_signal(signal.SIGHUP)
        for _ in range(10):
            assert ask(served.port, "/sign-in")[0] == 200
        assert counted(monitor) == 40
        with socket.create_connection(("127.0.0.1", served.port), timeout=30) as raw:
            raw.sendall(b"GET /search?name=Robin Canary and some HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert raw.recv(4096).startswith(b"HTTP/1.1 400")
        assert served.stop() == 0
    said = log.read_text()
    assert "Canary" not in said
    lines = [json.loads(line) for line in said.splitlines()]
    assert {"request", "server"} <= {line["event"] for line in lines}
