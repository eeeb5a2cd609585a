"""Leaves the benches that need other engines to ``make bench``, which installs them; there is no test in them."""

collect_ignore = ["replay.py", "replay_peers.py", "rules.py", "rules_peers.py"]
