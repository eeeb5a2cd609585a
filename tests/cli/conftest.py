"""What tests of commands share: the shipped thresholds read once, not again for each command run in this process."""

from pathlib import Path

import pytest

from mash.config import HOUSE
from mash.rules import RuleBook


@pytest.fixture
def quick_thresholds(rulebook: RuleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands find the shipped thresholds already read; any other folder is read in earnest."""
    in_earnest = RuleBook.load
    monkeypatch.setattr(
        RuleBook, "load", lambda folder: rulebook if Path(folder) == HOUSE / "thresholds" else in_earnest(folder)
    )
