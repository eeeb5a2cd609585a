"""Units, proxy, settings and papers fit this program: every command, option and setting that they name is there."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mash.cli import main
from mash.cli.papers import runbooks
from mash.cli.sbom import LOCK, bill
from mash.cli.serve import GRACE_SECONDS
from mash.config import DATA, HOUSE, Misconfigured
from mash.web.app import LARGEST_REQUEST

DEPLOY = DATA / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
Block = list[tuple[list[str], "Block | None"]]


def unit(path: Path) -> dict[str, dict[str, str]]:
    """Read a unit: sections with their settings, each line one or the other."""
    found: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, line
            assert name not in section, f"{name} is there twice"
            section[name] = value
    return found


def block(words: Iterator[str]) -> Block:
    """Read nginx's form: directives of words that end with ; or hold a block.

    Raises:
        ValueError: If a directive or a block does not end.
    """
    found: Block = []
    said: list[str] = []
    for word in words:
        if word == ";":
            found.append((said, None))
            said = []
        elif word == "{":
            found.append((said, block(words)))
            said = []
        elif word == "}":
            if said:
                raise ValueError(f"{said} does not end with ;")
            return found
        else:
            said.append(word)
    if said:
        raise ValueError(f"{said} does not end with ;")
    return found


def nginx(text: str) -> Block:
    """Read a whole file of nginx's."""
    lexer = shlex.shlex(text, punctuation_chars=";{}")
    lexer.whitespace_split, lexer.commenters = True, "#"
    words = [part for word in lexer for part in ([*word] if set(word) <= set(";{}") else [word])]
    if words.count("{") != words.count("}"):
        raise ValueError("a block does not end")
    return block(iter(words))


def told(of: Block, name: str) -> list[list[str]]:
    """Give what a directive says, each time it stands in a block."""
    return [said[1:] for said, _ in of if said[0] == name]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_is_there_with_options_that_it_has(path: Path) -> None:
    said = unit(path)
    program, *words = shlex.split(said["Service"]["ExecStart"])
    assert program == "/opt/mash/.venv/bin/mash"
    context = click.Context(main)
    command = main.get_command(context, words[0])
    assert command is not None
    command.make_context(words[0], words[1:], parent=context)
    assert set(said["Service"].items()) >= {
        ("User", "mash"),
        ("NoNewPrivileges", "true"),
        ("LimitCORE", "0"),
        ("UMask", "0077"),
    }


def test_the_units_leave_time_for_what_is_being_answered() -> None:
    web = unit(DEPLOY / "mash-web.service")["Service"]
    assert int(web["TimeoutStopSec"]) > GRACE_SECONDS
    assert (web["KillMode"], web["Restart"]) == ("mixed", "always")


def test_systemd_reads_the_units_as_we_do(tmp_path: Path) -> None:
    """Where systemd is, it says so itself, of the units with a program that is there."""
    program = shutil.which("systemd-analyze")
    for path in [*UNITS, DEPLOY / "mash-health.timer"]:
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/mash/.venv/bin/mash", "/bin/true"))
    assert unit(DEPLOY / "mash-health.timer")["Timer"]["OnCalendar"] == "*:0/5"
    if program:
        names = [str(tmp_path / path.name) for path in UNITS]
        done = subprocess.run([program, "verify", "--man=no", *names], capture_output=True, text=True, check=False)
        ours = [line for line in (done.stdout + done.stderr).splitlines() if str(tmp_path) in line or "mash" in line]
        assert [line for line in ours if "Unknown" in line or "rror" in line] == []


def test_the_proxy_speaks_tls_limits_what_we_limit_and_names_nobody() -> None:
    whole = nginx((DEPLOY / "nginx.conf").read_text())
    plain, secure = [inner for said, inner in whole if said == ["server"] and inner]
    assert told(plain, "return")[0][0] == "301"
    assert told(secure, "ssl_protocols") == [["TLSv1.2", "TLSv1.3"]]
    assert told(secure, "client_max_body_size") == [[f"{LARGEST_REQUEST // 1024 // 1024}m"]]
    assert told(secure, "server_tokens") == [["off"]]
    headers = {said[0]: said[1] for said in told(secure, "proxy_set_header")}
    assert headers["X-Forwarded-For"] == "$remote_addr"  # in place of what a client says
    assert headers["X-Forwarded-Proto"] == "$scheme"
    assert {"$request", "$request_uri", "$uri", "$args"} & set(
        re.findall(r"\$\w+", str(told(whole, "log_format")))
    ) == set()
    port = shlex.split(unit(DEPLOY / "mash-web.service")["Service"]["ExecStart"])
    upstream = next(inner for said, inner in whole if said == ["upstream", "mash"] and inner)
    assert told(upstream, "server")[0][0] == f"127.0.0.1:{port[port.index('--port') + 1]}"


@pytest.mark.parametrize("wrong", ["server { listen 80 }", "server { listen 80;", "listen 80"])
def test_a_proxy_file_that_is_wrong_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="does not end"):
        nginx(wrong)


def test_nginx_reads_the_file_as_we_do(tmp_path: Path) -> None:
    """Where nginx is, it says so itself."""
    program = shutil.which("nginx")
    text = (DEPLOY / "nginx.conf").read_text()
    assert nginx(text)
    if program:
        text = re.sub(r"ssl_certificate\S* \S+;|listen .*ssl;", "", text).replace("/var/log/nginx", str(tmp_path))
        whole = tmp_path / "nginx.conf"
        whole.write_text(f"events {{}}\npid {tmp_path}/pid;\nhttp {{\n{text}\n}}\n")
        done = subprocess.run([program, "-t", "-c", str(whole)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_every_setting_in_the_example_is_one_that_is_read() -> None:
    read = (HOUSE / "mash" / "config.py").read_text()
    names = re.findall(r"^MASH_(\w+)=", (DEPLOY / "settings.example").read_text(), re.MULTILINE)
    assert len(names) >= 6
    assert [name for name in names if f'"{name}"' not in read] == []


def test_there_is_a_runbook_for_each_of_ten_bad_days_and_every_command_in_it_is_there() -> None:
    known = runbooks()
    assert len(known) == 10
    listed = CliRunner().invoke(main, ["runbook"]).output
    for name, (words, text) in known.items():
        assert f"{name}" in listed
        assert words in listed
        assert CliRunner().invoke(main, ["runbook", name]).output.strip() == text
        assert "*What is seen.*" in text
        for said in re.findall(r"`mash ([a-z]+)", text):
            assert main.get_command(click.Context(main), said), (name, said)
        for number in re.findall(r"\*([a-z]+-[a-z]+)\*", text):
            assert number in known, (name, number)
    assert CliRunner().invoke(main, ["runbook", "flood"]).exit_code == 2


def test_the_impact_assessment_leaves_to_the_council_what_is_the_council_s() -> None:
    said = CliRunner().invoke(main, ["dpia"]).output
    assert said.startswith("# Data protection impact assessment")
    assert said.count("[") > 20


def test_the_bill_lists_every_package_that_is_installed_for_the_service_with_its_hashes() -> None:
    made = bill()
    named = {one["name"]: one for one in made["components"]}
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    waiting, seen = ["mash"], set()
    while waiting:
        for need in metadata.requires(waiting.pop()) or []:
            name = re.split(r"[\s\[<>=!~;(]", need, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")
            if "extra ==" not in need and name not in seen and _installed(name):
                seen.add(name)
                waiting.append(name)
    assert {"flask", "werkzeug", "sqlalchemy", "sqlcipher3"} <= seen
    assert seen - named.keys() == set()
    for one in made["components"]:
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert one["externalReferences"][0]["hashes"]
    assert json.loads(CliRunner().invoke(main, ["sbom"]).output) == made


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_a_lock_without_a_hash_makes_no_bill(tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text(re.sub(r"(?s)(\nflask==[^\n]*\n).*?(?=\n\w)", r"\1", LOCK.read_text()))
    with pytest.raises(Misconfigured, match="has no hash"):
        bill(lock)
    with pytest.raises(Misconfigured, match="Cannot read"):
        bill(tmp_path / "none.txt")
