"""The page of limits tells those that the program keeps."""

from __future__ import annotations

import re

from layercalc import limits
from tests.checkout import ROOT

UNPUBLISHED = {"FRAMES"}


def test_every_limit_is_published() -> None:
    page = (ROOT / "docs" / "limits.md").read_text("utf-8")
    cells = re.findall(r"\| ([\d,]+)(?: deep)? \|", page)
    published = sorted(int(number.replace(",", "")) for number in cells)
    kept = sorted(value for name, value in vars(limits).items() if name.isupper() and name not in UNPUBLISHED)
    assert published == kept
