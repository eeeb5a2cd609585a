"""Backups by the databases' own means: taken while others write, put back into an empty place, and seen to be whole."""
