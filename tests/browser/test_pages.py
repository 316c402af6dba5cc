"""Each page of HTML and each SVG in a real browser: it asks for nothing, runs nothing, and fits."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from layercalc.cli import main
from layercalc.paper.experiments import find
from layercalc.paper.pages.page import page
from layercalc.paper.pages.reproduction import Reproduction
from tests.browser.chromium import CHROMIUM, WITHOUT, Seen, opened

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=WITHOUT)

WIDTHS = (400, 1100)
SPEC = """network Bad "</title><script>document.title = 'ran'</script><img src=x.png onerror=ran>"
param n = 2 "<script>ran = true</script>"
block inner { relu }
input(3, 8, 8) -> conv(4 * n, 3) -> repeat n { inner } -> dense(2)
"""
#: A page for each command that writes one, and for each kind of SVG.
COMMANDS = {
    "eval.html": ("eval", "resnet"),
    "family.html": ("eval", "resnet", "--depth", "n"),
    "points.html": ("eval", "resnet", "--depth", "18,34,50"),
    "wide.html": ("eval", "nasnet", "--cells", "n"),
    "layers.html": ("layers", "lenet"),
    "long.html": ("layers", "densenet", "--layers", "n"),
    "compare.html": ("compare", "resnet", "densenet"),
    "explain.html": ("explain", "nasnet"),
    "scale.html": ("scale", "resnet", "--over", "depth"),
    "solve.html": ("solve", "resnet", "--for", "depth", "--target", "params <= 25e6"),
    "activations.html": ("activations",),
    "zoo.html": ("zoo", "--family", "resnet"),
    "bad.html": ("eval", "BAD"),
    "badlayers.html": ("layers", "BAD"),
    "draw.svg": ("draw", "resnet"),
    "right.svg": ("draw", "unet", "--left-to-right"),
    "bad.svg": ("draw", "BAD"),
    "plot.svg": ("plot", "lenet"),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], Seen]:
    folder = tmp_path_factory.mktemp("pages")
    bad = folder / "bad.arch"
    bad.write_text(SPEC, "utf-8")
    for name, command in COMMANDS.items():
        words = [str(bad) if word == "BAD" else word for word in command]
        result = CliRunner().invoke(main, [*words, "--out", str(folder / name)])
        assert result.exit_code == 0, result.output
    (folder / "reproduced.html").write_text(page([Reproduction.of(find("fig7"))]), "utf-8")
    (folder / "control.html").write_text(CONTROL, "utf-8")
    names = [*COMMANDS, "reproduced.html", "control.html"]
    return {(one.name, one.width): one for one in opened(folder, names, WIDTHS)}


#: What the test is to find, if a page had it.
CONTROL = """<!doctype html><title>x</title><script>document.title = "ran"</script>
<img src="missing.png" alt=""><p style="width: 2000px">wide</p>"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*COMMANDS, "reproduced.html"])
def test_a_page_asks_for_nothing_runs_nothing_and_fits(
    seen: dict[tuple[str, int], Seen], name: str, width: int
) -> None:
    found = seen[name, width]
    assert (found.asked, found.scripts, found.ran) == ([], [], False)
    assert found.text > 0
    assert found.over <= 0


def test_what_would_be_wrong_is_seen(seen: dict[tuple[str, int], Seen]) -> None:
    found = seen["control.html", 400]
    assert len(found.asked) == len(found.scripts) == 1
    assert found.ran
    assert found.over > 1000
