"""Pictures: the same bytes for the same data, names that do not overlap, readable axes."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from layercalc.plot.drawing import drawn
from layercalc.plot.naming import name_points
from layercalc.plot.picture import FORMATS, Curve, Format, Panel, Picture
from layercalc.plot.style import look

LINE = Curve("line", [1, 2, 3], [1, 4, 9], "line", low=[0, 3, 8], high=[2, 5, 10])
MARKS = Curve("marks", [1, 2, 3], [2, 2, 2], "marks", ["one", "two", "three"])
SHADED = replace(MARKS, label="", shades=[1.0, 5.0, 9.0])
PANEL = Panel("depth, layers", "GCIP, log2", [LINE, MARKS], "A panel")
PICTURE = Picture("p", "A picture\nin two lines", [PANEL, Panel("x", "y", [SHADED], shade="GSC, bits")])


def _texts(picture: Picture) -> list[str]:
    """Read the texts of a picture: SVG names each in a comment."""
    return re.findall("<!-- (.*?) -->", drawn(picture, ["svg"])["svg"].decode())


@pytest.fixture(scope="module")
def files() -> dict[Format, bytes]:
    return drawn(PICTURE)


def test_the_same_picture_gives_the_same_bytes(files: dict[Format, bytes]) -> None:
    assert drawn(PICTURE) == files
    assert [*files] == [*FORMATS]


def test_no_file_tells_the_day_or_the_program(files: dict[Format, bytes]) -> None:
    for data in files.values():
        assert not re.search(rb"Date|20\d\d-|[Mm]atplotlib v|matplotlib\.org", data)


def test_a_users_settings_change_nothing_and_are_left_alone(files: dict[Format, bytes]) -> None:
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 20}):
        assert drawn(PICTURE, ["svg"])["svg"] == files["svg"]
        assert mpl.rcParams["font.size"] == 30


def test_everything_that_is_said_is_there() -> None:
    texts = _texts(PICTURE)
    said = (
        "A picture",
        "in two lines",
        "A panel",
        "depth, layers",
        "GCIP, log2",
        "line",
        "marks",
        "one",
        "three",
        "GSC, bits",
    )
    assert {*said} <= {*texts}


def test_panels_that_show_the_same_curves_have_one_legend() -> None:
    both = Picture("p", "", [PANEL, PANEL])
    assert _texts(both).count("line") == 1


def test_panels_of_many_different_curves_have_a_legend_each() -> None:
    panels = [
        Panel("x", "y", [Curve(f"{side} {number}", [0, 1], [0, number]) for number in range(5)])
        for side in ("left", "right")
    ]
    texts = _texts(Picture("p", "", panels))
    assert all(texts.count(f"{side} {number}") == 1 for side in ("left", "right") for number in range(5))


def test_a_vast_span_has_few_ticks() -> None:
    panel = Panel("x", "y", [Curve("", [1, 2], [1e-150, 1e150])], y_scale="log")
    assert 3 <= len([text for text in _texts(Picture("p", "", [panel])) if "mathdefault{10^" in text]) <= 15


def test_a_faint_curve_has_the_colour_of_its_label_and_no_second_one() -> None:
    curve = Curve("ResNet", [0, 1], [0, 1])
    picture = Picture("p", "", [Panel("x", "y", [replace(curve, faint=True), curve])])
    assert _texts(picture).count("ResNet") == 1
    assert drawn(picture, ["svg"])["svg"].count(look(0).colour.lower().encode()) >= 3


def test_whoever_points_at_a_mark_is_told_its_values() -> None:
    text = drawn(PICTURE, ["svg"])["svg"].decode()
    titles = re.findall("<title>(.*?)</title>", text)
    assert {"marks: 1, 2", "marks: 3, 2", "line: 3, 9"} <= {*titles}
    ElementTree.fromstring(text)
    gap = Curve("gap", [1, 2, 3], [1, float("nan"), 3], "marks")
    text = drawn(Picture("p", "", [Panel("x", "y", [gap])]), ["svg"])["svg"].decode()
    marks = re.findall(r'<use [^>]* x="([\d.]+)"[^>]*><title>(.*?)</title>', text)
    assert [told for _, told in sorted(marks, key=lambda mark: float(mark[0]))] == ["gap: 1, 1", "gap: 3, 3"]


def test_low_panels_share_the_axes_of_those_above() -> None:
    panels = [Panel("x", "y", [Curve("", [0, 1], [0, top])], low=True) for top in (10, 1)]
    texts = _texts(Picture("p", "", panels, columns=1))
    assert texts.count("10") == 2


def test_texts_along_an_axis_stand_in_place_of_numbers() -> None:
    panel = Panel("x", "", [Curve("", [3, 4], [0, 1], "marks")], y_ticks=[(0, "ResNet 18"), (1, "ResNet 34")])
    assert {"ResNet 18", "ResNet 34"} <= {*_texts(Picture("p", "", [panel]))}
    assert _texts(Picture("p", "", [panel, panel])).count("ResNet 18") == 1
    assert _texts(Picture("p", "", [panel, panel], columns=1)).count("ResNet 18") == 2


def test_a_name_is_no_formula() -> None:
    name = r"a$\frac$.arch"
    assert drawn(Picture("p", name, [Panel("x", "y", [Curve(name, [0, 1], [0, 1])])]), ["png"])


def test_stretches_of_an_axis_bear_their_texts_if_there_is_room() -> None:
    spans = [(0, 40, "stem"), (40, 41, "first"), (41, 41.5, "second"), (41.5, 100, "")]
    panel = Panel("x", "", [Curve("", [0, 100], [0, 1])], x_spans=spans)
    texts = _texts(Picture("p", "", [panel]))
    assert "stem" in texts
    assert "first" in texts
    assert "second" not in texts


def test_a_mark_stands_where_it_is_asked_for() -> None:
    def marks(*marked: int) -> int:
        curve = Curve("", range(100), range(100), marked=marked)
        return drawn(Picture("p", "", [Panel("x", "y", [curve])]), ["svg"])["svg"].count(b"<use ")

    assert marks(0, 50, 99) == marks(0, 99) + 1 < marks()


def test_names_as_drawn_do_not_overlap() -> None:
    figure = Figure(figsize=(5, 4))
    FigureCanvasAgg(figure)
    ax = figure.add_subplot()
    count = 12
    x, y = [number % 5 / 10 for number in range(count)], [number // 5 / 10 for number in range(count)]
    ax.scatter(x, y)
    names = [f"Network {number}" for number in range(count)]
    name_points(ax, Panel("x", "y", [Curve("", x, y, "marks", names)]))
    texts = [text for text in ax.texts if text.get_text()]
    assert len(texts) == count
    boxes = [text.get_window_extent() for text in texts]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_names_without_room_are_counted() -> None:
    long = Curve("", [0, 1], [0, 1], "marks", ["short", "long" * 200])
    texts = _texts(Picture("p", "", [Panel("x", "y", [long])]))
    assert "short" in texts
    assert "names without room: 1" in texts


def test_marks_of_one_name_that_touch_have_it_once() -> None:
    twice = Curve("", [0, 0, 1], [0, 0, 1], "marks", ["ResNet", "ResNet", "ResNet"])
    assert _texts(Picture("p", "", [Panel("x", "y", [twice])])).count("ResNet") == 2


def test_curves_are_told_apart_without_colour() -> None:
    looks = [look(number)[1:] for number in range(55)]
    assert len(looks) == len({*looks})
