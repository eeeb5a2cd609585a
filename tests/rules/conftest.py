"""What pytest leaves alone here: what is run by hand with the benches' own engines, and would ask for them on import."""

collect_ignore = ["mutants.py", "mutants_table.py"]
