"""Leaves the benches that need other engines to ``make bench``, which installs them; there is no test in them."""

collect_ignore_glob = ["replay*.py", "rules*.py"]
