"""The playground in a real headless browser, driven by Playwright: what a reader does with it.

The page is built once, and each check of `playground.mjs` runs in one browser; the times that it took
are printed, and nothing is asserted of them.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from layercalc.errors import SpecError
from layercalc.playground.building import build
from tests.browser.chromium import CHROMIUM, WITHOUT
from tests.browser.driver import NODE, NPM, installed

MEGABYTES = 13
#: Seconds after which a browser that says nothing more is given up.
PATIENCE = 900

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason=WITHOUT),
    pytest.mark.skipif(NPM is None or NODE is None, reason="no npm is installed: apt-get install nodejs npm"),
]


def test_the_page_in_a_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    driver, page = tmp_path / "driver", tmp_path / "page"
    if wrong := installed(driver):
        pytest.skip(f"npm's packages cannot be had: {wrong}")
    try:
        build(page)
    except SpecError as error:
        if "npm ci failed" in str(error):
            pytest.skip(f"npm's packages cannot be had: {error}")
        raise
    command = [str(NODE), "playground.mjs", str(page), str(CHROMIUM)]
    done = subprocess.run(command, cwd=driver, capture_output=True, text=True, check=False, timeout=PATIENCE)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told, done.stderr
    assert [(one["check"], one["wrong"]) for one in told if one.get("wrong")] == []
    assert "times" in told[-1], done.stderr
    times = told[-1]["times"]
    assert times["megabytes"] <= MEGABYTES
    with capsys.disabled():
        load = os.getloadavg()[0]
        print(f"\nthe playground, at a load of {load:.1f} on {os.cpu_count()} cores:", _written(times))  # noqa: T201


def _written(times: dict[str, float]) -> str:
    """Write the times: milliseconds as seconds, but for an edit.

    >>> _written({"cold": 3600.0, "edit": 31.2, "megabytes": 11.76})
    'cold 3.6 s, edit 31 ms, 11.8 MB'
    """
    parts = [
        f"{name} {value:.0f} ms" if name == "edit" else f"{name} {value / 1000:.1f} s"
        for name, value in times.items()
        if name != "megabytes"
    ]
    return ", ".join([*parts, f"{times['megabytes']:.1f} MB"])
