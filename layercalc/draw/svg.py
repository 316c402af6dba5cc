"""A diagram as SVG: one file that needs no other.

From: a `Diagram`. To: text. Promises: valid XML whatever the names, the same bytes for
the same diagram, legible without colour, on a light page and on a dark one; a screen
reader finds its title and a description, and whoever points at a box what stands behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil
from xml.sax.saxutils import escape

from layercalc.display import visible
from layercalc.draw.diagram import Box, Diagram, boxes
from layercalc.draw.direction import DOWN, RIGHT
from layercalc.draw.layout import layout
from layercalc.draw.metrics import LINE, SIZE, text_width
from layercalc.draw.piece import Dot, Label, Placed, Scene
from layercalc.errors import Span

#: The margin; the space between parts; the radius of corners; the least width for texts.
MARGIN, GAP, ROUND, READABLE = 20.0, 14.0, 5.0, 420.0
TITLE_SIZE, TITLE_LINE = 16.0, 22.0
INK, GREY = "#1b1f24", "#4b535c"
FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
#: The colours on a dark page, for those on a light one.
DARK = {
    "#ffffff": "#0d1117", INK: "#e6edf3", GREY: "#a9b4c0", "#f3f6fa": "#161b22", "#6e7781": "#7d8793",
    "#fdf6ec": "#251e12", "#e7f0fb": "#132a45", "#fff2c9": "#45380c", "#e4f3e7": "#15351f",
    "#8c959f": "#7d8793",
}  # fmt: skip
#: The look of each kind, which differs by shape as well as by colour.
LOOKS = {
    "block": 'rx="6" fill="#f3f6fa" stroke="#6e7781"',
    "repeat": f'rx="6" fill="#fdf6ec" stroke="{INK}" stroke-width="1.6" stroke-dasharray="7 3"',
    "layer": f'rx="2" fill="#e7f0fb" stroke="{INK}"',
    "merge": f'rx="12" fill="#fff2c9" stroke="{INK}" stroke-width="1.6"',
    "shut": f'fill="#e4f3e7" stroke="{INK}"',
    "plain": 'rx="2" fill="#ffffff" stroke="#8c959f" stroke-dasharray="2 2"',
    "end": f'rx="9" fill="{INK}" stroke="{INK}"',
}


def svg(diagram: Diagram, marks: Callable[[Span], str] | None = None) -> str:
    """Write a diagram as SVG; `marks` may give each box attributes, by where it is written.

    >>> from layercalc.draw.diagram import Graph, DiagramNode
    >>> graph = Graph((), (DiagramNode(Box("layer", ("a < b",)), (), ()),), ())
    >>> svg(Diagram("T", (), graph, ())).count("a &lt; b")
    1
    """
    placed = layout(diagram.graph, RIGHT if diagram.right else DOWN)
    width = max(placed.width, READABLE)
    title = _folded([diagram.title], width, TITLE_SIZE, bold=True)
    heading, legend = _folded(diagram.heading, width), _folded(diagram.legend, width)
    below = MARGIN + len(title) * TITLE_LINE
    top = below + len(heading) * LINE + GAP
    foot = top + placed.height + GAP
    size = ceil(width + 2 * MARGIN), ceil(foot + len(legend) * LINE + MARGIN)
    left = MARGIN + (width - placed.width) / 2
    lines = [
        *_head(diagram, *size),
        *_texts(title, MARGIN + TITLE_SIZE, TITLE_LINE, f' font-size="{TITLE_SIZE:g}" font-weight="bold"'),
        *_texts(heading, below + SIZE, LINE, f' fill="{GREY}"'),
        f'<g transform="translate({_number(left)} {_number(top)})">',
        *_scene(placed, marks),
        "</g>",
        *_texts(legend, foot + SIZE, LINE, f' fill="{GREY}"'),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _head(diagram: Diagram, width: int, height: int) -> Iterator[str]:
    """Open the picture with its title, its description and a white background."""
    size = f'width="{width}" height="{height}"'
    named = 'class="layercalc" role="img" aria-labelledby="title desc"'
    font = f'font-family="{FONTS}" font-size="{SIZE:g}" fill="{INK}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}" {named} {font}>'
    yield f'<title id="title">{_escaped(diagram.title)}</title>'
    count = sum(box.kind != "end" for box in boxes(diagram.graph))
    parts = f"Block diagram of {count} boxes from the input to the output.", *diagram.heading, *diagram.legend
    yield f'<desc id="desc">{_escaped(" ".join(parts))}</desc>'
    dark = f"@media (prefers-color-scheme: dark){{{''.join(_dark())}}}"
    yield f"<style>.layercalc{{max-width:100%;height:auto}}{dark}</style>"
    yield f'<rect {size} fill="#ffffff"/>'


def _dark() -> Iterator[str]:
    """Give each colour its place on a dark page; the rules reach no other picture on that page."""
    for light, dark in DARK.items():
        for name in ("fill", "stroke"):
            yield f'.layercalc [{name}="{light}"]{{{name}:{dark}}}'
    yield f".layercalc{{fill:{DARK[INK]}}}"


def _folded(lines: Sequence[str], width: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Break lines that are wider than the picture between words."""
    made: list[str] = []
    for line in lines:
        current = ""
        for word in line.split(" "):
            longer = f"{current} {word}" if current else word
            if current and text_width(longer, bold, size) > width:
                made.append(current)
                longer = word
            current = longer
        made.append(current)
    return made


def _scene(placed: Scene, marks: Callable[[Span], str] | None) -> Iterator[str]:
    for frame in placed.frames:
        yield from _frame(frame)
    yield f'<g fill="none" stroke="{INK}" stroke-width="1.2">'
    yield from dict.fromkeys(f'<path d="{_way(path.points)}"/>' for path in placed.paths)
    yield "</g>"
    yield from dict.fromkeys(_head_of(path.points) for path in placed.paths if path.arrow)
    yield from (
        f'<circle cx="{_number(x)}" cy="{_number(y)}" r="2.4"/>' for x, y in dict.fromkeys(placed.dots)
    )
    for box in placed.boxes:
        yield from _box(box, marks)
    for label in dict.fromkeys(placed.labels):
        yield _text(label, f' font-style="italic" fill="{INK}"')


def _head_of(points: Sequence[Dot]) -> str:
    """Draw the head of an arrow at the end of a wire."""
    (x0, y0), (x, y) = points[-2:]
    far = _length((x0, y0), (x, y)) or 1.0
    across, down = (x - x0) / far, (y - y0) / far
    back = x - 7 * across, y - 7 * down
    sides = [(back[0] + side * down, back[1] + side * across) for side in (3.5, -3.5)]
    return f'<path d="M{_point(sides[0])}L{_point((x, y))}L{_point(sides[1])}Z"/>'


def _frame(frame: Placed) -> Iterator[str]:
    yield _rectangle(frame)
    title, *notes = frame.labels
    yield _text(title, ' font-weight="bold"')
    yield from (_text(note, f' fill="{GREY}"') for note in notes)


def _box(placed: Placed, marks: Callable[[Span], str] | None) -> Iterator[str]:
    assert isinstance(placed.item, Box)
    span = placed.item.span
    mark = marks(span) if marks is not None and span is not None else ""
    told = "\n".join(map(_escaped, (placed.item.lines[0], *placed.item.told))) if placed.item.told else ""
    if mark or told:
        yield f"<g{mark and ' '}{mark}>" + (f"<title>{told}</title>" if told else "")
    yield _rectangle(placed)
    if placed.item.kind == "shut":
        for x in (placed.x + 4, placed.x + placed.width - 4):
            ends = (x, placed.y), (x, placed.y + placed.height)
            yield f'<path d="{_way(ends)}" stroke="{INK}"/>'
    middle = placed.x + placed.width / 2
    first = placed.y + (placed.height - len(placed.item.lines) * LINE) / 2 + SIZE
    for number, line in enumerate(placed.item.lines):
        ink = "#ffffff" if placed.item.kind == "end" else INK if number == 0 else GREY
        weight = ' font-weight="bold"' if number == 0 else ""
        yield _text(Label(middle, first + number * LINE, line), f' text-anchor="middle" fill="{ink}"{weight}')
    if mark or told:
        yield "</g>"


def _rectangle(placed: Placed) -> str:
    size = f'width="{_number(placed.width)}" height="{_number(placed.height)}"'
    return f'<rect x="{_number(placed.x)}" y="{_number(placed.y)}" {size} {LOOKS[placed.item.kind]}/>'


def _texts(lines: Iterable[str], y: float, step: float, look: str) -> Iterator[str]:
    yield from (_text(Label(MARGIN, y + number * step, line), look) for number, line in enumerate(lines))


def _text(label: Label, look: str) -> str:
    return f'<text x="{_number(label.x)}" y="{_number(label.y)}"{look}>{_escaped(label.text)}</text>'


def _escaped(text: str) -> str:
    return escape(visible(text))


def _way(points: Sequence[Dot]) -> str:
    """Write a path along points with rounded corners."""
    way = f"M{_point(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        way += f"L{_point(start)}Q{_point(corner)} {_point(end)}"
    return f"{way}L{_point(points[-1])}"


def _length(a: Dot, b: Dot) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Dot, b: Dot, far: float) -> Dot:
    whole = _length(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * far / whole, a[1] + (b[1] - a[1]) * far / whole


def _point(point: Dot) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
