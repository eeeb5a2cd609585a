"""The fault runs can be seen to fail, are all found, and a slice of each is run with the rest of the tests."""

import json
from pathlib import Path

import pytest

from tests.faults import mail_network, nth_call, postgresql_faults, run_all
from tests.faults.rig import Tally, house
from tests.faults.run_all import BEGIN, END

pytestmark = pytest.mark.faults


def test_what_is_not_survived_is_counted_and_said() -> None:
    tally = Tally("one")
    with tally.fault("first:"):
        assert str(tally) == "another"
    with tally.fault("second:"):
        pass
    assert (tally.injected, tally.survived, len(tally.failures)) == (2, 1, 1)
    assert tally.failures[0].startswith("first: AssertionError")


def test_every_run_is_found() -> None:
    assert {"killing", "nth_call", "postgresql_faults", "mail_network", "bad_input", "raw_http"} <= set(run_all.runs())
    assert not {"rig", "proxy", "run_all", "load"} & set(run_all.runs())


def test_a_run_that_failed_is_a_fault_that_was_not_survived(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"name": "a", "injected": 3, "survived": 3, "details": {"lost": 0}}))
    (tmp_path / "b.json").write_text(json.dumps([{"name": "b", "injected": 2, "survived": 1, "details": "said"}]))
    for number, lost in ((1, 1), (2, 0)):
        details = {"answered_writes_lost": lost, "seconds_at_most": 4 + number}
        many = {"name": f"c {number}", "kind": "input", "injected": 9, "survived": 9 - lost, "details": details}
        (tmp_path / f"c{number}.json").write_text(json.dumps(many))
    asked = {"name": "d", "kind": "check", "injected": 7, "survived": 7, "details": {"writes_done_twice": 2}}
    (tmp_path / "d.json").write_text(json.dumps(asked))
    whole = run_all.ledger(run_all.collected(tmp_path), {"killing": {"exit": 1, "seconds": 2}})
    assert (whole["injected"], whole["survived"], whole["runs_that_failed"]) == (6, 4, ["killing"])
    assert (whole["inputs"], whole["inputs_refused_or_kept"], whole["checks"], whole["checks_right"]) == (18, 17, 7, 7)
    assert (whole["answered_writes_lost"], whole["writes_done_twice"], whole["breaks_in_the_chain"]) == (1, 2, 0)
    readme = tmp_path / "README.md"
    readme.write_text(f"before {BEGIN}old{END} after")
    run_all.put_into(readme, run_all.table(whole))
    said = readme.read_text()
    assert "| a | 3 | 3 | lost 0 |" in said
    assert "| c | 18 | 17 | answered writes lost 1, seconds at most 6 |" in said
    assert "1 answered writes lost, 2 done twice, 0 breaks in the chain" in said
    assert (said.startswith("before "), "old" in said, said.endswith(" after")) == (True, False, True)


@pytest.mark.parametrize("engine", ["sqlcipher", "postgresql"])
def test_each_call_of_a_decision_may_fail_and_nothing_is_kept(engine: str) -> None:
    operations = tuple(one for one in nth_call.OPERATIONS if one.name == "decide")
    tally = nth_call.run(engine, operations, ("lost",))
    assert tally.failures == []
    assert tally.survived == tally.injected > 20


def test_something_kept_by_half_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a table left out of what must stay as it was, and changed, the sums differ."""
    with house("sqlcipher") as made:
        before = nth_call.kept(made.database)
        made.desk.contact()
        changed = {name for name, said in nth_call.kept(made.database).items() if before[name] != said}
    assert {"contact", "event"} <= changed


def test_a_broken_network_to_the_database_loses_nothing() -> None:
    tally = postgresql_faults.run("network to postgresql", 5)
    assert tally.failures == []
    assert tally.survived == tally.injected == 5


def test_a_broken_network_to_the_mail_server_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mash.mail.TIMEOUT_SECONDS", 1)
    tally = Tally("mail")
    mail_network.go_through(tally, 5)
    assert tally.failures == []
    assert tally.survived == 5
