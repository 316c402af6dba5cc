"""Make the pictures of the README and of the site, each from the command or the formulas that it shows.

``python docs/pictures/make.py [FOLDER]`` writes them here, or into another folder; the tests hold
those that are here to what is made today.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from html import escape
from pathlib import Path

from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath

import layercalc
from layercalc.cli import main
from layercalc.measures import label_of
from layercalc.report.latex import formula, holds

HERE = Path(__file__).resolve().parent
FIRST = "docs/examples/first.arch"
#: The commands, of which each writes one picture; FILE is its place.
COMMANDS = {
    "first.svg": f"draw {FIRST} --depth n --width w --out FILE",
    "shortcuts.svg": "compare resnet_cifar --shortcuts true,false --over depth=8..110..6 --measure gcip"
    " --plot FILE",
    "search.svg": "search resnet_cifar --over depth=8..80..6,width=8..64..8 --maximize gcc --minimize params"
    " --subject-to 'macs < 10^9' --picture FILE",
    "search_resnet.svg": "search resnet --over depth=35..149..6,width=16..96..16 --maximize gcc,gcip"
    " --minimize params --picture FILE",
    "search_densenet.svg": "search densenet --over layers=4..32..4,growth=8..48..8 --maximize gcc,gcip"
    " --minimize params --picture FILE",
    "search_mobilenet.svg": "search mobilenet --over width=16..64..8,resolution=96..256..32"
    " --maximize gcc,gcip --minimize params --picture FILE",
}
#: Points of a letter, of the height of a line, of the margin.
SIZE, LINE, MARGIN = 17, 34, 18
#: Words within mathematics, a sign that mathtext has not.
WORDS = re.compile(r"\\text\{([^}]*)\}")
#: What a step along an outline is called in SVG.
STEPS = dict(zip((Outline.MOVETO, Outline.LINETO, Outline.CURVE3, Outline.CURVE4), "MLQC", strict=True))


def make(folder: Path) -> None:
    """Write all pictures into a folder."""
    os.chdir(HERE.parents[1])
    for name, command in COMMANDS.items():
        arguments = (str(folder / name) if word == "FILE" else word for word in shlex.split(command))
        main([*arguments], standalone_mode=False)
    (folder / "first_formulas.svg").write_text(formulas(), "utf-8")


def formulas() -> str:
    """Set the closed forms of the first spec below each other, at their equality signs."""
    model = layercalc.load(FIRST, depth="n", width="w")
    values = {name: model.measure(name) for name in ("gcip", "gcc", "params")}
    lines = [(rf"\mathrm{{{label_of(name)}}}", f"= {formula(value)}") for name, value in values.items()]
    domain = WORDS.sub(_upright, holds(values["gcc"].holds).removeprefix(r" \qquad "))
    sides = [[_outline(side) for side in line] for line in [*lines, ("", domain)]]
    middle = MARGIN + max(_width(name) for name, _ in sides)
    width = round(middle + max(_width(value) for _, value in sides) + SIZE + MARGIN)
    height = LINE * len(sides) + MARGIN
    shapes = []
    for row, (name, value) in enumerate(sides, start=1):
        shapes += [_shape(name, middle - _width(name), row), _shape(value, middle + SIZE / 2, row)]
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    told = "; ".join(f"{name} {value}" for name, value in lines)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">
<title id="title">The closed forms of {escape(model.name)}</title>
<desc id="desc">{escape(told)}</desc>
<style>@media (prefers-color-scheme: dark) {{ rect {{ fill: #0d1117 }} path {{ fill: #e6edf3 }} }}</style>
<rect width="{width}" height="{height}" rx="6" fill="#ffffff"/>
<path fill="#1b1f24" d="{"".join(shapes)}"/>
</svg>
"""


def _upright(words: re.Match[str]) -> str:
    spaced = words[1].replace(" ", r"\ ")
    return rf"\mathrm{{{spaced}}}"


def _outline(text: str) -> Outline:
    font = FontProperties(math_fontfamily="cm")
    return TextPath((0, 0), f"${text}$", SIZE, prop=font) if text else Outline([(0, 0)])


def _width(outline: Outline) -> float:
    return float(outline.get_extents().xmax)


def _shape(outline: Outline, x: float, row: int) -> str:
    """Write the outline of a line at its place; SVG counts downwards."""
    steps = []
    for points, code in outline.iter_segments(simplify=False):
        numbers = zip(points[::2], points[1::2], strict=True)
        places = " ".join(f"{x + right:.1f} {row * LINE - up:.1f}" for right, up in numbers)
        steps.append(STEPS[code] + places if code in STEPS else "Z")
    return "".join(steps)


if __name__ == "__main__":
    make(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HERE)
