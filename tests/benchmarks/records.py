"""The figures of a run as JSON, and beside those of an earlier run.

From: the ratios of each benchmark. To: a text, or a table of what changed. Promises: a ratio is compared
with the one of the same subject over the same yardstick; one that is new, or gone, is told.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeAlias

from tests.benchmarks.timing import Ratio

Found: TypeAlias = Mapping[str, Sequence[Ratio]]
"""The ratios of each benchmark by its name."""

#: A ratio has changed that is so many times as large as before, or so many times as small.
CHANGE = 1.25


def written(found: Found) -> str:
    """Write ratios as JSON.

    >>> ratio = Ratio("check", "import lark", 0.15, 0.1, 3.0)
    >>> json.loads(written({"startup": [ratio]}))["startup"][0]["seconds"]
    0.15
    """
    machine = {"python": platform.python_version(), "system": platform.system(), "processors": os.cpu_count()}
    told = {name: [_record(ratio) for ratio in ratios] for name, ratios in found.items()}
    return json.dumps({"machine": machine, **told}, indent=2) + "\n"


def _record(ratio: Ratio) -> dict[str, object]:
    return {**asdict(ratio), "ratio": ratio.ratio, "verdict": ratio.verdict}


def read(path: Path) -> Found:
    """Read what `written` wrote."""
    told = json.loads(path.read_text("utf-8"))
    fields = Ratio.__dataclass_fields__
    return {
        name: [Ratio(**{key: one[key] for key in fields}) for one in ratios]
        for name, ratios in told.items()
        if name != "machine"
    }


def changes(found: Found, before: Found) -> str:
    """Lay the ratios out beside those of an earlier run, those of the benchmarks that were run now.

    >>> old, new = (Ratio("check", "import lark", seconds, 0.1, 3.0) for seconds in (0.1, 0.15))
    >>> print(changes({"startup": [new]}, {"startup": [old]}))
    subject                             over              before     now  times
    check                               import lark         1.00    1.50   1.50  SLOWER
    """
    head = _line("subject", "over", "before", "now", "times", "")
    return "\n".join([head, *_lines(found, before)])


def _lines(found: Found, before: Found) -> Iterator[str]:
    old = _by_name({name: before.get(name, ()) for name in found})
    new = _by_name(found)
    for key in dict.fromkeys([*new, *old]):
        was, now = old.get(key), new.get(key)
        texts = ["-" if one is None else f"{one.ratio:.2f}" for one in (was, now)]
        if was is None or now is None:
            yield _line(*key, *texts, "-", "new" if was is None else "gone")
        else:
            times = now.ratio / was.ratio
            yield _line(*key, *texts, f"{times:.2f}", _told(times))


def _told(times: float) -> str:
    return "SLOWER" if times > CHANGE else "faster" if times < 1 / CHANGE else ""


def worse(found: Found, before: Found) -> bool:
    """Tell whether a ratio has grown."""
    old = _by_name(before)
    return any(key in old and one.ratio > CHANGE * old[key].ratio for key, one in _by_name(found).items())


def _by_name(found: Found) -> dict[tuple[str, str], Ratio]:
    return {(ratio.subject, ratio.yardstick): ratio for ratios in found.values() for ratio in ratios}


def _line(*cells: str) -> str:
    return "{:<34}  {:<16}  {:>6}  {:>6}  {:>5}  {}".format(*cells).rstrip()
