"""What makes the twin quick: coverage is not measured."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _coverage_is_not_measured(no_cover: None) -> None:
    """Random specs by the hundred reach hardly a line that other tests do not, and take thrice as long."""
