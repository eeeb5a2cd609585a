"""Requests that no browser sends, to the real server: refused or closed, with the service still there after each."""

import pytest

from tests.faults.raw_http import cases, try_raw
from tests.faults.rig import Tally

pytestmark = pytest.mark.faults


def test_requests_that_no_browser_sends_are_refused() -> None:
    tally = Tally("raw http")
    try_raw("sqlcipher", tally)
    assert tally.failures == []
    assert tally.survived == tally.injected == len(cases()) > 190
