"""What pytest leaves alone here: what is run by hand, with engines that only the benches have."""

collect_ignore = ["mutants.py", "mutants_table.py"]
