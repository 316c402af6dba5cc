"""How many examples a property test draws: few in profile `ci`, many in `search`.

From: a number for `ci`. To: settings of hypothesis. Promises: what is made cheap for
every run is looked at as long as before, and longer, in the long run.
"""

from __future__ import annotations

from hypothesis import settings

#: What profile `ci` draws where a test says nothing.
USUAL = 12
#: How many times as many `search` draws where a test says how few are enough.
LONGER = 66


def long_run() -> bool:
    """Tell whether this is the long run: profile `search`."""
    return settings().max_examples > USUAL


def examples(few: int) -> settings:
    """Draw so many examples in profile `ci`, and many more in `search`."""
    return settings(max_examples=few * LONGER if long_run() else few, deadline=None)
