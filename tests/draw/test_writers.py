"""SVG, Mermaid and DOT: valid whatever the names, and what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from layercalc.display import visible
from layercalc.draw.build import diagram
from layercalc.draw.diagram import Box, Diagram, DiagramNode, FramedGraph, Graph, boxes
from layercalc.draw.layout import layout
from layercalc.draw.metrics import text_width
from layercalc.draw.writers import WRITERS
from layercalc.errors import Source
from layercalc.network import Network
from layercalc.resolve import resolve
from layercalc.resolve.loading import assemble, load_program

FOLDER = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"
SPEC = """
network Small "two branches, & one's <repeat>"
param n = 3 where n >= 1
block cell(f) from prev, cur { add { from prev -> conv(f, 3) | from cur } as next  from cur, next }
input(4, 8, 8) as image
from image, image -> cell(4)
repeat n { cell(4) } as prev, cur
from cur -> relu -> global_avgpool -> dense(10)
"""
HOSTILE = (
    '</text><script>"', "end", "%% x", "`md`", "--> n2", '{"]){', "# & ; \\N \\", "]]>", "<!--", "\x01\x1b",
    "\u6f22\u5b57", "", "#quot;",
)  # fmt: skip


def small(n: str = "3") -> Network:
    from layercalc.resolve.points import read_points

    return resolve(assemble(Source("small.arch", SPEC), Path("small.arch")), {"n": read_points("n", n)[0]})


def network(name: str) -> Network:
    return resolve(load_program(name))


def hostile() -> Diagram:
    """Put each hostile text wherever a text can stand, one box behind the other."""
    nodes = [
        DiagramNode(Box("layer", (text, text)), (number - 1,) if number else (), (number,))
        for number, text in enumerate(HOSTILE)
    ]
    last = len(nodes)
    inner = Graph((0,), (DiagramNode(Box("shut", ("x",)), (0,), (1,)),), (1,), dict.fromkeys((0, 1), '"]'))
    nodes.append(DiagramNode(FramedGraph("repeat", HOSTILE[0], inner, HOSTILE), (last - 1,), (last,)))
    graph = Graph((), tuple(nodes), (), dict(enumerate(HOSTILE)))
    return Diagram(HOSTILE[0], HOSTILE, graph, HOSTILE)


@pytest.mark.parametrize("form", WRITERS)
def test_what_a_small_spec_gives(form: str, golden: Callable[[Path, str], None]) -> None:
    golden(FOLDER / f"small.{form}", WRITERS[form](diagram(small(), values=form == "mermaid")))


def test_svg_is_xml_and_holds_every_text() -> None:
    root = ElementTree.fromstring(WRITERS["svg"](hostile()))
    shown = [element.text or "" for element in root.iter(f"{SVG}text")]
    wanted = {visible(text) for text in HOSTILE}
    assert wanted <= {*shown}
    assert not [*root.iter(f"{SVG}script")]


def test_svg_tells_its_title_and_what_it_shows() -> None:
    root = ElementTree.fromstring(WRITERS["svg"](diagram(small("n"))))
    assert root.findtext(f"{SVG}title") == "Small: two branches, & one's <repeat>"
    assert (root.findtext(f"{SVG}desc") or "").startswith(
        "Block diagram of 7 boxes from the input to the output. n = n"
    )
    assert root.get("aria-labelledby") == "title desc"


def test_svg_needs_nothing_else() -> None:
    text = WRITERS["svg"](diagram(small()))
    assert re.findall(r"https?://\S+?(?=[\"'\s])", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"href|url\(|@import|<image|<script", text)


def test_every_colour_of_an_svg_has_one_on_a_dark_page() -> None:
    text = WRITERS["svg"](diagram(network("nasnet")))
    style, rest = re.findall("<style>(.*?)</style>(.*)", text, re.DOTALL)[0]
    told = {*re.findall('[^ ]*(?:fill|stroke)="(#[0-9a-f]+)"', rest)}
    assert told
    assert told <= {*re.findall('fill="(#[0-9a-f]+)"', style)}


def test_whoever_points_at_a_box_is_told_its_values() -> None:
    root = ElementTree.fromstring(WRITERS["svg"](diagram(network("lenet"))))
    titles = [element.text or "" for element in root.iter(f"{SVG}title")]
    told = (
        "conv 6, 5 x 5, valid", "1 x 32 x 32 -> 6 x 28 x 28", "p = 0.1838, c = 27.86",
        "params 156, MACs 117,600",
    )  # fmt: skip
    assert "\n".join(told) in titles


def test_mermaid_and_dot_quote_every_text() -> None:
    mermaid, dot = (WRITERS[form](hostile()) for form in ("mermaid", "dot"))
    quoted = re.findall(r'"([^"\n]*)"', mermaid.split("---\n")[2])
    told = "".join(quoted).replace("<br/>", "")
    assert not re.search(r"[<>&`\\%]|#(?!\d+;)", told)
    for line in dot.splitlines():
        assert re.sub(r'"(?:[^"\\]|\\[n"\\])*"', "", line).count('"') == 0


@pytest.mark.parametrize(("name", "given", "title"), [
    ("resnet", {"depth": "n"}, "residual x (n - 35)/3"),
    ("densenet", {"layers": "n"}, "dense_layer x n, round i"),
    ("unet", {"levels": "n"}, "level, n - 1 times within itself, level i"),
])  # fmt: skip
def test_a_symbolic_count_stands_in_its_frame(name: str, given: dict[str, str], title: str) -> None:
    from layercalc.resolve.points import read_points

    points = {param: read_points(param, text)[0] for param, text in given.items()}
    drawn = diagram(resolve(load_program(name), points))
    assert title in [
        frame.item.title for frame in layout(drawn.graph).frames if isinstance(frame.item, FramedGraph)
    ]


def test_every_text_fits_its_box() -> None:
    placed = layout(diagram(small(), values=True).graph)
    for box in placed.boxes:
        assert isinstance(box.item, Box)
        assert max(map(text_width, box.item.lines)) + 10 <= box.width


def test_a_named_value_is_told_on_its_wire() -> None:
    told = [label.text for label in layout(diagram(small(), depth=1).graph).labels]
    assert {"image", "prev", "cur"} == {*told}


def test_a_block_kept_shut_is_one_box() -> None:
    drawn = diagram(resolve(load_program("resnet")), depth=0)
    assert [(box.kind, box.lines[0]) for box in boxes(drawn.graph)] == [
        ("end", "input"), ("shut", "stem"), ("shut", "stages"), ("shut", "head"), ("end", "output"),
    ]  # fmt: skip
