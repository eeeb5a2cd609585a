"""Let ``python -m mash.cli`` do what ``mash`` does."""

from mash.cli import main

main(prog_name="mash")
