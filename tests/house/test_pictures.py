"""The pictures of the README and of the site are those that are made today."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT

pytest.importorskip("matplotlib")

PICTURES = ROOT / "docs" / "pictures"
#: What another release of matplotlib draws alike, if a little apart: texts, and the points of curves.
ALIKE = {
    "first_formulas.svg": re.compile(r"<title.*|<desc.*"),
    **dict.fromkeys(
        ("shortcuts.svg", "search.svg", "search_resnet.svg", "search_densenet.svg", "search_mobilenet.svg"),
        re.compile(r'<!-- .* -->|<use xlink:href="#m\w+" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)"'),
    ),
}
NEAR = 5


def test_the_pictures_are_fresh(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(PICTURES / "make.py"), str(tmp_path)], check=True, stdout=subprocess.DEVNULL
    )
    made = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text("utf-8") for path in PICTURES.glob("*.svg")}
    assert made.keys() == kept.keys()
    stale = [name for name in made if _compared(made[name], name) != _compared(kept[name], name)]
    assert not stale, "python docs/pictures/make.py makes them anew"


def _compared(text: str, name: str) -> object:
    if name not in ALIKE:
        return text
    found = ALIKE[name].finditer(text)
    return [[float(n) // NEAR for n in told.groupdict().values() if n] or told[0] for told in found]


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_the_first_pages_show_them(page: str) -> None:
    told = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / page).read_text("utf-8"))
    assert len(told) >= 2
    for place in told:
        assert ((ROOT / page).parent / place).is_file()
